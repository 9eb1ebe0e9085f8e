//! A Go extension that starts no language server.

use serde_json::{Value, json};
use system::System;
use trace::finding::{Code, Finding, Severity};

use crate::editor::{Extension, Node, Stack};
use crate::{Chart, Exam, Patient, settings};

/// The parts of the setting's name.
const SETTING: [&str; 2] = ["go", "useLanguageServer"];

/// Reads what VS Code has in its settings, and whether it would start gopls at all.
pub(super) struct LanguageServerOff;

impl Exam for LanguageServerOff {
    fn name(&self) -> &'static str {
        "the settings of VS Code"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::LanguageServerOff]
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        let settings = patient.settings(system);
        for problem in &settings.problems {
            chart.cannot_tell(problem.clone());
        }
        for stack in &settings.stacks {
            for untried in Extension::of(system, patient, stack).untried() {
                chart.cannot_tell(untried);
            }
        }
        // In a session gopls was started.
        if patient.in_session {
            return;
        }
        for stack in &settings.stacks {
            chart.see(format!("the settings of {} were read", stack.name()));
            let node = stack.get(&SETTING);
            // The extension starts it for nothing but true.
            if let Some(node) = node.filter(|node| node.value() != Value::Bool(true)) {
                chart.find(finding(system, stack, node));
            }
        }
    }
}

fn finding(system: &dyn System, stack: &Stack, node: &Node) -> Finding {
    let finding = Finding::new(
        Code::LanguageServerOff,
        "The Go extension is told to start no language server.",
        "Without it there is neither gopls nor goplens, and nothing that finds a definition in a module.",
    )
    .severity(Severity::Warning)
    .evidence(node.evidence("go.useLanguageServer"))
    .evidence(format!("it counts in {}", stack.name()));
    let (title, on) = ("Set go.useLanguageServer to true", json!(true));
    let file = &node.place.path;
    let finding = settings::offer(system, finding, title, file, &SETTING, Some(&on));
    node.place.at(finding)
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::Path;

    use system::made_up::MadeUp;
    use trace::finding::Action;

    use super::*;
    use crate::editor::Settings;
    use crate::testing::is_whole;

    fn examined(text: &str) -> Chart {
        let user = "/home/me/.config/Code/User/settings.json";
        let system = MadeUp::default()
            .with_var("HOME", "/home/me")
            .with_os("linux");
        let system = system.with_file(user, text);
        let patient = Patient {
            settings: Settings::of(&system, Path::new("/w")),
            ..Patient::default()
        };
        let mut chart = Chart::default();
        LanguageServerOff.run(&system, &patient, &mut chart);
        chart
    }

    #[test]
    fn anything_but_true_is_off() {
        for value in ["false", "null", "\"true\""] {
            let text = format!("{{\n  \"go.useLanguageServer\": {value}, // why?\n}}");
            let chart = examined(&text);
            let finding = &chart.findings[0];
            is_whole(finding, Code::LanguageServerOff, "");
            let uri = "file:///home/me/.config/Code/User/settings.json";
            assert_eq!(finding.uri.as_deref(), Some(uri));
            assert!(matches!(finding.fixes[0].action, Action::Edit(_)));
        }
        for text in ["{\"go.useLanguageServer\": true}", "{}", ""] {
            assert_eq!(examined(text).findings, [], "{text}");
        }
        let broken = examined("{\"go.useLanguageServer\": fal");
        assert_eq!((broken.findings.len(), broken.unknown.len()), (0, 1));
    }
}
