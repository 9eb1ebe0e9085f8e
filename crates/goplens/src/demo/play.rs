//! Plays the script through goplens, and judges what comes back.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use url::Url;

use super::client::Client;
use super::editor;
use super::module::Module;
use super::script::{AFTER_EDIT, EDIT, HOVER, QUESTIONS, Question};
use super::trail::Trail;

/// How long an answer may take. The first one waits for a workspace to load, which is slow where
/// Go's caches are empty.
const LIMIT: Duration = Duration::from_secs(120);

/// How often the trace is looked at while an answer is awaited.
const GLANCE: Duration = Duration::from_millis(25);

/// How long a session that goplens answers itself is listened to for the reason.
const REASON: Duration = Duration::from_secs(5);

/// gopls looks at the workspace again one second after an edit, and answers no `shutdown` before.
/// An editor is rarely closed that soon.
const SECOND_LOOK: Duration = Duration::from_millis(1500);

/// What a server answered: a result, or an error.
type Answered = std::result::Result<Value, Value>;

/// What the demo learned.
pub(super) struct Played {
    /// The name in the server's `serverInfo`.
    pub(super) server: String,
    /// One line for each answer that was wrong.
    pub(super) failures: Vec<String>,
}

/// The editor at play.
pub(super) struct Player<'a, W> {
    client: Client<W>,
    trail: &'a mut Trail,
    module: &'a mut Module,
    /// Whether a definition can lead into the standard library.
    has_go: bool,
    failures: Vec<String>,
}

impl<'a, W: Write> Player<'a, W> {
    /// An editor on this module, at a server that has just been started.
    pub(super) fn new(
        client: Client<W>,
        trail: &'a mut Trail,
        module: &'a mut Module,
        has_go: bool,
    ) -> Self {
        Self {
            client,
            trail,
            module,
            has_go,
            failures: Vec::new(),
        }
    }

    /// The whole session, to `exit`.
    ///
    /// # Errors
    ///
    /// Where it could not be played to its end. Wrong answers are no errors.
    pub(super) fn play(mut self) -> Result<Played> {
        let hello = self.open()?;
        for question in &QUESTIONS {
            self.define(question)?;
        }
        self.hover()?;
        self.colours("full", json!({}))?;
        let top = json!({ "line": 0, "character": 0 });
        let below = self.module.position("|// describe is")?;
        self.colours("range", json!({ "range": { "start": top, "end": below } }))?;
        self.edit(&hello)?;
        self.define(AFTER_EDIT)?;
        if self.has_go {
            self.wait(SECOND_LOOK, |_| false)?;
        }

        self.remark("the editor closes");
        if let Err(error) = self.ask("shutdown", None)? {
            self.failures.push(format!("shutdown: {error}"));
        }
        self.client.notify("exit", json!({}))?;
        self.client.close();
        let server = hello["serverInfo"]["name"].as_str();
        Ok(Played {
            server: server.unwrap_or("a server without a name").to_owned(),
            failures: self.failures,
        })
    }

    /// Starts the session, opens main.go and waits until the workspace is loaded.
    fn open(&mut self) -> Result<Value> {
        self.remark("the editor starts, and opens main.go");
        let params = editor::initialize(&self.module.uri()?);
        let hello = match self.ask("initialize", Some(params))? {
            Ok(hello) => hello,
            Err(error) => bail!("initialize was refused: {error}"),
        };
        self.client.notify("initialized", json!({}))?;
        let document = json!({
            "uri": self.module.main()?,
            "languageId": "go",
            "version": 1,
            "text": self.module.text,
        });
        self.client
            .notify("textDocument/didOpen", json!({ "textDocument": document }))?;
        if hello["serverInfo"]["name"] == "goplens" {
            self.wait(REASON, |client| !client.errors.is_empty())?;
            bail!(
                "gopls could not be started. {}",
                self.client.errors.join(" ")
            );
        }
        if !self.wait(LIMIT, |client| client.loaded)? {
            bail!("the workspace was not loaded after {} s", LIMIT.as_secs());
        }
        Ok(hello)
    }

    fn define(&mut self, question: &Question) -> Result<()> {
        let name = question.at.replace('|', "");
        self.remark(&format!("go to definition in `{name}`: {}", question.shows));
        let params = self.place(question.at)?;
        let answer = self.ask("textDocument/definition", Some(params))?;
        if let Some(problem) = self.judge(question, &answer)? {
            self.failures.push(format!(
                "definition in `{name}` ({}): {problem}",
                question.shows
            ));
        }
        Ok(())
    }

    /// What is wrong with the answer to a question; `None` if it is right.
    fn judge(&self, question: &Question, answer: &Answered) -> Result<Option<String>> {
        let target = match answer {
            Ok(result) => target(result),
            Err(error) => return Ok(Some(format!("the answer is an error, {error}"))),
        };
        let Some((uri, line)) = target else {
            let wanted = self.has_go || !question.needs_go;
            return Ok(wanted.then(|| "no place was found".to_owned()));
        };
        let found = self.module.line(&uri, line)?;
        let right =
            uri.path().ends_with(question.file) && found.trim_start().starts_with(question.line);
        Ok((!right).then(|| {
            format!(
                "leads to {uri} line {} (`{}`), not to `{}` in {}",
                line + 1,
                found.trim(),
                question.line,
                &question.file[1..],
            )
        }))
    }

    fn hover(&mut self) -> Result<()> {
        let (at, words) = HOVER;
        self.remark(&format!("hover over `{}`", at.replace('|', "")));
        let params = self.place(at)?;
        let answer = self.ask("textDocument/hover", Some(params))?;
        let told = answer
            .as_ref()
            .is_ok_and(|hover| hover["contents"].to_string().contains(words));
        if !told {
            let said = answer.unwrap_or_else(|error| error);
            self.failures
                .push(format!("hover does not say \"{words}\" but {said}"));
        }
        Ok(())
    }

    fn colours(&mut self, kind: &str, mut params: Value) -> Result<()> {
        self.remark(&format!("semantic tokens, {kind}"));
        params["textDocument"] = json!({ "uri": self.module.main()? });
        let method = format!("textDocument/semanticTokens/{kind}");
        let answer = self.ask(&method, Some(params))?;
        let count = answer
            .as_ref()
            .ok()
            .and_then(|tokens| tokens["data"].as_array())
            .map_or(0, Vec::len);
        if count == 0 || count % 5 != 0 {
            self.failures.push(format!(
                "{method} gave {count} numbers, not five for each token"
            ));
        }
        Ok(())
    }

    fn edit(&mut self, hello: &Value) -> Result<()> {
        self.remark("an edit that moves the answer down");
        let (above, lines) = EDIT;
        let at = self.module.position(&format!("|{above}"))?;
        let offset = self
            .module
            .text
            .find(above)
            .context("the edit has a place")?;
        self.module.text.insert_str(offset, lines);
        let sync = &hello["capabilities"]["textDocumentSync"];
        let incremental = sync["change"] == 2 || *sync == 2;
        let change = if incremental {
            json!({ "range": { "start": at, "end": at }, "text": lines })
        } else {
            json!({ "text": self.module.text })
        };
        let document = json!({ "uri": self.module.main()?, "version": 2 });
        self.client.notify(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [change] }),
        )
    }

    /// Says what comes next, below all that came before.
    fn remark(&mut self, words: &str) {
        self.trail.print_through(self.client.messages);
        self.trail.remark(words);
    }

    fn place(&self, at: &str) -> Result<Value> {
        Ok(json!({
            "textDocument": { "uri": self.module.main()? },
            "position": self.module.position(at)?,
        }))
    }

    /// Sends a request and waits for its answer.
    fn ask(&mut self, method: &str, params: Option<Value>) -> Result<Answered> {
        let id = self.client.request(method, params)?;
        let end = Instant::now() + LIMIT;
        while Instant::now() < end {
            let answer = self.client.receive(GLANCE);
            let answer = answer.with_context(|| format!("while {method} waited for its answer"))?;
            if let Some(answer) = answer.filter(|answer| answer.id == id) {
                self.trail.print_through(self.client.messages);
                return Ok(answer.result);
            }
            self.trail.print();
        }
        bail!("no answer to {method} after {} s", LIMIT.as_secs())
    }

    /// Waits until the client has come to something, and says whether it has.
    fn wait(&mut self, limit: Duration, done: impl Fn(&Client<W>) -> bool) -> Result<bool> {
        let end = Instant::now() + limit;
        while !done(&self.client) && Instant::now() < end {
            self.client.receive(GLANCE)?;
            self.trail.print();
        }
        Ok(done(&self.client))
    }
}

/// The file and line, from 0, that a definition leads to: `Location`, `Location[]` or
/// `LocationLink[]`.
fn target(result: &Value) -> Option<(Url, usize)> {
    let place = match result {
        Value::Array(places) => places.first()?,
        place => place,
    };
    let uri = place.get("uri").or_else(|| place.get("targetUri"))?;
    let range = place
        .get("range")
        .or_else(|| place.get("targetSelectionRange"))?;
    let line = range["start"]["line"].as_u64()?;
    Some((Url::parse(uri.as_str()?).ok()?, usize::try_from(line).ok()?))
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;

    use super::*;

    /// What is wrong with these answers to a question.
    fn judged(has_go: bool, question: &Question, answers: &[Answered]) -> Vec<Option<String>> {
        let client = Client::new(Vec::new(), io::empty());
        let mut trail = Trail::new(Path::new("/nowhere"), 0, false);
        let mut module = Module::write().unwrap();
        let base = format!("{}/", module.uri().unwrap());
        let player = Player::new(client, &mut trail, &mut module, has_go);
        let absolute = |answer: &Answered| {
            let text = json!([answer]).to_string().replace("file:///m/", &base);
            let mut answer: Vec<Answered> = serde_json::from_str(&text).unwrap();
            answer.remove(0)
        };
        answers
            .iter()
            .map(|answer| player.judge(question, &absolute(answer)).unwrap())
            .collect()
    }

    fn leads_to(file: &str, line: usize) -> Answered {
        let start = json!({ "line": line, "character": 0 });
        Ok(json!([{ "uri": format!("file:///m/{file}"), "range": { "start": start } }]))
    }

    #[test]
    fn only_the_declaration_itself_is_right() {
        let promoted = QUESTIONS
            .iter()
            .find(|question| question.at == "item.|Label");
        let answers = [
            leads_to("stock/named.go", 8),
            leads_to("stock/named.go", 7),
            leads_to("stock/stock.go", 8),
            Ok(json!([])),
            Err(json!({ "code": 0, "message": "no views" })),
        ];
        let judged = judged(true, promoted.unwrap(), &answers);
        assert_eq!(judged[0], None);
        for (wrong, said) in judged[1..]
            .iter()
            .zip(["line 8", "stock.go", "no place", "no views"])
        {
            assert!(wrong.as_ref().unwrap().contains(said), "{wrong:?}");
        }
    }

    #[test]
    fn the_standard_library_is_wanted_only_where_go_is() {
        let library = QUESTIONS.iter().find(|question| question.needs_go).unwrap();
        assert!(judged(true, library, &[Ok(Value::Null)])[0].is_some());
        assert_eq!(judged(false, library, &[Ok(Value::Null)]), [None]);
        let elsewhere = [leads_to("list/list.go", 19)];
        assert!(judged(false, library, &elsewhere)[0].is_some());
    }

    #[test]
    fn every_question_and_the_edit_have_their_place_in_the_module() {
        let module = Module::write().unwrap();
        for question in &QUESTIONS {
            module.position(question.at).unwrap();
        }
        module.position(HOVER.0).unwrap();
        assert_eq!(module.text.matches(EDIT.0).count(), 1);
    }

    #[test]
    fn a_target_is_read_in_all_three_forms() {
        let range = json!({ "start": { "line": 7, "character": 1 }, "end": {} });
        let location = json!({ "uri": "file:///a.go", "range": range });
        let link = json!({
            "targetUri": "file:///a.go", "targetRange": {}, "targetSelectionRange": range,
        });
        let expected = Some((Url::parse("file:///a.go").unwrap(), 7));
        for result in [json!([location, {}]), json!([link]), location] {
            assert_eq!(target(&result), expected, "{result}");
        }
        for result in [Value::Null, json!([]), json!({}), json!([{ "uri": "x" }])] {
            assert_eq!(target(&result), None, "{result}");
        }
    }
}
