//! `load-stuck` and `load-slow`: a go command of gopls's that does not end.

use std::time::{Duration, Instant};

use doctor::probe::Probe;
use protocol::{Method, MethodSet, Side};
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
    /// The go command that is watched, by its process id, and since when.
    watched: Option<(u32, Instant)>,
    /// Whether the module proxy was asked.
    asked: bool,
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
                Some(go) => self.watch(session, pulse, go, report),
                None => self.end(report),
            },
            _ => {}
        }
    }
}

impl Load {
    fn watch(&mut self, session: &Session, pulse: &Pulse, go: &Descendant, report: &mut Report) {
        let since = match self.watched {
            Some((pid, since)) if pid == go.pid => since.max(pulse.awake),
            _ => {
                self.end(report);
                // What it did before it was seen counts, unless goplens did not look then.
                let before = pulse.now.checked_sub(go.age);
                before.map_or(pulse.now, |before| before.max(pulse.awake))
            }
        };
        self.watched = Some((go.pid, since));
        let age = pulse.now.saturating_duration_since(since);
        if age >= ASK
            && !std::mem::replace(&mut self.asked, true)
            && let Some(workspace) = session.workspace(None, None)
        {
            let folder = workspace.folder.clone();
            report.look(Look::Proxy(Box::new(workspace), folder));
        }
        if let (Some(probe), false, true) = (&self.probe, self.raised, age >= LONG) {
            self.raised = true;
            report.raise(finding(go, age, probe));
        }
    }

    /// Nothing takes long any more.
    fn end(&mut self, report: &mut Report) {
        if std::mem::take(&mut self.raised) {
            report.clear(Code::LoadStuck, "", None);
            report.clear(Code::LoadSlow, "", None);
        }
        self.watched = None;
        self.asked = false;
        self.probe = None;
    }
}

/// The oldest go command of gopls's, if somebody waits for it and it takes long.
fn long_go<'a>(session: &Session, pulse: &'a Pulse) -> Option<&'a Descendant> {
    let asked = pulse.waiting.iter().find(|one| one.asker == Side::Client);
    // A command of the user's may run go for as long as it takes: tests, a generator.
    let commanded = asked.is_some_and(|one| one.method == Method::WORKSPACE_EXECUTE_COMMAND);
    if commanded || (asked.is_none() && !session.loads.any_unended()) {
        return None;
    }
    let children = pulse.activity.iter().flat_map(|gopls| &gopls.descendants);
    children
        .filter(|child| loads(child))
        .max_by_key(|child| child.age)
}

/// Whether it is a go command that gopls loads packages with.
fn loads(child: &Descendant) -> bool {
    let mut words = child.command.split(' ');
    let program = words.next().unwrap_or_default();
    matches!(program.rsplit(['/', '\\']).next(), Some("go" | "go.exe"))
        && matches!(words.next(), Some("list" | "mod" | "env" | "version"))
}

fn finding(go: &Descendant, age: Duration, probe: &Probe) -> Finding {
    let seconds = age.as_secs();
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
    use system::Activity;
    use wire::Id;

    use super::*;
    use crate::outlet::Waiting;
    use crate::report::Step;

    fn pulse(command: &str, seconds: u64) -> Pulse {
        let awake = Instant::now();
        let now = awake + Duration::from_secs(1000);
        Pulse {
            now,
            awake,
            waiting: vec![Waiting {
                asker: Side::Client,
                id: Id::from(1),
                method: Method::TEXT_DOCUMENT_DEFINITION,
                since: now,
            }],
            activity: Some(Activity {
                name: "gopls".into(),
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
                Step::Raise(finding, _) => Some(finding.code),
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
            pulse("go generate ./...", 99),
        ] {
            assert_eq!(raised(silent(), &other), []);
        }
        // The machine slept: a go command is not as old as it looks.
        let mut slept = pulse("go list ./...", 30_000);
        slept.awake = slept.now - Duration::from_secs(3);
        assert_eq!(raised(silent(), &slept), []);
    }
}
