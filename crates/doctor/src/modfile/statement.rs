//! The lines of a go.mod or go.work, also in one that go does not take.

use std::path::{Path, PathBuf};

use system::System;
use trace::finding::{Position, Range};

use crate::folder::beside;

/// How much of a file is read, in bytes.
const MOST: u64 = 1 << 20;

/// A statement of a go.mod or go.work.
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

/// Where the text of a line stands, counted from 0; where the line has none, that of the nearest line above.
pub(crate) fn line_of(system: &dyn System, file: &Path, number: u32) -> Range {
    let text = system.read_text(file, MOST).unwrap_or_default();
    let units = |text: &str| text.encode_utf16().count() as u32;
    let lines = (0..=number).zip(text.lines());
    let last = lines.filter(|(_, line)| !line.trim().is_empty()).last();
    last.map_or_else(Range::default, |(number, line)| {
        let end = line.trim_end();
        let indent = &end[..end.len() - end.trim_start().len()];
        Range::new(
            Position::new(number, units(indent)),
            Position::new(number, units(end)),
        )
    })
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

/// The folders that take the place of modules by the replace lines of a file.
pub(crate) fn replaced(system: &dyn System, file: &Path) -> Vec<PathBuf> {
    let folder = |statement: &Statement| {
        let words = statement.of("replace")?;
        let arrow = words.iter().position(|word| word == "=>")?;
        // Another module would have a version behind it.
        let [folder] = &words[arrow + 1..] else {
            return None;
        };
        Some(beside(file, folder))
    };
    statements_of(system, file)
        .iter()
        .filter_map(folder)
        .collect()
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
    let text = system.read_text(file, MOST).unwrap_or_default();
    statements(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for end in 0..FILE.len() {
            statements(&FILE[..end]);
        }
        assert_eq!(statements("use \"./a")[0].words, ["use", "./a"]);
    }

    const FILE: &str = "go 1.24 // The newest.\n\nuse (\n\t./a // Ours.\n\t\"./b c\"\n)\nuse ../d\n\n\
        replace x.test/y => ./y\nreplace x.test/z v1.0.0 => x.test/w v1.0.0\n";

    #[test]
    fn each_statement_is_told_with_its_place() {
        let statements = statements(FILE);
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
    fn a_line_is_shown_by_its_text() {
        let system = system::made_up::MadeUp::default().with_file("/w/go.work", FILE);
        let line = |number| line_of(&system, "/w/go.work".as_ref(), number);
        let range =
            |line, start, end| Range::new(Position::new(line, start), Position::new(line, end));
        assert_eq!(line(0), range(0, 0, 22));
        assert_eq!(line(1), range(0, 0, 22));
        assert_eq!(line(3), range(3, 1, 13));
        assert_eq!(line(900), range(9, 0, 42));
        assert_eq!(line_of(&system, "/w/go.mod".as_ref(), 0), Range::default());
    }

    #[test]
    fn only_a_folder_replaces_a_module_by_one_on_disk() {
        let system = system::made_up::MadeUp::default().with_file("/w/go.work", FILE);
        assert_eq!(
            replaced(&system, "/w/go.work".as_ref()),
            [Path::new("/w/y")]
        );
    }
}
