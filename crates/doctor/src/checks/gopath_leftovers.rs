//! Code from before modules, where modules are always on.

use std::path::{Path, PathBuf};

use system::System;
use trace::finding::{Action, Code, Finding};

use crate::folder::is_inside;
use crate::load::Load;
use crate::missing_import::MissingImport;
use crate::module::repository;
use crate::shell::quoted;
use crate::variable::Variable;
use crate::{Check, Workspace};

/// Finds that an import leads nowhere because its package lies in GOPATH/src, and GO111MODULE=on keeps gopls
/// from looking there. Unless that is set, gopls takes a folder below GOPATH/src without a go.mod as go did
/// before modules (measured with 0.23).
pub(super) struct GopathLeftovers;

impl Check for GopathLeftovers {
    fn code(&self) -> Code {
        Code::GopathLeftovers
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        finding(system, workspace).into_iter().collect()
    }
}

fn finding(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let load = Load::of_failed(system, workspace)?;
    let modules = Variable::of(system, workspace, "GO111MODULE");
    if load.go_mod.is_some() || load.go_work.is_some() || modules.value != "on" {
        return None;
    }
    let import = MissingImport::of(system, workspace)?;
    let source = source_of(system, workspace, &load.folder)?;
    let found = found_without_modules(system, workspace, load, &import.path)?;
    let shown = load.folder.display();
    let finding = Finding::new(
        Code::GopathLeftovers,
        format!(
            "{shown} is in GOPATH and in no module, and GO111MODULE=on has gopls look for {} in modules \
             alone.",
            import.path
        ),
        "Without a go.mod the packages below GOPATH/src find each other only as they did before modules, \
         which GO111MODULE=on forbids.",
    )
    .about(import.path.clone())
    .evidence(import.evidence())
    .evidence(format!("with GO111MODULE=off go finds it in {}", found.display()))
    .evidence(format!("no go.mod in {shown} nor above it"))
    .evidence(modules.evidence());
    let finding = modules.offer_to_unset(system, workspace, finding);
    let line = make_modules(&source, &load.folder, &found)?;
    Some(workspace.at_failed(finding.fix("Or make modules of it", Action::Shell(line))))
}

/// Whether gopls takes a folder as go took it before modules: it lies below GOPATH/src, in no module, and
/// GO111MODULE does not forbid that.
pub(crate) fn is_gopath_view(system: &dyn System, workspace: &Workspace, load: &Load) -> bool {
    load.go_mod.is_none()
        && load.go_work.is_none()
        && Variable::of(system, workspace, "GO111MODULE").value != "on"
        && source_of(system, workspace, &load.folder).is_some()
}

/// The GOPATH/src that a folder is in.
fn source_of(system: &dyn System, workspace: &Workspace, folder: &Path) -> Option<PathBuf> {
    let env = workspace.go().env(system).ok()?;
    let mut sources = std::env::split_paths(&env.gopath).map(|path| path.join("src"));
    sources.find(|source| source.is_absolute() && is_inside(system, folder, source))
}

/// Where go finds a package as it did before modules.
fn found_without_modules(
    system: &dyn System,
    workspace: &Workspace,
    load: &Load,
    package: &str,
) -> Option<PathBuf> {
    let arguments = ["-find", "-f={{.Dir}}", "--", package];
    let call = workspace
        .go()
        .list_call(system, &load.folder, &arguments)
        .env("GO111MODULE", "off");
    let output = system.run(&call).ok().filter(|output| output.success)?;
    let folder = PathBuf::from(output.stdout.trim());
    folder.is_absolute().then_some(folder)
}

/// The line that makes modules of the two repositories, by the paths that they have in GOPATH/src, and a
/// go.work of them where they are two.
fn make_modules(source: &Path, folder: &Path, found: &Path) -> Option<String> {
    let own = repository_of(source, folder)?;
    let other = repository_of(source, found)?;
    let init = |path: &str| {
        let (folder, path) = (quoted(source.join(path)), quoted(path));
        format!("(cd {folder} && go mod init {path})")
    };
    if own == other {
        let (folder, path) = (quoted(source.join(&own)), quoted(&own));
        return Some(format!("cd {folder} && go mod init {path}"));
    }
    Some(format!(
        "{} && {} && cd {} && go work init {} {}",
        init(&own),
        init(&other),
        quoted(source),
        quoted(format!("./{own}")),
        quoted(format!("./{other}"))
    ))
}

/// The import path of the repository that a folder of GOPATH/src belongs to: two names where the host is not
/// known.
fn repository_of(source: &Path, folder: &Path) -> Option<String> {
    let path = folder.strip_prefix(source).ok()?.to_str()?;
    let two = || match path.match_indices('/').nth(1) {
        Some((end, _)) => &path[..end],
        None => path,
    };
    let found = repository(path).unwrap_or_else(two);
    (!found.is_empty()).then(|| found.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, found, is_silent, is_whole};

    const MAIN: &str = "package main\n\nimport (\n\t\"example.com/lib\"\n\t\"x.test/x\"\n)\n\n\
        func main() {\n\tlib.Greet()\n\tx.Gone()\n}\n";

    fn failing(module: &Module, needle: &str, modules: &str) -> Workspace {
        let mut workspace = module.failing("src/example.com/app/main.go", needle);
        workspace.set("GOPATH", &module.path(".").display().to_string());
        workspace.set("GO111MODULE", modules);
        workspace.lacking("example.com/lib").lacking("x.test/x")
    }

    #[test]
    fn what_lies_in_gopath_is_found_where_modules_are_always_on() {
        let module = Module::new(&[
            ("src/example.com/app/main.go", MAIN),
            (
                "src/example.com/lib/lib.go",
                "package lib\n\nfunc Greet() {}\n",
            ),
        ]);
        let finding = found(&GopathLeftovers, &failing(&module, "Greet", "on"));
        is_whole(&finding, Code::GopathLeftovers, "example.com/lib");
        let Some(Action::Shell(line)) = finding.fixes.last().map(|fix| &fix.action) else {
            panic!("{finding:#?}");
        };
        assert!(
            line.ends_with(" && go work init ./example.com/app ./example.com/lib"),
            "{line}"
        );

        is_silent(&GopathLeftovers, &failing(&module, "Gone", "on"));
        for value in ["", "auto", "off"] {
            is_silent(&GopathLeftovers, &failing(&module, "Greet", value));
        }
        let mut elsewhere = failing(&module, "Greet", "on");
        elsewhere.set("GOPATH", "/nowhere");
        is_silent(&GopathLeftovers, &elsewhere);
        module.write("src/example.com/app/go.mod", "module example.com/app\n");
        is_silent(&GopathLeftovers, &failing(&module, "Greet", "on"));
    }

    #[test]
    fn a_repository_is_known_by_its_place() {
        let of = |folder: &str| repository_of("/go/src".as_ref(), folder.as_ref());
        assert_eq!(
            of("/go/src/github.com/me/app/cmd/x").as_deref(),
            Some("github.com/me/app")
        );
        assert_eq!(
            of("/go/src/example.com/app/x").as_deref(),
            Some("example.com/app")
        );
        assert_eq!(of("/go/src/app").as_deref(), Some("app"));
        assert_eq!(of("/go/src"), None);
        assert_eq!(of("/elsewhere"), None);
    }
}
