//! What of the opened folder an older gopls would not load.

use std::path::{Path, PathBuf};

use system::System;
use trace::finding::{Action, Code, Finding, Severity};

use crate::checks::gopath_leftovers::is_gopath_view;
use crate::folder::written_in;
use crate::load::Load;
use crate::near::Near;
use crate::shell::quoted;
use crate::{Chart, Exam, Gopls, Patient, Version, driver};

/// The first gopls that makes a view for each module of a folder without a go.work by itself; 0.12 and 0.14 do
/// not (measured).
const SINCE: Version = Version::new(0, 15, 0);

/// How many modules are shown.
const MOST: usize = 5;

/// Looks whether the opened folder has several modules and no go.work, which an older gopls does not take.
pub(super) struct Folders;

impl Exam for Folders {
    fn name(&self) -> &'static str {
        "modules of the folder"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::OutsideWorkspaceModule]
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        for workspace in &patient.workspaces {
            let gopls = workspace.gopls.as_ref();
            let is_old = |gopls: &&Gopls| gopls.release().is_some_and(|release| release < SINCE);
            let Some(gopls) = gopls.filter(is_old) else {
                continue;
            };
            let Some(load) = Load::all(system, workspace).first() else {
                continue;
            };
            let has_own = load.go_mod.is_some() || load.go_work.is_some();
            if has_own
                || driver::is_in_force(system, workspace)
                || is_gopath_view(system, workspace, load)
            {
                continue;
            }
            let near = Near::below(system, &load.folder);
            if near.go_mods.len() > 1 {
                chart.find(finding(&load.folder, gopls, &near.go_mods));
            }
        }
    }
}

fn finding(folder: &Path, gopls: &Gopls, go_mods: &[PathBuf]) -> Finding {
    let shown = folder.display();
    let go_work = folder.join("go.work");
    let modules = go_mods.iter().filter_map(|file| file.parent());
    let modules: Vec<String> = modules.map(|module| written_in(&go_work, module)).collect();
    let mut finding = Finding::new(
        Code::OutsideWorkspaceModule,
        format!("{shown} has {} modules and no go.work, which this gopls does not load.", modules.len()),
        "gopls before 0.15 loads one module of a folder, or those that a go.work lists; of all others it knows \
         only the file that is open.",
    )
    .severity(Severity::Warning)
    .about(shown.to_string())
    .evidence(gopls.evidence())
    .evidence(format!("no go.mod and no go.work in {shown} nor above it"));
    for module in modules.iter().take(MOST) {
        finding = finding.evidence(format!("there is a module in {module}"));
    }
    finding
        .fix(
            "Make a go.work with all of them",
            Action::Shell(format!(
                "cd {} && go work init && go work use -r .",
                quoted(folder)
            )),
        )
        .fix(
            "Or take a newer gopls",
            Action::Hand("From 0.15 on it makes a view for each module.".to_owned()),
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, examined, is_whole};

    fn chart(module: &Module, folder: &str, version: &str) -> Chart {
        let mut workspace = module.workspace();
        workspace.folder = module.path(folder);
        workspace.gopls = Some(Gopls::read(version));
        examined(&Folders, workspace)
    }

    #[test]
    fn several_modules_are_too_many_for_an_older_gopls_alone() {
        let module = Module::new(&[
            ("w/a/go.mod", "module example.com/a\n"),
            ("w/b/go.mod", "module example.com/b\n"),
        ]);
        let found = chart(&module, "w", "v0.14.2");
        let shown = module.path("w").display().to_string();
        is_whole(&found.findings[0], Code::OutsideWorkspaceModule, &shown);
        assert_eq!(found.findings.len(), 1);
        for version in ["v0.15.3", "v0.23.0", "(devel)"] {
            assert_eq!(chart(&module, "w", version), Chart::default(), "{version}");
        }
        // One module alone is found by all, and a folder below its go.mod is no matter at all.
        assert_eq!(chart(&module, "w/a", "v0.14.2"), Chart::default());
        module.write("w/go.work", "go 1.24\n\nuse (\n\t./a\n\t./b\n)\n");
        assert_eq!(chart(&module, "w", "v0.14.2"), Chart::default());
    }
}
