//! Large results of the three shapes that large results of gopls have.

use std::fmt::Write;

/// The shape of a large result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A long list of small numbers, as of `textDocument/semanticTokens/full`.
    Numbers,
    /// Many objects with strings, escapes among them, as of `textDocument/completion`.
    Strings,
    /// Many names of files, as of `textDocument/references`: 10,000 in 1 MB.
    Names,
}

/// The folder that the server has and the client calls otherwise, where names are mapped.
pub(super) const SERVER_FOLDER: &str = "/srv/a";
/// What the client calls it.
pub(super) const CLIENT_FOLDER: &str = "/home/me/src/hello";

impl Shape {
    /// All shapes.
    pub(super) const ALL: [Shape; 3] = [Shape::Numbers, Shape::Strings, Shape::Names];

    /// The method whose result has this shape.
    pub(super) fn method(self) -> &'static str {
        match self {
            Shape::Numbers => "textDocument/semanticTokens/full",
            Shape::Strings => "textDocument/completion",
            Shape::Names => "textDocument/references",
        }
    }

    /// The shape as a heading calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Shape::Numbers => "numbers",
            Shape::Strings => "strings",
            Shape::Names => "names",
        }
    }

    /// The result of a response, of at least `size` bytes; the same at each call.
    pub(super) fn result(self, size: usize) -> String {
        let mut text = String::with_capacity(size + 1024);
        match self {
            Shape::Numbers => numbers(&mut text, size),
            Shape::Strings => strings(&mut text, size),
            Shape::Names => names(&mut text, size),
        }
        text
    }
}

/// Five numbers a token: lines, columns, length, type, modifiers.
fn numbers(text: &mut String, size: usize) {
    let mut random = Random(1);
    text.push_str("{\"resultId\":\"1\",\"data\":[");
    while text.len() < size {
        let line = random.below(8) / 7;
        let column = random.below(60);
        let (length, kind, modifiers) = (random.below(24) + 1, random.below(22), random.below(4));
        // Writing to a String cannot fail.
        let _ = write!(text, "{line},{column},{length},{kind},{modifiers},");
    }
    text.pop();
    text.push_str("]}");
}

/// Completion items with documentation in Markdown.
fn strings(text: &mut String, size: usize) {
    let mut random = Random(1);
    text.push_str("{\"isIncomplete\":true,\"items\":[");
    let mut item = 0;
    while text.len() < size {
        let (line, column) = (random.below(2000), random.below(80));
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "{{\"label\":\"Handle{item}\",\"kind\":3,\
             \"detail\":\"func(pattern string, handler func(w http.ResponseWriter, r *http.Request))\",\
             \"documentation\":{{\"kind\":\"markdown\",\"value\":\"Handle{item} registers the handler \
             for the given pattern.\\n\\n```go\\nmux.Handle(\\\"/\\\", h)\\n```\\n\\u003cnil\\u003e is \
             not allowed – see “Patterns”.\"}},\"sortText\":\"{item:05}\",\"filterText\":\"Handle{item}\",\
             \"insertTextFormat\":2,\"textEdit\":{{\"range\":{{\"start\":{{\"line\":{line},\
             \"character\":{column}}},\"end\":{{\"line\":{line},\"character\":{column}}}}},\
             \"newText\":\"Handle{item}(${{1:}})\"}}}},"
        );
        item += 1;
    }
    text.pop();
    text.push_str("]}");
}

/// Places in a hundred files, one for each 100 bytes asked for. A place takes a little more than that at
/// the least.
fn names(text: &mut String, size: usize) {
    let mut random = Random(1);
    text.push('[');
    for _ in 0..size.div_ceil(100) {
        let (file, line) = (random.below(100), random.below(10));
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "{{\"uri\":\"file://{SERVER_FOLDER}/{file}.go\",\"range\":{{\"start\":\
             {{\"line\":{line},\"character\":5}},\"end\":{{\"line\":{line},\"character\":9}}}}}},"
        );
    }
    text.pop();
    text.push(']');
}

/// Marsaglia's xorshift: the same numbers in the client and in the server.
struct Random(u64);

impl Random {
    /// A number from 0 to `limit` exclusive.
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_json_of_the_size_asked_for() {
        for shape in Shape::ALL {
            let result = shape.result(100_000);
            serde_json::from_str::<serde_json::Value>(&result).unwrap();
            assert!(
                (100_000..104_500).contains(&result.len()),
                "{}",
                result.len()
            );
            assert_eq!(result, shape.result(100_000));
        }
    }
}
