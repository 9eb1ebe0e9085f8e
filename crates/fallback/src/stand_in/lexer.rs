//! Splits Go source into tokens, well enough to find names and to colour them.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Comment,
    Text,
    Number,
    Keyword,
    Word,
    /// One character of punctuation.
    Mark,
}

/// A token, or the part of one that stands on one line. Columns are in UTF-16 units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) length: u32,
}

impl Token<'_> {
    /// Whether the cursor at this column, which may stand just behind the token, is on it.
    pub(super) fn covers(&self, line: u32, column: u32) -> bool {
        self.line == line && (self.column..=self.column + self.length).contains(&column)
    }
}

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

/// All tokens of a text, in order.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut rest, mut line, mut column) = (text, 0, 0);
    while let Some(first) = rest.chars().next() {
        let (length, kind) = measure(rest, first);
        let (token, after) = rest.split_at(length);
        for (index, part) in token.split('\n').enumerate() {
            if index > 0 {
                line += 1;
                column = 0;
            }
            let part = part.strip_suffix('\r').unwrap_or(part);
            let width = utf16(part);
            if let Some(kind) = kind.filter(|_| width > 0) {
                tokens.push(Token {
                    kind,
                    text: part,
                    line,
                    column,
                    length: width,
                });
            }
            column += width;
        }
        rest = after;
    }
    tokens
}

/// The length in bytes of the token that `rest` begins with, and its kind unless it is space.
fn measure(rest: &str, first: char) -> (usize, Option<Kind>) {
    let until = |stop: &dyn Fn(char) -> bool| rest.find(stop).unwrap_or(rest.len());
    if rest.starts_with("//") {
        return (until(&|c| c == '\n'), Some(Kind::Comment));
    }
    if let Some(inside) = rest.strip_prefix("/*") {
        let length = inside.find("*/").map_or(rest.len(), |end| end + 4);
        return (length, Some(Kind::Comment));
    }
    match first {
        '"' | '\'' => (quoted(rest, first), Some(Kind::Text)),
        '`' => {
            let length = rest[1..].find('`').map_or(rest.len(), |end| end + 2);
            (length, Some(Kind::Text))
        }
        c if c.is_whitespace() => (until(&|c| !c.is_whitespace()), None),
        c if c.is_ascii_digit() => {
            let length = until(&|c| !c.is_alphanumeric() && c != '.' && c != '_');
            (length, Some(Kind::Number))
        }
        c if c.is_alphabetic() || c == '_' => {
            let length = until(&|c| !c.is_alphanumeric() && c != '_');
            let kind = if KEYWORDS.contains(&&rest[..length]) {
                Kind::Keyword
            } else {
                Kind::Word
            };
            (length, Some(kind))
        }
        c => (c.len_utf8(), Some(Kind::Mark)),
    }
}

/// The length of a literal that may hold escapes. An unfinished one ends with its line.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (offset, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => return offset,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return offset + 1,
            _ => {}
        }
    }
    rest.len()
}

fn utf16(text: &str) -> u32 {
    text.chars().map(|c| c.len_utf16() as u32).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_kind_is_told_from_the_others() {
        let source =
            "func é(s string) { // 😀 x\n\tx := \"a\\\"b\" + `r\nw` + 'c' + 0x1F /* y */\n}";
        let seen: Vec<_> = tokens(source)
            .iter()
            .filter(|token| token.kind != Kind::Mark)
            .map(|token| (token.kind, token.text, token.line, token.column))
            .collect();
        assert_eq!(
            seen,
            [
                (Kind::Keyword, "func", 0, 0),
                (Kind::Word, "é", 0, 5),
                (Kind::Word, "s", 0, 7),
                (Kind::Word, "string", 0, 9),
                (Kind::Comment, "// 😀 x", 0, 19),
                (Kind::Word, "x", 1, 1),
                (Kind::Text, "\"a\\\"b\"", 1, 6),
                (Kind::Text, "`r", 1, 15),
                (Kind::Text, "w`", 2, 0),
                (Kind::Text, "'c'", 2, 5),
                (Kind::Number, "0x1F", 2, 11),
                (Kind::Comment, "/* y */", 2, 16),
            ]
        );
    }

    proptest! {
        #[test]
        fn no_text_is_lost_but_space(text in ".{0,80}") {
            let without_space = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let joined: String = tokens(&text).iter().map(|token| token.text).collect();
            prop_assert_eq!(without_space(&joined), without_space(&text));
        }
    }
}
