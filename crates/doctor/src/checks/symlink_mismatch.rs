//! A go.work that has a module by another name than the opened folder has.

use std::path::Path;

use system::System;
use trace::finding::{Action, Code, Finding, Severity};

use crate::folder::{clean, is_same_folder, written_in};
use crate::load::{Load, above};
use crate::missing_import::MissingImport;
use crate::modfile::{GoWork, Use};
use crate::shell::quoted;
use crate::variable::Variable;
use crate::{Check, Workspace};

/// Finds that an import leads nowhere because go takes the module of the file for another one than the go.work
/// in force lists: one of the two was reached by a link, which go never follows.
pub(super) struct SymlinkMismatch;

impl Check for SymlinkMismatch {
    fn code(&self) -> Code {
        Code::SymlinkMismatch
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        finding(system, workspace).into_iter().collect()
    }
}

fn finding(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let load = Load::of_failed(system, workspace)?;
    let (file, module) = (load.go_work.as_deref()?, load.module_folder()?);
    if !load.left_out {
        return None;
    }
    let work = GoWork::read(system, workspace, file).ok()?;
    let mut uses = work.uses.iter();
    let used = uses.find(|used| is_same_folder(system, &used.folder, module))?;
    let import = MissingImport::of(system, workspace)?;
    // By the name that go.work has go must find it; else this is not why it fails.
    let arguments = ["-find", "-f={{.Dir}}", "--", &import.path];
    let call = workspace.go().list_call(system, &used.folder, &arguments);
    let output = system.run(&call.env("GOWORK", file.display().to_string()));
    let output = output.ok().filter(|output| output.success)?;
    let found = output.stdout.trim();
    let (one, other) = (module.display(), used.folder.display());
    let finding = Finding::new(
        Code::SymlinkMismatch,
        format!("{one} is {other} to go.work, so the import of {} leads nowhere.", import.path),
        "go and gopls never follow a link: a module that is reached by another name than the one in go.work \
         is none that go.work lists. goplens exchanges the names in a session; go, and gopls alone, do not.",
    )
    .severity(Severity::Warning)
    .about(one.to_string())
    .evidence(import.evidence())
    .evidence(format!("in {other} go finds it in {found}"))
    .evidence("the two names lead to the same folder on disk")
    .evidence(format!("{} is in force and lists {}", file.display(), used.written));
    let finding = offer_one_name(system, workspace, load, used, finding);
    let folder = clean(file.parent().unwrap_or(file));
    Some(workspace.at_failed(finding.fix(
        "Open the folder by the name that go.work has",
        Action::Hand(format!("Open {} in the editor.", folder.display())),
    )))
}

/// The finding with what has go.work and the opened folder have one name.
fn offer_one_name(
    system: &dyn System,
    workspace: &Workspace,
    load: &Load,
    used: &Use,
    finding: Finding,
) -> Finding {
    let variable = Variable::of(system, workspace, "GOWORK");
    if variable.is_set() {
        let finding = finding.evidence(variable.evidence());
        let natural = above(system, &load.folder, "go.work");
        let folders = natural.as_deref().zip(load.go_work.as_deref());
        let folders = folders.and_then(|(one, other)| one.parent().zip(other.parent()));
        // Without the variable the same go.work is in force, by the name that the folder has.
        return match folders.is_some_and(|(one, other)| is_same_folder(system, one, other)) {
            true => variable.offer_to_unset(system, workspace, finding),
            false => finding,
        };
    }
    match (&load.go_work, load.module_folder()) {
        (Some(file), Some(module)) if Path::new(&used.written).is_absolute() => {
            let base = file.parent().unwrap_or(file);
            let line = format!(
                "cd {} && go work edit {} {}",
                quoted(base),
                quoted(format!("-dropuse={}", used.written)),
                quoted(format!("-use={}", written_in(file, module)))
            );
            finding.fix("Write it relative to go.work", Action::Shell(line))
        }
        _ => finding,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::testing::{Module, found, is_silent, is_whole};

    const MAIN: &str =
        "package main\n\nimport \"example.com/b\"\n\nfunc main() { b.Helper(); main() }\n";

    fn module() -> Module {
        let module = Module::new(&[
            ("real/go.work", "go 1.24\n\nuse (\n\t./a\n\t./b\n)\n"),
            ("real/a/go.mod", "module example.com/a\n\ngo 1.24\n"),
            ("real/a/main.go", MAIN),
            ("real/b/go.mod", "module example.com/b\n\ngo 1.24\n"),
            ("real/b/b.go", "package b\n\nfunc Helper() {}\n"),
        ]);
        module.link("link", "real");
        module
    }

    fn failing(module: &Module, folder: &str, needle: &str) -> Workspace {
        let workspace = module.failing(&format!("{folder}/a/main.go"), needle);
        let mut workspace = workspace.lacking("example.com/b");
        workspace.folder = module.path(folder);
        workspace
    }

    #[test]
    fn a_go_work_that_is_named_by_another_name_is_found() {
        let module = module();
        let mut workspace = failing(&module, "link", "Helper");
        let go_work = module.path("real/go.work").display().to_string();
        workspace.set("GOWORK", &go_work);
        let finding = found(&SymlinkMismatch, &workspace);
        let link = module.path("link/a").display().to_string();
        is_whole(&finding, Code::SymlinkMismatch, &link);
        let titles: Vec<_> = finding.fixes.iter().map(|fix| &*fix.title).collect();
        assert_eq!(titles[0], "Have gopls leave GOWORK out, by its settings");
        // What needs no other module works.
        let mut workspace = failing(&module, "link", "main()");
        workspace.set("GOWORK", &go_work);
        is_silent(&SymlinkMismatch, &workspace);
    }

    #[test]
    fn so_is_one_that_lists_by_absolute_paths() {
        let module = module();
        let uses = ["a", "b"].map(|name| module.path("real").join(name).display().to_string());
        let text = format!("go 1.24\n\nuse (\n\t{}\n\t{}\n)\n", uses[0], uses[1]);
        module.write("real/go.work", &text);
        let finding = found(&SymlinkMismatch, &failing(&module, "link", "Helper"));
        let Action::Shell(line) = &finding.fixes[0].action else {
            panic!("{finding:#?}");
        };
        assert!(
            line.ends_with(&format!("-dropuse={} -use=./a", uses[0])),
            "{line}"
        );
    }

    #[test]
    fn one_name_everywhere_is_no_fault() {
        let module = module();
        for folder in ["link", "real"] {
            is_silent(&SymlinkMismatch, &failing(&module, folder, "Helper"));
        }
    }
}
