//! `cargo xtask tidy`: the rules of the project that neither rustfmt nor clippy knows.
//!
//! They hold for every file that git tracks, and for new ones that it does not ignore.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::shell;

/// No Rust file is longer, in lines. Tables that `cargo xtask codegen` wrote may be.
const MAX_LINES: usize = 500;
/// The words in the first lines of a file that say that codegen wrote it.
const GENERATED: &str = "cargo xtask codegen";
/// Folders that hold people's homes, with the slashes around them.
const HOMES: [&str; 2] = ["/home/", "/Users/"];
/// The names of made-up people, whose homes an example may show.
const NOBODY: [&str; 8] = ["alice", "bob", "dev", "gopher", "me", "u", "user", "you"];
/// What a Rust file may not contain, and why. Split, so that this file does not contain them.
const BANNED: [(&str, &str); 4] = [
    (
        concat!("#[", "ignore"),
        "a test that is never run; mend or remove it",
    ),
    (
        concat!("#[", "allow("),
        "use `#[expect(..., reason = \"...\")]`, which ends by itself",
    ),
    (
        concat!("#![", "allow("),
        "use `#![expect(..., reason = \"...\")]`, which ends by itself",
    ),
    (concat!("to", "do!("), "finish it or leave it out"),
];
/// Hosts of registries: which one a machine uses is the business of that machine.
const REGISTRIES: [&str; 7] = [
    concat!("proxy.", "golang.org"),
    concat!("sum.", "golang.org"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("registry.", "npmjs.org"),
    concat!("files.", "pythonhosted.org"),
    concat!("://", "pypi.org"),
];

/// Checks every file and prints what it finds.
///
/// # Errors
///
/// A rule is broken, or git cannot list the files.
pub(crate) fn run() -> Result<()> {
    let root = shell::root();
    let checkout = root.display().to_string();
    let mut files = 0;
    let mut broken = 0;
    for path in tracked()? {
        // A file that is deleted but still tracked has nothing to check, nor has one of bytes.
        let Ok(bytes) = fs::read(root.join(&path)) else {
            continue;
        };
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        files += 1;
        for fault in faults(&path, &text, &checkout) {
            println!("{path}{fault}");
            broken += 1;
        }
    }
    if broken > 0 {
        bail!("{broken} faults in {files} files");
    }
    println!("{files} files are tidy");
    Ok(())
}

/// The paths that git tracks or would track, relative to the root.
fn tracked() -> Result<Vec<String>> {
    let mut list = shell::command("git");
    list.current_dir(shell::root())
        // The checkout may belong to another user than the one who runs the tests.
        .args(["-c", "safe.directory=*", "ls-files", "-z"])
        .args(["--cached", "--others", "--exclude-standard"]);
    let paths = shell::read(&mut list).context("tidy needs git to list the files")?;
    Ok(paths.split_terminator('\0').map(str::to_owned).collect())
}

/// What is wrong with a file: `:LINE: what`, or `: what` where it is about the whole of it.
fn faults(path: &str, text: &str, checkout: &str) -> Vec<String> {
    let rust = path.ends_with(".rs");
    let mut faults = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let mut fault = |what: String| faults.push(format!(":{}: {what}", index + 1));
        if let Some(home) = home(line) {
            fault(format!("{home} is a folder of one machine"));
        }
        if line.contains(checkout) {
            fault(format!(
                "{checkout} is where the project lies on this machine"
            ));
        }
        for host in REGISTRIES.iter().filter(|host| line.contains(**host)) {
            fault(format!("{host} is a registry that not every machine uses"));
        }
        for (words, why) in BANNED
            .iter()
            .filter(|(words, _)| rust && line.contains(words))
        {
            fault(format!("{words}: {why}"));
        }
    }
    let lines = text.lines().count();
    let generated = text.lines().take(5).any(|line| line.contains(GENERATED));
    if rust && lines > MAX_LINES && !generated {
        faults.push(format!(
            ": {lines} lines, more than {MAX_LINES}: split it by idea"
        ));
    }
    if path.ends_with("src/lib.rs") && !text.starts_with("//!") {
        faults.push(": a crate begins by saying what it is for, with `//!`".to_owned());
    }
    faults
}

/// The first path in the line that leads into the home of a real person or of root.
fn home(line: &str) -> Option<&str> {
    for folder in HOMES {
        for (at, _) in line.match_indices(folder) {
            let rest = &line[at + folder.len()..];
            let end = rest.find(|c: char| !(c.is_alphanumeric() || "._-".contains(c)));
            let name = &rest[..end.unwrap_or(rest.len())];
            if !name.is_empty() && !NOBODY.contains(&name) {
                return Some(&line[at..at + folder.len() + name.len()]);
            }
        }
    }
    // The home of root has no name after it; `docs/root/` is not that home.
    let root = concat!("/ro", "ot/");
    let at = line.find(root)?;
    let before = line[..at].chars().next_back();
    let inside = before.is_some_and(|c| c.is_alphanumeric() || "._-}".contains(c));
    (!inside).then(|| &line[at..at + root.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIB: &str = "crates/a/src/lib.rs";

    fn check(path: &str, text: &str) -> Vec<String> {
        faults(path, text, "/src/goplens-checkout")
    }

    #[test]
    fn a_tidy_file_has_no_faults() {
        assert!(check(LIB, "//! A crate.\n").is_empty());
        assert!(check("README.md", "cd /home/me/src && ls repo/root/ #[x]\n").is_empty());
    }

    #[test]
    fn homes_and_the_checkout_are_found_with_their_line() {
        let home = concat!("/home", "/someone");
        let faults = check("a.md", &format!("fine\nsee {home}/x.go\n"));
        assert_eq!(faults, [format!(":2: {home} is a folder of one machine")]);
        assert_eq!(check("a.md", concat!("file:///ro", "ot/x.go")).len(), 1);
        assert_eq!(check("a.md", "/src/goplens-checkout/a.rs").len(), 1);
    }

    #[test]
    fn registries_are_found() {
        for host in REGISTRIES {
            assert_eq!(
                check("a.lock", &format!("https{host}/x")).len(),
                1,
                "{host}"
            );
        }
    }

    #[test]
    fn banned_words_are_found_in_rust_only() {
        for (words, _) in BANNED {
            assert_eq!(check("a.rs", words).len(), 1, "{words}");
            assert!(check("a.md", words).is_empty(), "{words}");
        }
    }

    #[test]
    fn long_files_are_found_unless_generated() {
        let long = "// x\n".repeat(MAX_LINES + 1);
        assert_eq!(check("a.rs", &long).len(), 1);
        assert!(check("a.rs", &long[5..]).is_empty());
        assert!(check("a.rs", &format!("// Made by `{GENERATED}`.\n{long}")).is_empty());
    }

    #[test]
    fn a_crate_without_its_sentence_is_found() {
        assert_eq!(check(LIB, "mod a;\n").len(), 1);
    }
}
