//! Tools that the settings name and that are not there.

use std::path::Path;

use serde_json::json;
use system::System;
use trace::finding::{Action, Code, Finding, Severity};

use crate::editor::{Extension, Looked, Node, is_program};
use crate::{Chart, Exam, Patient, settings};

/// The setting with the tools.
const SETTING: [&str; 2] = ["go", "alternateTools"];

/// Looks for each tool of `go.alternateTools` as the Go extension does.
pub(super) struct AlternateTools;

impl Exam for AlternateTools {
    fn name(&self) -> &'static str {
        "the tools that the settings name"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::AlternateToolMissing]
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        for stack in &patient.settings(system).stacks {
            let Some(tools) = stack.get(&SETTING) else {
                continue;
            };
            let extension = Extension::of(system, patient, stack);
            for (tool, node) in tools.members() {
                let Some((path, _)) = extension.alternate(tool) else {
                    continue;
                };
                let looked = extension.look(tool);
                match (path.is_absolute(), &looked) {
                    (true, _) => match is_program(system, &path) {
                        Ok(()) => chart.see(format!("{}: {}", tool, path.display())),
                        Err(what) => {
                            let missing = Missing {
                                tool,
                                node,
                                path: &path,
                                what,
                            };
                            chart.find(missing.finding(system, looked.as_ref()));
                        }
                    },
                    (false, Some(looked)) => {
                        chart.see(format!(
                            "{tool}: {}, by {}",
                            looked.path.display(),
                            looked.at
                        ));
                    }
                    (false, None) => {
                        let what = "is found nowhere";
                        let missing = Missing {
                            tool,
                            node,
                            path: &path,
                            what,
                        };
                        chart.find(missing.finding(system, None));
                    }
                }
            }
        }
    }
}

/// A tool that is not where the settings say.
struct Missing<'a> {
    tool: &'a str,
    node: &'a Node,
    path: &'a Path,
    what: &'static str,
}

impl Missing<'_> {
    fn finding(&self, system: &dyn System, instead: Option<&Looked>) -> Finding {
        let Self {
            tool,
            node,
            path,
            what,
        } = self;
        let path = path.display();
        let cause = match instead {
            Some(_) => {
                "The Go extension passes over a path in go.alternateTools that it cannot run, says nothing, and \
                 runs what it finds elsewhere."
            }
            None => "The Go extension finds no other in its place.",
        };
        let mut finding = Finding::new(
            Code::AlternateToolMissing,
            format!("go.alternateTools names {path} for {tool}, which {what}."),
            cause,
        )
        .severity(match instead {
            Some(_) => Severity::Warning,
            None => Severity::Error,
        })
        .about(*tool)
        .evidence(node.evidence(&format!("go.alternateTools, {tool}")));
        if let Some(instead) = instead {
            let is_own = is_own(system, &instead.path);
            finding = finding.evidence(format!(
                "in its place the extension runs {}, which it finds by {}{}",
                instead.path.display(),
                instead.at,
                if is_own { "; it is goplens" } else { "" }
            ));
            if *tool == "gopls" && !is_own {
                finding = finding.evidence("goplens is not run then");
            }
        }
        let file = &node.place.path;
        let key = [SETTING[0], SETTING[1], tool];
        if let Some(own) = own(system).filter(|_| *tool == "gopls")
            && let Some(edit) = settings::change(system, file, &key, &json!(own))
        {
            finding = finding.fix("Name goplens", Action::Edit(vec![edit]));
        }
        if let Some(edit) = settings::remove(system, file, &key) {
            let title = format!("Take {tool} out of go.alternateTools");
            finding = finding.fix(title, Action::Edit(vec![edit]));
        }
        let how = format!("It stands in {}; reload the window then.", file.display());
        node.place
            .at(finding.fix("Correct the path", Action::Hand(how)))
    }
}

/// goplens's own file, where it has the name by which the extension takes it for gopls.
fn own(system: &dyn System) -> Option<std::path::PathBuf> {
    let own = system.current_exe().ok()?;
    (own.file_stem()? == "gopls").then_some(own)
}

fn is_own(system: &dyn System, path: &Path) -> bool {
    let own = system.current_exe().ok();
    let own = own.and_then(|own| system.canonicalize(&own).ok());
    own.is_some() && own == system.canonicalize(path).ok()
}

#[cfg(all(test, unix))]
mod tests {
    use system::made_up::MadeUp;

    use super::*;
    use crate::Workspace;
    use crate::editor::Settings;
    use crate::testing::is_whole;

    const FILE: &str = "/w/.vscode/settings.json";

    fn examined(system: &MadeUp, tools: &str) -> Chart {
        let text = format!("{{\n  // Mine.\n  \"go.alternateTools\": {{{tools}}},\n}}");
        let system = system.clone().with_file(FILE, text);
        let patient = Patient {
            settings: Settings::of(&system, Path::new("/w")),
            workspaces: vec![Workspace::new("/w")],
            ..Patient::default()
        };
        let mut chart = Chart::default();
        AlternateTools.run(&system, &patient, &mut chart);
        chart
    }

    fn machine() -> MadeUp {
        let env = r#"{"GOBIN": "", "GOPATH": "/home/me/go", "GOROOT": "/sdk"}"#;
        MadeUp::default()
            .with_var("HOME", "/home/me")
            .with_var("PATH", "/usr/bin")
            .with_command("go env -json", env)
            .running("/opt/goplens/gopls")
            .with_program("/opt/goplens/gopls", "")
    }

    #[test]
    fn what_is_run_in_its_place_is_told() {
        let tools = r#""gopls": "/opt/gopls/typo""#;
        let chart = examined(&machine().with_program("/home/me/go/bin/gopls", ""), tools);
        let finding = &chart.findings[0];
        is_whole(finding, Code::AlternateToolMissing, "gopls");
        assert_eq!(finding.severity, Severity::Warning);
        let instead =
            "in its place the extension runs /home/me/go/bin/gopls, which it finds by GOPATH/bin";
        assert_eq!(finding.evidence[1..], [instead, "goplens is not run then"]);
        assert_eq!(finding.fixes[0].title, "Name goplens");
        let path = machine().with_program("/usr/bin/gopls", "");
        assert!(examined(&path, tools).findings[0].evidence[1].ends_with("by PATH"));
        assert_eq!(
            examined(&machine(), tools).findings[0].severity,
            Severity::Error
        );
        // A name is looked for, and one that is not there is not replaced by another.
        let named = examined(&path, r#""gopls": "gopls-tip""#);
        assert_eq!(named.findings[0].severity, Severity::Error);
    }

    #[test]
    fn what_is_there_is_in_order_however_it_is_written() {
        let system = machine()
            .with_var("TOOLS", "/opt/goplens")
            .with_program("/w/bin/gopls", "")
            .with_program("/usr/bin/gopls-tip", "");
        for path in [
            "/opt/goplens/gopls",
            "${env:TOOLS}/gopls",
            "${workspaceFolder}/bin/gopls",
            "gopls-tip",
            "",
        ] {
            let chart = examined(&system, &format!("\"gopls\": \"{path}\""));
            assert_eq!(chart.findings, [], "{path}");
        }
        let rights = system.with_file("/opt/dlv", "");
        let chart = examined(&rights, "\"dlv\": \"/opt/dlv\"");
        assert!(
            chart.findings[0]
                .title
                .ends_with("is no program that this user may run.")
        );
    }
}
