//! Where go and gopls keep what they make, as Go's package os finds the places.

use std::path::{Path, PathBuf};

use system::System;
use trace::finding::{Action, Finding};

use crate::Workspace;
use crate::shell::quoted;
use crate::variable::Variable;
use crate::writing::Refusal;

/// The folder for temporary files that gopls uses, as `os.TempDir` has it.
pub(crate) fn temporary(system: &dyn System) -> PathBuf {
    or_default(system, var(system, "TMPDIR"))
}

/// The one that the go command uses, which gopls's settings may set.
pub(crate) fn temporary_of_go(system: &dyn System, workspace: &Workspace) -> PathBuf {
    // With a folder that is not there go does not even say what its variables are.
    let gotmpdir = Variable::of(system, workspace, "GOTMPDIR");
    if gotmpdir.is_set() {
        return workspace.place().join(gotmpdir.value);
    }
    match workspace.setting("TMPDIR") {
        Some(folder) => or_default(system, Some(folder.into())),
        None => temporary(system),
    }
}

/// Whether a folder is one in which all users of the system have their temporary files.
pub(crate) fn is_temporary_for_all(folder: &Path) -> bool {
    let all = [
        "/tmp",
        "/var/tmp",
        "/dev/shm",
        "/private/tmp",
        "/private/var/tmp",
    ];
    all.iter().any(|one| folder == Path::new(one))
}

/// The line that makes a folder, with the mode that one for all users has.
pub(crate) fn line_that_makes(folder: &Path) -> String {
    match is_temporary_for_all(folder) {
        true => format!("mkdir -p -m 1777 {}", quoted(folder)),
        false => format!("mkdir -p {}", quoted(folder)),
    }
}

/// Where gopls keeps what it knows of packages. Like gopls itself, this goes by the environment of the
/// process and not by the settings; where there is no folder for such things, it is a temporary one.
pub(crate) fn gopls_cache(system: &dyn System) -> PathBuf {
    let own = var(system, "GOPLSCACHE").or_else(|| user_cache(system));
    let base = own.unwrap_or_else(|| temporary(system));
    base.join("gopls")
}

/// The finding with a line that has go take another folder, where the home folder has one of these in which
/// something can be written.
pub(crate) fn offer_in_home(
    system: &dyn System,
    name: &str,
    current: &Path,
    folders: &[&str],
    finding: Finding,
) -> Finding {
    let Some(home) = system.home() else {
        return finding;
    };
    let others = folders.iter().map(|folder| home.join(folder));
    let mut others = others.filter(|other| other != current);
    match others.find(|other| Refusal::of(system, other).is_none()) {
        Some(other) => {
            let line = format!("go env -w {name}={}", quoted(other));
            finding.fix("Have it elsewhere", Action::Shell(line))
        }
        None => finding,
    }
}

/// Go's `os.UserCacheDir`.
fn user_cache(system: &dyn System) -> Option<PathBuf> {
    let below_home = |folder: &str| Some(var(system, "HOME")?.join(folder));
    match system.os() {
        "windows" => var(system, "LocalAppData"),
        "macos" => below_home("Library/Caches"),
        _ => match var(system, "XDG_CACHE_HOME") {
            // A relative one is an error to Go.
            Some(folder) => folder.is_absolute().then_some(folder),
            None => below_home(".cache"),
        },
    }
}

fn var(system: &dyn System, name: &str) -> Option<PathBuf> {
    system.var(name).map(PathBuf::from)
}

fn or_default(system: &dyn System, folder: Option<PathBuf>) -> PathBuf {
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or_else(|| match system.os() {
        "windows" => var(system, "TMP").unwrap_or_else(|| "C:\\Windows".into()),
        _ => Path::new("/tmp").into(),
    })
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    #[test]
    fn gopls_has_its_cache_where_go_would_have_it() {
        let of = |system: &MadeUp| gopls_cache(system).display().to_string();
        let nobody = MadeUp::default();
        assert_eq!(of(&nobody), "/tmp/gopls");
        let home = nobody.with_var("HOME", "/home/me");
        assert_eq!(of(&home), "/home/me/.cache/gopls");
        let mac = home.clone().with_os("macos");
        assert_eq!(of(&mac), "/home/me/Library/Caches/gopls");
        let xdg = home.with_var("XDG_CACHE_HOME", "/x");
        assert_eq!(of(&xdg), "/x/gopls");
        assert_eq!(
            of(&xdg.clone().with_var("XDG_CACHE_HOME", "x")),
            "/tmp/gopls"
        );
        assert_eq!(of(&xdg.with_var("GOPLSCACHE", "/g")), "/g/gopls");
    }

    #[test]
    fn the_settings_decide_for_go_alone() {
        let system = MadeUp::default().with_var("TMPDIR", "/t");
        let mut workspace = Workspace::new("/w");
        assert_eq!(temporary_of_go(&system, &workspace), Path::new("/t"));
        workspace.set("TMPDIR", "/s");
        assert_eq!(temporary_of_go(&system, &workspace), Path::new("/s"));
        assert_eq!(temporary(&system), Path::new("/t"));
        workspace.set("TMPDIR", "");
        assert_eq!(temporary_of_go(&system, &workspace), Path::new("/tmp"));
    }

    #[test]
    fn another_place_is_offered_where_there_is_one() {
        let offered = |system: &MadeUp, current: &str| {
            let finding = Finding::new(trace::finding::Code::GocacheUnusable, "A.", "B.");
            let folders = [".cache/go-build", "go-build"];
            offer_in_home(system, "GOCACHE", current.as_ref(), &folders, finding).fixes
        };
        let home = MadeUp::default()
            .with_var("HOME", "/home/me")
            .with_file("/home/me/x", "");
        for (current, line) in [
            ("/c", "go env -w GOCACHE=/home/me/.cache/go-build"),
            (
                "/home/me/.cache/go-build",
                "go env -w GOCACHE=/home/me/go-build",
            ),
        ] {
            let fixes = offered(&home, current);
            assert_eq!(fixes[0].action, Action::Shell(line.to_owned()));
        }
        let full = home.with_refusal("/home/me", "writing", 28);
        assert_eq!(offered(&full, "/c"), []);
    }
}
