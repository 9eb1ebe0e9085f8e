//! A go.work that names a folder which is no module.

use std::io::ErrorKind;
use std::path::Path;

use system::System;
use trace::finding::{Action, Code, FileEdit, Finding};

use crate::load::Load;
use crate::modfile::{GoWork, line_of, statements_of};
use crate::shell::quoted;
use crate::{Check, Workspace, file_uri};

/// Finds the lines of the go.work in force whose folder is gone, or has no go.mod.
pub(super) struct GoWorkMissingDirectory;

impl Check for GoWorkMissingDirectory {
    fn code(&self) -> Code {
        Code::GoWorkMissingDirectory
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let said = Load::that_says(system, workspace, "listed in go.work file: open ");
        let Some((load, words)) = said else {
            return Vec::new();
        };
        let Some(file) = load.go_work.as_deref() else {
            return Vec::new();
        };
        let Ok(work) = GoWork::read(system, workspace, file) else {
            return Vec::new();
        };
        let statements = statements_of(system, file);
        let gone = work
            .uses
            .iter()
            .filter(|used| is_gone(system, &used.folder.join("go.mod")));
        gone.filter_map(|used| {
            let uri = file_uri(file)?;
            let line = statements
                .iter()
                .find(|all| all.of("use") == Some(std::slice::from_ref(&used.written)));
            let is_there = system.exists(&used.folder);
            let what = if is_there { "has no go.mod" } else { "is not there" };
            let mut finding = Finding::new(
                Code::GoWorkMissingDirectory,
                format!("go.work lists {}, which {what}.", used.written),
                "go loads nothing of a workspace while one of its modules is missing, so gopls has no \
                 packages of the others either.",
            )
            .about(used.written.clone())
            .evidence(format!("{} {what}", used.folder.display()))
            .evidence(format!("go says: {words}"));
            let title = format!("Take {} out of go.work", used.written);
            if let Some(line) = line {
                finding = finding.fix(
                    &title,
                    Action::Edit(vec![FileEdit {
                        uri: uri.clone(),
                        range: line.lines(),
                        text: String::new(),
                        version: None,
                        create: false,
                    }]),
                );
            }
            let used_there = quoted(format!("-dropuse={}", used.written));
            let drop = format!("go work edit {used_there} {}", quoted(file));
            let finding = finding
                .fix(format!("{title}, in a shell"), Action::Shell(drop))
                .fix(
                    "Bring the module back",
                    Action::Hand(format!("With its go.mod, at {}.", used.folder.display())),
                );
            let range = line.map_or_else(|| line_of(system, file, 0), |line| line.range);
            Some(finding.place(uri, Some(range)))
        })
        .collect()
    }
}

/// Whether there is nothing; what may not be looked at can be there.
fn is_gone(system: &dyn System, path: &Path) -> bool {
    let error = system.kind(path).err().map(|error| error.kind());
    matches!(error, Some(ErrorKind::NotFound | ErrorKind::NotADirectory))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, found, is_silent, is_whole};

    fn module(go_work: &str) -> Module {
        Module::new(&[
            ("go.work", go_work),
            ("a/go.mod", "module example.com/a\n\ngo 1.24\n"),
            ("a/a.go", "package a\n\nvar A = 1\n"),
            ("b/README", ""),
        ])
    }

    #[test]
    fn a_folder_that_is_gone_or_no_module_is_found_in_its_line() {
        for (folder, title) in [
            ("./gone", "go.work lists ./gone, which is not there."),
            ("./b", "go.work lists ./b, which has no go.mod."),
            ("./a/a.go", "go.work lists ./a/a.go, which has no go.mod."),
        ] {
            let module = module(&format!("go 1.24\n\nuse (\n\t./a\n\t{folder} // Old.\n)\n"));
            let finding = found(&GoWorkMissingDirectory, &module.failing("a/a.go", "A"));
            is_whole(&finding, Code::GoWorkMissingDirectory, folder);
            assert_eq!(finding.title, title);
            assert_eq!(finding.uri, file_uri(&module.path("go.work")));
            assert_eq!(finding.range.unwrap().start.line, 4);
            let Action::Edit(edits) = &finding.fixes[0].action else {
                panic!("{finding:#?}");
            };
            assert_eq!((edits[0].range.start.line, edits[0].range.end.line), (4, 5));
        }
    }

    #[test]
    fn a_workspace_that_is_whole_is_no_fault() {
        let module = module("go 1.24\n\nuse ./a\n");
        is_silent(&GoWorkMissingDirectory, &module.failing("a/a.go", "A"));
        module.write("go.work", "go 1.24\n\nuse ./gone\n");
        let mut workspace = module.failing("a/a.go", "A");
        workspace.set("GOWORK", "off");
        is_silent(&GoWorkMissingDirectory, &workspace);
    }
}
