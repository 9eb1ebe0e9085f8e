//! The source of the module: the files on disk, and over them what the client has open.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tower_lsp::lsp_types::{Location, Position, Range, SemanticToken};
use url::Url;

use super::declarations::{Role, declarations};
use super::lexer::{Kind, Token, tokens};

/// The token types of the legend; [`Module::colours`] uses their indexes.
pub(super) const LEGEND: [&str; 9] = [
    "comment", "string", "number", "keyword", "function", "method", "type", "property", "variable",
];

/// All Go files by URI.
#[derive(Debug, Default)]
pub(super) struct Module {
    files: BTreeMap<Url, String>,
}

/// A declaration that was found.
pub(super) struct Found {
    pub(super) location: Location,
    /// Its line and the comment above it.
    pub(super) words: String,
}

impl Module {
    /// Reads the Go files in a folder and those below it. What cannot be read is left out: this
    /// is the folder that the demo wrote a moment ago.
    pub(super) fn read(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                self.read(&path);
            } else if path.extension().is_some_and(|extension| extension == "go")
                && let (Ok(uri), Ok(text)) = (Url::from_file_path(&path), fs::read_to_string(&path))
            {
                self.files.insert(uri, text);
            }
        }
    }

    /// Takes the client's text of a document.
    pub(super) fn open(&mut self, uri: Url, text: String) {
        self.files.insert(uri, text);
    }

    /// The declaration of the word at a place: in the package that qualifies it, else in the same
    /// file, else anywhere.
    pub(super) fn definition(&self, uri: &Url, at: Position) -> Option<Found> {
        let text = self.files.get(uri)?;
        let tokens = tokens(text);
        let index = tokens
            .iter()
            .position(|token| token.kind == Kind::Word && token.covers(at.line, at.character))?;
        let name = tokens[index].text;
        let qualifier = match tokens[..index] {
            [.., ref package, ref dot] if dot.text == "." => Some(package.text),
            _ => None,
        };
        let rank = |file: &Url| match qualifier {
            Some(package) if folder(file) == Some(package) => 0,
            Some(_) => 1,
            None => u8::from(file != uri),
        };
        let mut files: Vec<_> = self.files.iter().collect();
        files.sort_by_key(|(file, _)| rank(file));
        files
            .into_iter()
            .find_map(|(file, text)| find(file, text, name))
    }

    /// The coloured tokens between two lines, both included, as the protocol encodes them.
    pub(super) fn colours(&self, uri: &Url, first: u32, last: u32) -> Option<Vec<SemanticToken>> {
        let roles: BTreeMap<String, Role> = self
            .files
            .values()
            .flat_map(|text| {
                let tokens = tokens(text);
                declarations(&tokens)
                    .into_iter()
                    .map(|(token, role)| (token.text.to_owned(), role))
                    .collect::<Vec<_>>()
            })
            .collect();
        let (mut line, mut column) = (0, 0);
        let mut colours = Vec::new();
        for token in tokens(self.files.get(uri)?) {
            if !(first..=last).contains(&token.line) {
                continue;
            }
            let Some(token_type) = colour(&token, &roles) else {
                continue;
            };
            if token.line > line {
                column = 0;
            }
            colours.push(SemanticToken {
                delta_line: token.line - line,
                delta_start: token.column - column,
                length: token.length,
                token_type,
                token_modifiers_bitset: 0,
            });
            (line, column) = (token.line, token.column);
        }
        Some(colours)
    }
}

/// The name of the folder that a file is in, which is that of its package.
fn folder(file: &Url) -> Option<&str> {
    file.path_segments()?.rev().nth(1)
}

fn find(file: &Url, text: &str, name: &str) -> Option<Found> {
    let tokens = tokens(text);
    let (token, _) = declarations(&tokens)
        .into_iter()
        .find(|(token, _)| token.text == name)?;
    let lines: Vec<&str> = text.lines().collect();
    let line = token.line as usize;
    let comment = lines[..line]
        .iter()
        .rev()
        .take_while(|line| line.trim_start().starts_with("//"))
        .count();
    let range = Range::new(
        Position::new(token.line, token.column),
        Position::new(token.line, token.column + token.length),
    );
    Some(Found {
        location: Location::new(file.clone(), range),
        words: lines[line - comment..=line].join("\n"),
    })
}

fn colour(token: &Token<'_>, roles: &BTreeMap<String, Role>) -> Option<u32> {
    Some(match token.kind {
        Kind::Comment => 0,
        Kind::Text => 1,
        Kind::Number => 2,
        Kind::Keyword => 3,
        Kind::Mark => return None,
        Kind::Word => match roles.get(token.text)? {
            Role::Function => 4,
            Role::Method => 5,
            Role::Type => 6,
            Role::Member => 7,
            Role::Variable => 8,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module() -> (Module, Url) {
        let mut module = Module::default();
        let main = Url::parse("file:///m/main.go").unwrap();
        let files = [
            (
                "file:///m/a/a.go",
                "package a\n\n// Name is a's.\nfunc Name() {}\n",
            ),
            ("file:///m/b/b.go", "package b\n\ntype Name int\n"),
        ];
        for (uri, text) in files {
            module.open(Url::parse(uri).unwrap(), text.to_owned());
        }
        let text = "package m\n\nfunc Name() { a.Name(); b.Name(0); Name(); fmt.Println() }\n";
        module.open(main.clone(), text.to_owned());
        (module, main)
    }

    #[test]
    fn a_qualifier_chooses_the_package() {
        let (module, main) = module();
        for (column, file, line) in [
            (17, "/m/a/a.go", 3),
            (27, "/m/b/b.go", 2),
            (36, "/m/main.go", 2),
        ] {
            let found = module.definition(&main, Position::new(2, column)).unwrap();
            assert_eq!(found.location.uri.path(), file);
            assert_eq!(found.location.range.start.line, line);
        }
        assert!(module.definition(&main, Position::new(2, 49)).is_none());
        assert!(module.definition(&main, Position::new(99, 0)).is_none());
    }

    #[test]
    fn the_words_are_the_comment_and_the_line() {
        let (module, main) = module();
        let found = module.definition(&main, Position::new(2, 16)).unwrap();
        assert_eq!(found.words, "// Name is a's.\nfunc Name() {}");
    }

    #[test]
    fn colours_are_deltas_and_keep_to_their_lines() {
        let (module, main) = module();
        let colours = module.colours(&main, 2, 2).unwrap();
        let seen: Vec<_> = colours
            .iter()
            .take(3)
            .map(|colour| (colour.delta_line, colour.delta_start, colour.length))
            .collect();
        assert_eq!(seen, [(2, 0, 4), (0, 5, 4), (0, 11, 4)]);
        assert!(module.colours(&main, 1, 1).unwrap().is_empty());
    }
}
