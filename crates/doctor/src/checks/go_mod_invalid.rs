//! A go.mod or go.work that cannot be parsed.

use std::path::{Path, PathBuf};

use system::System;
use trace::finding::{Action, Code, Finding};

use crate::load::Load;
use crate::modfile::{GoMod, GoWork, line_of};
use crate::owners::rights;
use crate::shell::quoted;
use crate::{Check, Workspace, file_uri};

/// How many modules of a go.work are read.
const MOST: usize = 30;

/// What go says of a file that it may not read.
const FORBIDDEN: &str = "permission denied";

/// Finds the files that go cannot read, and in which lines.
pub(super) struct GoModInvalid;

impl Check for GoModInvalid {
    fn code(&self) -> Code {
        Code::GoModInvalid
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let mut found: Vec<Finding> = Vec::new();
        for load in Load::all(system, workspace) {
            let words = load.words.as_deref().unwrap_or_default();
            let is_about_a_file = [
                "errors parsing go.",
                "errors parsing ",
                "missing module declaration",
                FORBIDDEN,
            ];
            if !is_about_a_file.iter().any(|mark| words.contains(mark)) {
                continue;
            }
            for (file, words) in broken(system, workspace, load) {
                let finding = finding(system, &file, &words);
                if found.iter().all(|other| other.uri != finding.uri) {
                    found.push(finding);
                }
            }
        }
        found
    }
}

/// The files that go does not take, with its words about each.
fn broken(system: &dyn System, workspace: &Workspace, load: &Load) -> Vec<(PathBuf, String)> {
    let mut broken = Vec::new();
    let mut go_mods: Vec<PathBuf> = load.go_mod.iter().cloned().collect();
    if let Some(file) = load.go_work.as_ref().filter(|_| !load.left_out) {
        match GoWork::read(system, workspace, file) {
            Ok(work) => {
                let uses = work.uses.into_iter().take(MOST);
                go_mods.extend(uses.map(|used| used.folder.join("go.mod")));
            }
            Err(words) => broken.push((file.clone(), words)),
        }
    }
    go_mods.sort();
    go_mods.dedup();
    for file in go_mods.into_iter().filter(|file| system.exists(file)) {
        match GoMod::read(system, workspace, &file) {
            Ok(read) if read.module.is_empty() => {
                broken.push((file, "missing module declaration".to_owned()));
            }
            Ok(_) => {}
            Err(words) => broken.push((file, words)),
        }
    }
    broken
}

fn finding(system: &dyn System, file: &Path, words: &str) -> Finding {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let errors: Vec<(u32, String)> = words
        .lines()
        .filter_map(|line| error_in(&name, line))
        .collect();
    let line = errors.first().map(|(line, _)| *line);
    let missing_module = words.contains("missing module declaration");
    let title = match line {
        _ if missing_module => format!("{name} does not say which module it is of."),
        Some(line) => format!("{name} has an error in line {line}."),
        None => format!("{name} cannot be read."),
    };
    let mut finding = Finding::new(
        Code::GoModInvalid,
        title,
        "go and gopls read it before they load any package, and load none where they cannot.",
    );
    let shown = file.display();
    for (line, error) in &errors {
        finding = finding.evidence(format!("go says: {shown}:{line}: {error}"));
    }
    if errors.is_empty() {
        finding = finding.evidence(format!("go says of {shown}: {words}"));
    }
    finding = if missing_module {
        let folder = file.parent().unwrap_or(file);
        let path = folder.file_name().unwrap_or_default().to_string_lossy();
        let module = quoted(format!("-module=example.com/{path}"));
        let line = format!("go mod edit {module} {}", quoted(file));
        finding.fix("Name the module", Action::Shell(line))
    } else if errors.iter().any(|(_, error)| error.contains("<<<<<<<")) {
        let how = format!("{name} has the marks of a merge that was not finished.");
        finding.fix("Finish the merge", Action::Hand(how))
    } else if words.contains(FORBIDDEN) {
        let_read(system, file, finding)
    } else {
        let how = line.map_or_else(
            || "Make it a file that can be read.".to_owned(),
            |line| format!("In line {line}."),
        );
        finding.fix(format!("Correct {name}"), Action::Hand(how))
    };
    let range = line_of(system, file, line.unwrap_or(1).saturating_sub(1));
    match file_uri(file) {
        Some(uri) => finding.place(uri, Some(range)),
        None => finding,
    }
}

/// The finding with whose the file is, and what lets it be read.
fn let_read(system: &dyn System, file: &Path, finding: Finding) -> Finding {
    let Ok(stat) = system.stat(file) else {
        return finding;
    };
    let finding = match rights(system, file, &stat) {
        Some(rights) => finding.evidence(rights),
        None => finding,
    };
    let shown = quoted(file);
    match (system.user(), stat.owner) {
        (Some(user), Some(owner)) if user.owner.uid == owner.uid => {
            // Where the mode lets its owner read it, something else does not.
            if stat.mode.is_none_or(|mode| mode & 0o400 != 0) {
                return finding;
            }
            let line = format!("chmod u+r {shown}");
            finding.fix("Let its owner read it", Action::Shell(line))
        }
        (Some(user), Some(_)) => {
            let line = format!("sudo chown {}:{} {shown}", user.owner.uid, user.owner.gid);
            finding.fix(
                "Give it to the user that gopls runs as",
                Action::Shell(line),
            )
        }
        _ => finding,
    }
}

/// The line and the words of an error, as in `../go.mod:7:2: unknown directive: x`.
fn error_in(name: &str, line: &str) -> Option<(u32, String)> {
    let (_, rest) = line.split_once(&format!("{name}:"))?;
    let (number, rest) = rest.split_once(':')?;
    let number = number.parse().ok()?;
    let rest = match rest.split_once(':') {
        Some((column, rest)) if column.parse::<u32>().is_ok() => rest,
        _ => rest,
    };
    Some((number, rest.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, PLAIN, found, is_silent, is_whole};

    #[test]
    fn each_error_is_shown_in_its_line() {
        let broken = [
            (
                "module example.com/a\n\nrequier x v1.0.0\n",
                3,
                "unknown directive: requier",
            ),
            (
                "module example.com/a\n\ngo 1.x\n",
                3,
                "invalid go version '1.x': must match format 1.23.0",
            ),
            (
                "module \"example.com/a\n",
                1,
                "unexpected newline in string",
            ),
            (
                "module example.com/a\n\nrequire x.test/x vbogus\n",
                3,
                "require x.test/x: version \"vbogus\" invalid: must be of the form v1.2.3",
            ),
        ];
        for (go_mod, line, words) in broken {
            let module = Module::with(go_mod);
            let finding = found(&GoModInvalid, &module.failing("a.go", "A"));
            is_whole(&finding, Code::GoModInvalid, "");
            assert_eq!(finding.uri, file_uri(&module.path("go.mod")));
            let range = finding.range.unwrap();
            assert_eq!(range.start.line, line - 1);
            assert!(range.end.character > 5);
            let shown = module.path("go.mod");
            assert_eq!(
                finding.evidence,
                [format!("go says: {}:{line}: {words}", shown.display())]
            );
        }
        let merge = "module example.com/a\n\n<<<<<<< HEAD\ngo 1.24\n=======\ngo 1.23\n>>>>>>> x\n";
        let module = Module::with(merge);
        let finding = found(&GoModInvalid, &module.workspace());
        assert_eq!(finding.evidence.len(), 4);
        assert_eq!(finding.fixes[0].title, "Finish the merge");
    }

    #[test]
    fn a_go_mod_without_a_module_is_found() {
        let module = Module::with("go 1.24\n");
        let finding = found(&GoModInvalid, &module.failing("a.go", "A"));
        is_whole(&finding, Code::GoModInvalid, "");
        assert_eq!(finding.title, "go.mod does not say which module it is of.");
    }

    #[test]
    fn a_go_work_and_the_modules_that_it_lists_are_read() {
        let module = Module::new(&[
            ("go.work", "go 1.24\n\nuse (\n\t./a\n"),
            ("a/go.mod", PLAIN),
            ("a/a.go", "package a\n\nvar A = 1\n"),
            ("b/go.mod", "module example.com/b\nbogus\n"),
        ]);
        let finding = found(&GoModInvalid, &module.failing("a/a.go", "A"));
        assert_eq!(finding.uri, file_uri(&module.path("go.work")));
        // The error is behind the last line, where nothing could be underlined.
        assert_eq!(finding.range.unwrap().start.line, 3);

        module.write("go.work", "go 1.24\n\nuse ./a\nuse ./b\n");
        let finding = found(&GoModInvalid, &module.failing("a/a.go", "A"));
        assert_eq!(finding.uri, file_uri(&module.path("b/go.mod")));

        module.write("go.work", "go 1.24\n\nuse ./a\n");
        is_silent(&GoModInvalid, &module.failing("a/a.go", "A"));
    }

    #[test]
    fn gopls_copes_with_a_replaced_module_whose_go_mod_is_broken() {
        let module = Module::with(
            "module example.com/a\n\ngo 1.24\n\nrequire x.test/b v0.0.0\n\nreplace x.test/b => ./b\n",
        );
        module.write("b/go.mod", "module x.test/b\n\nbogus\n");
        is_silent(&GoModInvalid, &module.failing("a.go", "A"));
    }
}
