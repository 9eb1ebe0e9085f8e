//! Why a request about a place gave nothing, and why a workspace does not load.

mod case;
mod failure;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
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
use case::Case;

/// How long things must be quiet before what was found is looked at again: an edit comes in many
/// changes, and gopls needs a moment to take up a saved file.
const QUIET: Duration = Duration::from_millis(400);

/// How far apart such looks are at least.
const APART: Duration = Duration::from_secs(1);

/// How often what was found is looked at again where the client does not tell of changed files.
const UNWATCHED: Duration = Duration::from_secs(5);

/// How many failed requests may wait to be looked into; the oldest gives way.
const MOST_WAITING: usize = 4;

/// Looks into requests that gave nothing and into loads that failed, and looks again when something
/// changes: what is not so any more is cleared.
#[derive(Default)]
pub(crate) struct Explainer {
    /// The number of the question that was asked last.
    number: u64,
    /// What is being looked into.
    asked: Option<(u64, Case)>,
    /// What waits for that, or for a load.
    waiting: VecDeque<Case>,
    /// What was found, and holds as far as is known.
    open: Vec<Case>,
    /// The questions for more about something that was found.
    closer: BTreeMap<u64, Key>,
    /// The places where nothing was found, until something changes.
    unexplained: BTreeSet<String>,
    /// When to look again.
    again: Option<Instant>,
    looked: Option<Instant>,
    /// Whether gopls complained of a load that was not looked into yet.
    trouble: bool,
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
        match event {
            Event::Message(seen) => {
                self.message(session, seen, report);
                self.next(session, seen.now, report);
            }
            Event::Tick(now) => {
                self.tick(session, *now);
                self.next(session, *now, report);
            }
            Event::Learned(learned) => {
                self.learned(session, learned, report);
                self.next(session, Instant::now(), report);
            }
            Event::CheckAgain => {
                self.again = Some(Instant::now());
            }
            Event::Pulse(_) => {}
        }
    }
}

impl Explainer {
    fn message(&mut self, session: &Session, seen: &Seen, report: &mut Report) {
        self.trouble = session.said.is_trouble();
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
            Method::TEXT_DOCUMENT_DID_CLOSE => self.closed(seen, report),
            // gopls says a lot; what says nothing about files and loads changes nothing.
            Method::WINDOW_LOG_MESSAGE => {
                let text = seen.body["params"]["message"].as_str().unwrap_or_default();
                if text.contains("go/packages.Load #") {
                    self.something_changed(seen.now);
                }
            }
            Method::TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS => {
                if !self.open.is_empty() || is_of_module(&seen.body) {
                    self.something_changed(seen.now);
                }
            }
            Method::PROGRESS => {
                if seen.body["params"]["value"]["kind"] != "report" {
                    self.something_changed(seen.now);
                }
            }
            Method::WORKSPACE_CONFIGURATION if seen.message.kind == Kind::Request => {}
            _ => self.something_changed(seen.now),
        }
    }

    /// What was found may not be so any more, and what was not found may be.
    fn something_changed(&mut self, now: Instant) {
        let quiet = now + QUIET;
        let earliest = self.looked.map_or(quiet, |looked| looked + APART);
        self.again = Some(quiet.max(earliest));
    }

    fn answered(&mut self, session: &Session, seen: &Seen, report: &mut Report) {
        let good = seen.message.outcome == Some(Outcome::Ok);
        let Some(failure) = failure::read(session, seen) else {
            if good {
                self.succeeded(session, seen, report);
            }
            return;
        };
        let case = Case::of(failure, seen.message.method.clone(), seen.at);
        if case.is_of_pointing() && self.open.iter().any(|open| open.is_same_failure(&case)) {
            // Pointing here and there in a file that is explained already.
            return;
        }
        if self.unexplained.contains(&case.name()) {
            return;
        }
        self.waiting.retain(|waiting| waiting.name() != case.name());
        if self.waiting.len() == MOST_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(case);
    }

    /// A request gave something: what was found at its place is not so any more, and the rest is worth
    /// another look.
    fn succeeded(&mut self, session: &Session, seen: &Seen, report: &mut Report) {
        if self.open.is_empty() {
            return;
        }
        if let Some((uri, position)) = failure::place(session, seen) {
            let healed = |case: &Case| case.is_at(&uri, position);
            let (healed, open) = std::mem::take(&mut self.open).into_iter().partition(healed);
            self.open = open;
            self.close(healed, report);
        }
        if !self.open.is_empty() {
            self.again = self.again.or(Some(seen.now + QUIET));
        }
    }

    /// Findings move with the text; one whose place was edited is gone, until it is asked for again.
    fn changed(&mut self, seen: &Seen, report: &mut Report) {
        let params = &seen.body["params"];
        let uri = params["textDocument"]["uri"].as_str().unwrap_or_default();
        let changes = params["contentChanges"].as_array();
        for change in changes.into_iter().flatten() {
            let range = documents::range(change);
            let text = change["text"].as_str().unwrap_or_default();
            let mut touched = Vec::new();
            for mut case in std::mem::take(&mut self.open) {
                if !case.is_in(uri) {
                    self.open.push(case);
                } else if case.edit(range, text) {
                    for finding in case.moved(uri) {
                        report.raise(finding);
                    }
                    self.open.push(case);
                } else {
                    touched.push(case);
                }
            }
            self.close(touched, report);
        }
        self.something_changed(seen.now);
    }

    fn closed(&mut self, seen: &Seen, report: &mut Report) {
        let uri = seen.body["params"]["textDocument"]["uri"].as_str();
        let in_it = |case: &Case| uri.is_some_and(|uri| case.is_in(uri));
        let (gone, open) = std::mem::take(&mut self.open).into_iter().partition(in_it);
        self.open = open;
        self.close(gone, report);
    }

    /// What these cases found is cleared, unless another found it too.
    fn close(&mut self, cases: Vec<Case>, report: &mut Report) {
        for case in cases {
            for key in case.keys() {
                if !self
                    .open
                    .iter()
                    .any(|open| open.keys().any(|other| other == key))
                {
                    report.clear_key(key);
                }
            }
        }
    }

    fn tick(&mut self, session: &Session, now: Instant) {
        let unwatched = !self.open.is_empty()
            && !session
                .registrations
                .has(&Method::WORKSPACE_DID_CHANGE_WATCHED_FILES)
            && self
                .looked
                .is_none_or(|looked| now.saturating_duration_since(looked) >= UNWATCHED);
        let due = self.again.is_some_and(|again| again <= now);
        if !(due || unwatched) || session.loads.go_on(now) || self.asked.is_some() {
            return;
        }
        self.again = None;
        self.looked = Some(now);
        self.unexplained.clear();
        // They are looked into as if they had just failed, with what is known now.
        let mut waiting: VecDeque<Case> = std::mem::take(&mut self.open).into();
        for case in &mut waiting {
            case.refresh(session);
        }
        if self.trouble && !waiting.iter().any(|case| case.failed.is_none()) {
            waiting.push_back(Case::of_load());
        }
        waiting.append(&mut self.waiting);
        self.waiting = waiting;
    }

    /// Looks into the next one, where nothing is being looked into and no load goes on, which may make
    /// it good by itself.
    fn next(&mut self, session: &Session, now: Instant, report: &mut Report) {
        if self.asked.is_some() || session.loads.go_on(now) {
            return;
        }
        let Some(case) = self.waiting.pop_front() else {
            return;
        };
        let uri = case.failed.as_ref().map(|failed| failed.uri.as_str());
        let Some(workspace) = session.workspace(uri, case.failed.clone()) else {
            return;
        };
        self.number += 1;
        report.look(Look::Explain {
            number: self.number,
            workspace: Box::new(workspace),
            views: session.peers.offers("gopls.views"),
        });
        self.asked = Some((self.number, case));
    }

    fn learned(&mut self, session: &Session, learned: &Learned, report: &mut Report) {
        match learned {
            Learned::Explained { number, findings } => {
                let asked = self.asked.take_if(|(asked, _)| asked == number);
                if let Some((_, case)) = asked {
                    self.explained(session, case, findings.clone(), report);
                }
            }
            Learned::Closer { number, finding } => {
                let Some(key) = self.closer.remove(number) else {
                    return;
                };
                let of = self
                    .open
                    .iter_mut()
                    .find(|case| case.keys().any(|own| own == key));
                if let Some(case) = of {
                    let mut finding = finding.clone();
                    finding.at = case.at;
                    if Key::of(&finding) != key {
                        report.clear_key(key.clone());
                    }
                    case.replace(&key, finding.clone());
                    report.raise(finding);
                }
            }
            Learned::Proxy { .. } => {}
        }
    }

    fn explained(
        &mut self,
        session: &Session,
        mut case: Case,
        findings: Vec<Finding>,
        report: &mut Report,
    ) {
        let codes = findings
            .iter()
            .map(|finding| finding.code.as_str())
            .collect();
        if let (Some(method), Some(failed)) = (&case.method, &case.failed)
            && !case.is_looked_at_again()
        {
            report.explained(method, &failed.uri, codes);
        }
        let before: Vec<Key> = case.keys().collect();
        let news = case.found(findings);
        let now: Vec<Key> = case.keys().collect();
        // An older case with the same findings is the same fault, met again.
        self.open
            .retain(|open| !open.keys().any(|key| now.contains(&key)) || open.has_others(&now));
        for key in before.into_iter().filter(|key| !now.contains(key)) {
            if !self
                .open
                .iter()
                .any(|open| open.keys().any(|other| other == key))
            {
                report.clear_key(key);
            }
        }
        for finding in news {
            self.look_closer(session, &case, &finding, report);
            report.raise(finding);
        }
        if now.is_empty() {
            self.unexplained.insert(case.name());
        } else {
            self.open.push(case);
        }
    }

    fn look_closer(
        &mut self,
        session: &Session,
        case: &Case,
        finding: &Finding,
        report: &mut Report,
    ) {
        let uri = case.failed.as_ref().map(|failed| failed.uri.as_str());
        let Some(workspace) = session.workspace(uri, case.failed.clone()) else {
            return;
        };
        self.number += 1;
        self.closer.insert(self.number, Key::of(finding));
        report.look(Look::Closer {
            number: self.number,
            workspace: Box::new(workspace),
            found: finding.clone(),
        });
    }
}

fn is_of_module(body: &Value) -> bool {
    let uri = body["params"]["uri"].as_str().unwrap_or_default();
    uri.ends_with("/go.mod") || uri.ends_with("/go.work")
}
