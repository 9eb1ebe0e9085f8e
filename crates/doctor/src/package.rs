//! Packages, as `go list` tells of them.

use std::io;
use std::path::PathBuf;

use serde::Deserialize;
use system::{Output, System};

use crate::Workspace;
use crate::load::Load;

/// What `go list` is asked for.
const FIELDS: &str = "-json=ImportPath,Dir,Name,Standard,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles,\
    Error,DepsErrors";

/// A package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Package {
    /// Its path.
    pub(crate) import_path: String,
    /// Its folder; none where it was not found.
    pub(crate) dir: Option<PathBuf>,
    /// Its name.
    pub(crate) name: String,
    /// Whether it belongs to Go itself.
    pub(crate) standard: bool,
    go_files: Vec<String>,
    cgo_files: Vec<String>,
    test_go_files: Vec<String>,
    x_test_go_files: Vec<String>,
    /// What is wrong with it.
    pub(crate) error: Option<PackageError>,
    /// What is wrong with what it needs.
    pub(crate) deps_errors: Vec<PackageError>,
}

/// What is wrong with a package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PackageError {
    /// In go's words.
    #[serde(rename = "Err")]
    pub(crate) words: String,
    /// The way from what was listed to the package.
    pub(crate) import_stack: Vec<String>,
    /// Where the import stands that leads to it, with its line and column; empty where none does.
    pub(crate) pos: String,
}

/// Runs `go list` where something failed, as gopls runs it there: a module that go.work leaves out is
/// loaded without it. What a file imports has to stand behind `--`, lest it is taken for a flag.
pub(crate) fn list(
    system: &dyn System,
    workspace: &Workspace,
    arguments: &[&str],
) -> io::Result<Output> {
    let mut call = workspace
        .go()
        .list_call(system, workspace.place(), arguments);
    if Load::of_failed(system, workspace).is_some_and(|load| load.left_out) {
        call = call.env("GOWORK", "off");
    }
    system.run(&call)
}

impl Package {
    /// The package with this import path, or `.` for the one of what failed; its dependencies are not
    /// looked at.
    ///
    /// # Errors
    ///
    /// In go's words where it says nothing of any package.
    pub(crate) fn find(
        system: &dyn System,
        workspace: &Workspace,
        package: &str,
    ) -> Result<Self, String> {
        Self::first(Self::find_all(system, workspace, &[package])?)
    }

    /// The packages with these import paths; their dependencies are not looked at.
    ///
    /// # Errors
    ///
    /// In go's words where it says nothing of any package.
    pub(crate) fn find_all(
        system: &dyn System,
        workspace: &Workspace,
        packages: &[&str],
    ) -> Result<Vec<Self>, String> {
        let arguments = [&["-e", "-find", FIELDS, "--"], packages].concat();
        Self::ask(system, workspace, &arguments)
    }

    /// The same, and what is wrong with its dependencies.
    ///
    /// # Errors
    ///
    /// In go's words where it says nothing of any package.
    pub(crate) fn load(
        system: &dyn System,
        workspace: &Workspace,
        package: &str,
    ) -> Result<Self, String> {
        Self::first(Self::ask(
            system,
            workspace,
            &["-e", FIELDS, "--", package],
        )?)
    }

    /// All packages of the workspace and its tests, and all that they need.
    ///
    /// # Errors
    ///
    /// In go's words where it says nothing of any package.
    pub(crate) fn needed(system: &dyn System, workspace: &Workspace) -> Result<Vec<Self>, String> {
        let arguments = ["-e", "-deps", "-test", FIELDS, "--", "./..."];
        Self::ask(system, workspace, &arguments)
    }

    fn ask(
        system: &dyn System,
        workspace: &Workspace,
        arguments: &[&str],
    ) -> Result<Vec<Self>, String> {
        let output = list(system, workspace, arguments).map_err(|error| error.to_string())?;
        let packages = Self::read(&output.stdout);
        match packages.is_empty() {
            true => Err(output.stderr.trim().to_owned()),
            false => Ok(packages),
        }
    }

    /// There is one at least.
    fn first(packages: Vec<Self>) -> Result<Self, String> {
        packages.into_iter().next().ok_or_else(String::new)
    }

    /// All packages in what `go list -json` printed.
    pub(crate) fn read(text: &str) -> Vec<Self> {
        serde_json::Deserializer::from_str(text)
            .into_iter()
            .map_while(Result::ok)
            .collect()
    }

    /// The Go files that a build takes in, those of its tests at the end.
    pub(crate) fn files(&self) -> impl Iterator<Item = &String> {
        let own = self.go_files.iter().chain(&self.cgo_files);
        own.chain(self.tests())
    }

    /// The Go files of its tests.
    pub(crate) fn tests(&self) -> impl Iterator<Item = &String> {
        self.test_go_files.iter().chain(&self.x_test_go_files)
    }
}

#[cfg(test)]
mod tests {
    use system::Real;

    use super::*;
    use crate::testing::Module;

    #[test]
    fn a_module_that_go_work_leaves_out_is_listed_too() {
        let module = Module::new(&[
            ("go.work", "go 1.21\n\nuse ./b\n"),
            ("b/go.mod", "module example.com/b\n\ngo 1.21\n"),
            ("a/go.mod", "module example.com/a\n\ngo 1.21\n"),
            ("a/a.go", "package a\n"),
        ]);
        let workspace = module.failed("a/a.go", "package", None, &[]);
        let package = Package::find(&Real, &workspace, ".").unwrap();
        assert_eq!((package.error, &*package.name), (None, "a"));
    }

    #[test]
    fn a_package_is_read_as_go_tells_of_it() {
        let module = Module::new(&[
            ("go.mod", "module example.com/a\n\ngo 1.21\n"),
            ("a.go", "package a\n\nimport _ \"example.com/a/b\"\n"),
            ("a_test.go", "package a\n"),
            ("b/b.go", "package b\n\nimport _ \"example.com/a\"\n"),
        ]);
        let workspace = module.failed("a.go", "package", None, &[]);
        let package = Package::find(&Real, &workspace, ".").unwrap();
        assert_eq!(
            (&*package.name, &*package.import_path),
            ("a", "example.com/a")
        );
        assert_eq!(package.files().collect::<Vec<_>>(), ["a.go", "a_test.go"]);
        assert_eq!((package.error, package.standard), (None, false));

        let loaded = Package::load(&Real, &workspace, ".").unwrap();
        let error = loaded.error.unwrap();
        assert_eq!(error.words, "import cycle not allowed");
        assert_eq!(error.import_stack.len(), 3);

        let missing = Package::find(&Real, &workspace, "example.com/nowhere").unwrap();
        assert_eq!(missing.dir, None);
        assert!(
            missing
                .error
                .unwrap()
                .words
                .starts_with("no required module provides")
        );

        module.write("go.mod", "modul\n");
        let words = Package::find(&Real, &workspace, ".").unwrap_err();
        assert!(words.contains("go.mod"), "{words}");
    }
}
