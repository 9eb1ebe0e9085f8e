//! `gopls-not-responding`: gopls does nothing while somebody waits for it.

use std::time::{Duration, Instant};

use protocol::{MethodSet, Side};
use system::Activity;
use trace::finding::{Action, Code, Finding};

use crate::Inspector;
use crate::event::{Event, Pulse};
use crate::report::Report;
use crate::session::Session;

/// How long a request must have waited for a gopls that is stopped.
const STOPPED: Duration = Duration::from_secs(2);

/// How long gopls must have used no CPU while requests waited.
const IDLE: Duration = Duration::from_secs(10);

/// What counts as no CPU: its collector wakes now and then.
const NOTHING: Duration = Duration::from_millis(30);

/// Watches whether gopls works while somebody waits for it.
#[derive(Default)]
pub(crate) struct GoplsNotResponding {
    /// Since when it has used no CPU to speak of, and how much it had used by then.
    idle: Option<(Instant, Duration)>,
    raised: bool,
}

impl Inspector for GoplsNotResponding {
    fn name(&self) -> &'static str {
        "gopls-not-responding"
    }

    fn interests(&self) -> MethodSet {
        MethodSet::new()
    }

    fn on_event(&mut self, session: &Session, event: &Event<'_>, report: &mut Report) {
        let Event::Pulse(pulse) = event else { return };
        match self.look(session, pulse) {
            Some(finding) if !self.raised => {
                self.raised = true;
                report.raise(finding);
            }
            None if self.raised => {
                self.raised = false;
                report.clear(Code::GoplsNotResponding, "", None);
            }
            _ => {}
        }
    }
}

impl GoplsNotResponding {
    fn look(&mut self, session: &Session, pulse: &Pulse) -> Option<Finding> {
        let gopls = pulse.activity.as_ref()?;
        // A wrapper that passes the work on to another machine does nothing by nature.
        if !gopls.name.starts_with("gopls") {
            return None;
        }
        let asked = pulse.waiting.iter().find(|one| one.asker == Side::Client);
        // What gopls asked the editor is the editor's to answer.
        let owed = pulse.waiting.iter().any(|one| one.asker == Side::Server);
        let Some(asked) = asked else {
            self.idle = None;
            return None;
        };
        let waited = pulse.waited(asked);
        let of = format!("{} has waited for {} s", asked.method, waited.as_secs());
        if matches!(gopls.state, 'T' | 't') {
            return (waited >= STOPPED).then(|| {
                finding(
                    "gopls is stopped.",
                    "A process that is stopped does nothing at all.",
                )
                .evidence(format!(
                    "its state is {}: stopped, by a signal or a debugger",
                    gopls.state
                ))
                .evidence(of)
                .fix("Let it go on", Action::Shell("pkill -CONT gopls".into()))
                .fix("Restart the language server", Action::Hand(RESTART.into()))
            });
        }
        // One that would run if it could is not blocked: the machine is.
        let busy =
            gopls.state == 'R' || owed || session.loads.go_on(pulse.now) || has_children(gopls);
        let since = match self.idle {
            Some((since, used))
                if !busy && since >= pulse.awake && gopls.cpu.saturating_sub(used) < NOTHING =>
            {
                since
            }
            _ => {
                self.idle = (!busy).then_some((pulse.now, gopls.cpu));
                pulse.now
            }
        };
        let idle = pulse.now.saturating_duration_since(since);
        if busy || idle < IDLE || waited < IDLE {
            return None;
        }
        let found = finding(
            "gopls does nothing while a request waits for it.",
            "It neither works nor waits for the go command or the editor: it is blocked.",
        );
        Some(
            found
                .evidence(format!("it has used no CPU for {} s", IDLE.as_secs()))
                .evidence("it has no go command running, and loads nothing")
                .evidence(of)
                .fix("Restart the language server", Action::Hand(RESTART.into()))
                .fix(
                    "See which call blocks",
                    Action::Hand("Set `debug = true` in goplens's configuration: the next time its goroutines are kept beside the trace.".into()),
                ),
        )
    }
}

const RESTART: &str = "In VS Code the command is \"Go: Restart Language Server\".";

fn finding(title: &str, cause: &str) -> Finding {
    Finding::new(Code::GoplsNotResponding, title, cause)
}

/// The telemetry child is no work.
fn has_children(gopls: &Activity) -> bool {
    let telemetry = |command: &str| command.contains("** telemetry **");
    gopls
        .descendants
        .iter()
        .any(|child| !telemetry(&child.command))
}

#[cfg(test)]
mod tests {
    use protocol::Method;
    use wire::Id;

    use super::*;
    use crate::outlet::Waiting;

    fn activity(state: char, cpu_ms: u64) -> Activity {
        Activity {
            name: "gopls".into(),
            state,
            cpu: Duration::from_millis(cpu_ms),
            memory: 0,
            descendants: vec![],
        }
    }

    /// Whether it is found after `seconds` of pulses.
    fn found(seconds: u64, state: char, cpu_ms_a_second: u64, asker: Side) -> bool {
        let start = Instant::now();
        let mut inspector = GoplsNotResponding::default();
        (0..=seconds).any(|second| {
            let waiting = vec![Waiting {
                asker,
                id: Id::from(1),
                method: Method::TEXT_DOCUMENT_DEFINITION,
                since: start,
            }];
            let pulse = Pulse {
                awake: start,
                now: start + Duration::from_secs(second),
                waiting,
                activity: Some(activity(state, second * cpu_ms_a_second)),
            };
            inspector.look(&Session::default(), &pulse).is_some()
        })
    }

    #[test]
    fn one_that_is_stopped_or_blocked_is_found_and_one_that_works_is_not() {
        assert!(found(2, 'T', 0, Side::Client));
        assert!(!found(1, 'T', 0, Side::Client));
        assert!(found(11, 'S', 0, Side::Client));
        assert!(!found(9, 'S', 0, Side::Client));
        assert!(!found(60, 'S', 50, Side::Client));
        assert!(!found(60, 'R', 0, Side::Client));
        assert!(!found(60, 'S', 0, Side::Server));
    }
}
