//! A folder for temporary files that go cannot use.

use std::path::Path;

use system::{EntryKind, System};
use trace::finding::{Action, Code, Finding};

use crate::variable::Variable;
use crate::writing::Refusal;
use crate::{Check, Workspace, build_cache, places};

/// Finds that go can make no folder for what it makes on the way.
pub(super) struct TmpNotWritable;

impl Check for TmpNotWritable {
    fn code(&self) -> Code {
        Code::TmpNotWritable
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let folder = places::temporary_of_go(system, workspace);
        let is_folder = system
            .kind(&folder)
            .is_ok_and(|kind| kind == EntryKind::Folder);
        let refusal = Refusal::of_folder_itself(system, &folder);
        if is_folder && refusal.is_none() {
            return Vec::new();
        }
        let words = build_cache::list_words(system, workspace).unwrap_or_default();
        let mut lines = words.lines();
        let Some(words) = lines.find(|line| line.contains("creating work dir")) else {
            return Vec::new();
        };
        let mut finding = Finding::new(
            Code::TmpNotWritable,
            format!(
                "Go can make nothing in its folder for temporary files, {}.",
                folder.display()
            ),
            "go lists no packages without a folder to work in, and gopls gets all that it knows of \
             packages from go.",
        )
        .about(folder.display().to_string())
        .evidence(format!("go says: {}", words.trim()));
        if !is_folder {
            let words = format!("there is no folder {}", folder.display());
            finding = finding.evidence(words);
        }
        if let Some(refusal) = &refusal {
            finding = refusal.explain(system, finding);
        }
        if !is_folder && refusal.is_none() {
            let line = places::line_that_makes(&folder);
            finding = finding.fix("Make the folder", Action::Shell(line));
        }
        vec![workspace.at_failed(offer_default(system, workspace, &folder, finding))]
    }
}

/// The finding with the value of the variable that named the folder, and with what takes it away.
fn offer_default(
    system: &dyn System,
    workspace: &Workspace,
    folder: &Path,
    finding: Finding,
) -> Finding {
    let variables = ["GOTMPDIR", "TMPDIR"].map(|name| Variable::of(system, workspace, name));
    let mut variables = variables.iter();
    match variables.find(|variable| Path::new(&variable.value) == folder) {
        Some(variable) => {
            let finding = finding.evidence(variable.evidence());
            variable.offer_to_unset(system, workspace, finding)
        }
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, found, is_silent, is_whole};

    #[test]
    fn a_folder_that_is_not_there_is_found_though_it_could_be_made() {
        let module = Module::plain();
        let folder = module.path("gone").display().to_string();
        for name in ["GOTMPDIR", "TMPDIR"] {
            let mut workspace = module.failing("a.go", "A");
            workspace.set(name, &folder);
            let finding = found(&TmpNotWritable, &workspace);
            is_whole(&finding, Code::TmpNotWritable, &folder);
            let evidence = finding.evidence.join("\n");
            assert!(
                evidence.contains("go says: go: creating work dir: "),
                "{evidence}"
            );
            let origin = format!("{name}={folder} is in `build.env` of gopls's settings");
            assert!(evidence.ends_with(&origin), "{evidence}");
            assert_eq!(
                finding.fixes[0].action,
                Action::Shell(format!("mkdir -p {folder}"))
            );
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_folder_in_which_nothing_can_be_made_is_found() {
        let mut workspace = Module::plain().workspace();
        // The folder of the module is gone; what counts is that of the test.
        workspace.folder = "/".into();
        workspace.set("GOTMPDIR", "/proc");
        let finding = found(&TmpNotWritable, &workspace);
        let evidence = finding.evidence.join("\n");
        assert!(
            evidence.contains("in /proc a file was made on trial"),
            "{evidence}"
        );
    }

    #[test]
    fn a_folder_that_is_there_is_no_fault() {
        let module = Module::plain();
        let mut workspace = module.failing("a.go", "A");
        is_silent(&TmpNotWritable, &workspace);
        workspace.set("GOTMPDIR", &module.path("").display().to_string());
        // What it hides does not matter.
        workspace.set("TMPDIR", &module.path("gone").display().to_string());
        is_silent(&TmpNotWritable, &workspace);
    }
}
