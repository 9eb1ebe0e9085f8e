//! `load-stuck` and `load-slow`: a go command of gopls's that does not end.

use std::time::Duration;

use doctor::probe::Probe;
use protocol::{MethodSet, Side};
use system::Descendant;
use trace::finding::{Action, Code, Finding, Severity};

use crate::Inspector;
use crate::event::{Event, Learned, Pulse};
use crate::report::{Look, Report};
use crate::session::Session;

/// How old a go command of gopls's must be to be told of.
const LONG: Duration = Duration::from_secs(20);

/// When the module proxy is asked whether it answers, so that this is known by then.
const ASK: Duration = Duration::from_secs(18);

/// Watches the go commands that gopls runs.
#[derive(Default)]
pub(crate) struct Load {
    /// The go command that is watched, by its process id.
    watched: Option<u32>,
    /// What the module proxy said to it.
    probe: Option<Probe>,
    raised: bool,
}

impl Inspector for Load {
    fn name(&self) -> &'static str {
        "load"
    }

    fn interests(&self) -> MethodSet {
        MethodSet::new()
    }

    fn on_event(&mut self, session: &Session, event: &Event<'_>, report: &mut Report) {
        match event {
            Event::Learned(Learned::Proxy { probe }) => self.probe = Some(probe.clone()),
            Event::Pulse(pulse) => match long_go(session, pulse) {
                Some(go) => self.watch(session, go, report),
                None => self.end(report),
            },
            _ => {}
        }
    }
}

impl Load {
    fn watch(&mut self, session: &Session, go: &Descendant, report: &mut Report) {
        if self.watched != Some(go.pid) {
            self.end(report);
            self.watched = Some(go.pid);
            if let Some(workspace) = session.workspace(None, None) {
                let folder = workspace.folder.clone();
                report.look(Look::Proxy(Box::new(workspace), folder));
            }
        }
        if let (Some(probe), false, true) = (&self.probe, self.raised, go.age >= LONG) {
            self.raised = true;
            report.raise(finding(go, probe));
        }
    }

    /// Nothing takes long any more.
    fn end(&mut self, report: &mut Report) {
        if std::mem::take(&mut self.raised) {
            report.clear(Code::LoadStuck, "", None);
            report.clear(Code::LoadSlow, "", None);
        }
        self.watched = None;
        self.probe = None;
    }
}

/// The oldest go command of gopls's, if somebody waits for it and it takes long.
fn long_go<'a>(session: &Session, pulse: &'a Pulse) -> Option<&'a Descendant> {
    let asked = pulse.waiting.iter().any(|one| one.asker == Side::Client);
    if !asked && !session.loads.any_unended() {
        return None;
    }
    let children = pulse.activity.iter().flat_map(|gopls| &gopls.descendants);
    children
        .filter(|child| is_go(child) && child.age >= ASK)
        .max_by_key(|child| child.age)
}

fn is_go(child: &Descendant) -> bool {
    let program = child.command.split(' ').next().unwrap_or_default();
    matches!(program.rsplit(['/', '\\']).next(), Some("go" | "go.exe"))
}

fn finding(go: &Descendant, probe: &Probe) -> Finding {
    let seconds = go.age.as_secs();
    let running = format!(
        "gopls's child `{}` (process {}) has been running for {seconds} s",
        go.summary(),
        go.pid
    );
    match probe {
        Probe::Silent(words) => Finding::new(
            Code::LoadStuck,
            "The loading of the workspace waits for a module proxy that does not answer.",
            "gopls answers nothing before its go command ends, and that waits for the network \
             without a limit.",
        )
        .evidence(running)
        .evidence(words)
        .fix(
            "Set a GOPROXY that answers",
            Action::Shell("go env -w GOPROXY=URL,direct".into()),
        )
        .fix(
            "Work with what is in the module cache",
            Action::Shell("go env -w GOPROXY=off".into()),
        ),
        Probe::Answered(words) => slow(running).evidence(words),
        Probe::CannotTell => slow(running),
    }
}

fn slow(running: String) -> Finding {
    Finding::new(
        Code::LoadSlow,
        "The loading of the workspace takes long.",
        "gopls answers nothing before its go command ends.",
    )
    .severity(Severity::Info)
    .evidence(running)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use protocol::Method;
    use system::Activity;
    use wire::Id;

    use super::*;
    use crate::outlet::Waiting;
    use crate::report::Step;

    fn pulse(command: &str, seconds: u64) -> Pulse {
        let now = Instant::now();
        Pulse {
            now,
            waiting: vec![Waiting {
                asker: Side::Client,
                id: Id::from(1),
                method: Method::TEXT_DOCUMENT_DEFINITION,
                since: now,
            }],
            activity: Some(Activity {
                state: 'S',
                cpu: Duration::ZERO,
                memory: 0,
                descendants: vec![Descendant {
                    pid: 9,
                    command: command.into(),
                    age: Duration::from_secs(seconds),
                }],
            }),
        }
    }

    fn raised(probe: Probe, pulse: &Pulse) -> Vec<Code> {
        let session = Session::default();
        let mut load = Load::default();
        let mut report = Report::default();
        load.on_event(&session, &Event::Pulse(pulse), &mut report);
        let learned = Learned::Proxy { probe };
        load.on_event(&session, &Event::Learned(&learned), &mut report);
        for _ in 0..2 {
            load.on_event(&session, &Event::Pulse(pulse), &mut report);
        }
        let steps = report.steps.iter();
        steps
            .filter_map(|step| match step {
                Step::Raise(finding) => Some(finding.code),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn what_the_proxy_says_tells_stuck_from_slow() {
        let list = pulse("/usr/bin/go list -e -json ./...", 21);
        let silent = || Probe::Silent("no answer".into());
        let answered = || Probe::Answered("404".into());
        assert_eq!(raised(silent(), &list), [Code::LoadStuck]);
        assert_eq!(raised(answered(), &list), [Code::LoadSlow]);
        for other in [
            pulse("go list ./...", 19),
            pulse("gopls ** telemetry **", 99),
        ] {
            assert_eq!(raised(silent(), &other), []);
        }
    }
}
