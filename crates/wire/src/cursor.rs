//! JSON, walked once and strictly, as Go's `encoding/json` reads it: invalid UTF-8 and lone
//! surrogates pass, control characters in strings do not, and nesting ends at 10,000.

use crate::Fault;

/// How deep Go's decoder goes (`maxNestingDepth` in `encoding/json/scanner.go`).
const DEEPEST: usize = 10_000;

/// A place in the bytes of a JSON text.
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A value that was walked over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Null,
    Bool,
    /// Its bytes.
    Number(&'a [u8]),
    /// Its bytes between the quotes, escapes and all.
    Text(&'a [u8]),
    /// An array.
    Array {
        /// Whether there is nothing in it.
        empty: bool,
    },
    /// An object.
    Object {
        /// Whether there is nothing in it.
        empty: bool,
    },
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The offset in the bytes.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Skips white space; the byte behind it is left where it is.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            // Nearly all JSON on a wire has no white space between its tokens.
            if byte > b' ' || !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Walks the object that begins here and calls `member` with each key, its raw bytes, in front
    /// of its value, which `member` walks.
    pub(crate) fn members(
        &mut self,
        mut member: impl FnMut(&mut Self, &'a [u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.expect(b'{')?;
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            let key = self.key()?;
            member(self, key)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.syntax()),
            }
        }
    }

    /// Walks the value that begins here, `outside` levels deep.
    pub(crate) fn value(&mut self, outside: usize) -> Result<Value<'a>, Fault> {
        match self.peek() {
            Some(b'{' | b'[') => self.container(outside),
            first => self.scalar(first),
        }
    }

    /// A value that is no container and begins with `first`.
    #[inline]
    fn scalar(&mut self, first: Option<u8>) -> Result<Value<'a>, Fault> {
        match first {
            Some(b'"') => self.text().map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Number),
            Some(b'n') => self.literal(b"null").map(|()| Value::Null),
            Some(b't') => self.literal(b"true").map(|()| Value::Bool),
            Some(b'f') => self.literal(b"false").map(|()| Value::Bool),
            _ => Err(self.syntax()),
        }
    }

    /// Walks a container without recursion, so that depth costs a bit and no stack.
    fn container(&mut self, outside: usize) -> Result<Value<'a>, Fault> {
        let start = self.at;
        let mut levels = Levels::default();
        loop {
            // At the start of a value.
            match self.peek() {
                Some(open @ (b'{' | b'[')) => {
                    let object = open == b'{';
                    levels.push(object);
                    if outside + levels.depth > DEEPEST {
                        return Err(Fault::TooDeep);
                    }
                    self.at += 1;
                    let close = if object { b'}' } else { b']' };
                    if self.peek() != Some(close) {
                        if object {
                            self.key()?;
                        }
                        continue;
                    }
                    if levels.depth == 1 {
                        self.at += 1;
                        return Ok(container(object, true));
                    }
                }
                first => {
                    self.scalar(first)?;
                }
            }
            // Behind a value, or in front of the end of an empty container.
            loop {
                let object = levels.top();
                match (self.peek(), object) {
                    (Some(b','), false) => {
                        self.at += 1;
                        self.integers();
                        break;
                    }
                    (Some(b','), true) => {
                        self.at += 1;
                        self.key()?;
                        break;
                    }
                    (Some(b'}'), true) | (Some(b']'), false) => {
                        self.at += 1;
                        levels.pop();
                        if levels.depth == 0 {
                            return Ok(container(self.bytes[start] == b'{', false));
                        }
                    }
                    _ => return Err(self.syntax()),
                }
            }
        }
    }

    /// Skips integers with commas behind them, as far as they are plain: semantic tokens are long
    /// arrays of such. Stops in front of anything else, which the caller reads.
    fn integers(&mut self) {
        loop {
            let rest = &self.bytes[self.at..];
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let plain = digits == 1 || (digits > 1 && rest[0] != b'0');
            if !plain || rest.get(digits) != Some(&b',') {
                return;
            }
            self.at += digits + 1;
        }
    }

    /// A key and its colon.
    #[inline]
    fn key(&mut self) -> Result<&'a [u8], Fault> {
        self.peek();
        let key = self.text()?;
        self.peek();
        self.expect(b':')?;
        Ok(key)
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        if self.bytes.get(self.at) != Some(&byte) {
            return Err(self.syntax());
        }
        self.at += 1;
        Ok(())
    }

    fn literal(&mut self, literal: &[u8]) -> Result<(), Fault> {
        for &byte in literal {
            self.expect(byte)?;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<&'a [u8], Fault> {
        let start = self.at;
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        if self.bytes.get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.bytes.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(&self.bytes[start..self.at])
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        if self.at == start {
            Err(self.syntax())
        } else {
            Ok(())
        }
    }

    /// A string; its bytes between the quotes.
    #[inline]
    fn text(&mut self) -> Result<&'a [u8], Fault> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            self.at += plain(&self.bytes[self.at..]);
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(&self.bytes[start..self.at - 1]);
                }
                Some(b'\\') => self.escape()?,
                _ => return Err(self.syntax()),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Fault> {
        self.at += 1;
        match self.bytes.get(self.at) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.bytes.get(self.at).is_some_and(u8::is_ascii_hexdigit) {
                        return Err(self.syntax());
                    }
                    self.at += 1;
                }
            }
            _ => return Err(self.syntax()),
        }
        Ok(())
    }

    fn syntax(&self) -> Fault {
        Fault::Syntax(self.at)
    }
}

fn container<'a>(object: bool, empty: bool) -> Value<'a> {
    if object {
        Value::Object { empty }
    } else {
        Value::Array { empty }
    }
}

/// How many bytes at the start of `bytes` stand for themselves in a string: no quote, no backslash,
/// no control character. Eight at a time, because most of a message is inside strings.
#[inline]
fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    const BACKSLASHES: u64 = ONES * b'\\' as u64;
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        // With this bit turned round, the quote is the one byte behind the control characters.
        let below = (word ^ (ONES * 2)).wrapping_sub(ONES * 0x21);
        let backslash = (word ^ BACKSLASHES).wrapping_sub(ONES);
        let special = (below | backslash) & !word & HIGHS;
        if special != 0 {
            // A borrow can mark a byte behind the first special one, never one before it.
            return index * 8 + special.trailing_zeros() as usize / 8;
        }
    }
    let special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    words.len() * 8 + rest.iter().position(special).unwrap_or(rest.len())
}

/// Which of the open containers are objects, a bit each.
#[derive(Default)]
struct Levels {
    depth: usize,
    /// The innermost 64.
    near: u64,
    far: Vec<u64>,
}

impl Levels {
    fn push(&mut self, object: bool) {
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.far.push(self.near);
        }
        self.near = self.near << 1 | u64::from(object);
        self.depth += 1;
    }

    fn pop(&mut self) {
        self.depth -= 1;
        self.near >>= 1;
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.near = self.far.pop().unwrap_or_default();
        }
    }

    fn top(&self) -> bool {
        self.near & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether `text` is one JSON value and nothing else.
    fn valid(text: &[u8]) -> bool {
        let mut cursor = Cursor::new(text);
        cursor.value(0).is_ok() && cursor.peek().is_none()
    }

    #[test]
    fn depth_ends_where_go_s_decoder_ends() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(
            Cursor::new(nested(10_000).as_bytes()).value(0),
            Ok(Value::Array { empty: false })
        );
        assert_eq!(
            Cursor::new(nested(10_001).as_bytes()).value(0),
            Err(Fault::TooDeep)
        );
        assert_eq!(
            Cursor::new(nested(10_000).as_bytes()).value(1),
            Err(Fault::TooDeep)
        );
    }

    #[test]
    fn containers_close_as_they_opened() {
        let depth = 300;
        let alternating = r#"[{"k":"#.repeat(depth) + "0" + &"}]".repeat(depth);
        assert!(valid(alternating.as_bytes()));
        let crossed = alternating.replace("}]}]}]", "}]]}}]");
        assert!(!valid(crossed.as_bytes()));
    }

    #[test]
    fn go_reads_what_is_no_utf_8_and_no_control_characters() {
        assert!(valid(b"\"\xff\xfe 12345678\""));
        assert!(valid(br#""\ud800""#));
        for control in 0..0x20_u8 {
            for padding in 0..9 {
                let mut text = vec![b'"'];
                text.resize(1 + padding, b'x');
                text.extend([control, b'y', b'"']);
                assert!(!valid(&text), "{text:?}");
            }
        }
        assert!(valid(b"\"\x7f\x80\""));
    }

    /// JSON and near misses of it.
    fn nearly_json() -> impl Strategy<Value = String> {
        let pieces = prop_oneof![
            Just("{"),
            Just("}"),
            Just("["),
            Just("]"),
            Just(","),
            Just(":"),
            Just("\"a\""),
            Just("\"\\u00e9\\n\""),
            Just("\"\\x\""),
            Just("1"),
            Just("-0.5e+3"),
            Just("01"),
            Just("1."),
            Just("null"),
            Just("tru"),
            Just("true"),
            Just(" "),
            Just("\n"),
        ];
        prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]
        #[test]
        fn serde_json_agrees_on_what_is_json(text in nearly_json()) {
            // Numbers beyond an f64 are JSON too, so no value is made.
            let oracle = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            prop_assert_eq!(valid(text.as_bytes()), oracle, "{}", text);
        }

        #[test]
        fn whatever_serde_json_writes_is_json(text in any::<String>(), number in any::<f64>()) {
            let value = serde_json::json!({ &text: [number, { "x": text }, [], {}] });
            prop_assert!(valid(value.to_string().as_bytes()));
            prop_assert!(valid(serde_json::to_string_pretty(&value).unwrap().as_bytes()));
        }

        #[test]
        fn plain_finds_the_first_special_byte(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
            let expected = bytes.iter().position(special).unwrap_or(bytes.len());
            prop_assert_eq!(plain(&bytes), expected);
        }
    }
}
