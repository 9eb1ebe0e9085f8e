//! A GOROOT that is no Go installation.

use system::System;
use trace::finding::{Action, Code, Finding};

use crate::installation::goroot_of;
use crate::load::Load;
use crate::variable::Variable;
use crate::{Check, Workspace, settings};

/// Finds that go does not run, or has no standard library, because of GOROOT.
pub(super) struct GoRootInvalid;

impl Check for GoRootInvalid {
    fn code(&self) -> Code {
        Code::GoRootInvalid
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let Some(words) = go_says(system, workspace) else {
            return Vec::new();
        };
        let variable = Variable::of(system, workspace, "GOROOT");
        let title = if variable.is_set() {
            format!("GOROOT is {}, which is no Go installation.", variable.value)
        } else {
            "go does not find its own installation.".to_owned()
        };
        let mut finding = Finding::new(
            Code::GoRootInvalid,
            title,
            "go takes its standard library and its tools from GOROOT and does not run without them, so \
             gopls has no packages.",
        )
        .evidence(format!("go says: {words}"))
        .evidence(variable.evidence());
        let own = workspace
            .go_on_path(system)
            .and_then(|go| Some((goroot_of(system, &go)?, go)));
        if let Some((root, go)) = own.filter(|(root, _)| system.exists(&root.join("src/unsafe"))) {
            finding = finding.evidence(format!(
                "{} belongs to {} and needs no GOROOT",
                go.display(),
                root.display()
            ));
        }
        finding = variable.offer_to_unset(system, workspace, finding);
        if settings::belong_to(system, workspace) && variable.is_set() {
            finding = finding.fix(
                "Correct go.goroot",
                Action::Hand(
                    "The Go extension makes GOROOT of \"go.goroot\" in settings.json; correct it there \
                     if it is set."
                        .to_owned(),
                ),
            );
        }
        if finding.fixes.is_empty() {
            finding = finding.fix(
                "Install Go anew",
                Action::Hand("Part of the installation is gone.".to_owned()),
            );
        }
        vec![workspace.at_failed(finding)]
    }
}

/// go's words about a GOROOT that is not there, or has no standard library.
fn go_says(system: &dyn System, workspace: &Workspace) -> Option<String> {
    if let Some((_, words)) = Load::that_says(system, workspace, "cannot find GOROOT directory") {
        return Some(words.to_owned());
    }
    // A folder that has nothing of Go in it is only noticed when the standard library is needed. The
    // package unsafe is in every one.
    if !Variable::of(system, workspace, "GOROOT").is_set() {
        return None;
    }
    let load = Load::all(system, workspace).first()?;
    let output = workspace
        .go()
        .list(system, &load.folder, &["-find", "unsafe"]);
    let output = output.ok().filter(|output| !output.success)?;
    let words = output.stderr.trim();
    words.contains("is not in std").then(|| words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, found, is_silent, is_whole};

    #[test]
    fn a_goroot_that_is_not_there_is_found_with_who_set_it() {
        let module = Module::plain();
        let mut workspace = module.failing("a.go", "A");
        workspace.set("GOROOT", "/nonexistent");
        let finding = found(&GoRootInvalid, &workspace);
        is_whole(&finding, Code::GoRootInvalid, "");
        assert_eq!(
            finding.title,
            "GOROOT is /nonexistent, which is no Go installation."
        );
        assert_eq!(
            finding.evidence[..2],
            [
                "go says: go: cannot find GOROOT directory: /nonexistent",
                "GOROOT=/nonexistent is in `build.env` of gopls's settings",
            ]
        );
        assert_eq!(finding.uri, workspace.failed.unwrap().uri.into());
    }

    #[test]
    fn an_empty_folder_is_no_installation() {
        let module = Module::plain();
        let mut workspace = module.workspace();
        workspace.set("GOROOT", &module.path("").display().to_string());
        let finding = found(&GoRootInvalid, &workspace);
        assert!(finding.evidence[0].contains("package unsafe is not in std"));
    }

    #[test]
    fn the_true_goroot_may_be_set() {
        let module = Module::plain();
        let mut workspace = module.failing("a.go", "A");
        is_silent(&GoRootInvalid, &workspace);
        let goroot = workspace.go().env(&system::Real).unwrap().goroot.clone();
        workspace = module.failing("a.go", "A");
        workspace.set("GOROOT", &goroot);
        is_silent(&GoRootInvalid, &workspace);
    }
}
