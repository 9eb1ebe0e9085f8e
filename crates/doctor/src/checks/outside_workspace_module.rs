//! A file of a module that no view of gopls has.

use std::path::{Path, PathBuf};

use system::System;
use trace::finding::{Action, Code, Finding};

use crate::folder::{is_inside, is_same_folder, written_in};
use crate::left_out::offer_to_list;
use crate::load::Load;
use crate::modfile::{GoWork, replaced};
use crate::shell::quoted;
use crate::{Check, View, Workspace};

/// How many views are looked at.
const MOST: usize = 8;

/// Finds that the module of what failed is in no view.
pub(super) struct OutsideWorkspaceModule;

impl Check for OutsideWorkspaceModule {
    fn code(&self) -> Code {
        Code::OutsideWorkspaceModule
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        finding(system, workspace).into_iter().collect()
    }
}

fn finding(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let failed = workspace.failed.as_ref()?;
    let load = Load::of_failed(system, workspace)?;
    let module = load.module_folder()?;
    // gopls gets its views for files inside the opened folder by itself.
    let is_vendored = failed.path.iter().any(|name| name == "vendor");
    if is_inside(system, module, &workspace.folder) || load.of_others || is_vendored {
        return None;
    }
    let said = failed
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.message.as_str())
        .find(|message| message.contains("not included in your workspace"));
    match &workspace.views {
        Some(views) => {
            let mut views = views.iter().take(MOST);
            if views.any(|view| has(system, workspace, view, module)) {
                return None;
            }
        }
        None => {
            said?;
        }
    }
    let shown = module.display();
    let mut finding = Finding::new(
        Code::OutsideWorkspaceModule,
        format!("{shown} is a module that gopls has not loaded."),
        "gopls loads the modules of the opened folders, and those that they replace or that their go.work \
         lists; of any other it knows only the file that is open.",
    )
    .about(shown.to_string())
    .evidence(format!("the file is in {shown}, which has a go.mod"))
    .evidence(format!(
        "the opened folder is {}",
        workspace.folder.display()
    ));
    for view in workspace.views.iter().flatten().take(MOST) {
        finding = finding.evidence(format!(
            "gopls has a view of the kind {} at {}",
            view.kind,
            view.root.display()
        ));
    }
    if let Some(line) = said.and_then(|said| said.lines().next()) {
        finding = finding.evidence(format!("gopls says: {line}"));
    }
    finding = finding.fix(
        "Open the module too",
        Action::Hand(format!("Add {shown} to the workspace in the editor.")),
    );
    let folder = &workspace.folder;
    finding = match go_work_of(system, workspace, folder) {
        Some(file) => offer_to_list(system, &file, &[module], finding),
        None => {
            let other = written_in(&folder.join("go.work"), module);
            let line = format!("cd {} && go work init . {}", quoted(folder), quoted(&other));
            match system.exists(&folder.join("go.mod")) {
                true => finding.fix("Make a go.work with both", Action::Shell(line)),
                false => finding,
            }
        }
    };
    Some(workspace.at_failed(finding))
}

/// Whether a view has the module in this folder: as its own, by its go.work, or by a replace line. Links
/// are followed, so that another spelling of the same folder is not taken for another folder.
fn has(system: &dyn System, workspace: &Workspace, view: &View, module: &Path) -> bool {
    let own = match view.kind.as_str() {
        "GoMod" => is_same_folder(system, module, &view.root),
        "GoWork" => false,
        _ => is_inside(system, module, &view.root),
    };
    if own {
        return true;
    }
    let replaces = |file: &Path| {
        replaced(system, file)
            .iter()
            .any(|folder| is_same_folder(system, folder, module))
    };
    if view.kind != "GoWork" {
        return replaces(&view.root.join("go.mod"));
    }
    let Some(file) = go_work_of(system, workspace, &view.root) else {
        return false;
    };
    GoWork::read(system, workspace, &file).is_ok_and(|work| {
        let mut uses = work.uses.iter();
        work.lists(system, module)
            || replaces(&file)
            || uses.any(|used| replaces(&used.folder.join("go.mod")))
    })
}

/// The go.work that is in force in a folder.
fn go_work_of(system: &dyn System, workspace: &Workspace, folder: &Path) -> Option<PathBuf> {
    let call = workspace.go().call(folder, &["env", "GOWORK"]);
    let output = system.run(&call).ok()?;
    let file = output.stdout.trim();
    (!file.is_empty() && file != "off").then(|| PathBuf::from(file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, found, is_silent, is_whole};

    fn module() -> Module {
        Module::new(&[
            ("a/go.mod", "module example.com/a\n\ngo 1.24\n"),
            ("a/a.go", "package a\n\nvar A = 1\n"),
            ("b/go.mod", "module example.com/b\n\ngo 1.24\n"),
            ("b/b.go", "package b\n\nfunc Helper() { local() }\n"),
            ("b/c.go", "package b\n\nfunc local() {}\n"),
        ])
    }

    fn outside(module: &Module, kind: &str, root: &str) -> Workspace {
        let mut workspace = module.failing("b/b.go", "local");
        workspace.folder = module.path("a");
        workspace.views = Some(vec![View {
            kind: kind.into(),
            root: module.path(root),
            folder: module.path("a"),
        }]);
        workspace
    }

    #[test]
    fn a_module_beside_the_opened_one_is_found() {
        let module = module();
        let finding = found(&OutsideWorkspaceModule, &outside(&module, "GoMod", "a"));
        let shown = module.path("b").display().to_string();
        is_whole(&finding, Code::OutsideWorkspaceModule, &shown);
        let a = module.path("a");
        let line = format!("cd {} && go work init . ../b", a.display());
        assert_eq!(finding.fixes[1].action, Action::Shell(line));
    }

    #[test]
    fn so_is_one_that_go_work_leaves_out() {
        let module = module();
        module.write("go.work", "go 1.24\n\nuse ./a\n");
        let finding = found(&OutsideWorkspaceModule, &outside(&module, "GoWork", ""));
        assert!(matches!(&finding.fixes[1].action, Action::Edit(_)));
        module.write("go.work", "go 1.24\n\nuse ./a\nuse ./b\n");
        is_silent(&OutsideWorkspaceModule, &outside(&module, "GoWork", ""));
    }

    #[test]
    fn a_module_that_the_opened_one_replaces_is_loaded() {
        let module = module();
        let replace = "module example.com/a\n\ngo 1.24\n\nrequire example.com/b v0.0.0\n\n\
            replace example.com/b => ../b\n";
        module.write("a/go.mod", replace);
        is_silent(&OutsideWorkspaceModule, &outside(&module, "GoMod", "a"));
        module.write("x/go.work", "go 1.24\n\nuse ../a\n");
        let mut workspace = outside(&module, "GoWork", "x");
        is_silent(&OutsideWorkspaceModule, &workspace);
        workspace = outside(&module, "GoMod", "b");
        is_silent(&OutsideWorkspaceModule, &workspace);
    }

    #[test]
    fn without_views_gopls_must_have_said_it() {
        let module = module();
        let mut workspace = outside(&module, "GoMod", "a");
        workspace.views = None;
        is_silent(&OutsideWorkspaceModule, &workspace);
        let failed = workspace.failed.as_mut().unwrap();
        failed.diagnostics.push(crate::Diagnostic {
            range: trace::finding::Range::default(),
            source: "go list".into(),
            message:
                "This file is within module \"../b\", which is not included in your workspace.\n\
                      To fix this problem, ..."
                    .into(),
        });
        let finding = found(&OutsideWorkspaceModule, &workspace);
        assert!(finding.evidence[2].ends_with("not included in your workspace."));
    }

    #[test]
    fn what_is_not_the_users_own_is_left_alone() {
        let module = module();
        let mut workspace = outside(&module, "GoMod", "a");
        workspace.set("GOMODCACHE", &module.path("").display().to_string());
        is_silent(&OutsideWorkspaceModule, &workspace);
        let mut inside = outside(&module, "GoMod", "a");
        inside.folder = module.path("");
        is_silent(&OutsideWorkspaceModule, &inside);
    }

    #[test]
    #[cfg(unix)]
    fn another_spelling_of_the_opened_folder_is_no_other_module() {
        let module = module();
        std::os::unix::fs::symlink(module.path("b"), module.path("link")).unwrap();
        let mut workspace = outside(&module, "GoMod", "link");
        workspace.folder = module.path("link");
        is_silent(&OutsideWorkspaceModule, &workspace);
    }
}
