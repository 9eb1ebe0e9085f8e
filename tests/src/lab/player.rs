//! Plays the session of a case.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use trace::finding::Code;
use wire::Id;

use crate::book::Book;
use crate::lab::case::{Case, LATER};
use crate::lab::shown::Shown;
use crate::lab::stage::{self, Stage};
use crate::lab::verb::{Action, Edit, Expected, How, Place, Signal, Spot};
use crate::session::{PATIENCE, Session};

/// How long nothing may be found after all is answered, before it counts as nothing.
const GRACE: Duration = Duration::from_millis(2500);

/// How long a user waits who asks again.
const AGAIN: Duration = Duration::from_millis(500);

/// An editor in the middle of a case.
pub(crate) struct Player<'a> {
    case: &'a Case,
    stage: &'a Stage,
    session: Session,
    documents: BTreeMap<PathBuf, Document>,
    /// All that was asked about places, with the answer still to come or not.
    asked: Vec<Asked>,
    /// The findings that came as expected, each with what was asked before.
    pub(crate) found: Vec<(Code, Option<Asked>)>,
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) id: Id,
    pub(crate) method: &'static str,
    params: Value,
}

/// An open document, as the editor has it.
struct Document {
    version: i64,
    text: String,
}

impl<'a> Player<'a> {
    /// One who has opened the folders.
    pub(crate) fn start(case: &'a Case, stage: &'a Stage, mut session: Session) -> Self {
        session.request("initialize", initialize(stage));
        session.notify("initialized", json!({}));
        Self {
            case,
            stage,
            session,
            documents: BTreeMap::new(),
            asked: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Ends the session; it may be looked at then.
    pub(crate) fn end(mut self) -> (Session, Vec<(Code, Option<Asked>)>) {
        self.session.shut_down();
        (self.session, self.found)
    }

    /// Does what a line says.
    ///
    /// # Errors
    ///
    /// What is not as the line says.
    pub(crate) fn play(&mut self, action: &Action) -> Result<(), String> {
        match action {
            Action::Open(file) => self.open(file),
            Action::Close(file) => self.close(file),
            Action::Ask { method, place } => self.ask(method, place),
            Action::ExpectNull => self.expect_answer("null", |answer| {
                answer.get("result").is_some_and(Value::is_null)
            }),
            Action::ExpectSome(text) => {
                let text = text.as_deref().unwrap_or_default();
                let what = format!("something with {text:?}");
                self.expect_answer(&what, |answer| is_some(answer, text))
            }
            Action::AskUntilSome(text) => self.ask_until_some(text.as_deref().unwrap_or_default()),
            Action::ExpectError(text) => {
                self.expect_answer(&format!("an error with {text:?}"), |answer| {
                    let message = answer["error"]["message"].as_str();
                    message.is_some_and(|message| message.contains(text))
                })
            }
            Action::ExpectNoAnswer(limit) => self.expect_no_answer(*limit),
            Action::Edit { file, edit, how } => self.edit(file, edit, *how),
            Action::EditOutside(file) => self.edit_outside(file),
            Action::Save(file) => self.save(file),
            Action::Write(file) => self.write(file),
            Action::Delete(file) => self.delete(file),
            Action::Configure(text) => {
                let settings = self.stage.json(text)?;
                self.session.configure(settings);
                Ok(())
            }
            Action::Signal(signal) => {
                let gopls = self.session.server("gopls");
                gopls.signal(match signal {
                    Signal::Stop => rustix::process::Signal::STOP,
                    Signal::Continue => rustix::process::Signal::CONT,
                });
                Ok(())
            }
            Action::Wait(time) => {
                thread::sleep(*time);
                Ok(())
            }
            Action::Expect(expected) => self.expect(expected),
            Action::ExpectCleared(code) => self.expect_cleared(*code),
            Action::ExpectNone => self.expect_none(),
        }
    }

    /// What the session has said so far and what goplens has found, for a complaint.
    pub(crate) fn so_far(&self) -> String {
        let sessions = fs::read_dir(self.session.state().join(trace::SESSIONS));
        let found: String = sessions
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|session| fs::read_to_string(session.path().join("findings.jsonl")).ok())
            .collect();
        format!("{}\n  found:\n{found}", self.session.so_far())
    }

    fn open(&mut self, file: &str) -> Result<(), String> {
        let path = self.stage.path(file)?;
        // An editor also brings back what was open in a folder that has gone.
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => match self.case.text(file) {
                Some(text) => text.to_owned(),
                None => return Err(format!("{}: {error}", path.display())),
            },
        };
        let document = json!({
            "uri": stage::uri(&path),
            "languageId": language(&path),
            "version": 1,
            "text": text,
        });
        self.session
            .notify("textDocument/didOpen", json!({ "textDocument": document }));
        self.documents.insert(path, Document { version: 1, text });
        Ok(())
    }

    fn close(&mut self, file: &str) -> Result<(), String> {
        let path = self.stage.path(file)?;
        self.documents
            .remove(&path)
            .ok_or_else(|| format!("{file} is not open"))?;
        self.session.notify(
            "textDocument/didClose",
            json!({ "textDocument": { "uri": stage::uri(&path) } }),
        );
        Ok(())
    }

    fn ask(&mut self, method: &'static str, place: &Place) -> Result<(), String> {
        let (line, character) = self.position(&place.file, &place.spot)?;
        let mut params = json!({
            "textDocument": { "uri": self.stage.uri(&place.file)? },
            "position": { "line": line, "character": character },
        });
        if method == "textDocument/references" {
            params["context"] = json!({ "includeDeclaration": true });
        }
        let id = self.session.ask(method, params.clone());
        self.asked.push(Asked { id, method, params });
        Ok(())
    }

    fn answer(&self, asked: &Asked, limit: Duration) -> Option<Value> {
        self.session.look_for(limit, |book| {
            book.responses(&asked.id).next().map(|note| note.value())
        })
    }

    fn last_asked(&self) -> Result<&Asked, String> {
        let last = self.asked.last();
        last.ok_or_else(|| "nothing has been asked yet".to_owned())
    }

    fn expect_answer(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Result<(), String> {
        let asked = self.last_asked()?;
        let answer = self
            .answer(asked, PATIENCE)
            .ok_or_else(|| format!("{} is not answered", asked.method))?;
        match wanted(&answer) {
            true => Ok(()),
            false => Err(format!("the answer is not {what} but {answer}")),
        }
    }

    /// Asks the last question again and again, as a user does who waits for a reload.
    fn ask_until_some(&mut self, text: &str) -> Result<(), String> {
        let limit = Instant::now() + PATIENCE;
        loop {
            let last = self.last_asked()?.clone();
            let answer = self.answer(&last, PATIENCE);
            let answer = answer.ok_or_else(|| format!("{} is not answered", last.method))?;
            if is_some(&answer, text) {
                return Ok(());
            }
            if Instant::now() > limit {
                return Err(format!(
                    "the answer never is something with {text:?}: {answer}"
                ));
            }
            thread::sleep(AGAIN);
            let id = self.session.ask(last.method, last.params.clone());
            self.asked.push(Asked { id, ..last });
        }
    }

    fn expect_no_answer(&self, limit: Duration) -> Result<(), String> {
        let asked = self.last_asked()?;
        match self.answer(asked, limit) {
            None => Ok(()),
            Some(answer) => Err(format!("there is an answer: {answer}")),
        }
    }

    fn document(&mut self, file: &str) -> Result<(PathBuf, &mut Document), String> {
        let path = self.stage.path(file)?;
        let document = self.documents.get_mut(&path);
        let document = document.ok_or_else(|| format!("{file} is not open"))?;
        Ok((path, document))
    }

    fn edit(&mut self, file: &str, edit: &Edit, how: How) -> Result<(), String> {
        let (path, document) = self.document(file)?;
        let at = only(&document.text, &edit.old)?;
        let end = at + edit.old.len();
        let range = json!({
            "start": position(&document.text, at),
            "end": position(&document.text, end),
        });
        document.text.replace_range(at..end, &edit.new);
        let times = match how {
            How::Never => 0,
            How::Twice => 2,
            How::Well | How::WithVersion(_) => 1,
        };
        let change = json!({ "range": range, "text": edit.new });
        for _ in 0..times {
            let (_, document) = self.document(file)?;
            document.version = match how {
                How::WithVersion(version) => version.into(),
                _ => document.version + 1,
            };
            let version = document.version;
            self.change(&path, version, &change);
        }
        Ok(())
    }

    fn edit_outside(&mut self, file: &str) -> Result<(), String> {
        let (path, document) = self.document(file)?;
        document.version += 1;
        let version = document.version;
        let line = document.text.lines().count() + 100;
        let place = json!({ "line": line, "character": 0 });
        let change = json!({ "range": { "start": place, "end": place }, "text": "// Far out.\n" });
        self.change(&path, version, &change);
        Ok(())
    }

    fn change(&mut self, path: &Path, version: i64, change: &Value) {
        self.session.notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": stage::uri(path), "version": version },
                "contentChanges": [change],
            }),
        );
    }

    fn save(&mut self, file: &str) -> Result<(), String> {
        let (path, document) = self.document(file)?;
        let text = document.text.clone();
        let new = self.stage.write(file, &text)?;
        self.session.notify(
            "textDocument/didSave",
            json!({ "textDocument": { "uri": stage::uri(&path) } }),
        );
        self.watched(&path, if new { 1 } else { 2 });
        Ok(())
    }

    fn write(&mut self, file: &str) -> Result<(), String> {
        let later = format!("{LATER}{file}");
        let text = self.case.text(&later);
        let text = text.ok_or_else(|| format!("the case has no file {later}"))?;
        let new = self.stage.write(file, text)?;
        let path = self.stage.path(file)?;
        self.watched(&path, if new { 1 } else { 2 });
        Ok(())
    }

    fn delete(&mut self, file: &str) -> Result<(), String> {
        let path = self.stage.path(file)?;
        stage::remove(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        self.watched(&path, 3);
        Ok(())
    }

    /// Tells of a file on disk: 1 it is new, 2 it has changed, 3 it has gone.
    fn watched(&mut self, path: &Path, kind: u8) {
        let change = json!({ "uri": stage::uri(path), "type": kind });
        self.session.notify(
            "workspace/didChangeWatchedFiles",
            json!({ "changes": [change] }),
        );
    }

    fn expect(&mut self, expected: &Expected) -> Result<(), String> {
        let code = expected.code.as_str();
        let file = match &expected.file {
            Some(file) => Some(self.stage.path(file)?),
            None => None,
        };
        let place = match (&expected.file, &expected.spot) {
            (Some(file), Some(spot)) => Some(self.position(file, spot)?),
            _ => None,
        };
        let says = expected.says.iter().map(|text| self.stage.expand(text));
        let says = says.collect::<Result<Vec<_>, _>>()?;
        let shown = self.session.look_for(PATIENCE, |book| {
            Shown::now(book).into_iter().find(|shown| {
                shown.code() == code
                    && file
                        .as_ref()
                        .is_none_or(|file| shown.path().as_ref() == Some(file))
                    && place.is_none_or(|place| shown.covers(place))
                    && says.iter().all(|text| shown.message().contains(text))
            })
        });
        let shown = shown.ok_or_else(|| {
            let now = Shown::now(&self.session.book());
            format!("{code} is not shown as expected; what is shown: {now:#?}")
        })?;
        shown.check_page()?;
        self.found.push((expected.code, self.asked.last().cloned()));
        Ok(())
    }

    fn expect_cleared(&self, code: Code) -> Result<(), String> {
        let cleared = self.session.look_for(PATIENCE, |book| {
            let still = |shown: &Shown| shown.code() == code.as_str();
            (!Shown::now(book).iter().any(still)).then_some(())
        });
        cleared.ok_or_else(|| format!("{} is still shown", code.as_str()))
    }

    fn expect_none(&self) -> Result<(), String> {
        let limit = Instant::now() + PATIENCE;
        let left = || limit.saturating_duration_since(Instant::now());
        self.session
            .look_for(left(), |book| loaded(book).then_some(()))
            .ok_or("the workspace is still being loaded")?;
        for asked in &self.asked {
            self.answer(asked, left())
                .ok_or_else(|| format!("{} is not answered", asked.method))?;
        }
        thread::sleep(GRACE);
        match Shown::now(&self.session.book()).as_slice() {
            [] => Ok(()),
            shown => Err(format!("nothing is wrong, and this is shown: {shown:#?}")),
        }
    }

    /// A place in a file, from 0, as the editor has the file.
    fn position(&self, file: &str, spot: &Spot) -> Result<(usize, usize), String> {
        let needle = match spot {
            Spot::At(line, column) => {
                let from_zero = |number: u32| number.saturating_sub(1) as usize;
                return Ok((from_zero(*line), from_zero(*column)));
            }
            Spot::Needle(needle) => needle,
        };
        let path = self.stage.path(file)?;
        let text = match self.documents.get(&path) {
            Some(document) => document.text.clone(),
            None => {
                fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?
            }
        };
        let (before, behind) = needle.split_once('^').unwrap_or(("", needle));
        let at = only(&text, &format!("{before}{behind}"))? + before.len();
        Ok(line_and_unit(&text, at))
    }
}

/// Whether every load that was begun has ended, and there was one if there had to be one.
fn loaded(book: &Book) -> bool {
    let mut begun = BTreeMap::new();
    for note in book.received_of("$/progress") {
        let params = &note.value()["params"];
        let token = params["token"].to_string();
        let value = &params["value"];
        if value["title"] == "Setting up workspace" {
            begun.insert(token, false);
        } else if value["kind"] == "end"
            && let Some(ended) = begun.get_mut(&token)
        {
            *ended = true;
        }
    }
    !begun.is_empty() && begun.values().all(|ended| *ended)
}

/// Whether an answer has something in it, and this text.
fn is_some(answer: &Value, text: &str) -> bool {
    let result = &answer["result"];
    let nothing = result.is_null() || *result == json!([]) || *result == json!({});
    !nothing && result.to_string().contains(text)
}

/// Where a text stands, if it stands there once.
fn only(text: &str, needle: &str) -> Result<usize, String> {
    match text.match_indices(needle).collect::<Vec<_>>()[..] {
        [(at, _)] => Ok(at),
        [] => Err(format!("{needle:?} is not in the file")),
        ref all => Err(format!("{needle:?} is in the file {} times", all.len())),
    }
}

fn line_and_unit(text: &str, at: usize) -> (usize, usize) {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[..at].matches('\n').count();
    (line, text[start..at].encode_utf16().count())
}

fn position(text: &str, at: usize) -> Value {
    let (line, character) = line_and_unit(text, at);
    json!({ "line": line, "character": character })
}

fn language(path: &Path) -> &'static str {
    let name = path.file_name().unwrap_or_default();
    match name.to_str() {
        Some("go.mod") => "go.mod",
        Some("go.work") => "go.work",
        Some("go.sum") => "go.sum",
        _ => "go",
    }
}

/// The parameters of `initialize`, as an editor of today has them.
fn initialize(stage: &Stage) -> Value {
    let folders: Vec<Value> = stage
        .folders
        .iter()
        .map(|folder| json!({ "uri": stage::uri(folder), "name": folder.file_name().map(|name| name.to_string_lossy()) }))
        .collect();
    let root = folders.first().map(|folder| folder["uri"].clone());
    json!({
        "processId": std::process::id(),
        "clientInfo": { "name": stage.client, "version": "1.99" },
        "rootUri": root,
        "workspaceFolders": if folders.is_empty() { Value::Null } else { folders.into() },
        "initializationOptions": stage.settings,
        "capabilities": {
            "general": { "positionEncodings": ["utf-16"] },
            "window": { "workDoneProgress": true, "showDocument": { "support": true } },
            "workspace": {
                "applyEdit": true,
                "configuration": true,
                "workspaceFolders": true,
                "didChangeConfiguration": { "dynamicRegistration": true },
                "didChangeWatchedFiles": { "dynamicRegistration": true },
            },
            "textDocument": {
                "definition": { "linkSupport": true },
                "hover": { "contentFormat": ["markdown", "plaintext"] },
                "publishDiagnostics": {
                    "relatedInformation": true,
                    "versionSupport": false,
                    "codeDescriptionSupport": true,
                    "dataSupport": true,
                    "tagSupport": { "valueSet": [1, 2] },
                },
                "codeAction": {
                    "codeActionLiteralSupport": {
                        "codeActionKind": { "valueSet": ["", "quickfix", "refactor", "source"] },
                    },
                    "isPreferredSupport": true,
                    "dataSupport": true,
                    "resolveSupport": { "properties": ["edit"] },
                },
            },
        },
    })
}
