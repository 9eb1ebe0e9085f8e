//! A go.work that leaves out a module which another one needs.

use system::System;
use trace::finding::{Code, Finding};

use super::go_work_elsewhere::listed;
use crate::folder::written_in;
use crate::left_out::{Needed, offer_to_list};
use crate::modfile::line_of;
use crate::{Check, Workspace, file_uri};

/// Finds that an import leads nowhere because the go.work in force does not list its module, or that of
/// the file. A module that no other needs may be left out: gopls copes with it.
pub(super) struct GoWorkDoesNotListModule;

impl Check for GoWorkDoesNotListModule {
    fn code(&self) -> Code {
        Code::GoWorkDoesNotListModule
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        finding(system, workspace).into_iter().collect()
    }
}

fn finding(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let needed = Needed::of(system, workspace)?;
    let (file, work) = needed.in_force.as_ref()?;
    let left_out = needed.left_out_of(system, work);
    if left_out.is_empty() {
        return None;
    }
    let written: Vec<String> = left_out
        .iter()
        .map(|folder| written_in(file, folder))
        .collect();
    let shown = file.display();
    let finding = Finding::new(
        Code::GoWorkDoesNotListModule,
        format!(
            "go.work does not list {}, so the import of {} leads nowhere.",
            written.join(" nor "),
            needed.import.path
        ),
        "Under a go.work only the modules that it lists find each other by their folders.",
    )
    .about(written.join(" "));
    let finding = needed
        .evidence(workspace, finding)
        .evidence(format!("{shown} lists {}", listed(&work.uses)));
    let mut finding = offer_to_list(system, file, &left_out, finding);
    if let Some(uri) = file_uri(file) {
        let at = line_of(system, file, 0);
        finding = finding.related(uri, at, "The go.work that is in force.");
    }
    Some(workspace.at_failed(finding))
}

#[cfg(test)]
mod tests {
    use trace::finding::Action;

    use super::*;
    use crate::testing::{Module, found, is_silent, is_whole};

    const MAIN: &str = "package main\n\nimport \"example.com/b\"\n\nfunc main() { b.Helper() }\n";

    fn module(go_work: &str) -> Module {
        Module::new(&[
            ("go.work", go_work),
            ("a/go.mod", "module example.com/a\n\ngo 1.24\n"),
            ("a/main.go", MAIN),
            ("b/go.mod", "module example.com/b\n\ngo 1.24\n"),
            ("b/b.go", "package b\n\nfunc Helper() { local() }\n"),
            ("b/c.go", "package b\n\nfunc local() {}\n"),
        ])
    }

    fn text_of_edit(finding: &Finding) -> &str {
        let Action::Edit(edits) = &finding.fixes[0].action else {
            panic!("{finding:#?}");
        };
        &edits[0].text
    }

    #[test]
    fn the_module_of_an_import_is_named() {
        let module = module("go 1.24\n\nuse (\n\t./a\n)\n");
        let finding = found(
            &GoWorkDoesNotListModule,
            &module
                .failing("a/main.go", "Helper")
                .lacking("example.com/b"),
        );
        is_whole(&finding, Code::GoWorkDoesNotListModule, "./b");
        assert_eq!(
            finding.title,
            "go.work does not list ./b, so the import of example.com/b leads nowhere."
        );
        assert_eq!(text_of_edit(&finding), "\n\t./b");
        let folder = module.path("").components().as_path().display().to_string();
        let line = format!("cd {folder} && go work use ./b");
        assert_eq!(finding.fixes[1].action, Action::Shell(line));
    }

    #[test]
    fn so_is_that_of_the_file() {
        let module = module("go 1.24\n\nuse ./b\n");
        let finding = found(
            &GoWorkDoesNotListModule,
            &module
                .failing("a/main.go", "Helper")
                .lacking("example.com/b"),
        );
        is_whole(&finding, Code::GoWorkDoesNotListModule, "./a");
        assert_eq!(text_of_edit(&finding), "\nuse ./a");
    }

    #[test]
    fn a_module_that_no_other_needs_may_be_left_out() {
        let module = module("go 1.24\n\nuse ./a\n");
        is_silent(&GoWorkDoesNotListModule, &module.failing("b/b.go", "local"));
        is_silent(
            &GoWorkDoesNotListModule,
            &module.failing("a/main.go", "main").lacking("example.com/b"),
        );
        is_silent(&GoWorkDoesNotListModule, &module.workspace());
    }

    #[test]
    fn what_is_listed_replaced_or_nowhere_is_no_fault() {
        let module = module("go 1.24\n\nuse ./a\nuse ./b\n");
        is_silent(
            &GoWorkDoesNotListModule,
            &module
                .failing("a/main.go", "Helper")
                .lacking("example.com/b"),
        );

        module.write("go.work", "go 1.24\n\nuse ./a\n");
        module.write("b/go.mod", "module example.com/else\n\ngo 1.24\n");
        is_silent(
            &GoWorkDoesNotListModule,
            &module
                .failing("a/main.go", "Helper")
                .lacking("example.com/b"),
        );

        module.write("b/go.mod", "module example.com/b\n\ngo 1.24\n");
        module.write(
            "a/go.mod",
            "module example.com/a\n\ngo 1.24\n\nrequire example.com/b v0.0.0\n\n\
             replace example.com/b => ../b\n",
        );
        is_silent(
            &GoWorkDoesNotListModule,
            &module
                .failing("a/main.go", "Helper")
                .lacking("example.com/b"),
        );
    }
}
