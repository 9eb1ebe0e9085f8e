//! A folder that GOPATH or GOMODCACHE cannot name.

use std::path::Path;

use system::{EntryKind, System};
use trace::finding::{Action, Code, Finding};

use crate::load::Load;
use crate::variable::Variable;
use crate::{Check, Workspace};

/// What go says of an entry of GOPATH that it does not take.
const WORDS: [&str; 2] = [
    "GOPATH entry is relative; must be absolute path",
    "GOPATH entry cannot start with shell metacharacter",
];

/// What it says of GOMODCACHE, and only where a module is to come from there.
const OF_CACHE: &str = "GOMODCACHE entry is relative; must be absolute path";

/// Finds that go loads nothing, since GOPATH or GOMODCACHE has what is no absolute path: a folder with a colon
/// in its name, `~`, a name alone.
pub(super) struct PathBreaksTools;

impl Check for PathBreaksTools {
    fn code(&self) -> Code {
        Code::PathBreaksTools
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let mut said = WORDS.iter();
        let said = said.find_map(|words| Load::that_says(system, workspace, words));
        let gopath = Variable::of(system, workspace, "GOPATH");
        let finding = match said.filter(|_| gopath.is_set()) {
            Some((_, said)) => Some(finding(system, workspace, &gopath, said)),
            None => of_cache(system, workspace),
        };
        finding.into_iter().collect()
    }
}

/// That the module cache is none. go may come to it at some package alone, so all have to be listed.
fn of_cache(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let variable = Variable::of(system, workspace, "GOMODCACHE");
    if variable.value.is_empty() || Path::new(&variable.value).is_absolute() {
        return None;
    }
    let load = Load::all(system, workspace).first()?;
    let list = workspace
        .go()
        .list(system, &load.folder, &["-e", "-deps", "./..."]);
    let output = list.ok().filter(|output| !output.success)?;
    let said = output.stderr.lines().find(|line| line.contains(OF_CACHE))?;
    Some(finding(system, workspace, &variable, said))
}

fn finding(system: &dyn System, workspace: &Workspace, variable: &Variable, said: &str) -> Finding {
    let Variable { name, value, .. } = variable;
    let line = said.lines().next().unwrap_or(said);
    let finding = Finding::new(
        Code::PathBreaksTools,
        format!("{name} is {value}, which go does not take."),
        "go does not run with a path there that is not absolute, and gopls loads no packages without go.",
    )
    .about(*name)
    .evidence(format!("go says: {line}"))
    .evidence(variable.evidence());
    let mut finding = variable.offer_to_unset(system, workspace, finding);
    // Between two entries stands what can also stand in a name.
    let whole = Path::new(value);
    let is_folder = system
        .kind(whole)
        .is_ok_and(|kind| kind == EntryKind::Folder);
    if value.contains(':') && is_folder {
        let fact = format!("there is a folder {value}, and to go a colon ends a path in a list");
        finding = finding.evidence(fact).fix(
            format!("Or have {name} name a folder without a colon in its path"),
            Action::Hand("Rename that folder, or reach it by a link that has none.".to_owned()),
        );
    }
    if value.starts_with('~') {
        finding = finding
            .evidence("nobody puts the home folder in the place of ~ there")
            .fix(
                "Or write the home folder out",
                Action::Hand(format!(
                    "Set {name} to the absolute path where it is set now."
                )),
            );
    }
    workspace.at_failed(finding)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::testing::{Module, PLAIN, found, is_silent, is_whole};

    #[test]
    fn what_is_no_absolute_path_is_found() {
        let module = Module::plain();
        module.write("../a:b/x", "");
        let with_colon = module.path("../a:b").display().to_string();
        for (value, fact) in [
            (&*with_colon, "to go a colon ends a path"),
            ("~/go", "the place of ~"),
            ("go", "GOPATH=go is in `build.env`"),
        ] {
            let mut workspace = module.workspace();
            workspace.set("GOPATH", value);
            let finding = found(&PathBreaksTools, &workspace);
            is_whole(&finding, Code::PathBreaksTools, "GOPATH");
            assert!(finding.message().contains(fact), "{finding:#?}");
        }
    }

    const SUMS: &str = "x.test/x v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\
        x.test/x v1.0.0/go.mod h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";

    #[test]
    fn a_module_cache_that_is_none_is_found_where_a_module_has_to_come_from_it() {
        let required = format!("{PLAIN}\nrequire x.test/x v1.0.0\n");
        let imports = "package a\n\nimport _ \"x.test/x\"\n";
        for (go_mod, text, is_found) in [
            (&*required, imports, true),
            (&*required, "package a\n", false),
            (PLAIN, "package a\n", false),
        ] {
            let module = Module::new(&[("go.mod", go_mod), ("a.go", text), ("go.sum", SUMS)]);
            let mut workspace = module.workspace();
            workspace.set("GOMODCACHE", "cache");
            match is_found {
                true => {
                    let finding = found(&PathBreaksTools, &workspace);
                    is_whole(&finding, Code::PathBreaksTools, "GOMODCACHE");
                }
                false => is_silent(&PathBreaksTools, &workspace),
            }
        }
    }

    #[test]
    fn what_is_one_is_none() {
        let module = Module::plain();
        for value in ["", "/a b", "/a:/b", "/é", "/a;b'c"] {
            let mut workspace = module.workspace();
            workspace.set("GOPATH", value);
            is_silent(&PathBreaksTools, &workspace);
        }
    }
}
