//! go.mod and go.work: what go reads in them, and in which line it stands.

use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use system::System;
use trace::finding::{Position, Range};

use crate::Workspace;

/// A go.mod, as go reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GoMod {
    /// The path of the module; empty where the file does not say.
    pub(crate) module: String,
    /// The version in its go line.
    pub(crate) go: Option<String>,
    /// The folders that replace modules.
    pub(crate) replaced: Vec<PathBuf>,
}

/// A go.work, as go reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GoWork {
    /// The version in its go line.
    pub(crate) go: Option<String>,
    /// The modules that it lists.
    pub(crate) uses: Vec<Use>,
    /// The folders that replace modules.
    pub(crate) replaced: Vec<PathBuf>,
}

/// A module that a go.work lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    /// The folder as it is written there.
    pub(crate) written: String,
    /// Its path.
    pub(crate) folder: PathBuf,
}

impl GoMod {
    /// Reads a go.mod.
    ///
    /// # Errors
    ///
    /// In go's words, where it does not take the file.
    pub(crate) fn read(
        system: &dyn System,
        workspace: &Workspace,
        file: &Path,
    ) -> Result<Self, String> {
        let said: SaidMod = edit(system, workspace, "mod", file)?;
        Ok(Self {
            module: said.module.map(|module| module.path).unwrap_or_default(),
            go: said.go,
            replaced: said.replace.folders(file),
        })
    }
}

impl GoWork {
    /// Reads a go.work.
    ///
    /// # Errors
    ///
    /// In go's words, where it does not take the file.
    pub(crate) fn read(
        system: &dyn System,
        workspace: &Workspace,
        file: &Path,
    ) -> Result<Self, String> {
        let said: SaidWork = edit(system, workspace, "work", file)?;
        let uses = said.uses.unwrap_or_default().into_iter().map(|used| Use {
            folder: beside(file, &used.disk_path),
            written: used.disk_path,
        });
        Ok(Self {
            go: said.go,
            uses: uses.collect(),
            replaced: said.replace.folders(file),
        })
    }

    /// Whether it lists the module in this folder.
    pub(crate) fn lists(&self, system: &dyn System, folder: &Path) -> bool {
        self.uses
            .iter()
            .any(|used| is_same_folder(system, &used.folder, folder))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SaidMod {
    module: Option<SaidPath>,
    go: Option<String>,
    #[serde(default)]
    replace: Replaces,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SaidWork {
    go: Option<String>,
    #[serde(rename = "Use")]
    uses: Option<Vec<SaidUse>>,
    #[serde(default)]
    replace: Replaces,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SaidPath {
    path: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SaidUse {
    disk_path: String,
}

#[derive(Default, Deserialize)]
#[serde(transparent)]
struct Replaces(Option<Vec<SaidReplace>>);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SaidReplace {
    new: SaidPath,
}

impl Replaces {
    /// What is replaced by a folder, and not by another module.
    fn folders(self, file: &Path) -> Vec<PathBuf> {
        let all = self.0.unwrap_or_default().into_iter();
        let paths = all.map(|replace| replace.new.path);
        paths
            .filter(|path| path.starts_with('.') || Path::new(path).is_absolute())
            .map(|path| beside(file, &path))
            .collect()
    }
}

/// Has go read a file. What the workspace's environment says counts for nothing here: a wrong value in
/// it is for another check to find.
fn edit<T: DeserializeOwned>(
    system: &dyn System,
    workspace: &Workspace,
    tool: &str,
    file: &Path,
) -> Result<T, String> {
    let folder = file.parent().unwrap_or(&workspace.folder);
    let path = file.to_string_lossy();
    let call = workspace
        .go()
        .call(folder, &[tool, "edit", "-json", &path])
        .env("GOENV", "off")
        .env("GOFLAGS", "")
        .env("GO111MODULE", "on")
        .env("GOTOOLCHAIN", "local")
        .env("GOWORK", "off");
    let output = system.run(&call).map_err(|error| error.to_string())?;
    if !output.success {
        return Err(output.stderr.trim().to_owned());
    }
    serde_json::from_str(&output.stdout).map_err(|error| error.to_string())
}

/// A path that is written in a file, relative to the file's folder.
fn beside(file: &Path, written: &str) -> PathBuf {
    clean(&file.parent().unwrap_or(file).join(written))
}

/// The path without `.` and `..`, as Go's `filepath.Clean` has it; links are not followed.
pub(crate) fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                cleaned.pop();
            }
            other => cleaned.push(other),
        }
    }
    cleaned
}

/// Whether two paths name one folder, links followed.
pub(crate) fn is_same_folder(system: &dyn System, one: &Path, other: &Path) -> bool {
    let real = |path: &Path| system.canonicalize(path).unwrap_or_else(|_| clean(path));
    clean(one) == clean(other) || real(one) == real(other)
}

/// A statement of a go.mod or go.work, also in one that go does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// Its words, the verb first, also where that stands before the brackets; without quotes.
    pub(crate) words: Vec<String>,
    /// Where it stands: the line without its end and its comment.
    pub(crate) range: Range,
    /// The end of its line, its comment included.
    pub(crate) end: Position,
    /// Whether it stands in brackets.
    pub(crate) in_block: bool,
}

impl Statement {
    /// The words behind this verb, if it is the statement's.
    pub(crate) fn of(&self, verb: &str) -> Option<&[String]> {
        let (first, rest) = self.words.split_first()?;
        (first == verb).then_some(rest)
    }

    /// Its whole lines, the end of the last included.
    pub(crate) fn lines(&self) -> Range {
        let line = self.range.start.line;
        Range::new(Position::new(line, 0), Position::new(line + 1, 0))
    }
}

/// The statements of a go.mod or go.work.
pub(crate) fn statements(text: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    let mut block = None;
    for (number, line) in (0..).zip(text.lines()) {
        let code = line.split("//").next().unwrap_or_default().trim_end();
        let words: Vec<String> = split(code);
        match words.first().map(String::as_str) {
            None => continue,
            Some(")") => {
                block = None;
                continue;
            }
            Some(verb) if words.last().is_some_and(|last| last == "(") => {
                block = Some(verb.to_owned());
                continue;
            }
            Some(_) => {}
        }
        let indent = code.len() - code.trim_start().len();
        let units = |text: &str| text.encode_utf16().count() as u32;
        found.push(Statement {
            in_block: block.is_some(),
            end: Position::new(number, units(line)),
            words: block.iter().cloned().chain(words).collect(),
            range: Range::new(
                Position::new(number, units(&code[..indent])),
                Position::new(number, units(code)),
            ),
        });
    }
    found
}

/// Words with spaces between, or in quotes with spaces inside.
fn split(code: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, behind) = if matches!(first, '"' | '`') {
            rest[1..].split_once(first).unwrap_or((&rest[1..], ""))
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            rest.split_at(end)
        };
        words.push(word.to_owned());
        rest = behind.trim_start();
    }
    words
}

/// The edit that has a go.work list these folders too: behind the last that it lists, in its manner.
pub(crate) fn add_uses(text: &str, folders: &[String]) -> (Range, String) {
    let statements = statements(text);
    let last = statements.iter().rfind(|all| all.of("use").is_some());
    let quoted = |folder: &String| {
        let plain = !folder.contains([' ', '\t', '"', '(', ')', ',']);
        if plain {
            folder.clone()
        } else {
            format!("\"{folder}\"")
        }
    };
    let before = match last {
        Some(last) if last.in_block => "\n\t",
        Some(_) => "\nuse ",
        None => "\n\nuse ",
    };
    let added = folders
        .iter()
        .map(|folder| format!("{before}{}", quoted(folder)));
    // Without any, they go behind all else.
    let at = last
        .or(statements.last())
        .map_or(Position::default(), |last| last.end);
    (Range::new(at, at), added.collect())
}

/// The statements of a file; none where it cannot be read.
pub(crate) fn statements_of(system: &dyn System, file: &Path) -> Vec<Statement> {
    let text = system.read_text(file, 1 << 20).unwrap_or_default();
    statements(&text)
}

#[cfg(test)]
mod tests {
    use system::Real;

    use super::*;

    const WORK: &str = "go 1.24 // The newest.\n\nuse (\n\t./a // Ours.\n\t\"./b c\"\n)\nuse ../d\n\n\
        replace x.test/y => ./y\nreplace x.test/z => x.test/w v1.0.0\n";

    #[test]
    fn go_and_we_read_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("go.work");
        std::fs::write(&file, WORK).unwrap();
        let workspace = Workspace::new(folder.path());
        let work = GoWork::read(&Real, &workspace, &file).unwrap();
        let written: Vec<_> = work.uses.iter().map(|used| &*used.written).collect();
        assert_eq!(written, ["./a", "./b c", "../d"]);
        assert_eq!(work.go.as_deref(), Some("1.24"));
        assert_eq!(work.replaced, [folder.path().join("y")]);
        let d = folder.path().parent().unwrap().join("d");
        assert_eq!(work.uses[2].folder, d);
        assert!(work.lists(&Real, &d));

        let statements = statements_of(&Real, &file);
        let uses: Vec<_> = statements
            .iter()
            .filter_map(|statement| Some((statement.of("use")?[0].clone(), statement.range)))
            .collect();
        let range =
            |line, start, end| Range::new(Position::new(line, start), Position::new(line, end));
        let expected = [
            ("./a".to_owned(), range(3, 1, 4)),
            ("./b c".to_owned(), range(4, 1, 8)),
            ("../d".to_owned(), range(6, 0, 8)),
        ];
        assert_eq!(uses, expected);
        assert_eq!(statements[0].words, ["go", "1.24"]);
        assert_eq!(statements[0].range, range(0, 0, 7));
    }

    #[test]
    fn a_file_that_go_does_not_take_is_an_error_in_its_words() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("go.mod");
        std::fs::write(&file, "module example.com/a\n\nrequier b v1.0.0\n").unwrap();
        let workspace = Workspace {
            env: vec![("GOFLAGS".into(), "-bogus".into())],
            ..Workspace::new(folder.path())
        };
        let words = GoMod::read(&Real, &workspace, &file).unwrap_err();
        assert!(
            words.ends_with("go.mod:3: unknown directive: requier"),
            "{words}"
        );

        std::fs::write(&file, "module example.com/a\n\ngo 1.99\n").unwrap();
        let read = GoMod::read(&Real, &workspace, &file).unwrap();
        assert_eq!(read.module, "example.com/a");
        assert_eq!(read.go.as_deref(), Some("1.99"));
    }

    #[test]
    fn a_folder_is_added_in_the_manner_of_those_that_are_listed() {
        let add = |text: &str| {
            let (range, added) = add_uses(text, &["./c".to_owned(), "./d e".to_owned()]);
            (range.start, added)
        };
        let block = "go 1.24\n\nuse (\n\t./a\n\t./b // Ours.\n)\n";
        let expected = (Position::new(4, 13), "\n\t./c\n\t\"./d e\"".to_owned());
        assert_eq!(add(block), expected);
        let single = "go 1.24\n\nuse ./a";
        let expected = (Position::new(2, 7), "\nuse ./c\nuse \"./d e\"".to_owned());
        assert_eq!(add(single), expected);
        let none = "go 1.24\n";
        let expected = "\n\nuse ./c\n\nuse \"./d e\"".to_owned();
        assert_eq!(add(none), (Position::new(0, 7), expected));
    }

    #[test]
    fn unfinished_files_are_read_too() {
        for end in 0..WORK.len() {
            statements(&WORK[..end]);
        }
        assert_eq!(statements("use \"./a")[0].words, ["use", "./a"]);
    }
}
