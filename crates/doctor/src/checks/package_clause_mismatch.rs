//! A folder with files of two packages: go and gopls keep to one of them.

use std::collections::BTreeMap;
use std::path::Path;

use system::System;
use trace::finding::{Action, Code, FileEdit, Finding, Range};

use crate::complaint::undefined;
use crate::package::Package;
use crate::source::{Token, TokenKind, import_of, imports, package_clause, token_at};
use crate::{Check, Failed, Workspace, file_uri};

/// Finds a folder whose files name two packages.
pub(super) struct PackageClauseMismatch;

/// How much of a Go file is read, in bytes.
const MOST: u64 = 1 << 20;

impl Check for PackageClauseMismatch {
    fn code(&self) -> Code {
        Code::PackageClauseMismatch
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        find(system, workspace).into_iter().collect()
    }
}

fn find(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let failed = workspace.failed.as_ref()?;
    let token = token_at(&failed.text, failed.position);
    if token.kind != TokenKind::Name || !gopls_complains(failed, &token) {
        return None;
    }
    let imports = imports(&failed.text);
    let import = import_of(&token, &imports);
    let asked = import.map_or(".", |import| &import.path);
    let package = Package::find(system, workspace, asked).ok()?;
    let words = &package.error.as_ref()?.words;
    if !words.starts_with("found packages ") {
        return None;
    }
    let folder = package.dir.as_deref()?;
    let clauses = Clauses::read(system, failed, folder, &package);
    let names: Vec<&str> = clauses.by_name.keys().map(String::as_str).collect();
    if names.len() < 2 {
        return None;
    }
    let title = format!(
        "The folder {} has files of the packages {}.",
        folder.display(),
        names.join(" and ")
    );
    let cause = "A folder is one package, so go and gopls take only the files of one name \
        together, and what the others declare is not found.";
    let mut finding = Finding::new(Code::PackageClauseMismatch, title, cause)
        .about(folder.display().to_string())
        .evidence(format!("go list -e {asked}: {words}"))
        .place(&failed.uri, Some(token.range));
    for (name, files) in &clauses.by_name {
        let listed: Vec<&str> = files.iter().map(|clause| &*clause.file).collect();
        finding = finding.evidence(format!("package {name}: {}", listed.join(", ")));
        for clause in files.iter().take(1) {
            let text = format!("This file is of package {name}.");
            finding = finding.related(&clause.uri, clause.range, text);
        }
    }
    Some(clauses.fix(finding))
}

/// Whether gopls does not know the name, or says of the file what it says where packages are mixed.
fn gopls_complains(failed: &Failed, token: &Token) -> bool {
    let qualifier = token.qualifier.as_ref();
    let unknown = qualifier.map(|name| format!("undefined: {name}"));
    let mixed = |message: &str| {
        message.starts_with("found packages ")
            || (message.starts_with("package ") && message.contains("; expected package "))
            || unknown.as_deref() == Some(message)
    };
    undefined(failed, token.range).is_some()
        || failed
            .diagnostics
            .iter()
            .any(|diagnostic| mixed(&diagnostic.message))
}

struct Clauses {
    by_name: BTreeMap<String, Vec<Clause>>,
}

struct Clause {
    file: String,
    /// Whether it is a test of the package from outside: `name_test`.
    outside: bool,
    uri: String,
    range: Range,
}

impl Clauses {
    fn read(system: &dyn System, failed: &Failed, folder: &Path, package: &Package) -> Self {
        let mut by_name = BTreeMap::<String, Vec<Clause>>::new();
        for file in package.files() {
            let path = folder.join(file);
            // An edit has to fit what the editor has.
            let text = match path == failed.path {
                true => Some(failed.text.clone()),
                false => system.read_text(&path, MOST).ok(),
            };
            let clause = text.and_then(|text| package_clause(&text));
            if let (Some((name, range)), Some(uri)) = (clause, file_uri(&path)) {
                // A test may be of the package beside it.
                let tested = file
                    .ends_with("_test.go")
                    .then(|| name.strip_suffix("_test"))
                    .flatten();
                let clause = Clause {
                    file: file.clone(),
                    outside: tested.is_some(),
                    uri,
                    range,
                };
                let name = tested.unwrap_or(&name).to_owned();
                by_name.entry(name).or_default().push(clause);
            }
        }
        Self { by_name }
    }

    /// Where one name has the most files, the others take it; else it is for the user to say.
    fn fix(self, finding: Finding) -> Finding {
        let most = self.by_name.values().map(Vec::len).max().unwrap_or(0);
        let mut common = self.by_name.iter().filter(|(_, files)| files.len() == most);
        let (Some((name, _)), None) = (common.next(), common.next()) else {
            let how = "Give all files of the folder the same package clause, or move those of the \
                other package into a folder of their own.";
            return finding.fix("Keep one package in the folder", Action::Hand(how.into()));
        };
        let others = self.by_name.iter().filter(|(other, _)| *other != name);
        let edits = others.flat_map(|(_, files)| files).map(|clause| FileEdit {
            uri: clause.uri.clone(),
            range: clause.range,
            text: format!("{name}{}", if clause.outside { "_test" } else { "" }),
            version: None,
            create: false,
        });
        finding.fix(
            format!("Make all files of the folder package {name}"),
            Action::Edit(edits.collect()),
        )
    }
}

#[cfg(test)]
mod tests {
    use system::Real;

    use super::*;
    use crate::testing::Module;

    const MIXED: (&str, &str) = (
        "package main",
        "found packages other (b.go) and main (main.go) in P",
    );

    fn module() -> Module {
        Module::new(&[
            ("go.mod", "module example.com/app\n\ngo 1.21\n"),
            (
                "main.go",
                "package main\n\nimport \"example.com/app/sub\"\n\nfunc main() { helper(); sub.Name() }\n",
            ),
            ("b.go", "package other\n\nfunc other() { helper() }\n"),
            ("ignored.go", "//go:build ignore\n\npackage third\n"),
            ("b_test.go", "package main_test\n"),
            ("sub/sub.go", "package sub\n\nfunc Name() {}\n"),
            ("sub/subs.go", "package subs\n\nfunc More() {}\n"),
            ("sub/sub_test.go", "package sub_test\n"),
        ])
    }

    #[test]
    fn both_packages_are_named() {
        let module = module();
        let finding = find(&Real, &module.failed("main.go", "helper()", None, &[MIXED])).unwrap();
        let folder = module.path("main.go").parent().unwrap().to_owned();
        let expected = format!(
            "The folder {} has files of the packages main and other.",
            folder.display()
        );
        assert_eq!(finding.title, expected);
        assert_eq!(finding.uri, module.uri("main.go"));
        let message = finding.message();
        assert!(message.contains("found packages "), "{message}");
        assert!(
            message.contains("package main: main.go, b_test.go"),
            "{message}"
        );
        assert_eq!(finding.related.len(), 2);
    }

    #[test]
    fn an_imported_folder_counts_too_and_the_lone_file_is_changed() {
        let module = module();
        let unknown = [("sub.Name", "undefined: sub")];
        let finding = find(&Real, &module.failed("main.go", "Name()", None, &unknown)).unwrap();
        let Action::Edit(edits) = &finding.fixes[0].action else {
            panic!("{:?}", finding.fixes);
        };
        assert_eq!(edits.len(), 1);
        assert_eq!(
            (&*edits[0].text, Some(&edits[0].uri)),
            ("sub", module.uri("sub/subs.go").as_ref())
        );
        module.write("sub/subs.go", "package sub\n\nfunc More() {}\n");
        let workspace = module.failed("main.go", "Name()", None, &unknown);
        assert_eq!(find(&Real, &workspace), None);
    }

    #[test]
    fn the_edit_fits_what_the_editor_has() {
        let module = module();
        let mut workspace = module.failed("b.go", "helper()", None, &[MIXED]);
        workspace.publish("helper()", "undefined: helper");
        // Not saved yet.
        let failed = workspace.failed.as_mut().unwrap();
        failed.text.insert(0, '\n');
        failed.position.line += 1;
        failed.diagnostics[0].range.start.line += 1;
        failed.diagnostics[0].range.end.line += 1;
        let finding = find(&Real, &workspace).unwrap();
        let Action::Edit(edits) = &finding.fixes[0].action else {
            panic!("{:?}", finding.fixes);
        };
        assert_eq!(edits[0].uri, workspace.failed.unwrap().uri);
        assert_eq!(edits[0].range.start.line, 1);
    }

    #[test]
    fn without_gopls_complaining_or_a_name_nothing_is_said() {
        let module = module();
        assert_eq!(
            find(&Real, &module.failed("main.go", "helper()", None, &[])),
            None
        );
        assert_eq!(
            find(&Real, &module.failed("main.go", "package", None, &[MIXED])),
            None
        );
        module.write("b.go", "//go:build ignore\n\npackage other\n");
        assert_eq!(
            find(&Real, &module.failed("main.go", "helper()", None, &[MIXED])),
            None
        );
    }
}
