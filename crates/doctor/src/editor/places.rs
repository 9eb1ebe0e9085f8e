//! Where the editors have their settings.

use std::path::{Path, PathBuf};

use system::System;

use super::tree::Scope;

/// An editor: what it is called, the name that it gives itself to a language server, and its folder among
/// those of the user's programs.
const EDITORS: [(&str, &str, &str); 6] = [
    ("VS Code", "Visual Studio Code", "Code"),
    (
        "VS Code Insiders",
        "Visual Studio Code - Insiders",
        "Code - Insiders",
    ),
    ("Code - OSS", "Code - OSS", "Code - OSS"),
    ("VSCodium", "VSCodium", "VSCodium"),
    ("Cursor", "Cursor", "Cursor"),
    ("Windsurf", "Windsurf", "Windsurf"),
];

/// The part of an editor that runs on a remote machine or in a container: what it is called, the name that the
/// editor gives itself, and its folder in the home folder.
const SERVERS: [(&str, &str, &str); 6] = [
    (
        "VS Code's remote server",
        "Visual Studio Code",
        ".vscode-server",
    ),
    (
        "VS Code Insiders's remote server",
        "Visual Studio Code - Insiders",
        ".vscode-server-insiders",
    ),
    (
        "VS Code's codespace",
        "Visual Studio Code",
        ".vscode-remote",
    ),
    ("VSCodium's remote server", "VSCodium", ".vscodium-server"),
    ("Cursor's remote server", "Cursor", ".cursor-server"),
    ("Windsurf's remote server", "Windsurf", ".windsurf-server"),
];

/// code-server, by its name and by the one that it gives itself.
const CODE_SERVER: &str = "code-server";

/// The most profiles of an editor that are read.
const PROFILES: usize = 20;

/// The settings of one editor, or of one of its profiles.
pub(super) struct Own {
    /// What the editor is called, and the profile.
    pub(super) editor: String,
    /// A folder that is there where the editor has been used.
    pub(super) folder: PathBuf,
    /// Its files, the one that counts least first.
    pub(super) files: Vec<(PathBuf, Scope)>,
}

/// Whether an editor that gives itself this name has such settings; without a name it is any.
pub(super) fn is_known(client: &str) -> bool {
    let all = EDITORS.iter().chain(&SERVERS);
    client.is_empty()
        || client == CODE_SERVER
        || all.into_iter().any(|(_, name, _)| *name == client)
}

/// Where the editors that give themselves this name have their settings; all, without a name. The files need
/// not be there.
pub(super) fn all(system: &dyn System, client: &str) -> Vec<Own> {
    let Some(home) = system.home() else {
        return Vec::new();
    };
    let is_meant = |name: &str| client.is_empty() || client == name;
    let mut all = Vec::new();
    let programs = programs(system, &home);
    for (editor, _, folder) in EDITORS.iter().filter(|(_, name, _)| is_meant(name)) {
        let user = programs.join(folder).join("User");
        all.extend(own(system, editor, &user, None));
    }
    if is_meant(CODE_SERVER) {
        let data = absolute(system, "XDG_DATA_HOME").unwrap_or_else(|| home.join(".local/share"));
        let folder = data.join("code-server");
        let machine = folder.join("Machine/settings.json");
        all.extend(own(
            system,
            CODE_SERVER,
            &folder.join("User"),
            Some(machine),
        ));
    }
    for (editor, _, folder) in SERVERS.iter().filter(|(_, name, _)| is_meant(name)) {
        // What the user has is on the machine in front of him.
        let folder = home.join(folder);
        let machine = folder.join("data/Machine/settings.json");
        all.push(Own {
            editor: (*editor).to_owned(),
            folder,
            files: vec![(machine, Scope::Machine)],
        });
    }
    all
}

/// The settings in an editor's folder for users, and in those of its profiles.
fn own(system: &dyn System, editor: &str, user: &Path, machine: Option<PathBuf>) -> Vec<Own> {
    let profiles = user.join("profiles");
    let entries = system.list(&profiles, PROFILES).unwrap_or_default();
    let profiles = entries.into_iter().map(|entry| {
        let name = format!("{editor}'s profile {}", entry.name.to_string_lossy());
        (name, profiles.join(entry.name))
    });
    let folders = std::iter::once((editor.to_owned(), user.to_owned())).chain(profiles);
    let own = folders.map(|(editor, folder)| {
        let user = (folder.join("settings.json"), Scope::User);
        let machine = machine.clone().map(|path| (path, Scope::Machine));
        Own {
            editor,
            folder,
            files: std::iter::once(user).chain(machine).collect(),
        }
    });
    own.collect()
}

/// The folder in which programs have the user's settings.
fn programs(system: &dyn System, home: &Path) -> PathBuf {
    match system.os() {
        "macos" => home.join("Library/Application Support"),
        "windows" => {
            absolute(system, "APPDATA").unwrap_or_else(|| home.join("AppData").join("Roaming"))
        }
        _ => absolute(system, "XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config")),
    }
}

fn absolute(system: &dyn System, name: &str) -> Option<PathBuf> {
    let path = system.var(name).map(PathBuf::from);
    path.filter(|path| path.is_absolute())
}

#[cfg(all(test, unix))]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    fn files(system: &MadeUp, client: &str) -> Vec<String> {
        let all = all(system, client).into_iter().flat_map(|own| own.files);
        all.map(|(path, _)| path.display().to_string()).collect()
    }

    #[test]
    fn they_are_where_the_system_has_them() {
        let linux = MadeUp::default().with_var("HOME", "/h").with_os("linux");
        let of = |system: &MadeUp| files(system, "Visual Studio Code")[0].clone();
        assert_eq!(of(&linux), "/h/.config/Code/User/settings.json");
        let moved = linux.clone().with_var("XDG_CONFIG_HOME", "/c");
        assert_eq!(of(&moved), "/c/Code/User/settings.json");
        let macos = linux.clone().with_os("macos");
        let expected = "/h/Library/Application Support/Code/User/settings.json";
        assert_eq!(of(&macos), expected);
        let windows = linux.clone().with_os("windows").with_var("APPDATA", "/r");
        assert_eq!(of(&windows), "/r/Code/User/settings.json");
        assert_eq!(
            files(&linux, "code-server"),
            [
                "/h/.local/share/code-server/User/settings.json",
                "/h/.local/share/code-server/Machine/settings.json"
            ]
        );
        assert_eq!(files(&linux, "Neovim"), [""; 0]);
        assert!(is_known("") && is_known("Cursor") && !is_known("Neovim"));
    }

    #[test]
    fn each_profile_has_its_own() {
        let system = MadeUp::default().with_var("HOME", "/h").with_os("linux");
        let system = system.with_file("/h/.config/Cursor/User/profiles/1a/settings.json", "{}");
        let files = files(&system, "Cursor");
        assert_eq!(
            files[..2],
            [
                "/h/.config/Cursor/User/settings.json",
                "/h/.config/Cursor/User/profiles/1a/settings.json"
            ]
        );
    }
}
