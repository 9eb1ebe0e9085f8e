//! No go.mod above the file.

use std::path::{Path, PathBuf};

use system::System;
use trace::finding::{Action, Code, Finding};

use crate::folder::is_inside;
use crate::load::Load;
use crate::missing_import::MissingImport;
use crate::near::{Near, has_go_files};
use crate::shell::quoted;
use crate::variable::Variable;
use crate::{Check, Workspace};

/// Finds that an import leads nowhere because the file is in no module.
pub(super) struct NoModule;

impl Check for NoModule {
    fn code(&self) -> Code {
        Code::NoModule
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        finding(system, workspace).into_iter().collect()
    }
}

fn finding(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let load = Load::of_failed(system, workspace)?;
    if load.go_mod.is_some() || load.go_work.is_some() {
        return None;
    }
    let modules = Variable::of(system, workspace, "GO111MODULE");
    if modules.value == "off" {
        return None;
    }
    let import = MissingImport::of(system, workspace)?;
    let around = module_around(system, workspace, &load.folder, &import.path);
    // Without a dot in its first element it is of the standard library, and a go.mod would not bring it.
    let is_standard = !import.path.split('/').next()?.contains('.');
    if is_standard && around.is_none() {
        return None;
    }
    let mut finding = Finding::new(
        Code::NoModule,
        format!(
            "There is no go.mod above the file, so {} is not found.",
            import.path
        ),
        "A file that is in no module can import what is in the standard library, and nothing else.",
    )
    .about(import.path.clone())
    .evidence(format!(
        "no go.mod in {} nor above it",
        load.folder.display()
    ))
    .evidence(import.evidence());
    if modules.is_set() {
        finding = finding.evidence(modules.evidence());
    }
    // Any other one that lies near would not help.
    let near = Near::of(system, workspace, load);
    if let Some(provider) = near.provider(system, workspace, &import.path) {
        finding = finding.evidence(format!(
            "{} has the package, as the module {}; a file in no module can import none of it",
            provider.folder.display(),
            provider.module
        ));
    }
    finding = match around {
        Some((folder, module)) => finding
            .evidence(format!(
                "{} would be the module {module} by its folders",
                folder.display()
            ))
            .fix(
                "Make the module",
                Action::Shell(format!(
                    "cd {} && go mod init {}",
                    quoted(&folder),
                    quoted(&module)
                )),
            ),
        None => {
            let folder = top(system, workspace, &load.folder);
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            let path = format!("example.com/{name}");
            let line = format!("cd {} && go mod init {}", quoted(folder), quoted(&path));
            finding.fix("Make a module, with a name of yours", Action::Shell(line))
        }
    };
    Some(workspace.at_failed(finding))
}

/// The opened folder where the file is in it, else the file's own.
fn top<'a>(system: &dyn System, workspace: &'a Workspace, folder: &'a Path) -> &'a Path {
    if is_inside(system, folder, &workspace.folder) {
        &workspace.folder
    } else {
        folder
    }
}

/// The folder in or above that of the file which would have the package if it were a module, and the
/// path that it would need.
fn module_around(
    system: &dyn System,
    workspace: &Workspace,
    folder: &Path,
    package: &str,
) -> Option<(PathBuf, String)> {
    let top = top(system, workspace, folder);
    let inside = folder
        .ancestors()
        .take_while(|above| above.starts_with(top));
    for above in inside {
        for (at, _) in package.match_indices('/') {
            let (module, rest) = (&package[..at], &package[at + 1..]);
            if has_go_files(system, &above.join(rest)) {
                return Some((above.to_owned(), module.to_owned()));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, found, is_silent, is_whole};

    const MAIN: &str = "package main\n\nimport (\n\t\"fmt\"\n\n\t\"example.com/a/b\"\n\t\"x.test/y\"\n)\n\n\
        func main() {\n\tfmt.Println()\n\tb.Helper()\n\ty.Gone()\n\tlocal()\n}\n";

    fn module() -> Module {
        Module::new(&[
            ("cmd/main.go", MAIN),
            ("cmd/local.go", "package main\n\nfunc local() {}\n"),
            ("b/b.go", "package b\n\nfunc Helper() {}\n"),
            ("z/go.mod", "module example.com/z\n"),
        ])
    }

    fn failing(module: &Module, needle: &str) -> Workspace {
        let workspace = module.failing("cmd/main.go", needle);
        workspace.lacking("example.com/a/b").lacking("x.test/y")
    }

    #[test]
    fn the_module_that_is_meant_is_known_by_its_folders() {
        let module = module();
        let finding = found(&NoModule, &failing(&module, "Helper"));
        is_whole(&finding, Code::NoModule, "example.com/a/b");
        let folder = module.path("").components().as_path().display().to_string();
        let line = format!("cd {folder} && go mod init example.com/a");
        assert_eq!(finding.fixes[0].action, Action::Shell(line));
        let message = finding.message();
        let z = module.path("z").display().to_string();
        assert!(!message.contains(&z), "{message}");
    }

    #[test]
    fn of_the_modules_that_lie_near_only_that_of_the_import_counts() {
        let module = module();
        module.write("y/go.mod", "module x.test/y\n\ngo 1.24\n");
        module.write("y/y.go", "package y\n\nfunc Gone() {}\n");
        let message = found(&NoModule, &failing(&module, "Gone")).message();
        let y = module.path("y").display().to_string();
        let expected = format!("{y} has the package, as the module x.test/y");
        assert!(message.contains(&expected), "{message}");
        let z = module.path("z").display().to_string();
        assert!(!message.contains(&z), "{message}");
    }

    #[test]
    fn another_import_needs_a_module_of_any_name() {
        let module = module();
        let finding = found(&NoModule, &failing(&module, "Gone"));
        is_whole(&finding, Code::NoModule, "x.test/y");
        assert_eq!(
            finding.fixes[0].title,
            "Make a module, with a name of yours"
        );
    }

    #[test]
    fn what_needs_no_module_is_no_fault() {
        let module = module();
        for needle in ["Println", "local", "func"] {
            is_silent(&NoModule, &failing(&module, needle));
        }
        is_silent(&NoModule, &module.workspace());
        module.write("go.mod", "module example.com/a\n\ngo 1.24\n");
        is_silent(&NoModule, &failing(&module, "Gone"));
    }

    #[test]
    fn a_package_that_the_standard_library_lacks_needs_no_module() {
        let text = "package main\n\nimport \"fmtt\"\n\nfunc main() { fmtt.Println() }\n";
        let module = Module::new(&[("a/main.go", text)]);
        let workspace = || module.failing("a/main.go", "Println").lacking("fmtt");
        is_silent(&NoModule, &workspace());
        // Unless it is one of the user's own, by the folders.
        let own = text.replace("\"fmtt\"", "\"app/fmtt\"");
        module.write("a/main.go", &own);
        module.write("fmtt/fmtt.go", "package fmtt\n");
        let workspace = module.failing("a/main.go", "Println").lacking("app/fmtt");
        let finding = found(&NoModule, &workspace);
        assert_eq!(finding.fixes[0].title, "Make the module");
    }

    #[test]
    fn under_a_go_work_another_check_is_asked() {
        let module = module();
        module.write("go.work", "go 1.24\n\nuse ./z\n");
        is_silent(&NoModule, &failing(&module, "Gone"));
    }
}
