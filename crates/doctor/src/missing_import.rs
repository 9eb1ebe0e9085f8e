//! The import that what failed needs, and that go does not find.

use serde::Deserialize;
use system::System;
use trace::finding::Range;

use crate::load::Load;
use crate::source::{Import, Token, TokenKind, import_of, imports, token_at};
use crate::{Failed, Workspace};

/// An import that what failed needs and that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MissingImport {
    /// Its path.
    pub(crate) path: String,
    /// Where the file that failed has it.
    pub(crate) range: Range,
    /// Why it leads nowhere, in go's words.
    pub(crate) words: String,
}

/// What `go list` says of a package.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Package {
    dir: String,
    error: Option<PackageError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PackageError {
    err: String,
}

impl MissingImport {
    /// The one that what failed needs; none where go finds them all, or where none is needed. Asked
    /// once.
    pub(crate) fn of<'a>(system: &dyn System, workspace: &'a Workspace) -> Option<&'a Self> {
        let find = || {
            let failed = workspace.failed.as_ref()?;
            let imports = imports(&failed.text);
            needed(failed, &imports)
                .into_iter()
                .find_map(|import| Self::ask(system, workspace, import))
        };
        workspace.missing.get_or_init(find).as_ref()
    }

    fn ask(system: &dyn System, workspace: &Workspace, import: &Import) -> Option<Self> {
        let load = Load::of_failed(system, workspace).filter(|load| !load.of_others)?;
        let arguments = ["-e", "-find", "-json=Dir,Error", &import.path];
        let mut call = workspace.go().list_call(system, &load.folder, &arguments);
        if load.left_out {
            call = call.env("GOWORK", "off");
        }
        let output = system.run(&call).ok()?;
        let package: Package = serde_json::from_str(&output.stdout).ok()?;
        let error = package.error.filter(|_| package.dir.is_empty())?;
        Some(Self {
            path: import.path.clone(),
            range: import.range,
            words: error.err,
        })
    }
}

/// The imports that the place that failed may need: the one that it is qualified by. Where it is a name
/// that no import qualifies, its type can be of any that gopls could not import.
fn needed<'a>(failed: &Failed, imports: &'a [Import]) -> Vec<&'a Import> {
    let token = token_at(&failed.text, failed.position);
    if let Some(import) = import_of(&token, imports) {
        return vec![import].into_iter().filter(is_looked_up).collect();
    }
    if token.kind != TokenKind::Name || is_undefined(failed, &token) {
        return Vec::new();
    }
    let broken = |import: &&Import| {
        let words = format!("could not import {} (", import.path);
        failed
            .diagnostics
            .iter()
            .any(|diagnostic| diagnostic.message.starts_with(&words))
    };
    imports.iter().filter(broken).filter(is_looked_up).collect()
}

/// Whether an import is one that go looks up among modules.
fn is_looked_up(import: &&Import) -> bool {
    import.path != "C" && !import.path.is_empty() && !import.path.starts_with(['.', '/'])
}

/// Whether gopls says that there is no such name, which no import would change.
fn is_undefined(failed: &Failed, token: &Token) -> bool {
    let words = format!("undefined: {}", token.text);
    !token.member
        && failed
            .diagnostics
            .iter()
            .any(|diagnostic| diagnostic.message == words && diagnostic.range == token.range)
}

#[cfg(test)]
mod tests {
    use system::Real;

    use super::*;
    use crate::Diagnostic;
    use crate::testing::Module;

    const MAIN: &str = "package main\n\nimport (\n\t\"fmt\"\n\n\t\"example.com/a/sub\"\n\
        \t\"example.com/b\"\n)\n\nfunc main() {\n\tfmt.Println(sub.S)\n\tb.Helper()\n\
        \tv := b.New()\n\tv.Do()\n}\n";

    fn module() -> Module {
        Module::new(&[
            ("go.mod", "module example.com/a\n\ngo 1.24\n"),
            ("main.go", MAIN),
            ("sub/sub.go", "package sub\n\nconst S = 1\n"),
        ])
    }

    fn missing(workspace: &Workspace) -> Option<&str> {
        MissingImport::of(&Real, workspace).map(|missing| &*missing.path)
    }

    #[test]
    fn what_is_qualified_needs_that_import() {
        let module = module();
        let failing = |needle| module.failing("main.go", needle);
        assert_eq!(missing(&failing("Helper")), Some("example.com/b"));
        assert_eq!(missing(&failing("b\"")), Some("example.com/b"));
        assert_eq!(missing(&failing("Println")), None);
        assert_eq!(missing(&failing("S)")), None);
        assert_eq!(missing(&failing("main()")), None);
        let workspace = failing("Helper");
        let found = MissingImport::of(&Real, &workspace).unwrap();
        assert!(
            found
                .words
                .starts_with("no required module provides package example.com/b")
        );
        assert_eq!(found.range.start.line, 6);
    }

    #[test]
    fn a_member_of_something_unknown_needs_what_gopls_could_not_import() {
        let module = module();
        let mut workspace = module.failing("main.go", "Do");
        assert_eq!(missing(&workspace), None);
        workspace = module.failing("main.go", "Do");
        let failed = workspace.failed.as_mut().unwrap();
        failed.diagnostics.push(Diagnostic {
            range: Range::default(),
            source: "compiler".into(),
            message: "could not import example.com/b (no required module provides it)".into(),
        });
        assert_eq!(missing(&workspace), Some("example.com/b"));
    }
}
