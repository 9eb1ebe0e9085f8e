//! Plays the session of a case.

mod documents;
mod fix;
mod greeting;
mod questions;
mod text;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use trace::finding::Code;
use wire::Id;

use crate::book::Book;
use crate::lab::case::Case;
use crate::lab::doctor::Doctor;
use crate::lab::player::greeting::initialize;
use crate::lab::player::questions::is_some;
use crate::lab::shown::Shown;
use crate::lab::stage::Stage;
use crate::lab::verb::{Action, Expected, Signal};
use crate::session::{PATIENCE, Session};

/// How long nothing may be found after all is answered, before it counts as nothing.
const GRACE: Duration = Duration::from_millis(2500);

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
    /// The last of them.
    shown: Option<Shown>,
    doctor: Doctor<'a>,
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) id: Id,
    pub(crate) method: String,
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
            shown: None,
            doctor: Doctor::new(case, stage),
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
            Action::OpenFolder(folder) => self.change_folders(Some(folder), None),
            Action::CloseFolder(folder) => self.change_folders(None, Some(folder)),
            Action::Ask { method, place } => self.ask(method, place),
            Action::Say {
                asks,
                method,
                params,
            } => self.say(*asks, method, params),
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
            Action::ExpectNoted { code, says } => self.expect_noted(*code, says),
            Action::Fix(title) => self.fix(title),
            Action::ExpectCleared(code) => self.expect_cleared(*code),
            Action::ExpectNone => self.expect_none(),
            Action::Doctor(examine) => self.doctor.play(examine),
        }
    }

    /// What the session has said so far and what goplens has found, for a complaint.
    pub(crate) fn so_far(&self) -> String {
        let found = self.found_so_far();
        format!("{}\n  found:\n{found}", self.session.so_far())
    }

    /// The lines of `findings.jsonl`.
    fn found_so_far(&self) -> String {
        let sessions = fs::read_dir(self.session.state().join(trace::SESSIONS));
        let sessions = sessions.into_iter().flatten().flatten();
        sessions
            .filter_map(|session| fs::read_to_string(session.path().join("findings.jsonl")).ok())
            .collect()
    }

    fn expect(&mut self, expected: &Expected) -> Result<(), String> {
        let code = expected.code.as_str();
        let severity = expected.severity.map(|severity| severity as u64);
        let uri = match &expected.file {
            Some(file) => Some(self.stage.uri(file)?),
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
                    && uri.as_ref().is_none_or(|uri| shown.uri == *uri)
                    && severity.is_none_or(|severity| shown.severity() == Some(severity))
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
        self.shown = Some(shown);
        Ok(())
    }

    /// A finding is on record and in the log, and is not shown.
    fn expect_noted(&mut self, code: Code, says: &[String]) -> Result<(), String> {
        let says = says.iter().map(|text| self.stage.expand(text));
        let says = says.collect::<Result<Vec<_>, _>>()?;
        let is_meant = |line: &&str| {
            let noted: Value = serde_json::from_str(line).unwrap_or_default();
            noted["finding"]["code"] == code.as_str() && says.iter().all(|text| line.contains(text))
        };
        let noted = self.session.look_for(PATIENCE, |_| {
            let found = self.found_so_far();
            found.lines().find(is_meant).map(str::to_owned)
        });
        let name = code.as_str();
        noted.ok_or_else(|| format!("{name} is not on record as expected"))?;
        self.session.logged(&format!("goplens: {name}: "));
        if let Some(shown) = Shown::now(&self.session.book())
            .iter()
            .find(|shown| shown.code() == name)
        {
            return Err(format!(
                "it is for the record alone, and is shown: {shown:?}"
            ));
        }
        self.found.push((code, self.asked.last().cloned()));
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
