//! Packages that import each other: one of the imports is left open.

use std::path::PathBuf;

use system::System;
use trace::finding::{Action, Code, Finding, Range};

use crate::complaint::complaint;
use crate::package::Package;
use crate::source::{Token, TokenKind, import_of, imports, token_at};
use crate::{Check, Failed, Workspace, file_uri};

/// Finds the packages whose imports lead back to where they begin.
pub(super) struct ImportCycle;

/// How much of a Go file is read, in bytes, and how many imports of a cycle are shown.
const MOST: u64 = 1 << 20;
const EDGES: usize = 10;

impl Check for ImportCycle {
    fn code(&self) -> Code {
        Code::ImportCycle
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        find(system, workspace).into_iter().collect()
    }
}

fn find(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let failed = workspace.failed.as_ref()?;
    let token = token_at(&failed.text, failed.position);
    let said = gopls_said(failed, &token)?;
    let package = Package::load(system, workspace, ".").ok()?;
    let errors = package.error.iter().chain(&package.deps_errors);
    let error = errors
        .into_iter()
        .find(|error| error.words == "import cycle not allowed")?;
    // What leads to the cycle is not in it.
    let last = error.import_stack.last()?;
    let start = error.import_stack.iter().position(|path| path == last)?;
    let cycle = &error.import_stack[start..];
    if cycle.len() < 2 {
        return None;
    }
    let members = &cycle[..cycle.len() - 1];
    let title = match members {
        [alone] => format!("The package {alone} imports itself."),
        [rest @ .., end] => format!(
            "The packages {} and {end} import each other.",
            rest.join(", ")
        ),
        [] => return None,
    };
    let cause = "Go allows no import cycle; gopls leaves one of its imports out, and what that \
        package declares is not found through it.";
    let mut subject = members.to_vec();
    subject.sort();
    let mut finding = Finding::new(Code::ImportCycle, title, cause)
        .about(subject.join(" "))
        .evidence(format!(
            "go list -e .: {}: {}",
            error.words,
            cycle.join(" -> ")
        ))
        .evidence(format!("gopls: {said}"))
        .place(&failed.uri, Some(token.range));
    let asked: Vec<&str> = members.iter().take(EDGES).map(String::as_str).collect();
    let packages = Package::find_all(system, workspace, &asked).unwrap_or_default();
    for edge in cycle.windows(2).take(EDGES) {
        if let Some((path, range)) = place(system, &packages, &edge[0], &edge[1]) {
            let line = range.start.line + 1;
            finding = finding.evidence(format!("{}:{line} imports {}", path.display(), edge[1]));
            if let Some(uri) = file_uri(&path) {
                finding = finding.related(uri, range, format!("{} is imported here.", edge[1]));
            }
        }
    }
    let how = "Move what both sides need into a package of its own, or pass it in as a parameter \
        or an interface, so that one of these imports can go.";
    Some(finding.fix("Break the cycle", Action::Hand(how.into())))
}

/// What gopls says of a name that an import in a cycle would lead to.
fn gopls_said<'a>(failed: &'a Failed, token: &Token) -> Option<&'a str> {
    if token.kind == TokenKind::Nothing {
        return None;
    }
    let imports = imports(&failed.text);
    let of_import = import_of(token, &imports)
        .and_then(|import| complaint(failed, import.range, "could not import"));
    // The type of a variable can come from any import.
    let member = token.member && import_of(token, &imports).is_none();
    let of_file = failed
        .diagnostics
        .iter()
        .filter(|_| member)
        .find(|diagnostic| {
            diagnostic
                .message
                .contains("(missing metadata for import of ")
        });
    of_import
        .or(of_file)
        .map(|diagnostic| diagnostic.message.as_str())
}

/// Where one package imports another.
fn place(
    system: &dyn System,
    packages: &[Package],
    from: &str,
    to: &str,
) -> Option<(PathBuf, Range)> {
    let package = packages
        .iter()
        .find(|package| package.import_path == from)?;
    let folder = package.dir.as_deref()?;
    package.files().find_map(|file| {
        let path = folder.join(file);
        let text = system.read_text(&path, MOST).ok()?;
        let import = imports(&text)
            .into_iter()
            .find(|import| import.path == to)?;
        Some((path, import.range))
    })
}

#[cfg(test)]
mod tests {
    use system::Real;

    use super::*;
    use crate::testing::Module;

    const SAID: (&str, &str) = (
        "\"example.com/app/c\"",
        "could not import example.com/app/c (missing metadata for import of \"example.com/app/c\")",
    );

    fn module() -> Module {
        Module::new(&[
            ("go.mod", "module example.com/app\n\ngo 1.21\n"),
            (
                "main.go",
                "package main\n\nimport _ \"example.com/app/b\"\n",
            ),
            (
                "b/b.go",
                "package b\n\nimport \"example.com/app/c\"\n\nfunc B() { c.C() }\n",
            ),
            (
                "c/c.go",
                "package c\n\nimport (\n\t\"example.com/app/b\"\n)\n\nfunc C() { b.B() }\n",
            ),
        ])
    }

    #[test]
    fn the_cycle_is_shown_with_its_imports() {
        let module = module();
        let finding = find(&Real, &module.failed("b/b.go", "C()", None, &[SAID])).unwrap();
        let expected = "The packages example.com/app/b and example.com/app/c import each other.";
        assert_eq!(finding.title, expected);
        assert_eq!(finding.subject, "example.com/app/b example.com/app/c");
        let places: Vec<u32> = finding
            .related
            .iter()
            .map(|place| place.range.start.line)
            .collect();
        assert_eq!(places, [2, 3]);
        let message = finding.message();
        let stack =
            "import cycle not allowed: example.com/app/b -> example.com/app/c -> example.com/app/b";
        assert!(message.contains(stack), "{message}");
        assert!(
            message.contains("c/c.go:4 imports example.com/app/b"),
            "{message}"
        );
    }

    #[test]
    fn a_package_that_imports_itself_is_a_cycle() {
        let module = module();
        module.write(
            "c/c.go",
            "package c\n\nimport \"example.com/app/c\"\n\nfunc C() { c.C() }\n",
        );
        let finding = find(&Real, &module.failed("c/c.go", "C() }", None, &[SAID])).unwrap();
        assert_eq!(
            finding.title,
            "The package example.com/app/c imports itself."
        );
    }

    #[test]
    fn without_a_cycle_or_gopls_complaining_nothing_is_said() {
        let module = module();
        assert_eq!(
            find(&Real, &module.failed("b/b.go", "C()", None, &[])),
            None
        );
        assert_eq!(
            find(&Real, &module.failed("b/b.go", "func", None, &[SAID])),
            None
        );
        module.write("c/c.go", "package c\n\nfunc C() {}\n");
        assert_eq!(
            find(&Real, &module.failed("b/b.go", "C()", None, &[SAID])),
            None
        );
    }
}
