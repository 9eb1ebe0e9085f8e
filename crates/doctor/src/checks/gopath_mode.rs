//! GO111MODULE switches modules off.

use system::System;
use trace::finding::{Action, Code, Finding};

use crate::load::Load;
use crate::missing_import::MissingImport;
use crate::variable::{Origin, Variable};
use crate::{Check, Workspace};

/// Finds that an import leads nowhere because go does not look at go.mod.
pub(super) struct GopathMode;

impl Check for GopathMode {
    fn code(&self) -> Code {
        Code::GopathMode
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let variable = Variable::of(system, workspace, "GO111MODULE");
        if !variable.is_set() {
            return Vec::new();
        }
        let wrong = format!("unknown environment setting GO111MODULE={}", variable.value);
        let finding = match Load::that_says(system, workspace, &wrong) {
            Some((_, words)) => Some(
                Finding::new(
                    Code::GopathMode,
                    format!(
                        "GO111MODULE has a value that go does not know: {}.",
                        variable.value
                    ),
                    "go does not run with it, and gopls loads no packages without go.",
                )
                .evidence(format!("go says: {words}")),
            ),
            None if variable.value == "off" => modules_off(system, workspace),
            None => None,
        };
        let Some(finding) = finding else {
            return Vec::new();
        };
        let finding =
            variable.offer_to_unset(system, workspace, finding.evidence(variable.evidence()));
        vec![workspace.at_failed(match variable.origin {
            Origin::Installation(_) => finding.fix(
                "Switch modules on",
                Action::Shell("go env -w GO111MODULE=on".to_owned()),
            ),
            _ => finding,
        })]
    }
}

fn modules_off(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let load = Load::of_failed(system, workspace)?;
    let go_mod = load.go_mod.as_deref()?;
    let import = MissingImport::of(system, workspace)?;
    // With modules on go must find it; else this is not why it fails.
    let arguments = ["-find", "-f={{.Dir}}", "--", &import.path];
    let call = workspace
        .go()
        .list_call(system, &load.folder, &arguments)
        .env("GO111MODULE", "on");
    let output = system.run(&call).ok().filter(|output| output.success)?;
    let folder = output.stdout.trim();
    if folder.is_empty() {
        return None;
    }
    Some(
        Finding::new(
            Code::GopathMode,
            format!("Modules are switched off, so {} is not found.", import.path),
            "With GO111MODULE=off go looks for imports in GOROOT and GOPATH alone and does not read \
             go.mod.",
        )
        .about(import.path.clone())
        .evidence(import.evidence())
        .evidence(format!("with GO111MODULE=on it finds it in {folder}"))
        .evidence(format!("{} is not read", go_mod.display())),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, found, is_silent, is_whole};

    fn module() -> Module {
        Module::new(&[
            (
                "go.mod",
                "module example.com/a\n\ngo 1.24\n\nrequire example.com/b v0.0.0\n\n\
                 replace example.com/b => ./b\n",
            ),
            (
                "main.go",
                "package main\n\nimport (\n\t\"example.com/b\"\n\t\"x.test/x\"\n)\n\n\
                 func main() {\n\tb.Helper()\n\tx.Gone()\n\tmain()\n}\n",
            ),
            ("b/go.mod", "module example.com/b\n\ngo 1.24\n"),
            ("b/b.go", "package b\n\nfunc Helper() {}\n"),
        ])
    }

    #[test]
    fn an_import_that_go_would_find_with_modules_is_found() {
        let module = module();
        let mut workspace = module.failing("main.go", "Helper").lacking("example.com/b");
        workspace.set("GO111MODULE", "off");
        let finding = found(&GopathMode, &workspace);
        is_whole(&finding, Code::GopathMode, "example.com/b");
        assert_eq!(
            finding.evidence[3],
            "GO111MODULE=off is in `build.env` of gopls's settings"
        );
        let b = module.path("b");
        let expected = format!("with GO111MODULE=on it finds it in {}", b.display());
        assert_eq!(finding.evidence[1], expected);
    }

    #[test]
    fn what_fails_for_another_reason_is_left_alone() {
        let module = module();
        for (value, needle) in [
            ("off", "Gone"),
            ("off", "main"),
            ("", "Helper"),
            ("auto", "Helper"),
        ] {
            let mut workspace = module
                .failing("main.go", needle)
                .lacking("example.com/b")
                .lacking("x.test/x");
            workspace.set("GO111MODULE", value);
            is_silent(&GopathMode, &workspace);
        }
        let mut workspace = module.workspace();
        workspace.set("GO111MODULE", "off");
        is_silent(&GopathMode, &workspace);
    }

    #[test]
    fn a_value_that_go_does_not_know_is_found() {
        let module = module();
        let mut workspace = module.workspace();
        workspace.set("GO111MODULE", "bogus");
        let finding = found(&GopathMode, &workspace);
        is_whole(&finding, Code::GopathMode, "");
    }
}
