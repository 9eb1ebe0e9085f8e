//! A vendor folder that does not agree with go.mod.

use std::path::Path;

use serde_json::json;
use system::System;
use trace::finding::{Action, Code, Finding, Range};

use crate::load::Load;
use crate::modfile::{line_of, statements_of};
use crate::shell::quoted;
use crate::variable::Variable;
use crate::{Check, Workspace, file_uri};

/// How many of the modules that do not agree are shown.
const MOST: usize = 5;

/// Finds that go refuses vendor/modules.txt.
pub(super) struct InconsistentVendoring;

impl Check for InconsistentVendoring {
    fn code(&self) -> Code {
        Code::InconsistentVendoring
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        Load::that_says(system, workspace, "go: inconsistent vendoring in ")
            .and_then(|(_, words)| finding(system, workspace, words))
            .into_iter()
            .collect()
    }
}

fn finding(system: &dyn System, workspace: &Workspace, words: &str) -> Option<Finding> {
    let (_, rest) = words.split_once("go: inconsistent vendoring in ")?;
    let (folder, rest) = rest.split_once(":\n")?;
    let folder = Path::new(folder);
    // go says itself whether it is the vendor folder of a module or of a workspace.
    let of_workspace = words.contains("go work vendor");
    let file = folder.join(if of_workspace { "go.work" } else { "go.mod" });
    let name = if of_workspace {
        "the go.mod files"
    } else {
        "go.mod"
    };
    let differences: Vec<&str> = rest
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    // With -mod=vendor go wants the folder even where there is none.
    let vendor = folder.join("vendor");
    let is_there = system.exists(&vendor);
    let title = if is_there {
        format!("vendor/modules.txt does not agree with {name}.")
    } else {
        "go is told to use the vendor folder, and there is none.".to_owned()
    };
    let mut finding = Finding::new(
        Code::InconsistentVendoring,
        title,
        "go loads nothing while the modules in the vendor folder are not those of go.mod, so gopls has \
         no packages.",
    )
    .about(folder.display().to_string());
    for difference in differences.iter().take(MOST) {
        finding = finding.evidence(format!("go says: {difference}"));
    }
    if differences.len() > MOST {
        finding = finding.evidence(format!("and {} more", differences.len() - MOST));
    }
    if !is_there {
        finding = finding.evidence(format!("{} is not there", vendor.display()));
    }
    let goflags = Variable::of(system, workspace, "GOFLAGS");
    if goflags.value.contains("-mod") {
        finding = finding.evidence(goflags.evidence());
    }
    let uri = file_uri(&file)?;
    let folder = quoted(folder);
    let finding = if of_workspace {
        finding.fix(
            "Make the vendor folder anew",
            Action::Shell(format!("cd {folder} && go work vendor")),
        )
    } else {
        finding
            .fix(
                "Make the vendor folder anew",
                Action::Server {
                    command: "gopls.vendor".to_owned(),
                    arguments: vec![json!({ "URI": uri })],
                },
            )
            .fix(
                "Make the vendor folder anew, in a shell",
                Action::Shell(format!("cd {folder} && go mod vendor")),
            )
    };
    let finding = finding.fix(
        "Leave the vendor folder out",
        Action::Hand(
            "Add -mod=readonly to `build.buildFlags` in the settings of gopls.".to_owned(),
        ),
    );
    let at = first_line(system, &file, &differences);
    Some(finding.place(uri, Some(at)))
}

/// The line of go.mod that the first difference is about, else the first line.
fn first_line(system: &dyn System, file: &Path, differences: &[&str]) -> Range {
    let module = |difference: &&str| {
        let (module, _) = difference.split_once([':', '@'])?;
        Some(module.to_owned())
    };
    let modules: Vec<String> = differences.iter().filter_map(module).collect();
    let statements = statements_of(system, file);
    let line = statements.iter().find(|statement| {
        let required = statement.of("require").and_then(<[String]>::first);
        required.is_some_and(|path| modules.contains(path))
    });
    line.map_or_else(|| line_of(system, file, 0), |line| line.range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, found, is_silent, is_whole};

    const GO_MOD: &str = "module example.com/a\n\ngo 1.24\n\nrequire example.com/b v0.0.0\n\n\
        replace example.com/b => ./b\n";
    const LISTED: &str = "# example.com/b v0.0.0 => ./b\n## explicit; go 1.24\nexample.com/b\n\
        # example.com/b => ./b\n";

    fn module(modules_txt: &str) -> Module {
        Module::new(&[
            ("go.mod", GO_MOD),
            (
                "a.go",
                "package a\n\nimport \"example.com/b\"\n\nvar A = b.B\n",
            ),
            ("b/go.mod", "module example.com/b\n\ngo 1.24\n"),
            ("b/b.go", "package b\n\nvar B = 1\n"),
            ("vendor/example.com/b/b.go", "package b\n\nvar B = 1\n"),
            ("vendor/modules.txt", modules_txt),
        ])
    }

    #[test]
    fn a_vendor_folder_that_is_behind_is_found() {
        let module = module(&LISTED.replace("v0.0.0", "v0.0.1"));
        let finding = found(&InconsistentVendoring, &module.failing("a.go", "B"));
        let folder = module.path("").components().as_path().display().to_string();
        is_whole(&finding, Code::InconsistentVendoring, &folder);
        assert_eq!(finding.uri, file_uri(&module.path("go.mod")));
        assert_eq!(finding.range.unwrap().start.line, 4);
        assert_eq!(
            finding.evidence[0],
            "go says: example.com/b@v0.0.0: is explicitly required in go.mod, but not marked as \
             explicit in vendor/modules.txt"
        );
        let Action::Server { arguments, .. } = &finding.fixes[0].action else {
            panic!("{finding:#?}");
        };
        assert_eq!(arguments[0]["URI"], finding.uri.unwrap());
    }

    #[test]
    fn that_of_a_workspace_is_made_anew_by_go_work() {
        let module = module("## workspace\n# example.com/c v1.0.0\n## explicit\n");
        module.write("go.work", "go 1.24\n\nuse .\nuse ./b\n");
        let finding = found(&InconsistentVendoring, &module.failing("a.go", "B"));
        assert_eq!(finding.uri, file_uri(&module.path("go.work")));
        assert!(
            matches!(&finding.fixes[0].action, Action::Shell(line) if line.ends_with("go work vendor"))
        );
    }

    #[test]
    fn one_that_agrees_or_is_not_used_is_no_fault() {
        let module = module(LISTED);
        is_silent(&InconsistentVendoring, &module.failing("a.go", "B"));

        module.write("vendor/modules.txt", "");
        let mut workspace = module.failing("a.go", "B");
        workspace.set("GOFLAGS", "-mod=mod");
        is_silent(&InconsistentVendoring, &workspace);
        workspace = module.failing("a.go", "B");
        workspace.build_flags = vec!["-mod=readonly".into()];
        is_silent(&InconsistentVendoring, &workspace);

        // A module that needs no other needs no vendor folder either.
        std::fs::remove_dir_all(module.path("vendor")).unwrap();
        workspace = module.failing("b/b.go", "B");
        workspace.set("GOFLAGS", "-mod=vendor");
        is_silent(&InconsistentVendoring, &workspace);
        workspace = module.failing("a.go", "B");
        workspace.set("GOFLAGS", "-mod=vendor");
        let finding = found(&InconsistentVendoring, &workspace);
        assert!(finding.title.ends_with("there is none."));
    }
}
