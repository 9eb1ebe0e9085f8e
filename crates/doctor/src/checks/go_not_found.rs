//! No go command for gopls.

use std::path::{Path, PathBuf};

use system::System;
use trace::finding::{Action, Code, Finding};

use crate::installation::{go_in, goroot_of};
use crate::login_shell::LoginShell;
use crate::{Check, Workspace, settings};

/// Where installers of Go put its programs, `~` being the home folder.
const USUAL: [&str; 8] = [
    "/usr/local/go/bin",
    "/usr/lib/go/bin",
    "/opt/go/bin",
    "/opt/homebrew/bin",
    "/usr/local/bin",
    "/snap/bin",
    "~/go/bin",
    "~/.local/go/bin",
];

/// Finds that there is no go on the PATH that the editor gave.
pub(super) struct GoNotFound;

impl Check for GoNotFound {
    fn code(&self) -> Code {
        Code::GoNotFound
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        if workspace.go_on_path(system).is_some() {
            return Vec::new();
        }
        let path = system.var("PATH").unwrap_or_default();
        let mut finding = Finding::new(
            Code::GoNotFound,
            "gopls finds no go command.",
            "gopls runs go for all that it knows of packages, looks for it on the PATH that the editor \
             gave, and makes no view without it.",
        )
        .evidence(if path.is_empty() {
            "PATH is not set".to_owned()
        } else {
            format!("no go on PATH, which is {}", path.to_string_lossy())
        });
        if workspace.setting("PATH").is_some() {
            finding = finding.evidence(
                "gopls's settings set PATH in `build.env`, which does not count when it looks for go",
            );
        }
        let in_shell = LoginShell::of(system).and_then(|shell| {
            let found = shell_finds(system, &shell)?;
            finding.evidence.push(match &found {
                Some(go) => format!(
                    "a login shell ({}) finds {}",
                    shell.path.display(),
                    go.display()
                ),
                None => format!("a login shell ({}) finds none either", shell.path.display()),
            });
            found
        });
        let elsewhere = match &in_shell {
            Some(go) => Some(go.clone()),
            None => usual(system),
        };
        if let Some(go) = elsewhere.as_ref().filter(|_| in_shell.is_none()) {
            finding = finding.evidence(format!("there is one at {}", go.display()));
        }
        vec![workspace.at_failed(with_fixes(
            finding,
            system,
            workspace,
            in_shell.is_some(),
            elsewhere.as_deref(),
        ))]
    }
}

fn with_fixes(
    mut finding: Finding,
    system: &dyn System,
    workspace: &Workspace,
    in_shell: bool,
    go: Option<&Path>,
) -> Finding {
    let Some(go) = go else {
        let how = "Install it and see that its folder is on PATH, then start the editor anew.";
        return finding.fix("Install Go", Action::Hand(how.to_owned()));
    };
    if in_shell {
        finding = finding.fix(
            "Start the editor from a terminal",
            Action::Hand(
                "It then has the PATH of the shell; close all its windows before.".to_owned(),
            ),
        );
    }
    let root = goroot_of(system, go);
    if let Some(root) = root.filter(|_| settings::belong_to(system, workspace)) {
        finding = finding.fix(
            "Tell the Go extension where Go is",
            Action::Hand(format!(
                "Set \"go.goroot\": \"{}\" in settings.json and reload the window.",
                root.display()
            )),
        );
    }
    let folder = go.parent().unwrap_or(go).display();
    finding.fix(
        "Put it on the PATH that the editor has",
        Action::Hand(format!(
            "Add {folder} to PATH where the desktop session reads it, and log in anew."
        )),
    )
}

/// The go that a login shell finds, or that it finds none. Nothing is known where its start-up files take
/// too long; what they write stands before the answer.
fn shell_finds(system: &dyn System, shell: &LoginShell) -> Option<Option<PathBuf>> {
    let output = shell.ask(system, None, "command -v go").ok()?;
    let line = output.stdout.lines().last().unwrap_or_default();
    let go = PathBuf::from(line.trim());
    let is_found = output.success && go.is_absolute() && system.is_executable(&go);
    Some(is_found.then_some(go))
}

/// The go in one of the folders where installers put it.
pub(crate) fn usual(system: &dyn System) -> Option<PathBuf> {
    let home = system.home();
    let folders = USUAL
        .iter()
        .filter_map(|folder| match folder.strip_prefix("~/") {
            Some(below) => Some(home.as_deref()?.join(below)),
            None => Some(PathBuf::from(folder)),
        });
    // `go install golang.org/dl/go1.x` puts whole installations there.
    let downloaded = home.iter().flat_map(|home| {
        let sdk = home.join("sdk");
        let mut all = system.list(&sdk, 100).unwrap_or_default();
        all.retain(|entry| entry.name.to_string_lossy().starts_with("go"));
        all.into_iter()
            .rev()
            .map(move |entry| sdk.join(entry.name).join("bin"))
    });
    folders
        .chain(downloaded)
        .map(|folder| go_in(&folder))
        .find(|go| system.is_executable(go))
}

#[cfg(all(test, unix))]
mod tests {
    use system::made_up::MadeUp;

    use super::*;
    use crate::testing::is_whole;

    fn machine() -> MadeUp {
        MadeUp::default()
            .with_var("PATH", "/usr/bin:bin")
            .with_var("HOME", "/home/me")
            .with_var("SHELL", "/bin/zsh")
            .with_program("/bin/zsh", "")
    }

    fn vs_code() -> Workspace {
        Workspace {
            client: "Visual Studio Code".into(),
            ..Workspace::new("/w")
        }
    }

    fn find(system: &MadeUp) -> Finding {
        let mut found = GoNotFound.run(system, &vs_code());
        assert_eq!(found.len(), 1);
        let finding = found.remove(0);
        is_whole(&finding, Code::GoNotFound, "");
        finding
    }

    #[test]
    fn a_go_on_path_is_enough() {
        let system = machine().with_program("/usr/bin/go", "");
        assert_eq!(GoNotFound.run(&system, &vs_code()), []);
    }

    #[test]
    fn what_the_shell_finds_is_told() {
        let system = machine()
            .with_program("/opt/go/bin/go", "")
            .with_command("/bin/zsh -lc command -v go", "Welcome!\n/opt/go/bin/go\n");
        let finding = find(&system);
        assert_eq!(
            finding.evidence,
            [
                "no go on PATH, which is /usr/bin:bin",
                "a login shell (/bin/zsh) finds /opt/go/bin/go",
            ]
        );
        assert_eq!(finding.fixes[0].title, "Start the editor from a terminal");
        let root = Action::Hand(
            "Set \"go.goroot\": \"/opt/go\" in settings.json and reload the window.".into(),
        );
        assert_eq!(finding.fixes[1].action, root);
    }

    #[test]
    fn what_is_no_path_of_a_program_is_not_believed() {
        for said in ["go: aliased to echo\n", "go\n", "/nowhere/go\n", ""] {
            let system = machine().with_command("/bin/zsh -lc command -v go", said);
            let finding = find(&system);
            assert_eq!(
                finding.evidence[1],
                "a login shell (/bin/zsh) finds none either"
            );
            assert_eq!(finding.fixes[0].title, "Install Go");
        }
    }

    #[test]
    fn a_shell_that_cannot_be_asked_has_not_said_that_there_is_none() {
        let nu = machine()
            .with_var("SHELL", "/bin/nu")
            .with_program("/bin/nu", "")
            .with_failing_command("/bin/nu -lc command -v go", "");
        // The other one starts too slowly.
        for system in [nu, machine()] {
            assert_eq!(find(&system).evidence.len(), 1);
        }
    }

    #[test]
    fn the_usual_folders_are_looked_into() {
        let system = machine()
            .with_program("/home/me/sdk/go1.25.1/bin/go", "")
            .with_program("/home/me/sdk/go1.26.0/bin/go", "");
        let finding = find(&system);
        assert_eq!(
            finding.evidence[1],
            "there is one at /home/me/sdk/go1.26.0/bin/go"
        );
        let usual = system.with_program("/usr/local/go/bin/go", "");
        assert_eq!(
            find(&usual).evidence[1],
            "there is one at /usr/local/go/bin/go"
        );
    }
}
