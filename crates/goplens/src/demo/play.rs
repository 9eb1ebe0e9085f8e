//! Plays the script through goplens, and judges what comes back.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::client::{Answered, Client};
use super::editor;
use super::judge::judge;
use super::module::{Module, UNBUILT, position};
use super::script::{AFTER_EDIT, EDIT, HOVER, QUESTIONS, Question, UNANSWERED};
use super::trail::Trail;

/// How long an answer may take. The first one waits for a workspace to load, which is slow where
/// Go's caches are empty.
const LIMIT: Duration = Duration::from_secs(120);

/// How often the trace is looked at while an answer is awaited.
const GLANCE: Duration = Duration::from_millis(25);

/// How long goplens is listened to for the reason of what does not work.
const REASON: Duration = Duration::from_secs(5);

/// gopls looks at the workspace again one second after an edit, and answers no `shutdown` before.
/// An editor is rarely closed that soon.
const SECOND_LOOK: Duration = Duration::from_millis(1500);

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
            self.fail()?;
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
        if let Some(problem) = judge(question, &answer, self.module, self.has_go)? {
            self.failures.push(format!(
                "definition in `{name}` ({}): {problem}",
                question.shows
            ));
        }
        Ok(())
    }

    /// Asks where gopls knows nothing, and shows what goplens finds.
    fn fail(&mut self) -> Result<()> {
        let (at, words) = UNANSWERED;
        let name = at.replace('|', "");
        self.remark(&format!(
            "go to definition in `{name}` of {UNBUILT}: gopls has no answer, and goplens says why"
        ));
        let uri = self.module.file(UNBUILT)?;
        let text = std::fs::read_to_string(self.module.folder().join(UNBUILT))?;
        let position = position(&text, at)?;
        let document = json!({ "uri": uri, "languageId": "go", "version": 1, "text": text });
        let opened = json!({ "textDocument": document });
        self.client.notify("textDocument/didOpen", opened)?;
        let place = json!({ "textDocument": { "uri": uri }, "position": position });
        if let Ok(answer) = self.ask("textDocument/definition", Some(place))? {
            let problem = format!("definition in {UNBUILT} has an answer: {answer}");
            self.failures.push(problem);
        }
        // It may find something about this machine besides.
        let meant = |finding: &&String| finding.contains(words);
        self.wait(REASON, |client| {
            client.findings.iter().any(|one| meant(&one))
        })?;
        self.trail.print_through(self.client.messages);
        match self.client.findings.iter().find(meant) {
            Some(finding) => self.trail.quote(finding),
            None => {
                let other = &self.client.findings;
                let problem = format!("goplens does not say \"{words}\" but {other:?}");
                self.failures.push(problem);
            }
        }
        Ok(())
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
