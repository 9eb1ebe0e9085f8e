//! The import that what failed needs, and that neither gopls nor go finds.

use system::System;
use trace::finding::Range;

use crate::complaint::complaint;
use crate::load::Load;
use crate::package::Package;
use crate::source::{Import, Token, TokenKind, import_of, imports, token_at};
use crate::{Failed, Workspace};

/// An import that what failed needs and that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MissingImport {
    /// Its path.
    pub(crate) path: String,
    /// Where the file that failed has it.
    pub(crate) range: Range,
    /// What gopls says of it; none where only go was asked.
    pub(crate) said: Option<String>,
    /// Why it leads nowhere, in go's words.
    pub(crate) words: String,
}

impl MissingImport {
    /// The one that what failed needs; none where gopls has no fault to find with it, where go finds it,
    /// and where none is needed. Asked once.
    pub(crate) fn of<'a>(system: &dyn System, workspace: &'a Workspace) -> Option<&'a Self> {
        let find = || Self::find(system, workspace);
        workspace.missing.get_or_init(find).as_ref()
    }

    fn find(system: &dyn System, workspace: &Workspace) -> Option<Self> {
        let failed = workspace.failed.as_ref()?;
        let imports = imports(&failed.text);
        let needed = needed(failed, &imports);
        // What a dependency imports is not the user's to bring.
        if needed.is_empty() || Load::of_failed(system, workspace)?.of_others {
            return None;
        }
        let paths: Vec<&str> = needed.iter().map(|(import, _)| &*import.path).collect();
        let packages = Package::find_all(system, workspace, &paths).ok()?;
        needed.into_iter().find_map(|(import, said)| {
            let mut packages = packages.iter();
            let package = packages.find(|package| package.import_path == import.path)?;
            let error = package.error.as_ref().filter(|_| package.dir.is_none())?;
            Some(Self {
                path: import.path.clone(),
                range: import.range,
                said: Some(said),
                words: error.words.clone(),
            })
        })
    }

    /// What go says of it, in one line. go is asked with the network switched off, which its words may
    /// tell of.
    pub(crate) fn evidence(&self) -> String {
        let first = self.words.lines().next().unwrap_or_default().trim();
        let ends = [
            "; to add it:",
            "; to add:",
            " in any of:",
            "; see 'go help modules'",
        ];
        let said = ends.iter().find_map(|end| first.strip_suffix(end));
        format!(
            "GOPROXY=off go list -find {}: {}",
            self.path,
            said.unwrap_or(first)
        )
    }
}

/// The imports that the place that failed may need, each with what gopls says of it: the one that it is
/// qualified by; where it is a member of something else, that can be of any that gopls could not import.
fn needed<'a>(failed: &Failed, imports: &'a [Import]) -> Vec<(&'a Import, String)> {
    let token = token_at(&failed.text, failed.position);
    let said = |import: &Import| {
        let could_not = complaint(failed, import.range, "could not import ")?;
        Some(could_not.message.clone())
    };
    let found = if let Some(import) = import_of(&token, imports) {
        let error = failed.error.clone();
        // One that is being typed may have been another when gopls was asked.
        let unresolved = format!("failed to resolve import \"{}\"", import.path);
        let unresolved = error.filter(|error| error.contains(&unresolved));
        let said = said(import).or(unresolved);
        said.map(|said| (import, said)).into_iter().collect()
    } else if token.kind == TokenKind::Name && token.member && !is_of_known_type(failed, &token) {
        let all = imports.iter();
        all.filter_map(|import| Some((import, said(import)?)))
            .collect()
    } else {
        Vec::new()
    };
    let looked_up = found.into_iter().filter(|(import, _)| is_looked_up(import));
    looked_up.collect()
}

/// Whether gopls knows the type of which this is no member: no import is to blame for that.
fn is_of_known_type(failed: &Failed, token: &Token) -> bool {
    complaint(failed, token.range, "has no field or method").is_some()
}

/// Whether an import is one that go looks up among modules.
fn is_looked_up(import: &Import) -> bool {
    import.path != "C" && !import.path.is_empty() && !import.path.starts_with(['.', '/'])
}

#[cfg(test)]
mod tests {
    use system::Real;

    use super::*;
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
    fn no_import_is_to_blame_for_a_member_of_a_type_that_is_known() {
        let module = module();
        let import = (
            "\"example.com/b\"",
            "could not import example.com/b (no required module provides package)",
        );
        let workspace = module.failed("main.go", "Do()", None, &[import]);
        assert_eq!(missing(&workspace), Some("example.com/b"));
        let known = ("Do", "v.Do undefined (type T has no field or method Do)");
        let workspace = module.failed("main.go", "Do()", None, &[import, known]);
        assert_eq!(missing(&workspace), None);
    }

    #[test]
    fn what_is_qualified_needs_that_import() {
        let module = module();
        let failing = |needle| module.failing("main.go", needle).lacking("example.com/b");
        assert_eq!(missing(&failing("Helper")), Some("example.com/b"));
        assert_eq!(missing(&failing("b\"")), Some("example.com/b"));
        assert_eq!(missing(&failing("Println")), None);
        assert_eq!(missing(&failing("S)")), None);
        let workspace = failing("Helper");
        let found = MissingImport::of(&Real, &workspace).unwrap();
        assert_eq!(
            found.evidence(),
            "GOPROXY=off go list -find example.com/b: no required module provides package \
             example.com/b"
        );
        assert_eq!(found.range.start.line, 6);
    }

    #[test]
    fn what_gopls_or_go_finds_is_not_missing() {
        let module = module();
        assert_eq!(missing(&module.failing("main.go", "Helper")), None);
        let found = module.failing("main.go", "S)").lacking("example.com/a/sub");
        assert_eq!(missing(&found), None);
    }

    #[test]
    fn a_member_of_something_unknown_needs_what_gopls_could_not_import() {
        let module = module();
        assert_eq!(missing(&module.failing("main.go", "Do")), None);
        let workspace = module
            .failing("main.go", "Do")
            .lacking("example.com/a/sub")
            .lacking("example.com/b");
        assert_eq!(missing(&workspace), Some("example.com/b"));
        let alone = module.failing("main.go", "v.Do").lacking("example.com/b");
        assert_eq!(missing(&alone), None);
    }

    #[test]
    fn what_a_dependency_imports_is_not_the_users_to_bring() {
        let module = module();
        let mut workspace = module.failing("main.go", "Helper").lacking("example.com/b");
        workspace.set("GOMODCACHE", &module.path("").display().to_string());
        assert_eq!(missing(&workspace), None);
    }
}
