//! The files in which a user's environment is set.

use std::path::{Path, PathBuf};

use system::System;

/// What a login shell reads, `~` being the home folder.
const OF_SHELLS: [&str; 15] = [
    "~/.zshenv",
    "~/.zprofile",
    "~/.zlogin",
    "~/.zshrc",
    "~/.bash_profile",
    "~/.bash_login",
    "~/.profile",
    "~/.bashrc",
    "~/.config/fish/config.fish",
    "/etc/zsh/zshenv",
    "/etc/zsh/zprofile",
    "/etc/zprofile",
    "/etc/profile",
    "/etc/bash.bashrc",
    "/etc/environment",
];

/// Folders with more of them.
const FOLDERS: [&str; 2] = ["/etc/profile.d", "~/.config/fish/conf.d"];

/// What VS Code's remote server reads before it starts.
const OF_REMOTE: [&str; 2] = [
    "~/.vscode-server/server-env-setup",
    "~/.vscode-server-insiders/server-env-setup",
];

/// What such a file may have in bytes.
const MOST: u64 = 1 << 20;

/// The line in a start-up file of a shell that sets a variable: the file, the number of the line and its text.
pub(crate) fn of_shells(system: &dyn System, name: &str) -> Option<String> {
    let mut files: Vec<PathBuf> = OF_SHELLS
        .iter()
        .filter_map(|path| full(system, path))
        .collect();
    for folder in FOLDERS.iter().filter_map(|path| full(system, path)) {
        let entries = system.list(&folder, 100).unwrap_or_default();
        files.extend(entries.into_iter().map(|entry| folder.join(entry.name)));
    }
    files.iter().find_map(|path| line(system, path, name))
}

/// The same in what VS Code's remote server reads.
pub(crate) fn of_remote(system: &dyn System, name: &str) -> Option<String> {
    let files = OF_REMOTE.iter().filter_map(|path| full(system, path));
    files.into_iter().find_map(|path| line(system, &path, name))
}

fn full(system: &dyn System, path: &str) -> Option<PathBuf> {
    match path.strip_prefix("~/") {
        Some(below) => Some(system.home()?.join(below)),
        None => Some(PathBuf::from(path)),
    }
}

/// The last line that sets it counts.
fn line(system: &dyn System, path: &Path, name: &str) -> Option<String> {
    let text = system.read_text(path, MOST).ok()?;
    let lines = text.lines().enumerate();
    let (number, line) = lines.filter(|(_, line)| sets(line, name)).last()?;
    Some(format!(
        "{}:{}: {}",
        path.display(),
        number + 1,
        line.trim()
    ))
}

/// Whether a line of a shell sets a variable: `export NAME=...`, `NAME=...`, `set -gx NAME ...`.
fn sets(line: &str, name: &str) -> bool {
    let line = line.trim_start();
    if line.starts_with('#') {
        return false;
    }
    let words: Vec<&str> = line.split([' ', '\t', ';']).collect();
    let assigns = |word: &&str| {
        word.strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('='))
    };
    let is_fish = words.first() == Some(&"set") && words.contains(&name);
    is_fish || words.iter().any(assigns)
}

#[cfg(all(test, unix))]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    #[test]
    fn the_line_that_sets_a_variable_is_found() {
        for (line, is) in [
            ("export GOFLAGS=-mod=mod", true),
            ("  GOFLAGS='-x' ; export GOFLAGS", true),
            ("set -gx GOFLAGS -mod=mod", true),
            ("# export GOFLAGS=-x", false),
            ("export XGOFLAGS=-x", false),
            ("echo $GOFLAGS", false),
        ] {
            assert_eq!(sets(line, "GOFLAGS"), is, "{line}");
        }
        let system = MadeUp::default()
            .with_var("HOME", "/h")
            .with_file("/h/.profile", "GOPATH=/a\n\nexport GOPATH=/b\n")
            .with_file("/h/.vscode-server/server-env-setup", "export GOFLAGS=-x");
        let found = of_shells(&system, "GOPATH").unwrap();
        assert_eq!(found, "/h/.profile:3: export GOPATH=/b");
        assert_eq!(of_shells(&system, "GOFLAGS"), None);
        assert!(of_remote(&system, "GOFLAGS").is_some());
    }
}
