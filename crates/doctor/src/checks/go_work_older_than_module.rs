//! A go.work whose go line is older than that of a module it lists.

use std::path::Path;

use system::System;
use trace::finding::{Action, Code, FileEdit, Finding, Range};

use crate::explain::{HOW_TO_RESTART, RESTART, RESTART_ALONE};
use crate::load::Load;
use crate::modfile::{line_of, statements_of};
use crate::shell::quoted;
use crate::{Check, Workspace, file_uri};

/// Finds that go refuses a workspace because of its go line.
pub(super) struct GoWorkOlderThanModule;

/// What go says then.
const WORDS: &str = "listed in go.work file requires go >= ";

/// How gopls begins what it logs of a load.
const LOGGED: &str = "go/packages.Load #";

/// A module that the go.work is too old for.
struct Module {
    folder: String,
    version: String,
}

impl Check for GoWorkOlderThanModule {
    fn code(&self) -> Code {
        Code::GoWorkOlderThanModule
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let found = match Load::that_says(system, workspace, WORDS) {
            Some((load, words)) => finding(system, load, words),
            None => unnoticed(system, workspace),
        };
        found.into_iter().collect()
    }
}

fn finding(system: &dyn System, load: &Load, words: &str) -> Option<Finding> {
    let file = load.go_work.as_deref()?;
    let uri = file_uri(file)?;
    let modules: Vec<Module> = words.lines().filter_map(module_in).collect();
    let newest = modules
        .iter()
        .max_by_key(|module| numbers(&module.version))?;
    let version = &newest.version;
    let statements = statements_of(system, file);
    let line = statements.iter().find(|all| all.of("go").is_some());
    let has = match line {
        Some(line) => format!("go.work says {}", line.words.join(" ")),
        None => "go.work has no go line, which means go 1.18".to_owned(),
    };
    let mut finding = Finding::new(
        Code::GoWorkOlderThanModule,
        format!("{has}, and a module that it lists needs go {version}."),
        "go loads nothing of a workspace whose go line is older than that of one of its modules, so \
         gopls has no packages.",
    )
    .evidence(match line {
        Some(line) => format!(
            "{} has in line {}: {}",
            file.display(),
            line.range.start.line + 1,
            line.words.join(" ")
        ),
        None => format!("{} has no go line", file.display()),
    });
    for module in &modules {
        let go_mod = load.path(&module.folder).join("go.mod");
        finding = with_module(finding, system, &go_mod, &module.version);
    }
    if let Some(said) = words.lines().find(|line| module_in(line).is_some()) {
        let said = said.trim().trim_end_matches("; to update it:");
        finding = finding.evidence(format!("go says: {said}"));
    }
    let (range, text) = match line {
        Some(line) => (line.range, format!("go {version}")),
        None => (Range::default(), format!("go {version}\n\n")),
    };
    let edit = FileEdit {
        uri: uri.clone(),
        range,
        text,
        version: None,
        create: false,
    };
    let folder = file.parent().unwrap_or(file);
    let finding = finding
        .fix(
            format!("Set the go line of go.work to {version}"),
            Action::Edit(vec![edit]),
        )
        .fix(
            "Have go set the go line, in a shell",
            Action::Shell(format!("cd {} && go work use", quoted(folder))),
        );
    let range = line.map_or_else(|| line_of(system, file, 0), |line| line.range);
    let how = format!("{UNNOTICED} {HOW_TO_RESTART}");
    let finding = finding.fix(RESTART, Action::Hand(how));
    Some(finding.place(uri, Some(range)))
}

const UNNOTICED: &str = "gopls does not notice that only the go line of go.work has changed.";

/// The go line is as it has to be, and gopls goes on telling that it is not.
fn unnoticed(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    // What gopls says may be of another folder that is open.
    let mut before = workspace.before.iter();
    before.find(|found| found.code == Code::GoWorkOlderThanModule)?;
    // What it has logged of a load it does not take back when another one goes well.
    let mut said = workspace.said.iter().filter(|said| !said.contains(LOGGED));
    let words = said.find_map(|said| said.lines().find(|line| line.contains(WORDS)))?;
    let load = Load::all(system, workspace).first()?;
    // Else something else keeps go from loading, which is another check's.
    let file = load.go_work.as_deref().filter(|_| load.words.is_none())?;
    let statements = statements_of(system, file);
    let line = statements.iter().find(|all| all.of("go").is_some())?;
    Some(
        Finding::new(
            Code::GoWorkOlderThanModule,
            "go.work has the right go line now, and gopls has taken no notice of it.",
            UNNOTICED,
        )
        .evidence(format!(
            "{} has in line {}: {}",
            file.display(),
            line.range.start.line + 1,
            line.words.join(" ")
        ))
        .evidence(format!("gopls says still: {}", words.trim()))
        .fix(RESTART_ALONE, Action::Hand(HOW_TO_RESTART.to_owned()))
        .place(file_uri(file)?, Some(line.range)),
    )
}

/// The module that a line of go's is about.
fn module_in(line: &str) -> Option<Module> {
    let line = line.trim().strip_prefix("go: module ")?;
    let (folder, rest) = line.split_once(" listed in go.work file requires go >= ")?;
    let (version, _) = rest.split_once(", but ")?;
    Some(Module {
        folder: folder.to_owned(),
        version: version.to_owned(),
    })
}

fn with_module(finding: Finding, system: &dyn System, go_mod: &Path, version: &str) -> Finding {
    let statements = statements_of(system, go_mod);
    let Some(line) = statements.iter().find(|all| all.of("go").is_some()) else {
        return finding;
    };
    let finding = finding.evidence(format!(
        "{} has in line {}: go {version}",
        go_mod.display(),
        line.range.start.line + 1
    ));
    match file_uri(go_mod) {
        Some(uri) => finding.related(uri, line.range, format!("It needs Go {version}.")),
        None => finding,
    }
}

/// A version of Go as numbers, for comparison. Pre-releases come before their release.
fn numbers(version: &str) -> Vec<u32> {
    let end = version.find(|character: char| character.is_ascii_alphabetic());
    let (release, suffix) = version.split_at(end.unwrap_or(version.len()));
    let mut numbers: Vec<u32> = release
        .split('.')
        .map(|number| number.parse().unwrap_or(0))
        .collect();
    numbers.resize(3, 0);
    numbers.push(u32::from(suffix.is_empty()));
    numbers
}

#[cfg(test)]
mod tests {
    use trace::finding::Position;

    use super::*;
    use crate::testing::{self, found, is_silent, is_whole};

    fn module(go_work: &str) -> testing::Module {
        testing::Module::new(&[
            ("go.work", go_work),
            ("a/go.mod", "module example.com/a\n\ngo 1.24\n"),
            ("a/a.go", "package a\n\nvar A = 1\n"),
            ("b/go.mod", "module example.com/b\n\ngo 1.25.1\n"),
        ])
    }

    #[test]
    fn the_newest_module_says_what_is_needed() {
        let module = module("go 1.20 // Old.\n\nuse (\n\t./a\n\t./b\n)\n");
        let finding = found(&GoWorkOlderThanModule, &module.failing("a/a.go", "A"));
        is_whole(&finding, Code::GoWorkOlderThanModule, "");
        assert_eq!(
            finding.title,
            "go.work says go 1.20, and a module that it lists needs go 1.25.1."
        );
        assert_eq!(finding.uri, file_uri(&module.path("go.work")));
        assert_eq!(finding.related.len(), 2);
        let b = module.path("b/go.mod");
        let expected = format!("{} has in line 3: go 1.25.1", b.display());
        assert_eq!(finding.evidence[2], expected);
        let Action::Edit(edits) = &finding.fixes[0].action else {
            panic!("{finding:#?}");
        };
        assert_eq!(edits[0].text, "go 1.25.1");
        assert_eq!(edits[0].range.end, Position::new(0, 7));
    }

    #[test]
    fn a_go_line_that_is_not_there_is_made() {
        let module = module("use ./a\n");
        let finding = found(&GoWorkOlderThanModule, &module.failing("a/a.go", "A"));
        let Action::Edit(edits) = &finding.fixes[0].action else {
            panic!("{finding:#?}");
        };
        assert_eq!(edits[0].text, "go 1.24\n\n");
        assert_eq!(edits[0].range, Range::default());
        assert_eq!(finding.range.unwrap().end, Position::new(0, 7));
    }

    #[test]
    fn a_go_line_that_is_newer_is_no_fault() {
        let module = module("go 1.25.1\n\nuse (\n\t./a\n\t./b\n)\n");
        is_silent(&GoWorkOlderThanModule, &module.failing("a/a.go", "A"));
        module.write("go.work", "go 1.24\n\nuse ./a\n");
        is_silent(&GoWorkOlderThanModule, &module.workspace());
    }

    #[test]
    fn a_gopls_that_takes_no_notice_has_to_be_restarted() {
        let module = module("go 1.25.1\n\nuse (\n\t./a\n\t./b\n)\n");
        let mut workspace = module.failing("a/a.go", "A");
        let says =
            "go: module b listed in go.work file requires go >= 1.25.1, but go.work lists go 1.20";
        workspace.said = vec![format!("go/packages.Load #2: err: {says}")];
        is_silent(&GoWorkOlderThanModule, &workspace);
        workspace
            .said
            .push(format!("packages.Load error: err: {says}"));
        // It may say so of another folder.
        is_silent(&GoWorkOlderThanModule, &workspace);
        workspace.before = vec![Finding::new(Code::GoWorkOlderThanModule, "A.", "B.")];
        let finding = found(&GoWorkOlderThanModule, &workspace);
        is_whole(&finding, Code::GoWorkOlderThanModule, "");
        assert_eq!(finding.fixes.len(), 1);
        assert_eq!(finding.fixes[0].title, "Restart the language server");
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(numbers("1.9") < numbers("1.24"));
        assert!(numbers("1.24rc1") < numbers("1.24"));
        assert!(numbers("1.24") < numbers("1.24.1"));
    }
}
