//! A piece of disk with links in it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tests::{Setup, temporary_folder};
use url::Url;

/// The library's file that the tests open by its other name.
pub(crate) const LIB: &str = "lib.go";
/// A file of the library that is not opened.
pub(crate) const HELP: &str = "help.go";

/// What `LIB` in these texts stands for is the library's import path.
const LIBRARY: [(&str, &str); 3] = [
    (
        LIB,
        r#"// Package lib greets.
package lib

import "LIB/base"

//go:generate true

// Shape has a size.
type Shape interface{ Size() int }

// Square is a shape.
type Square struct{ Side base.Length }

// Size is the length of a side.
func (square Square) Size() int { return int(square.Side) }

// Greet greets somebody.
func Greet(name string) string {
	count := base.Count(name)
	return help(name, count) + help("!", 3)
}
"#,
    ),
    (
        HELP,
        r#"package lib

import "strings"

// Twice greets twice.
func Twice(name string) string { return Greet(name) + Greet(name) }

func help(name string, count int) string { return strings.Repeat(name, count) }

type circle struct{}

func (circle) Size() int { return 0 }
"#,
    ),
    (
        "base/base.go",
        r#"// Package base counts.
package base

// Length is a length.
type Length int

// Count counts letters.
func Count(name string) int { return len(name) }
"#,
    ),
];

/// The files of the program that uses the library.
const PROGRAM: [(&str, &str); 2] = [
    (
        "main.go",
        "package main\n\nimport \"LIB\"\n\nfunc main() { println(lib.Greet(\"you\"), more()) }\n",
    ),
    (
        "more.go",
        "package main\n\nimport \"LIB\"\n\nfunc more() string { return lib.Greet(\"them\") }\n",
    ),
];

/// How the program comes by the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// It is a package of the same module.
    Package,
    /// A go.work uses both.
    Workspace,
    /// A replace leads to its folder.
    Replace,
    /// It is in the module cache.
    Cache,
    /// Both are in GOPATH, and modules are switched off.
    Gopath,
}

impl By {
    /// The library's folder, as gopls knows it.
    pub(crate) fn library(self) -> &'static str {
        match self {
            Self::Package => "work/app/lib",
            Self::Workspace | Self::Replace => "work/lib",
            Self::Cache => "cache/example.com/lib@v1.0.0",
            Self::Gopath => "gopath/src/example.com/lib",
        }
    }

    /// The program's folder, as gopls knows it.
    pub(crate) fn program(self) -> &'static str {
        match self {
            Self::Gopath => "gopath/src/example.com/app",
            _ => "work/app",
        }
    }

    /// The folder that the editor opens.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Workspace => "work",
            _ => self.program(),
        }
    }
}

/// A folder of its own with the program and the library in it.
pub(crate) struct Ground {
    folder: TempDir,
}

impl Ground {
    /// The program, the library, and then these links, each with what it leads to. What stands where
    /// a link is to be is moved to where the link leads.
    pub(crate) fn lay(by: By, links: &[(&str, &str)]) -> Self {
        let ground = Self::empty();
        let path = match by {
            By::Package => "example.com/app/lib",
            _ => "example.com/lib",
        };
        for (name, text) in PROGRAM {
            ground.write(
                &format!("{}/{name}", by.program()),
                &text.replace("LIB", path),
            );
        }
        for (name, text) in LIBRARY {
            let file = format!("{}/{name}", by.library());
            ground.write(&file, &text.replace("LIB", path));
        }
        ground.write_modules(by);
        for (from, to) in links {
            ground.link(from, to);
        }
        ground
    }

    /// Nothing but the folder.
    pub(crate) fn empty() -> Self {
        Self {
            folder: temporary_folder("goplens-ground-"),
        }
    }

    fn write_modules(&self, by: By) {
        if by == By::Gopath {
            return;
        }
        let app = "module example.com/app\n\ngo 1.24\n";
        let required = "\nrequire example.com/lib v1.0.0\n";
        let library = "module example.com/lib\n\ngo 1.24\n";
        let go_mod = match by {
            By::Package | By::Workspace | By::Gopath => app.to_owned(),
            By::Replace => format!("{app}{required}\nreplace example.com/lib => ../lib\n"),
            By::Cache => format!("{app}{required}"),
        };
        self.write(&format!("{}/go.mod", by.program()), &go_mod);
        if by != By::Package {
            self.write(&format!("{}/go.mod", by.library()), library);
        }
        if by == By::Workspace {
            self.write("work/go.work", "go 1.24\n\nuse (\n\t./app\n\t./lib\n)\n");
        }
        if by == By::Cache {
            // The go command goes by the sum on record, and does not look at the files again.
            let sum = "h1:8aQfPjnH6X2FTQK48gLkldLiZooHGbQGMlMlEBUX6+E=";
            let sums = format!(
                "example.com/lib v1.0.0 {sum}\nexample.com/lib v1.0.0/go.mod \
                 h1:iM7qwapN3h3lSYiZ9Sk0ICmQGzW4qkUUBVAvFFgzU3I=\n"
            );
            self.write(&format!("{}/go.sum", by.program()), &sums);
            let known = "cache/cache/download/example.com/lib/@v/v1.0.0";
            self.write(&format!("{known}.info"), "{\"Version\":\"v1.0.0\"}\n");
            self.write(&format!("{known}.mod"), library);
            self.write(&format!("{known}.ziphash"), sum);
        }
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Makes a link. What stands in its place is moved to where it leads.
    pub(crate) fn link(&self, from: &str, to: &str) {
        let (from, to) = (self.path(from), self.path(to));
        fs::create_dir_all(from.parent().unwrap()).unwrap();
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        if from.exists() {
            fs::rename(&from, &to).unwrap();
        }
        symlink(to, from).unwrap();
    }

    /// The path of what has this name here.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Its URI.
    pub(crate) fn uri(&self, name: &str) -> String {
        uri(&self.path(name))
    }

    /// The text of a file.
    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// A session to be, in which nothing is downloaded.
    pub(crate) fn setup(&self, setup: Setup) -> Setup {
        setup
            .env("GOPROXY", "off")
            .env("GOSUMDB", "off")
            .env("GOFLAGS", "")
            .env("GOTOOLCHAIN", "local")
            .env("GOMODCACHE", self.path("cache"))
            .unset("GOWORK")
    }
}

/// The URI of a path, as editors and gopls write it.
pub(crate) fn uri(path: &Path) -> String {
    Url::from_file_path(path).unwrap().into()
}
