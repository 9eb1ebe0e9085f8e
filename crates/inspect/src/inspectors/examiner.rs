//! What is wrong with the machine under a session: its caches, its settings and, where a load fails or hangs,
//! its network. The exams of `goplens doctor` look for it, in the background.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use protocol::traffic::Kind;
use protocol::{Direction, Method, MethodSet};
use trace::finding::{Code, Finding};

use crate::Inspector;
use crate::event::{Event, Learned, Seen};
use crate::report::{Look, Report};
use crate::session::Session;

/// When it is looked at the latest, counted from the client's `initialized`: a load can go on for minutes.
const LATEST: Duration = Duration::from_secs(10);

/// How long a load may go on before the network is looked at too.
const HANGS: Duration = Duration::from_secs(18);

/// How long after something that changes what would be found it is looked at: much comes at once then.
const SOON: Duration = Duration::from_secs(1);

/// Has the machine examined when gopls has loaded, and again when the settings or the folders change.
#[derive(Default)]
pub(crate) struct Examiner {
    /// When it is to be examined.
    due: Option<Instant>,
    /// When the network is to be examined too, unless the load has ended by then.
    hangs: Option<Instant>,
    /// Whether it was examined at all.
    examined: bool,
    /// Whether it is examined right now.
    running: bool,
    /// Whether a load has failed or hung, so that the network counts.
    troubled: bool,
    /// What was raised, by code and subject.
    raised: BTreeSet<(Code, String)>,
}

impl Inspector for Examiner {
    fn name(&self) -> &'static str {
        "examiner"
    }

    fn interests(&self) -> MethodSet {
        MethodSet::new()
            .with(Method::INITIALIZED)
            .with(Method::PROGRESS)
            .with(Method::WORKSPACE_CONFIGURATION)
            .with(Method::WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    }

    fn on_event(&mut self, session: &Session, event: &Event<'_>, report: &mut Report) {
        match event {
            Event::Message(seen) => self.message(session, seen),
            Event::Tick(now) => {
                if self.hangs.is_some_and(|hangs| hangs <= *now) {
                    self.hangs = None;
                    self.troubled |= session.loads.any_unended();
                    self.due = self.due.or(self.troubled.then_some(*now));
                }
                if !self.running && self.due.is_some_and(|due| due <= *now) {
                    self.look(session, report);
                }
            }
            Event::CheckAgain => self.due = Some(Instant::now()),
            Event::Learned(Learned::Examined {
                looked_for,
                findings,
            }) => {
                self.running = false;
                self.learned(looked_for, findings, report);
            }
            _ => {}
        }
    }
}

impl Examiner {
    fn message(&mut self, session: &Session, seen: &Seen) {
        match (&seen.message.method, seen.message.direction) {
            (Some(Method::INITIALIZED), _) => {
                self.due = Some(seen.now + LATEST);
                self.hangs = Some(seen.now + HANGS);
            }
            (Some(Method::PROGRESS), _) => {
                let value = &seen.body["params"]["value"];
                let failed = has_failed(value);
                self.troubled |= failed;
                let over = value["kind"] == "end" && !session.loads.any_unended();
                // What else ends, such as a test that the user runs, is no load. What was found may be mended by a
                // load that goes well.
                if failed || (over && (!self.examined || !self.raised.is_empty())) {
                    self.due = Some(seen.now + SOON);
                }
            }
            // At the start, gopls asks for its settings before it loads anything.
            (Some(Method::WORKSPACE_CONFIGURATION), Direction::ClientToServer)
                if self.examined && seen.message.kind == Kind::Response =>
            {
                self.due = Some(seen.now + SOON);
            }
            (Some(Method::WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS), _) if self.examined => {
                self.due = Some(seen.now + SOON);
            }
            _ => {}
        }
    }

    fn look(&mut self, session: &Session, report: &mut Report) {
        self.due = None;
        let workspaces = session.workspaces().into_iter();
        let workspaces: Vec<_> = workspaces.map(|(_, workspace)| workspace).collect();
        if workspaces.is_empty() {
            return;
        }
        (self.examined, self.running) = (true, true);
        report.look(Look::Examine {
            workspaces,
            network: self.troubled,
        });
    }

    fn learned(&mut self, looked_for: &[Code], findings: &[Finding], report: &mut Report) {
        let key = |finding: &Finding| (finding.code, finding.subject.clone());
        let found: BTreeSet<_> = findings.iter().map(key).collect();
        // What could not be told this time may well be as it was.
        let gone = |key: &(Code, String)| looked_for.contains(&key.0) && !found.contains(key);
        for key in self.raised.iter().filter(|key| gone(key)) {
            report.clear(key.0, &key.1, None);
        }
        self.raised.retain(|key| !gone(key));
        for finding in findings {
            report.raise_unless_known(finding.clone());
        }
        self.raised.extend(found);
    }
}

/// Whether gopls says by this progress that a load has failed.
fn has_failed(value: &serde_json::Value) -> bool {
    ["title", "message"].iter().any(|name| {
        let words = value[*name].as_str().unwrap_or_default();
        words.starts_with("Error loading")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Step;

    fn told(examiner: &mut Examiner, looked_for: &[Code], subjects: &[&str]) -> Vec<String> {
        let finding = |subject: &&str| Finding::new(Code::NoModule, "A.", "B.").about(*subject);
        let learned = Learned::Examined {
            looked_for: looked_for.to_vec(),
            findings: subjects.iter().map(finding).collect(),
        };
        let mut report = Report::default();
        examiner.on_event(&Session::default(), &Event::Learned(&learned), &mut report);
        let name = |step: &Step| match step {
            Step::RaiseUnlessKnown(finding) => format!("raise {}", finding.subject),
            Step::Clear(key) => format!("clear {}", key.subject),
            other => format!("{other:?}"),
        };
        report.steps.iter().map(name).collect()
    }

    #[test]
    fn what_is_not_found_any_more_is_cleared_if_it_was_looked_for() {
        let mut examiner = Examiner::default();
        let looked_for = [Code::NoModule];
        assert_eq!(
            told(&mut examiner, &looked_for, &["a", "b"]),
            ["raise a", "raise b"]
        );
        assert_eq!(told(&mut examiner, &[], &["b"]), ["raise b"]);
        assert_eq!(
            told(&mut examiner, &looked_for, &["b"]),
            ["clear a", "raise b"]
        );
        assert_eq!(told(&mut examiner, &looked_for, &[]), ["clear b"]);
        assert_eq!(told(&mut examiner, &looked_for, &[]), [""; 0]);
    }

    #[test]
    fn gopls_says_that_a_load_has_failed() {
        let failed = |value: serde_json::Value| has_failed(&value);
        assert!(failed(
            serde_json::json!({ "kind": "end", "message": "Error loading packages: go: x" })
        ));
        assert!(failed(
            serde_json::json!({ "kind": "begin", "title": "Error loading workspace" })
        ));
        assert!(!failed(
            serde_json::json!({ "kind": "end", "message": "Finished loading packages." })
        ));
    }
}
