//! A go.work that is not in force where it is expected to be, or is where it is not.

use std::path::Path;

use system::System;
use trace::finding::{Action, Code, Finding};

use crate::folder::{is_inside, is_same_folder, written_in};
use crate::left_out::{Needed, offer_to_list};
use crate::load::{Load, above};
use crate::modfile::{GoWork, Use};
use crate::variable::Variable;
use crate::{Check, Workspace, settings};

/// Finds that an import leads nowhere because another go.work is in force than the one that lists its
/// module, or none is; or that GOWORK names a file that is not there.
pub(super) struct GoWorkElsewhere;

impl Check for GoWorkElsewhere {
    fn code(&self) -> Code {
        Code::GoWorkElsewhere
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        gowork_is_wrong(system, workspace)
            .or_else(|| hidden(system, workspace))
            .or_else(|| above_the_folder(system, workspace))
            .into_iter()
            .collect()
    }
}

/// GOWORK names no file: go loads nothing at all.
fn gowork_is_wrong(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let (_, words) = ["invalid GOWORK: ", "reading go.work: open "]
        .iter()
        .find_map(|mark| Load::that_says(system, workspace, mark))?;
    let variable = Variable::of(system, workspace, "GOWORK");
    if !variable.is_set() {
        return None;
    }
    let finding = Finding::new(
        Code::GoWorkElsewhere,
        format!("GOWORK is {}, which is no go.work.", variable.value),
        "go loads nothing while the go.work that GOWORK names cannot be read, so gopls has no packages.",
    )
    .about("GOWORK")
    .evidence(format!("go says: {words}"))
    .evidence(variable.evidence());
    Some(workspace.at_failed(variable.offer_to_unset(system, workspace, finding)))
}

/// A go.work lists all that is needed, and another one is in force, or none.
fn hidden(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let needed = Needed::of(system, workspace)?;
    let has_all = |work: &GoWork| needed.left_out_of(system, work).is_empty();
    if needed
        .in_force
        .as_ref()
        .is_some_and(|(_, work)| has_all(work))
    {
        return None;
    }
    let (file, _) = needed.others.iter().find(|(_, work)| has_all(work))?;
    let shown = file.display();
    let natural = above(system, workspace.place(), "go.work");
    let is_natural = natural.is_some_and(|natural| natural == *file);
    let variable = Variable::of(system, workspace, "GOWORK");
    let by_variable = is_natural && variable.is_set();
    let (title, cause) = if by_variable {
        (
            format!(
                "GOWORK={} keeps {shown} from being in force.",
                variable.value
            ),
            "Only the modules that the go.work in force lists find each other by their folders.",
        )
    } else {
        (
            format!("{shown} lists the modules that are needed and is not in force."),
            "In force is the nearest go.work in the folder of a file or above it, or the one that GOWORK \
             names.",
        )
    };
    let finding = Finding::new(Code::GoWorkElsewhere, title, cause).about(shown.to_string());
    let mut finding = needed
        .evidence(workspace, finding)
        .evidence(match &needed.in_force {
            Some((other, _)) => format!("{} is in force", other.display()),
            None => "no go.work is in force".to_owned(),
        });
    if variable.is_set() {
        finding = finding.evidence(variable.evidence());
    }
    if by_variable {
        finding = variable.offer_to_unset(system, workspace, finding);
    }
    let folder = file.parent().unwrap_or(file).display();
    if !by_variable {
        finding = finding.fix(
            "Open the folder that it is in",
            Action::Hand(format!("Open {folder} in the editor.")),
        );
    }
    Some(workspace.at_failed(offer_to_name(system, workspace, file, finding)))
}

/// The finding with the fix that has gopls use a go.work wherever it lies.
fn offer_to_name(
    system: &dyn System,
    workspace: &Workspace,
    file: &Path,
    finding: Finding,
) -> Finding {
    let shown = file.display().to_string();
    let path = ["gopls", "build.env", "GOWORK"];
    let edit = settings::belong_to(system, workspace)
        .then(|| settings::edit(system, &workspace.folder, &path, &shown.as_str().into()))
        .flatten();
    let action = match edit {
        Some(edit) => Action::Edit(vec![edit]),
        None => Action::Hand(format!(
            "Set GOWORK to {shown} in `build.env` of gopls's settings."
        )),
    };
    finding.fix("Have gopls use it, by GOWORK in its settings", action)
}

/// The go.work in force lies above the opened folder, and the user may not know of it: it leaves out
/// the module that is open.
fn above_the_folder(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let needed = Needed::of(system, workspace)?;
    let (file, work) = needed.in_force.as_ref()?;
    let own = needed.own.as_deref()?;
    let left_out = needed.left_out_of(system, work);
    if !is_above(system, file, &workspace.folder) || !left_out.contains(&own) {
        return None;
    }
    let shown = file.display();
    let finding = Finding::new(
        Code::GoWorkElsewhere,
        format!(
            "{shown}, above the opened folder, is in force and leaves out {}.",
            written_in(file, own)
        ),
        "A go.work is in force in all folders below it, and a module that it leaves out does not find the \
         others by their folders.",
    )
    .about(shown.to_string());
    let finding = needed
        .evidence(workspace, finding)
        .evidence(format!("{shown} lists {}", listed(&work.uses)));
    let finding = offer_to_list(system, file, &left_out, finding);
    Some(workspace.at_failed(finding))
}

/// Whether a go.work lies above a folder, and not in it.
pub(super) fn is_above(system: &dyn System, go_work: &Path, folder: &Path) -> bool {
    let base = go_work.parent().unwrap_or(go_work);
    !is_same_folder(system, base, folder) && is_inside(system, folder, base)
}

/// What a go.work lists, in words.
pub(super) fn listed(uses: &[Use]) -> String {
    let all: Vec<&str> = uses.iter().map(|used| &*used.written).collect();
    if all.is_empty() {
        "nothing".to_owned()
    } else {
        all.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, found, is_silent, is_whole};

    const MAIN: &str = "package main\n\nimport \"example.com/b\"\n\nfunc main() { b.Helper() }\n";

    fn module(go_works: &[(&str, &str)]) -> Module {
        let module = Module::new(&[
            ("a/go.mod", "module example.com/a\n\ngo 1.24\n"),
            ("a/main.go", MAIN),
            ("b/go.mod", "module example.com/b\n\ngo 1.24\n"),
            ("b/b.go", "package b\n\nfunc Helper() {}\n"),
            ("other/go.mod", "module example.com/other\n\ngo 1.24\n"),
        ]);
        for (file, text) in go_works {
            module.write(file, text);
        }
        module
    }

    const BOTH: &str = "go 1.24\n\nuse ./a\nuse ./b\n";

    #[test]
    fn gowork_hides_the_one_beside() {
        let module = module(&[
            ("go.work", BOTH),
            ("x/go.work", "go 1.24\n\nuse ../other\n"),
        ]);
        let replaced = module.path("x/go.work").display().to_string();
        for value in ["off", &*replaced] {
            let mut workspace = module
                .failing("a/main.go", "Helper")
                .lacking("example.com/b");
            workspace.set("GOWORK", value);
            let finding = found(&GoWorkElsewhere, &workspace);
            let shown = module.path("go.work").display().to_string();
            is_whole(&finding, Code::GoWorkElsewhere, &shown);
            assert!(finding.title.starts_with(&format!("GOWORK={value} keeps ")));
        }
        is_silent(
            &GoWorkElsewhere,
            &module
                .failing("a/main.go", "Helper")
                .lacking("example.com/b"),
        );
    }

    #[test]
    fn one_in_a_sibling_folder_is_not_in_force() {
        let module = module(&[("ws/go.work", "go 1.24\n\nuse ../a\nuse ../b\n")]);
        for folder in ["", "a"] {
            let mut workspace = module
                .failing("a/main.go", "Helper")
                .lacking("example.com/b");
            workspace.folder = module.path(folder);
            let finding = found(&GoWorkElsewhere, &workspace);
            let shown = module.path("ws/go.work").display().to_string();
            is_whole(&finding, Code::GoWorkElsewhere, &shown);
            assert_eq!(finding.evidence[2], "no go.work is in force");
        }
        let mut workspace = module
            .failing("a/main.go", "Helper")
            .lacking("example.com/b");
        workspace.set("GOWORK", &module.path("ws/go.work").display().to_string());
        is_silent(&GoWorkElsewhere, &workspace);
    }

    #[test]
    fn one_above_the_opened_folder_leaves_the_module_out() {
        let module = module(&[("go.work", "go 1.24\n\nuse ./b\n")]);
        let mut workspace = module
            .failing("a/main.go", "Helper")
            .lacking("example.com/b");
        workspace.folder = module.path("a");
        let finding = found(&GoWorkElsewhere, &workspace);
        let shown = module.path("go.work").display().to_string();
        is_whole(&finding, Code::GoWorkElsewhere, &shown);
        let Action::Edit(edits) = &finding.fixes[0].action else {
            panic!("{finding:#?}");
        };
        assert_eq!(edits[0].text, "\nuse ./a");

        // In the opened folder, it is another check's.
        is_silent(
            &GoWorkElsewhere,
            &module
                .failing("a/main.go", "Helper")
                .lacking("example.com/b"),
        );
    }

    #[test]
    fn a_gowork_that_is_not_there_stops_everything() {
        let module = module(&[]);
        for value in ["/nonexistent/go.work", "relative/go.work"] {
            let mut workspace = module.failing("a/main.go", "main").lacking("example.com/b");
            workspace.set("GOWORK", value);
            let finding = found(&GoWorkElsewhere, &workspace);
            is_whole(&finding, Code::GoWorkElsewhere, "GOWORK");
        }
    }

    #[test]
    fn modules_that_need_nobody_are_no_fault() {
        let module = module(&[("go.work", "go 1.24\n\nuse ./other\n")]);
        let mut workspace = module.failing("b/b.go", "Helper");
        workspace.folder = module.path("b");
        is_silent(&GoWorkElsewhere, &workspace);
        let alone = self::module(&[]);
        is_silent(
            &GoWorkElsewhere,
            &alone
                .failing("a/main.go", "Helper")
                .lacking("example.com/b"),
        );
    }
}
