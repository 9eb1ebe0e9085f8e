//! What is wrong with the machine under a session: its caches, its settings and, where a load fails or hangs,
//! its network. The exams of `goplens doctor` look for it, in the background.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use protocol::traffic::Kind;
use protocol::{Direction, Method, MethodSet};
use serde_json::Value;
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
            Event::CheckAgain => {
                self.due = Some(Instant::now());
                report.looks_again();
            }
            Event::Learned(Learned::Found { findings }) => self.found(findings, report),
            Event::Learned(Learned::Examined {
                looked_for,
                findings,
            }) => {
                self.running = false;
                self.learned(looked_for, findings, report);
                // One that ran already when the user asked for it is followed by another.
                if self.due.is_none() {
                    report.has_looked();
                }
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
                let goes_on = session.loads.any_unended();
                self.progress(&seen.body["params"]["value"], goes_on, seen.now);
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

    fn progress(&mut self, value: &Value, goes_on: bool, now: Instant) {
        let failed = has_failed(value);
        self.troubled |= failed;
        let over = value["kind"] == "end" && !goes_on;
        // What else ends, such as a test that the user runs, is no load. What was found may be mended by a load that
        // goes well.
        if failed || (over && (!self.examined || !self.raised.is_empty())) {
            // Why a load has failed is looked into first, and may say it all.
            let wait = if self.troubled { SOON } else { Duration::ZERO };
            self.due = Some(now + wait);
        }
    }

    fn look(&mut self, session: &Session, report: &mut Report) {
        self.due = None;
        let workspaces = session.workspaces().into_iter();
        let workspaces: Vec<_> = workspaces.map(|(_, workspace)| workspace).collect();
        if workspaces.is_empty() {
            return report.has_looked();
        }
        (self.examined, self.running) = (true, true);
        report.look(Look::Examine {
            workspaces,
            network: self.troubled,
        });
    }

    fn learned(&mut self, looked_for: &[Code], findings: &[Finding], report: &mut Report) {
        let found: BTreeSet<_> = findings.iter().map(key).collect();
        // What could not be told this time may well be as it was.
        let gone = |key: &(Code, String)| looked_for.contains(&key.0) && !found.contains(key);
        for key in self.raised.iter().filter(|key| gone(key)) {
            report.clear(key.0, &key.1, None);
        }
        self.raised.retain(|key| !gone(key));
        self.found(findings, report);
    }

    fn found(&mut self, findings: &[Finding], report: &mut Report) {
        for finding in findings {
            report.raise_unless_known(finding.clone());
        }
        self.raised.extend(findings.iter().map(key));
    }
}

fn key(finding: &Finding) -> (Code, String) {
    (finding.code, finding.subject.clone())
}

/// Whether gopls says by this progress that a load has failed.
fn has_failed(value: &Value) -> bool {
    ["title", "message"].iter().any(|name| {
        let words = value[*name].as_str().unwrap_or_default();
        words.starts_with("Error loading")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::Step;

    fn told(examiner: &mut Examiner, looked_for: &[Code], subjects: &[&str]) -> Vec<String> {
        let looked_for = looked_for.to_vec();
        let findings = found(subjects);
        hears(
            examiner,
            &Learned::Examined {
                looked_for,
                findings,
            },
        )
    }

    fn found(subjects: &[&str]) -> Vec<Finding> {
        let finding = |subject: &&str| Finding::new(Code::NoModule, "A.", "B.").about(*subject);
        subjects.iter().map(finding).collect()
    }

    fn hears(examiner: &mut Examiner, learned: &Learned) -> Vec<String> {
        let mut report = Report::default();
        examiner.on_event(&Session::default(), &Event::Learned(learned), &mut report);
        let name = |step: &Step| match step {
            Step::RaiseUnlessKnown(finding) => Some(format!("raise {}", finding.subject)),
            Step::Clear(key) => Some(format!("clear {}", key.subject)),
            Step::HasLooked => None,
            other => Some(format!("{other:?}")),
        };
        report.steps.iter().filter_map(name).collect()
    }

    #[test]
    fn what_is_found_is_told_before_all_exams_have_ended() {
        let mut examiner = Examiner {
            running: true,
            ..Examiner::default()
        };
        let findings = found(&["a"]);
        assert_eq!(
            hears(&mut examiner, &Learned::Found { findings }),
            ["raise a"]
        );
        assert!(examiner.running);
        assert_eq!(told(&mut examiner, &[Code::NoModule], &["a"]), ["raise a"]);
        assert!(!examiner.running);
        assert_eq!(told(&mut examiner, &[Code::NoModule], &[]), ["clear a"]);
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

    /// How long after a load that ends with these words the machine is looked at.
    fn waits(mut examiner: Examiner, words: &str) -> Option<Duration> {
        let now = Instant::now();
        let value = json!({ "kind": "end", "message": words });
        examiner.progress(&value, false, now);
        examiner.due.map(|due| due - now)
    }

    #[test]
    fn it_has_looked_again_when_the_look_has_ended_that_was_asked_for() {
        let looked = |examiner: &mut Examiner, event: &Event<'_>| {
            let mut report = Report::default();
            examiner.on_event(&Session::default(), event, &mut report);
            report
                .steps
                .iter()
                .any(|step| matches!(step, Step::HasLooked))
        };
        let examined = || Learned::Examined {
            looked_for: Vec::new(),
            findings: Vec::new(),
        };
        let mut examiner = Examiner {
            running: true,
            ..Examiner::default()
        };
        assert!(!looked(&mut examiner, &Event::CheckAgain));
        assert!(
            !looked(&mut examiner, &Event::Learned(&examined())),
            "an earlier look"
        );
        // It is begun now; without a folder it is over at once.
        assert!(looked(&mut examiner, &Event::Tick(Instant::now())));
        assert!(looked(&mut examiner, &Event::Learned(&examined())));
    }

    #[test]
    fn the_first_load_is_followed_at_once_unless_it_fails_and_is_looked_into_itself() {
        let (loaded, failed) = (
            "Finished loading packages.",
            "Error loading packages: go: x",
        );
        assert_eq!(waits(Examiner::default(), loaded), Some(Duration::ZERO));
        assert_eq!(waits(Examiner::default(), failed), Some(SOON));
        let examined = || Examiner {
            examined: true,
            ..Examiner::default()
        };
        assert_eq!(waits(examined(), loaded), None);
        assert_eq!(waits(examined(), failed), Some(SOON));
    }

    #[test]
    fn gopls_says_that_a_load_has_failed() {
        let failed = |value: Value| has_failed(&value);
        assert!(failed(
            json!({ "kind": "end", "message": "Error loading packages: go: x" })
        ));
        assert!(failed(
            json!({ "kind": "begin", "title": "Error loading workspace" })
        ));
        assert!(!failed(
            json!({ "kind": "end", "message": "Finished loading packages." })
        ));
    }
}
