//! What stands at one place of a Go file.

use std::ops::Range as Bytes;

use trace::finding::{Position, Range};

use super::text::{offset, range};
use super::tree::{around, parse};

/// What stands at a place in a Go file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// The name, or the import path without its quotes; empty where there is neither.
    pub text: String,
    /// Where it stands, in UTF-16 units.
    pub range: Range,
    /// `pkg` where the place is on Name in `pkg.Name` and `pkg` is a plain identifier.
    pub qualifier: Option<String>,
    /// Whether it stands behind a dot: it is then a member of something, with or without a qualifier.
    pub member: bool,
}

/// What kind of thing stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// An identifier.
    Name,
    /// A predeclared identifier, or `_`.
    Builtin,
    /// The path of an import.
    ImportPath,
    /// White space, a comment, a keyword, an operator, a literal: nothing that is declared anywhere.
    Nothing,
}

/// What is predeclared in the universe block, and the blank identifier.
const BUILTINS: [&str; 45] = [
    "_",
    "any",
    "append",
    "bool",
    "byte",
    "cap",
    "clear",
    "close",
    "comparable",
    "complex",
    "complex128",
    "complex64",
    "copy",
    "delete",
    "error",
    "false",
    "float32",
    "float64",
    "imag",
    "int",
    "int16",
    "int32",
    "int64",
    "int8",
    "iota",
    "len",
    "make",
    "max",
    "min",
    "new",
    "nil",
    "panic",
    "print",
    "println",
    "real",
    "recover",
    "rune",
    "string",
    "true",
    "uint",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "uintptr",
];

const KEYWORDS: [&str; 25] = [
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "import",
    "interface",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "type",
    "var",
];

/// In what of the grammar a word is no name.
const NO_CODE: [&str; 7] = [
    "comment",
    "float_literal",
    "imaginary_literal",
    "int_literal",
    "interpreted_string_literal",
    "raw_string_literal",
    "rune_literal",
];

/// What stands at this place. As in gopls, a place just behind an identifier is on it.
pub fn token_at(text: &str, position: Position) -> Token {
    let nothing = Token {
        kind: TokenKind::Nothing,
        text: String::new(),
        range: Range::new(position, position),
        qualifier: None,
        member: false,
    };
    find(text, position).unwrap_or(nothing)
}

fn find(text: &str, position: Position) -> Option<Token> {
    let at = offset(text, position)?;
    let tree = parse(text)?;
    let word = word(text, at);
    if let Some(node) = around(&tree, word.clone(), &NO_CODE) {
        let inside = node.byte_range();
        // A word that touches a literal from outside is still a word.
        if inside.contains(&word.start) || word.is_empty() {
            around(&tree, inside.clone(), &["import_spec"])?;
            return Some(Token {
                kind: TokenKind::ImportPath,
                text: unquoted(&text[inside.clone()]).to_owned(),
                range: range(text, inside),
                qualifier: None,
                member: false,
            });
        }
    }
    let name = &text[word.clone()];
    if !name.starts_with(is_letter) || KEYWORDS.contains(&name) {
        return None;
    }
    let owner = text[..word.start].trim_end().strip_suffix('.');
    let member = owner.is_some_and(|owner| !owner.ends_with('.'));
    let kind = if BUILTINS.contains(&name) && !member {
        TokenKind::Builtin
    } else {
        TokenKind::Name
    };
    Some(Token {
        kind,
        text: name.to_owned(),
        range: range(text, word),
        qualifier: owner.filter(|_| member).and_then(last_plain_name),
        member,
    })
}

/// The bytes of the word that holds this place or ends at it; none where there is no word.
fn word(text: &str, at: usize) -> Bytes<usize> {
    let (before, behind) = text.split_at(at);
    let start = before.trim_end_matches(is_letter_or_digit).len();
    let length = behind.len() - behind.trim_start_matches(is_letter_or_digit).len();
    start..at + length
}

/// The identifier at the end of a text, unless it is a member of something itself.
fn last_plain_name(text: &str) -> Option<String> {
    let text = text.trim_end();
    let rest = text.trim_end_matches(is_letter_or_digit);
    let name = &text[rest.len()..];
    let plain =
        name.starts_with(is_letter) && !KEYWORDS.contains(&name) && !rest.trim_end().ends_with('.');
    plain.then(|| name.to_owned())
}

/// A string literal without its quotes, also where the last one is still to be written.
pub(super) fn unquoted(literal: &str) -> &str {
    let quotes = ['"', '`'];
    let inner = literal.strip_prefix(quotes).unwrap_or(literal);
    inner.strip_suffix(quotes).unwrap_or(inner)
}

fn is_letter(character: char) -> bool {
    character == '_' || character.is_alphabetic()
}

fn is_letter_or_digit(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "// Package main.\npackage main\n\nimport (\n\t\"fmt\"\n\ty \"gopkg.in/yaml.v3\"\n)\n\n\
        func main() {\n\tvar größe = len(\"fmt\") + 0x1f // fmt\n\tfmt.Println(y.Node{}.Kind, größe)\n\
        \ta.b.c(1, rest...)\n}\n";

    fn at(needle: &str, behind: usize) -> Token {
        let start = FILE.find(needle).unwrap() + behind;
        token_at(FILE, range(FILE, start..start).start)
    }

    fn says(token: &Token) -> (TokenKind, &str, Option<&str>) {
        (token.kind, &token.text, token.qualifier.as_deref())
    }

    #[test]
    fn names_are_found_with_what_they_belong_to() {
        use TokenKind::Name;
        assert_eq!(says(&at("Println", 0)), (Name, "Println", Some("fmt")));
        assert_eq!(says(&at("fmt.P", 1)), (Name, "fmt", None));
        assert_eq!(says(&at("Node", 2)), (Name, "Node", Some("y")));
        assert_eq!(says(&at("größe", 4)), (Name, "größe", None));
        assert_eq!(says(&at("b.c", 0)), (Name, "b", Some("a")));
        assert_eq!(says(&at("c(1", 0)), (Name, "c", None));
        assert!(at("c(1", 0).member);
        assert!(at("Kind", 0).member);
        assert_eq!(at("Kind", 0).qualifier, None);
        assert_eq!(says(&at("main()", 0)), (Name, "main", None));
        assert!(!at("rest", 0).member);
    }

    #[test]
    fn a_place_just_behind_a_name_is_on_it() {
        assert_eq!(at("fmt.P", 3).text, "fmt");
        assert_eq!(at("fmt.P", 4).text, "Println");
        assert_eq!(at("Println(", 7).text, "Println");
        assert_eq!(at("Println(", 7).range.end.character, 12);
    }

    #[test]
    fn what_is_declared_nowhere_is_nothing() {
        let places = [
            ("Package", 1),
            ("package main", 2),
            ("import", 1),
            ("\"fmt\") +", 2),
            ("0x1f", 2),
            ("// fmt", 4),
            (" + ", 1),
            ("var", 1),
            ("...", 2),
            ("\n\nfunc", 1),
        ];
        for (needle, behind) in places {
            assert_eq!(at(needle, behind).kind, TokenKind::Nothing, "{needle}");
        }
        assert_eq!(at("len", 0).kind, TokenKind::Builtin);
        let far = token_at(FILE, Position::new(900, 0));
        assert_eq!(far.kind, TokenKind::Nothing);
    }

    #[test]
    fn an_import_path_is_known() {
        for behind in 0..6 {
            let token = at("\"fmt\"\n", behind.min(4));
            assert_eq!((token.kind, &*token.text), (TokenKind::ImportPath, "fmt"));
        }
        assert_eq!(at("gopkg", 3).text, "gopkg.in/yaml.v3");
        assert_eq!(says(&at("y \"", 0)), (TokenKind::Name, "y", None));
    }

    #[test]
    fn unfinished_code_is_read_too() {
        for end in 0..FILE.len() {
            let Some(text) = FILE.get(..end) else {
                continue;
            };
            for place in (0..=end).filter(|place| text.is_char_boundary(*place)) {
                token_at(text, range(text, place..place).start);
            }
        }
        let text = "package a\nfunc f() { if x := pkg.";
        let token = token_at(text, Position::new(1, 21));
        assert_eq!(says(&token), (TokenKind::Name, "pkg", None));
        let text = "package a\n\nfunc ) pkg.Name {";
        let token = token_at(text, Position::new(2, 12));
        assert_eq!(says(&token), (TokenKind::Name, "Name", Some("pkg")));
    }
}
