//! Where the value of one of Go's variables comes from.

use std::path::{Path, PathBuf};

use serde_json::Value;
use system::System;
use trace::finding::{Action, Finding};

use crate::editor::{self, Extension, Given, Settings};
use crate::installation::goroot_of;
use crate::shell::quoted;
use crate::{Workspace, settings};

/// One of the variables that the go command goes by, and who set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variable {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its value; empty where nobody set it.
    pub(crate) value: String,
    /// Who set it.
    pub(crate) origin: Origin,
}

/// Who sets a variable of Go's, the one that counts most first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// `build.env` in gopls's settings.
    Settings,
    /// The editor, which gives it to the gopls process by a setting of its own.
    Editor(Given),
    /// The environment that gopls was started with.
    Environment,
    /// The file that `go env -w` writes.
    EnvFile(PathBuf),
    /// The file `go.env` of the Go installation.
    Installation(PathBuf),
    /// Nobody.
    Default,
}

impl Variable {
    /// As gopls's go command sees it. An empty value counts for none, as it does for go.
    pub(crate) fn of(system: &dyn System, workspace: &Workspace, name: &'static str) -> Self {
        let (value, origin) =
            find(system, workspace, name).unwrap_or_else(|| (String::new(), Origin::Default));
        Self {
            name,
            value,
            origin,
        }
    }

    /// Whether somebody set it.
    pub(crate) fn is_set(&self) -> bool {
        self.origin != Origin::Default
    }

    /// Its value and who set it, in words.
    pub(crate) fn evidence(&self) -> String {
        let Self {
            name,
            value,
            origin,
        } = self;
        match origin {
            Origin::Settings => format!("{name}={value} is in `build.env` of gopls's settings"),
            Origin::Editor(given) => {
                format!(
                    "{name}={value} comes from {}, by which the editor sets it",
                    given.by()
                )
            }
            Origin::Environment => {
                format!("{name}={value} is in the environment that gopls is started with")
            }
            Origin::EnvFile(path) => {
                format!(
                    "{name}={value} is in {}, the file that `go env -w` writes",
                    path.display()
                )
            }
            Origin::Installation(path) => format!("{name}={value} is in {}", path.display()),
            Origin::Default => format!("{name} is set nowhere"),
        }
    }

    /// The finding with what takes the value away as a fix, where somebody set it.
    pub(crate) fn offer_to_unset(
        &self,
        system: &dyn System,
        workspace: &Workspace,
        finding: Finding,
    ) -> Finding {
        let name = self.name;
        let title = format!("Take {name} away");
        match &self.origin {
            Origin::Settings => {
                let how = format!("Remove {name} from `build.env` in the settings of gopls.");
                self.override_in_settings(system, workspace, finding)
                    .fix(title, Action::Hand(how))
            }
            Origin::Environment => {
                let vs_code = if settings::belong_to(system, workspace) {
                    " In VS Code it can also come from go.toolsEnvVars in settings.json."
                } else {
                    ""
                };
                let how = format!(
                    "Remove {name} from where it is set, such as the start-up files of the shell, and \
                     start the editor anew.{vs_code}"
                );
                self.override_in_settings(system, workspace, finding)
                    .fix(title, Action::Hand(how))
            }
            Origin::Editor(given) => {
                let setting = self.setting_of(given);
                settings::offer(system, finding, &title, &given.path, &setting, None)
            }
            Origin::EnvFile(path) => finding.fix(title, self.unset_in_file(path)),
            // What an installation brings along is not to be edited; the user's own file goes before it.
            Origin::Installation(_) | Origin::Default => finding,
        }
    }

    /// The setting of the editor's by which it is given, as the parts of its name.
    fn setting_of(&self, given: &Given) -> Vec<&'static str> {
        let mut setting = given.setting.to_vec();
        if setting == editor::VARIABLES {
            setting.push(self.name);
        }
        setting
    }

    /// The finding with what gives it another value as a fix, where that is to have an effect.
    pub(crate) fn offer_to_set(
        &self,
        system: &dyn System,
        workspace: &Workspace,
        finding: Finding,
        value: &str,
    ) -> Finding {
        let name = self.name;
        let title = format!("Set {name} to {value}");
        let in_settings = |finding| {
            self.give_in_settings(
                system,
                workspace,
                finding,
                value,
                "Set %, for gopls, by its settings",
            )
        };
        match &self.origin {
            Origin::Settings => {
                let how = "It stands in `build.env` of the settings of gopls.".to_owned();
                in_settings(finding).fix(title, Action::Hand(how))
            }
            Origin::Editor(given) => {
                let setting = self.setting_of(given);
                match settings::change(system, &given.path, &setting, &Value::from(value)) {
                    Some(edit) => finding.fix(title, Action::Edit(vec![edit])),
                    None => {
                        let how = format!("It comes from {}.", given.by());
                        finding.fix(title, Action::Hand(how))
                    }
                }
            }
            Origin::Environment => {
                let how = format!(
                    "{name} is set in the environment, such as by the start-up files of the shell; start \
                     the editor anew after the change."
                );
                in_settings(finding).fix(title, Action::Hand(how))
            }
            Origin::EnvFile(path) => {
                let line = format!(
                    "{}go env -w {}",
                    named(path),
                    quoted(format!("{name}={value}"))
                );
                finding.fix(title, Action::Shell(line))
            }
            Origin::Installation(_) | Origin::Default => {
                let line = format!("go env -w {}", quoted(format!("{name}={value}")));
                finding.fix(title, Action::Shell(line))
            }
        }
    }

    /// gopls hands a variable that its settings set to nothing on like that, and go takes it for one
    /// that is not set.
    fn override_in_settings(
        &self,
        system: &dyn System,
        workspace: &Workspace,
        finding: Finding,
    ) -> Finding {
        self.give_in_settings(
            system,
            workspace,
            finding,
            "",
            "Have gopls leave % out, by its settings",
        )
    }

    /// With an edit of VS Code's settings; `title` has a `%` where the name belongs.
    fn give_in_settings(
        &self,
        system: &dyn System,
        workspace: &Workspace,
        finding: Finding,
        value: &str,
        title: &str,
    ) -> Finding {
        if !settings::belong_to(system, workspace) {
            return finding;
        }
        let path = ["gopls", "build.env", self.name];
        match settings::edit(system, &workspace.folder, &path, &Value::from(value)) {
            Some(edit) => finding.fix(title.replace('%', self.name), Action::Edit(vec![edit])),
            None => finding,
        }
    }

    fn unset_in_file(&self, path: &Path) -> Action {
        let name = self.name;
        let file = named(path);
        match name {
            // go refuses to touch the first, and does not run with a wrong value of the second.
            "GOWORK" | "GOROOT" => Action::Hand(format!(
                "Delete the line that begins with {name}= in {}.",
                path.display()
            )),
            "GOTOOLCHAIN" => Action::Shell(format!("{file}GOTOOLCHAIN=local go env -u {name}")),
            _ => Action::Shell(format!("{file}go env -u {name}")),
        }
    }
}

/// What stands before a `go env` that is to change this file: where it is not the one that go looks for
/// by itself, go has to be told.
pub(crate) fn named(env_file: &Path) -> String {
    if env_file.ends_with("go/env") {
        String::new()
    } else {
        format!("GOENV={} ", quoted(env_file))
    }
}

fn find(system: &dyn System, workspace: &Workspace, name: &str) -> Option<(String, Origin)> {
    let set = |value: &String| !value.is_empty();
    if let Some(value) = workspace.setting(name) {
        if !value.is_empty() {
            return Some((value.to_owned(), Origin::Settings));
        }
    } else if let Some(given) = workspace.given.iter().find(|given| given.name == name) {
        // What it sets to nothing hides what the environment has.
        if !given.value.is_empty() {
            return Some((given.value.clone(), Origin::Editor(given.clone())));
        }
    } else if let Some(value) = system.var(name) {
        let value = value.to_string_lossy().into_owned();
        let origin = match by_setting(system, workspace, name, &value) {
            Some(given) => Origin::Editor(given),
            None => Origin::Environment,
        };
        return Some((value, origin));
    }
    let user = env_file(system, workspace);
    let in_file = user.and_then(|path| Some((read(system, &path, name)?, path)));
    if let Some((value, path)) = in_file {
        // Set to nothing there, it hides what the installation says.
        return Some(value)
            .filter(set)
            .map(|value| (value, Origin::EnvFile(path)));
    }
    if name == "GOROOT" {
        return None;
    }
    let root = find(system, workspace, "GOROOT").map(|(value, _)| PathBuf::from(value));
    let root = root.or_else(|| goroot_of(system, &workspace.go_on_path(system)?))?;
    let path = root.join("go.env");
    let value = read(system, &path, name).filter(set)?;
    Some((value, Origin::Installation(path)))
}

/// The setting of the editor by which it has given gopls this value, where there is a session.
fn by_setting(
    system: &dyn System,
    workspace: &Workspace,
    name: &str,
    value: &str,
) -> Option<Given> {
    let client = Some(&workspace.client).filter(|client| !client.is_empty())?;
    let settings = Settings::of_client(system, client, vec![workspace.folder.clone()]);
    let mut stacks = settings.stacks.iter();
    stacks.find_map(|stack| Extension::new(system, stack, None).that_gives(name, value))
}

/// The file that `go env -w` writes: what GOENV names, else `go/env` in the user's folder for such
/// things, as Go's `os.UserConfigDir` has it.
fn env_file(system: &dyn System, workspace: &Workspace) -> Option<PathBuf> {
    let path = |name: &str| match workspace.setting(name) {
        Some(value) => Some(PathBuf::from(value)),
        None => match workspace.given.iter().find(|given| given.name == name) {
            Some(given) => Some(PathBuf::from(&given.value)),
            None => system.var(name).map(PathBuf::from),
        },
    };
    let given = |name: &str| path(name).filter(|path| !path.as_os_str().is_empty());
    if let Some(file) = given("GOENV") {
        return Some(file).filter(|file| file != Path::new("off"));
    }
    let folder = if cfg!(windows) {
        given("AppData")?
    } else if cfg!(target_os = "macos") {
        given("HOME")?.join("Library/Application Support")
    } else {
        given("XDG_CONFIG_HOME").or_else(|| Some(given("HOME")?.join(".config")))?
    };
    Some(folder.join("go/env"))
}

/// The value in a file of lines like `NAME=value`; the last line counts.
fn read(system: &dyn System, path: &Path, name: &str) -> Option<String> {
    let text = system.read_text(path, 64 << 10).ok()?;
    let value = |line: &str| Some(line.strip_prefix(name)?.strip_prefix('=')?.to_owned());
    text.lines().rev().find_map(value)
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;
    use trace::finding::Code;

    use super::*;

    fn machine() -> MadeUp {
        MadeUp::default()
            .with_var("HOME", "/home/me")
            .with_var("XDG_CONFIG_HOME", "/home/me/.config")
            .with_var("PATH", "/opt/go/bin")
            .with_program("/opt/go/bin/go", "")
            .with_file("/opt/go/go.env", "# A comment.\nGOTOOLCHAIN=local\n")
    }

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn the_nearest_to_gopls_counts() {
        let mut workspace = Workspace::new("/w");
        let of = |system: &MadeUp, workspace: &Workspace| {
            let found = Variable::of(system, workspace, "GOTOOLCHAIN");
            (found.value, found.origin)
        };
        let installation = Origin::Installation("/opt/go/go.env".into());
        assert_eq!(
            of(&machine(), &workspace),
            ("local".to_owned(), installation)
        );

        let path = "/home/me/.config/go/env";
        let file = machine().with_file(path, "GOTOOLCHAIN=go1.1\nGOTOOLCHAIN=auto\n");
        let expected = ("auto".to_owned(), Origin::EnvFile(path.into()));
        assert_eq!(of(&file, &workspace), expected);
        assert_eq!(
            of(&file.clone().with_var("GOTOOLCHAIN", ""), &workspace),
            expected
        );

        let environment = file.clone().with_var("GOTOOLCHAIN", "path");
        assert_eq!(of(&environment, &workspace).1, Origin::Environment);

        workspace.env = vec![("GOTOOLCHAIN".into(), "go1.30.0".into())];
        assert_eq!(of(&environment, &workspace).1, Origin::Settings);
        workspace.env[0].1 = String::new();
        assert_eq!(of(&environment, &workspace), expected);

        workspace.env[0] = ("GOENV".into(), "off".into());
        let elsewhere = file.with_var("GOENV", path);
        assert!(matches!(
            of(&elsewhere, &workspace).1,
            Origin::Installation(_)
        ));
    }

    #[test]
    fn what_the_editor_gives_is_taken_away_in_its_settings() {
        let path = "/home/me/.config/Code/User/settings.json";
        let text =
            "{\n  // Mine.\n  \"go.toolsEnvVars\": { \"GOFLAGS\": \"-x\", \"A\": \"b\" }\n}\n";
        let system = machine().with_file(path, text).with_var("GOFLAGS", "-y");
        let mut workspace = Workspace::new("/w");
        workspace.given.push(Given {
            name: "GOFLAGS".into(),
            value: "-x".into(),
            setting: editor::VARIABLES,
            path: path.into(),
        });
        let variable = Variable::of(&system, &workspace, "GOFLAGS");
        let expected =
            format!("GOFLAGS=-x comes from go.toolsEnvVars in {path}, by which the editor sets it");
        assert_eq!(variable.evidence(), expected);
        let finding = Finding::new(Code::GoFlagsInvalid, "A.", "B.");
        let finding = variable.offer_to_unset(&system, &workspace, finding);
        let Action::Edit(edits) = &finding.fixes[0].action else {
            panic!("{finding:?}");
        };
        let after = settings::tests::apply(text, &edits[0]);
        assert_eq!(after, text.replace("\"GOFLAGS\": \"-x\", ", ""));

        // In a session it is in the environment already, and the settings say by whom.
        let session = Workspace {
            client: "Visual Studio Code".into(),
            ..Workspace::new("/w")
        };
        let of = |value: &str| {
            let system = system.clone().with_os("linux").with_var("GOFLAGS", value);
            Variable::of(&system, &session, "GOFLAGS")
        };
        assert_eq!(of("-x").evidence(), expected);
        assert_eq!(of("-y").origin, Origin::Environment);

        workspace.given[0].value = String::new();
        assert!(!Variable::of(&system, &workspace, "GOFLAGS").is_set());
        workspace.env = vec![("GOFLAGS".into(), "-z".into())];
        let origin = Variable::of(&system, &workspace, "GOFLAGS").origin;
        assert_eq!(origin, Origin::Settings);
    }

    #[test]
    fn what_nobody_set_is_not_set() {
        let found = Variable::of(&machine(), &Workspace::new("/w"), "GOFLAGS");
        assert!(!found.is_set());
        assert_eq!(found.evidence(), "GOFLAGS is set nowhere");
    }

    #[test]
    fn a_value_is_taken_away_where_it_is_set() {
        let take_away = |origin: Origin, client: &str| {
            let variable = Variable {
                name: "GOFLAGS",
                value: "-x".into(),
                origin,
            };
            let workspace = Workspace {
                client: client.into(),
                ..Workspace::new("/w")
            };
            let finding = Finding::new(Code::GoFlagsInvalid, "A.", "B.");
            let finding = variable.offer_to_unset(&machine(), &workspace, finding);
            let actions = finding.fixes.into_iter().map(|fix| fix.action);
            actions.collect::<Vec<_>>()
        };
        let shell = |line: &str| vec![Action::Shell(line.into())];
        let usual = Origin::EnvFile("/home/me/.config/go/env".into());
        assert_eq!(take_away(usual, ""), shell("go env -u GOFLAGS"));
        let other = Origin::EnvFile("/x y".into());
        assert_eq!(
            take_away(other, ""),
            shell("GOENV='/x y' go env -u GOFLAGS")
        );
        assert_eq!(take_away(Origin::Default, ""), []);
        let in_vs_code = take_away(Origin::Environment, "Visual Studio Code");
        let Action::Edit(edits) = &in_vs_code[0] else {
            panic!("{in_vs_code:?}");
        };
        assert!(edits[0].text.contains("\"GOFLAGS\": \"\""), "{edits:?}");
        let elsewhere = take_away(Origin::Environment, "Neovim");
        assert!(matches!(&elsewhere[..], [Action::Hand(_)]));
    }
}
