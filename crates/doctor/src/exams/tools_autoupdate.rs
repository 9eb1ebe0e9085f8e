//! An extension that installs its tools anew by itself.

use std::time::Duration;

use serde_json::{Value, json};
use system::{Call, System};
use trace::finding::{Action, Code, Finding, Severity};

use crate::editor::{Extension, Looked, Node};
use crate::{Chart, Exam, Patient, settings};

/// The parts of the setting's name.
const SETTING: [&str; 3] = ["go", "toolsManagement", "autoUpdate"];

/// How long go may take to read the build information of a file.
const LIMIT: Duration = Duration::from_secs(5);

/// Asks go of the file that the Go extension runs as gopls, as the extension does when it starts.
pub(super) struct ToolsAutoupdate;

impl Exam for ToolsAutoupdate {
    fn name(&self) -> &'static str {
        "updates of tools by the editor"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::ToolsAutoupdate]
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        for stack in &patient.settings(system).stacks {
            let node = stack.get(&SETTING);
            let Some(node) = node.filter(|node| node.value() == Value::Bool(true)) else {
                continue;
            };
            let extension = Extension::of(system, patient, stack);
            let Some(gopls) = extension.look("gopls") else {
                continue;
            };
            let workspace = patient.workspaces.iter();
            let mut workspace = workspace.filter(|one| one.folder == stack.folder);
            // Not the one that the settings of a repository may name.
            let go = workspace.next().and_then(|one| one.go_on_path(system));
            let Some(go) = go else {
                chart.cannot_tell("there is no go that could tell of gopls's build information");
                continue;
            };
            let shown = gopls.path.display().to_string();
            let ask = Call::new(&go).args(["version", "-m", &shown]).limit(LIMIT);
            match system.run(&ask) {
                // Build information begins with a line for the file, and has one for its module.
                Ok(output) if output.success && output.stdout.contains("\tmod\t") => {
                    chart.see(format!("go version -m tells of {shown}"));
                }
                Ok(output) => {
                    let words = match output.stderr.trim() {
                        "" => "nothing of a module",
                        words => words,
                    };
                    chart.find(finding(system, &extension, node, &gopls, words));
                }
                Err(error) => chart.cannot_tell(format!("go version -m {shown}: {error}")),
            }
        }
    }
}

fn finding(
    system: &dyn System,
    extension: &Extension<'_>,
    node: &Node,
    gopls: &Looked,
    words: &str,
) -> Finding {
    let shown = gopls.path.display();
    let target = extension.installs_to();
    let is_overwritten = target.as_deref() == gopls.path.parent();
    let title = match is_overwritten {
        true => format!("The Go extension would put another gopls in the place of {shown}."),
        false => "The Go extension would install gopls anew at each start.".to_owned(),
    };
    let mut finding = Finding::new(
        Code::ToolsAutoupdate,
        title,
        "It takes a gopls without Go's build information, such as goplens, for one that has to be built anew, and \
         with go.toolsManagement.autoUpdate it runs go install without asking, and starts the language server \
         again.",
    )
    .severity(match is_overwritten {
        true => Severity::Warning,
        false => Severity::Info,
    })
    .evidence(node.evidence("go.toolsManagement.autoUpdate"))
    .evidence(format!("the extension runs {shown} as gopls, by {}", gopls.at))
    .evidence(format!("go version -m {shown}: {words}"));
    if let Some(target) = target {
        finding = finding.evidence(format!("go install puts gopls into {}", target.display()));
    }
    let (file, off) = (&node.place.path, json!(false));
    finding = settings::offer(system, finding, "Switch it off", file, &SETTING, Some(&off));
    if is_overwritten {
        let how = "Put it into a folder of its own, and name it there in go.alternateTools.";
        finding = finding.fix("Move goplens", Action::Hand(how.to_owned()));
    }
    node.place.at(finding)
}
