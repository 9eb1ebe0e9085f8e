//! What VS Code and its relatives have in their settings files, and what the Go extension makes of it.
//!
//! VS Code lays one file above the other: the user's settings, those of a remote machine, those of the
//! workspace, those of a folder. Which of several editors on a machine somebody uses cannot be known outside of
//! a session, so each has a [`Stack`] of its own, and what is wrong is told of the file that it is wrong in.

mod apply;
mod extension;
mod file;
mod places;
mod stack;
mod tools;
mod tree;
mod trust;

use std::path::{Path, PathBuf};

use system::System;

use crate::file_path;
use crate::folder::beside;
use file::SettingsFile;

pub use extension::Given;
pub(crate) use extension::{GOPLS, VARIABLES, last_part};
pub use stack::Stack;
pub use tools::resolved;
pub(crate) use tools::{Extension, Looked, is_program};
pub use tree::{Node, Place, Scope};

/// The end of the name of a file that describes a workspace of several folders.
const WORKSPACE_FILE: &str = "code-workspace";

/// The settings files of the editors that somebody has used on this machine, each with the name of its editor and
/// its path: the user's own, those of profiles, those of a remote server. The files need not be there; the folders
/// that the editors make are.
pub fn settings_files(system: &dyn System) -> Vec<(String, PathBuf)> {
    let all = places::all(system, "").into_iter();
    all.filter(|own| system.exists(&own.folder))
        .filter_map(|own| Some((own.editor, own.files.into_iter().next()?.0)))
        .collect()
}

/// What the editors of a machine have in their settings, for the folders that one would have open.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The folders.
    pub folders: Vec<PathBuf>,
    /// The settings of each editor that has any in each folder, with those of the workspace and the folder.
    /// There is one of the workspace alone where no editor has any.
    pub stacks: Vec<Stack>,
    /// Files that are there and cannot be used, and why, a line each.
    pub problems: Vec<String>,
}

impl Settings {
    /// Those that count where an editor opens this folder or `.code-workspace` file; where a folder has just
    /// one such file, that is what is opened.
    pub fn of(system: &dyn System, opened: &Path) -> Self {
        let mut settings = Self::default();
        let workspace = settings.workspace_file(system, opened);
        settings.folders = workspace.as_ref().map(folders).unwrap_or_default();
        if settings.folders.is_empty() && !is_workspace_file(opened) {
            settings.folders.push(opened.to_owned());
        }
        if settings.folders.is_empty() && settings.problems.is_empty() {
            let opened = opened.display();
            settings
                .problems
                .push(format!("{opened} names no folder on this machine"));
        }
        settings.pile(system, "", workspace.as_ref());
        settings
    }

    /// Those of an editor that has these folders open, by the name that it gives itself. What a
    /// `.code-workspace` file adds is not known.
    pub fn of_client(system: &dyn System, client: &str, folders: Vec<PathBuf>) -> Self {
        let mut settings = Self {
            folders,
            ..Self::default()
        };
        settings.pile(system, client, None);
        settings
    }

    fn pile(&mut self, system: &dyn System, client: &str, workspace: Option<&SettingsFile>) {
        if !places::is_known(client) {
            return;
        }
        let mut editors: Vec<(String, Vec<Node>)> = Vec::new();
        for place in places::all(system, client) {
            let files = place.files.iter();
            let files: Vec<Node> = files
                .filter_map(|(path, scope)| Some(self.read(system, path, *scope)?.root))
                .collect();
            if !files.is_empty() {
                editors.push((place.editor, files));
            }
        }
        // Without a .code-workspace the settings of the one folder are those of the workspace.
        let scope = match self.folders.len() > 1 || workspace.is_some() {
            true => Scope::Folder,
            false => Scope::Workspace,
        };
        for folder in self.folders.clone() {
            let path = folder.join(".vscode").join("settings.json");
            let own = self.read(system, &path, scope).map(|file| file.root);
            let shared = workspace.map(SettingsFile::settings_of_workspace);
            let shared: Vec<Node> = shared.into_iter().chain(own).collect();
            if editors.is_empty() && !shared.is_empty() {
                self.stacks.push(Stack::new("", &folder, shared.clone()));
            }
            for (editor, files) in &editors {
                let nodes = files.iter().chain(&shared).cloned();
                self.stacks.push(Stack::new(editor, &folder, nodes));
            }
        }
    }

    /// The settings that count for a folder, those of the editor that goes first where there are several.
    pub fn first_of(&self, folder: &Path) -> Option<&Stack> {
        self.stacks.iter().find(|stack| stack.folder == folder)
    }

    fn read(&mut self, system: &dyn System, path: &Path, scope: Scope) -> Option<SettingsFile> {
        match SettingsFile::read(system, path, scope)? {
            Ok(file) => Some(file),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    fn workspace_file(&mut self, system: &dyn System, opened: &Path) -> Option<SettingsFile> {
        if is_workspace_file(opened) {
            return self.read(system, opened, Scope::Workspace);
        }
        let entries = system.list(opened, 1000).unwrap_or_default();
        let names = entries.into_iter().map(|entry| opened.join(entry.name));
        let mut files: Vec<PathBuf> = names.filter(|path| is_workspace_file(path)).collect();
        match files.len() {
            0 | 1 => self.read(system, &files.pop()?, Scope::Workspace),
            more => {
                self.problems.push(format!(
                    "{} has {more} .code-workspace files; name the one that the editor opens",
                    opened.display()
                ));
                None
            }
        }
    }
}

/// Whether a file describes a workspace of several folders.
pub(crate) fn is_workspace_file(path: &Path) -> bool {
    path.extension().is_some_and(|kind| kind == WORKSPACE_FILE)
}

/// The folders that a `.code-workspace` file names, as far as they are on this machine.
fn folders(file: &SettingsFile) -> Vec<PathBuf> {
    let value = file.raw.get("folders").map(Node::value);
    let folders = value.as_ref().and_then(|value| value.as_array());
    let path = |folder: &serde_json::Value| match (folder["path"].as_str(), folder["uri"].as_str())
    {
        (Some(path), _) => Some(beside(&file.path, path)),
        (None, Some(uri)) => file_path(uri),
        (None, None) => None,
    };
    folders.into_iter().flatten().filter_map(path).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    const USER: &str = "/home/me/.config/Code/User/settings.json";

    fn machine() -> MadeUp {
        MadeUp::default()
            .with_var("HOME", "/home/me")
            .with_os("linux")
    }

    fn value(stack: &Stack, path: &[&str]) -> String {
        let found = stack.get(path);
        found.map_or_else(String::new, |node| node.value().to_string())
    }

    #[test]
    fn what_is_nearer_to_the_folder_counts_and_objects_are_merged() {
        let system = machine()
            .with_file(
                USER,
                "{\n  // Mine.\n  \"go.toolsEnvVars\": {\"A\": \"1\", \"B\": \"1\"},\n  \"go.gopath\": \"/g\",\n}",
            )
            .with_file(
                "/w/.vscode/settings.json",
                r#"{"go": {"toolsEnvVars": {"B": "2"}}, "gopls": {"build.env": {"C": "3"}}}"#,
            );
        let settings = Settings::of(&system, Path::new("/w"));
        assert_eq!(settings.problems, [""; 0]);
        let [stack] = &settings.stacks[..] else {
            panic!("{settings:?}");
        };
        assert_eq!(stack.editor, "VS Code");
        assert_eq!(
            value(stack, &["go", "toolsEnvVars"]),
            r#"{"A":"1","B":"2"}"#
        );
        assert_eq!(value(stack, &["gopls", "build.env", "C"]), "\"3\"");
        let place = |path: &[&str]| &stack.get(path).unwrap().place;
        assert_eq!(place(&["go", "gopath"]).path, Path::new(USER));
        assert_eq!(place(&["go", "gopath"]).range.start.line, 3);
        let theirs = place(&["go", "toolsEnvVars", "B"]);
        assert_eq!(theirs.path, Path::new("/w/.vscode/settings.json"));
        assert_eq!(theirs.scope, Scope::Workspace);
        assert_eq!(place(&["go", "toolsEnvVars", "A"]).scope, Scope::User);
    }

    #[test]
    fn a_byte_order_mark_is_none_of_the_text() {
        let system = machine().with_file(USER, "\u{feff}{\"go.gopath\": \"/g\"}");
        let settings = Settings::of(&system, Path::new("/w"));
        assert_eq!(settings.problems, [""; 0]);
        let gopath = settings.stacks[0].get(&["go", "gopath"]).unwrap();
        assert_eq!(gopath.text(), Some("/g"));
        assert_eq!(gopath.place.range.start.character, 1);
    }

    #[test]
    fn each_editor_has_its_own_and_what_cannot_be_read_is_said() {
        let system = machine()
            .with_file(USER, "{")
            .with_file("/home/me/.config/Cursor/User/settings.json", "")
            .with_file(
                "/home/me/.vscode-server/data/Machine/settings.json",
                r#"{"go.gopath": "/r"}"#,
            );
        let settings = Settings::of(&system, Path::new("/w"));
        let editors: Vec<_> = settings.stacks.iter().map(|stack| &stack.editor).collect();
        assert_eq!(editors, ["Cursor", "VS Code's remote server"]);
        assert_eq!(settings.problems.len(), 1);
        assert!(settings.problems[0].starts_with(USER), "{settings:?}");
        let cursor = Settings::of_client(&system, "Cursor", vec!["/w".into()]);
        assert_eq!(cursor.stacks.len(), 1);
        let neovim = Settings::of_client(&system, "Neovim", vec!["/w".into()]);
        assert!(neovim.stacks.is_empty() && neovim.problems.is_empty());
    }

    #[test]
    fn a_workspace_file_has_folders_and_settings() {
        let text = r#"{"folders": [{"path": "a"}, {"uri": "file:///b%20c"}, {"uri": "vscode-remote://x/y"}],
            "settings": {"go.gopath": "/g"}}"#;
        let system = machine().with_file("/w/x.code-workspace", text).with_file(
            "/w/a/.vscode/settings.json",
            r#"{"go.useLanguageServer": false}"#,
        );
        for opened in ["/w", "/w/x.code-workspace"] {
            let settings = Settings::of(&system, Path::new(opened));
            assert_eq!(settings.folders, [Path::new("/w/a"), Path::new("/b c")]);
            let stack = &settings.stacks[0];
            assert_eq!(value(stack, &["go", "gopath"]), "\"/g\"");
            // In a workspace of several folders a setting of the window counts for none of them alone.
            assert_eq!(value(stack, &["go", "useLanguageServer"]), "");
        }
        for text in ["{", r#"{"folders": []}"#] {
            let system = MadeUp::default().with_file("/w/x.code-workspace", text);
            let file = Settings::of(&system, Path::new("/w/x.code-workspace"));
            assert!(
                file.folders.is_empty() && file.problems.len() == 1,
                "{file:?}"
            );
            assert_eq!(
                Settings::of(&system, Path::new("/w")).folders,
                [Path::new("/w")]
            );
        }
        let two = system.with_file("/w/y.code-workspace", "{}");
        let settings = Settings::of(&two, Path::new("/w"));
        assert_eq!(settings.folders, [Path::new("/w")]);
        assert_eq!(settings.problems.len(), 1);
    }
}
