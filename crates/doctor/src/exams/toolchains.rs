//! The Go toolchains that go would have to download before it does anything.

use std::time::Duration;

use system::System;
use trace::finding::Code;

use crate::checks::Asked;
use crate::network::question::{Answer, Ask, ask};
use crate::{Chart, Exam, Patient, Takes, Workspace};

/// How long the question may take.
const LIMIT: Duration = Duration::from_secs(10);

/// Asks whether a toolchain that is not here can be had, and downloads none: they are large.
pub(super) struct Toolchains;

impl Exam for Toolchains {
    fn name(&self) -> &'static str {
        "Go toolchains to download"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::ToolchainNotAvailable]
    }

    fn takes(&self) -> Takes {
        Takes::Network
    }

    /// There gopls itself says that it has not come.
    fn in_session(&self) -> bool {
        false
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        for workspace in &patient.workspaces {
            for asked in Asked::awaited(system, workspace) {
                examine(system, workspace, asked, chart);
            }
        }
    }
}

fn examine(system: &dyn System, workspace: &Workspace, asked: Asked<'_>, chart: &mut Chart) {
    let title = asked.title(system);
    let env = workspace.go().env(system);
    let (Some(module), Ok(env)) = (asked.module(), env) else {
        return chart.cannot_tell(title);
    };
    let answer = ask(
        system,
        workspace,
        &env.goproxy,
        Ask::Version,
        &[&module],
        LIMIT,
    );
    let line = format!("go list -m {module}");
    match answer {
        Some(Answer::Modules(listed, _)) => {
            let error = listed.into_iter().find_map(|one| one.error);
            match error {
                Some(error) => {
                    let of_module = format!("{module}: ");
                    let words = error.words.trim_start_matches(&*of_module);
                    let words = format!("{line}: {words}");
                    chart.find(asked.refused(system, workspace, &words));
                }
                None => chart.see(format!("{title}, and can be had: {module}")),
            }
        }
        Some(Answer::Refused(words)) => chart.cannot_tell(format!("{title}; {line}: {words}")),
        Some(Answer::Silence) => {
            let seconds = LIMIT.as_secs();
            chart.cannot_tell(format!("{title}; {line}: no answer within {seconds} s"));
        }
        None => chart.cannot_tell(title),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, examined, is_whole};
    use crate::trial::fake_proxy::Answer as Served;
    use crate::trial::fake_proxy::{refusing, start};

    fn chart(go_mod: &str, proxy: &str) -> Chart {
        let module = Module::with(go_mod);
        let mut workspace = module.workspace();
        workspace.set("GOTOOLCHAIN", "auto");
        workspace.set("GOPROXY", proxy);
        examined(&Toolchains, workspace)
    }

    const NEWER: &str = "module example.com/a\n\ngo 1.99\n";

    #[test]
    fn what_cannot_be_had_is_found_with_who_says_so() {
        let url = start(Served::Status("404 Not Found"));
        for (proxy, words) in [(url, "404 Not Found"), (refusing(), "connection refused")] {
            let found = chart(NEWER, &proxy);
            is_whole(&found.findings[0], Code::ToolchainNotAvailable, "go1.99.0");
            let said = found.findings[0].message();
            assert!(said.contains(words) && said.contains(&proxy), "{said}");
        }
    }

    #[test]
    fn what_is_here_is_not_asked_for() {
        let enough = chart("module example.com/a\n\ngo 1.24\n", &refusing());
        assert_eq!(enough, Chart::default());
        // Another exam tells of it, without any network.
        assert_eq!(chart(NEWER, "off"), Chart::default());
    }
}
