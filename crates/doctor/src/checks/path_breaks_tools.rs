//! A folder that GOPATH cannot name.

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

/// Finds that go loads nothing, since GOPATH has what is no absolute path: a folder with a colon
/// in its name, `~`, a name alone.
pub(super) struct PathBreaksTools;

impl Check for PathBreaksTools {
    fn code(&self) -> Code {
        Code::PathBreaksTools
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let mut said = WORDS.iter();
        let said = said.find_map(|words| Load::that_says(system, workspace, words));
        let variable = Variable::of(system, workspace, "GOPATH");
        let said = said.filter(|_| variable.is_set());
        let finding = said.map(|(_, said)| finding(system, workspace, &variable, said));
        finding.into_iter().collect()
    }
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
    use crate::testing::{Module, found, is_silent, is_whole};

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
