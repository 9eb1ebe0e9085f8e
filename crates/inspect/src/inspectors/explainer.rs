//! Why a request about a place gave nothing, and why a workspace does not load.

mod about;
mod case;
mod cases;
mod failure;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use protocol::traffic::{Kind, Outcome};
use protocol::{Method, MethodSet};
use serde_json::Value;
use trace::finding::Finding;

use crate::Inspector;
use crate::event::{Event, Learned, Seen};
use crate::inspectors::EXPLAINED;
use crate::report::{Key, Look, Report};
use crate::session::{Session, documents};
use about::About;
use case::Case;
use cases::Cases;

/// How long things must be quiet before what was found is looked at again: an edit comes in many
/// changes, and gopls needs a moment to take up a saved file.
const QUIET: Duration = Duration::from_millis(400);

/// How far apart such looks are at least.
const APART: Duration = Duration::from_secs(1);

/// How soon what was found is looked at again where the client does not tell of changed files. While
/// nothing is heard this doubles each time, up to the longest.
const UNWATCHED: Duration = Duration::from_secs(5);
const UNWATCHED_LONGEST: Duration = Duration::from_secs(320);

/// Looks into requests that gave nothing and into loads that failed, and looks again when something
/// changes: what is not so any more is cleared.
#[derive(Default)]
pub(crate) struct Explainer {
    cases: Cases,
    /// The number of the question that was asked last.
    number: u64,
    /// The question that is being looked into, and the number of its case.
    asked: Option<(u64, u64)>,
    /// The questions for more about something that was found.
    closer: BTreeMap<u64, Key>,
    /// When to look again, and at what.
    again: Option<Instant>,
    about: About,
    looked: Option<Instant>,
    /// How long to wait until that is done though nothing was heard of a change.
    unwatched: Option<Duration>,
    /// Whether the user waits to hear what comes of it.
    announce: bool,
}

impl Inspector for Explainer {
    fn name(&self) -> &'static str {
        "explainer"
    }

    fn interests(&self) -> MethodSet {
        let mut set: MethodSet = EXPLAINED.into_iter().collect();
        set.extend([
            Method::TEXT_DOCUMENT_DID_CHANGE,
            Method::TEXT_DOCUMENT_DID_CLOSE,
            Method::TEXT_DOCUMENT_DID_SAVE,
            Method::TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
            Method::WORKSPACE_CONFIGURATION,
            Method::WORKSPACE_DID_CHANGE_WATCHED_FILES,
            Method::WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
            Method::WINDOW_LOG_MESSAGE,
            Method::WINDOW_SHOW_MESSAGE,
            Method::PROGRESS,
        ]);
        set
    }

    fn on_event(&mut self, session: &Session, event: &Event<'_>, report: &mut Report) {
        let now = match event {
            Event::Message(seen) => {
                self.message(session, seen, report);
                seen.now
            }
            Event::Tick(now) => {
                self.tick(session, *now);
                *now
            }
            Event::Learned(learned) => {
                self.learned(session, learned, report);
                Instant::now()
            }
            Event::CheckAgain => {
                self.again = Some(Instant::now());
                self.about.all = true;
                self.announce = true;
                report.looks_again();
                return;
            }
            Event::Pulse(_) => return,
        };
        self.next(session, now, report);
    }
}

impl Explainer {
    fn message(&mut self, session: &Session, seen: &Seen, report: &mut Report) {
        let Some(method) = &seen.message.method else {
            return;
        };
        if EXPLAINED.contains(method) {
            if seen.message.kind == Kind::Response {
                self.answered(session, seen, report);
            }
            return;
        }
        match *method {
            Method::TEXT_DOCUMENT_DID_CHANGE => self.changed(seen, report),
            Method::TEXT_DOCUMENT_DID_CLOSE => {
                if let Some(uri) = seen.body["params"]["textDocument"]["uri"].as_str() {
                    self.cases.close(|case| case.is_in(uri), report);
                }
            }
            _ => {}
        }
        if self.take_up(method, seen) {
            let quiet = seen.now + QUIET;
            let earliest = self.looked.map_or(quiet, |looked| looked + APART);
            self.again = Some(quiet.max(earliest));
            self.unwatched = None;
        }
    }

    /// Notes what a message may change of what was found; tells whether it may at all.
    fn take_up(&mut self, method: &Method, seen: &Seen) -> bool {
        let params = &seen.body["params"];
        let about = &mut self.about;
        match *method {
            Method::TEXT_DOCUMENT_DID_CHANGE => {
                about.documents.extend(text(&params["textDocument"]["uri"]));
            }
            Method::TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS => {
                let uri = text(&params["uri"]);
                let of_module =
                    |uri: &String| uri.ends_with("/go.mod") || uri.ends_with("/go.work");
                about.all |= uri.as_ref().is_some_and(of_module);
                about.documents.extend(uri);
            }
            // gopls logs a lot; of interest is what it has loaded.
            Method::WINDOW_LOG_MESSAGE => {
                let text = params["message"].as_str().unwrap_or_default();
                if !text.contains("go/packages.Load #") {
                    return false;
                }
                about.unexplained = true;
            }
            Method::PROGRESS if params["value"]["kind"] == "report" => return false,
            Method::WORKSPACE_CONFIGURATION if seen.message.kind == Kind::Request => return false,
            _ => about.all = true,
        }
        true
    }

    fn answered(&mut self, session: &Session, seen: &Seen, report: &mut Report) {
        if let Some((failed, token)) = failure::read(session, seen) {
            let method = seen.message.method.clone();
            self.cases
                .add(Case::of(failed, token, method, seen.at, seen.now));
        } else if seen.message.outcome == Some(Outcome::Ok) && !self.cases.is_empty() {
            // What was found at this place is not so any more, and the rest of the document is worth
            // another look.
            if let Some((uri, position)) = failure::place(session, seen) {
                self.cases.close(|case| case.is_at(&uri, position), report);
                self.about.documents.insert(uri);
                self.again = self.again.or(Some(seen.now + QUIET));
            }
        }
    }

    /// Findings move with the text; one whose place was edited is gone, until it is asked for again.
    fn changed(&mut self, seen: &Seen, report: &mut Report) {
        let params = &seen.body["params"];
        let uri = params["textDocument"]["uri"].as_str().unwrap_or_default();
        // gopls drops a message with a range that cannot be read: its text stays, and so do the places.
        let Ok(edits) = documents::edits(params) else {
            return;
        };
        for (range, text) in edits {
            let stays = |case: &mut Case| !case.is_in(uri) || case.edit(range, text);
            self.cases.keep(stays, report);
        }
        for finding in self.cases.shown_in(uri) {
            report.raise(finding);
        }
    }

    fn tick(&mut self, session: &Session, now: Instant) {
        let due = self.again.is_some_and(|again| again <= now);
        let unwatched = self.is_unwatched(session, now);
        if !(due || unwatched) || session.loads.go_on(now) || self.asked.is_some() {
            return;
        }
        self.again = None;
        self.looked = Some(now);
        let mut about = std::mem::take(&mut self.about);
        if unwatched {
            about.all = true;
            let longer = self.unwatched.map_or(UNWATCHED, |wait| wait * 2);
            self.unwatched = Some(longer.min(UNWATCHED_LONGEST));
        }
        if session.said.is_trouble() {
            self.cases.add_load(session, now);
        }
        self.cases.look_again(session, &about, now);
    }

    /// Whether it is time to look again because the client would not tell of a changed file.
    fn is_unwatched(&self, session: &Session, now: Instant) -> bool {
        let watched = Method::WORKSPACE_DID_CHANGE_WATCHED_FILES;
        let wait = self.unwatched.unwrap_or(UNWATCHED);
        let long = |looked: Instant| now.saturating_duration_since(looked) >= wait;
        !self.cases.is_empty()
            && !session.registrations.has(&watched)
            && self.looked.is_none_or(long)
    }

    /// Looks into the next one, where nothing is being looked into and no load goes on, which may make
    /// it good by itself.
    fn next(&mut self, session: &Session, now: Instant, report: &mut Report) {
        if self.asked.is_some() || session.loads.go_on(now) {
            return;
        }
        let Some(case) = self.cases.next() else {
            if self.announce && self.again.is_none() {
                self.announce = false;
                report.has_looked();
            }
            return;
        };
        let Some(workspace) = case.workspace(session) else {
            return;
        };
        self.number += 1;
        self.asked = Some((self.number, case.number));
        report.look(Look::Explain {
            number: self.number,
            workspace: Box::new(workspace),
            views: session.peers.offers("gopls.views"),
        });
    }

    fn learned(&mut self, session: &Session, learned: &Learned, report: &mut Report) {
        match learned {
            Learned::Explained { number, findings } => {
                if let Some((_, case)) = self.asked.take_if(|(asked, _)| asked == number) {
                    self.explained(session, case, findings.clone(), report);
                }
            }
            Learned::Closer { number, finding } => {
                let key = self.closer.remove(number);
                if let (Some(key), Some(finding)) = (key, finding) {
                    self.cases.replace(&key, finding.clone(), report);
                }
            }
            Learned::Found { .. }
            | Learned::Examined { .. }
            | Learned::Proxy { .. }
            | Learned::Saved(_)
            | Learned::Versions { .. } => {}
        }
    }

    fn explained(
        &mut self,
        session: &Session,
        number: u64,
        findings: Vec<Finding>,
        report: &mut Report,
    ) {
        let news = self.cases.found(number, findings, report);
        // One that was edited or closed meanwhile has no news.
        let Some(case) = self.cases.get(number) else {
            return;
        };
        for finding in news {
            if let Some(workspace) = case.workspace(session) {
                self.number += 1;
                self.closer.insert(self.number, Key::of(&finding));
                report.look(Look::Closer {
                    number: self.number,
                    workspace: Box::new(workspace),
                    found: finding.clone(),
                });
            }
            report.raise_in(finding, case.folder.clone());
        }
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use doctor::{Failed, source};
    use protocol::Direction;
    use protocol::traffic::{AtServer, Message};
    use serde_json::json;
    use trace::finding::Position;

    use super::*;

    const URI: &str = "file:///m/a.go";

    fn change(changes: Value) -> Seen {
        let params = json!({ "textDocument": { "uri": URI }, "contentChanges": changes });
        Seen {
            at: None,
            message: Message {
                direction: Direction::ClientToServer,
                kind: Kind::Notification,
                method: Some(Method::TEXT_DOCUMENT_DID_CHANGE),
                id: None,
                size: 0,
                body: None,
                at_server: AtServer::Same,
                checked: true,
                latency: None,
                outcome: None,
                asked: None,
                made_here: false,
            },
            body: json!({ "params": params }),
            time: SystemTime::UNIX_EPOCH,
            now: Instant::now(),
        }
    }

    #[test]
    fn a_change_that_gopls_drops_moves_nothing() {
        let failed = Failed {
            uri: URI.into(),
            path: "/m/a.go".into(),
            text: "package a".into(),
            position: Position::new(0, 8),
            error: None,
            answer: None,
            diagnostics: vec![],
        };
        let token = source::token_at(&failed.text, failed.position);
        let mut explainer = Explainer::default();
        let case = Case::of(failed, token, None, None, Instant::now());
        explainer.cases.add(case);
        let whole = json!({ "text": "" });
        let unreadable = json!({ "range": { "start": { "line": "0" } }, "text": "x" });
        let report = &mut Report::default();
        explainer.changed(&change(json!([whole, unreadable])), report);
        assert!(!explainer.cases.is_empty());
        explainer.changed(&change(json!([whole])), report);
        assert!(explainer.cases.is_empty());
    }
}
