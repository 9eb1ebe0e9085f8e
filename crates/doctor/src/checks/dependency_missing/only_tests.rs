//! A package of which all files are of its tests: nobody else can import it.

use std::path::PathBuf;

use system::System;
use trace::finding::{Action, Code, Finding, Range};

use crate::build::Build;
use crate::complaint::complaint;
use crate::sought::is_test;
use crate::source::{import_of, imports, token_at};
use crate::{Workspace, file_uri};

/// How many of the files are shown.
const MOST: usize = 3;

/// What the place that failed needs is such a package.
pub(super) fn find(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let failed = workspace.failed.as_ref()?;
    let imports = imports(&failed.text);
    let token = token_at(&failed.text, failed.position);
    let import = import_of(&token, &imports)?;
    let said = complaint(failed, import.range, "could not import ")?;
    let build = Build::of(system, workspace, &import.path)?;
    // One that the build leaves out may be meant.
    if !build.ignored.is_empty() || !build.files.iter().all(|file| is_test(file)) {
        return None;
    }
    let tests = build.files.iter().map(|name| build.folder.join(name));
    let tests: Vec<PathBuf> = tests.collect();
    let first = tests.first()?;
    let path = &import.path;
    let names = tests
        .iter()
        .take(MOST)
        .map(|test| test.display().to_string());
    let names: Vec<String> = names.collect();
    let finding = Finding::new(
        Code::DependencyMissing,
        format!("The package {path} has only test files, and those cannot be imported."),
        "What is in files whose names end in _test.go only go test builds, and only for the package's own \
         tests. gopls says that no module provides the package, which is not the reason.",
    )
    .about(path)
    .evidence(format!("gopls: {}", said.message))
    .evidence(format!("all files of it are such: {}", names.join(", ")))
    .fix(
        "Move what is imported into a file with another name",
        Action::Hand(format!(
            "One that does not end in _test.go, in {}.",
            build.folder.display()
        )),
    )
    .place(&failed.uri, Some(token.range))
    .related(&failed.uri, import.range, "The import.");
    Some(match file_uri(first) {
        Some(uri) => finding.related(uri, Range::default(), "One of its tests."),
        None => finding,
    })
}
