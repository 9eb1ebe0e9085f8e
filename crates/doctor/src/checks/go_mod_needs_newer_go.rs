//! A go.mod or go.work that asks for a newer Go than the one in use.

use std::path::PathBuf;

use system::System;
use trace::finding::{Action, Code, FileEdit, Finding};

use crate::load::Load;
use crate::modfile::{line_of, statements_of};
use crate::variable::{Origin, Variable};
use crate::{Check, Workspace, file_uri};

/// Finds the file whose go line is newer than the Go in use, where go may not fetch another.
pub(super) struct GoModNeedsNewerGo;

impl Check for GoModNeedsNewerGo {
    fn code(&self) -> Code {
        Code::GoModNeedsNewerGo
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let loads = Load::all(system, workspace).iter();
        loads
            .filter_map(|load| Some((load, load.words.as_deref()?)))
            .find_map(|(load, words)| {
                let needs = words
                    .lines()
                    .find_map(|line| Needs::of(load, line.trim()))?;
                Some(needs.finding(system, workspace, load))
            })
            .into_iter()
            .collect()
    }
}

/// Something that needs a newer Go.
struct Needs {
    /// It, as go calls it: a file, a module on disk or one with a version.
    what: String,
    /// Its go.mod or go.work; none where it is a module from elsewhere.
    file: Option<PathBuf>,
    /// The Go that it needs.
    version: String,
    /// The Go in use.
    running: String,
    words: String,
}

impl Needs {
    /// What a line of go's says, as in `go: ../go.mod requires go >= 1.99 (running go 1.26.8; ...)`.
    fn of(load: &Load, line: &str) -> Option<Self> {
        let (what, rest) = line.strip_prefix("go: ")?.split_once(" requires go >= ")?;
        let (version, rest) = rest.split_once(" (running go ")?;
        let running = rest.split([';', ')']).next()?;
        let file = match what.strip_prefix("module ") {
            // It is written as the replace line of go.mod has it.
            Some(folder) => Some(load.module_folder()?.join(folder).join("go.mod")),
            None if what.contains('@') => None,
            None => Some(load.path(what)),
        };
        Some(Self {
            what: what.to_owned(),
            file,
            version: version.to_owned(),
            running: running.to_owned(),
            words: line.to_owned(),
        })
    }

    fn finding(&self, system: &dyn System, workspace: &Workspace, load: &Load) -> Finding {
        let Self {
            what,
            version,
            running,
            ..
        } = self;
        let toolchain = Variable::of(system, workspace, "GOTOOLCHAIN");
        // go shows a file from where it was asked, which is not the same for all requests.
        let what = match &self.file {
            Some(file) => {
                let below = file.strip_prefix(&workspace.folder);
                below.unwrap_or(file).display().to_string()
            }
            None => what.clone(),
        };
        let mut finding = Finding::new(
            Code::GoModNeedsNewerGo,
            format!("{what} needs Go {version}, and gopls runs Go {running}."),
            "go refuses to load a module that needs a newer Go, so gopls has no packages.",
        )
        .about(what)
        .evidence(format!("go says: {}", self.words))
        .evidence(toolchain.evidence());
        if let Some(go) = workspace.go_on_path(system) {
            finding = finding.evidence(format!("gopls runs {}", go.display()));
        }
        finding = match &toolchain.origin {
            Origin::Installation(_) => finding.fix(
                "Let go fetch the toolchain that a module needs",
                Action::Shell("go env -w GOTOOLCHAIN=auto".to_owned()),
            ),
            _ => toolchain.offer_to_unset(system, workspace, finding),
        };
        finding = finding.fix(
            format!("Install Go {version} or later"),
            Action::Hand("As the go that gopls finds on PATH.".to_owned()),
        );
        let line = self.file.as_deref().and_then(|file| {
            let statements = statements_of(system, file);
            let go = statements.into_iter().find(|all| all.of("go").is_some())?;
            Some((file_uri(file)?, go.range))
        });
        let Some((uri, range)) = line else {
            let go_mod = load.go_mod.as_deref();
            return match go_mod.and_then(|file| Some((file_uri(file)?, line_of(system, file, 0)))) {
                Some((uri, range)) => finding.place(uri, Some(range)),
                None => workspace.at_failed(finding),
            };
        };
        if let Some(local) = workspace.go().local_version(system, &load.folder) {
            finding = finding.fix(
                format!("Lower the go line to {local}, the Go that is here"),
                Action::Edit(vec![FileEdit {
                    uri: uri.clone(),
                    range,
                    text: format!("go {local}"),
                    version: None,
                    create: false,
                }]),
            );
        }
        finding.place(uri, Some(range))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, found, is_silent, is_whole};

    const NEWER: &str = "module example.com/a\n\ngo 1.99\n";

    #[test]
    fn a_go_mod_that_is_too_new_is_found() {
        let module = Module::new(&[("go.mod", NEWER), ("sub/a.go", "package a\n\nvar A = 1\n")]);
        let finding = found(&GoModNeedsNewerGo, &module.failing("sub/a.go", "A"));
        is_whole(&finding, Code::GoModNeedsNewerGo, "go.mod");
        assert_eq!(finding.uri, file_uri(&module.path("go.mod")));
        assert_eq!(finding.range.unwrap().start.line, 2);
        assert!(finding.evidence[1].starts_with("GOTOOLCHAIN=local is in `build.env`"));
    }

    #[test]
    fn so_are_a_go_work_and_a_replaced_module() {
        let module = Module::new(&[
            ("go.work", "go 1.99\n\nuse ./a\n"),
            ("a/go.mod", "module example.com/a\n\ngo 1.24\n"),
            ("a/a.go", "package a\n\nvar A = 1\n"),
        ]);
        let finding = found(&GoModNeedsNewerGo, &module.failing("a/a.go", "A"));
        assert_eq!(finding.uri, file_uri(&module.path("go.work")));

        let module = Module::new(&[
            (
                "go.mod",
                "module example.com/a\n\ngo 1.24\n\nrequire x.test/b v0.0.0\n\nreplace x.test/b => ./b\n",
            ),
            (
                "sub/a.go",
                "package a\n\nimport \"x.test/b\"\n\nvar A = b.B\n",
            ),
            ("b/go.mod", "module x.test/b\n\ngo 1.99\n"),
            ("b/b.go", "package b\n\nvar B = 1\n"),
        ]);
        let finding = found(&GoModNeedsNewerGo, &module.failing("sub/a.go", "A"));
        is_whole(&finding, Code::GoModNeedsNewerGo, "b/go.mod");
        assert_eq!(finding.uri, file_uri(&module.path("b/go.mod")));
    }

    #[test]
    fn a_module_from_elsewhere_is_shown_in_go_mod() {
        let load = Load {
            folder: "/w/sub".into(),
            go_mod: Some("/w/go.mod".into()),
            go_work: None,
            left_out: false,
            of_others: false,
            words: None,
        };
        let line = "go: x.test/b@v1.2.0 requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)";
        let needs = Needs::of(&load, line).unwrap();
        assert_eq!((needs.file, &*needs.running), (None, "1.26.8"));
        let other =
            "go: module . listed in go.work file requires go >= 1.24, but go.work lists go 1.20";
        assert!(Needs::of(&load, other).is_none());
    }

    #[test]
    fn an_older_go_mod_is_no_fault() {
        let module = Module::new(&[
            (
                "go.mod",
                "module example.com/a\n\ngo 1.20\n\ntoolchain go1.99.0\n",
            ),
            ("a.go", "package a\n\nvar A = 1\n"),
        ]);
        is_silent(&GoModNeedsNewerGo, &module.failing("a.go", "A"));
    }
}
