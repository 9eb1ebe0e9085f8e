//! JSON, walked once and strictly, as Go's `encoding/json` reads it: invalid UTF-8 and lone
//! surrogates pass, control characters in strings do not, and nesting ends at 10,000.

mod levels;
mod place;

use std::ops::Range;

use crate::Fault;
use crate::cursor::levels::Levels;

/// How deep Go's decoder goes (`maxNestingDepth` in `encoding/json/scanner.go`).
const DEEPEST: usize = 10_000;

/// A place in the bytes of a JSON text, which goes forward over what is read. A clone stays where
/// it is, to read the same again.
///
/// Where it gives a [`Fault`] the text is not JSON as Go reads it, and nothing behind can be read.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A value that was walked over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
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
    /// A cursor at the start of a text.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The offset in the text.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Where in the text a part of it lies that was read: a key, a string or a number.
    pub fn span(&self, part: &'a [u8]) -> Range<usize> {
        let start = part
            .as_ptr()
            .addr()
            .saturating_sub(self.bytes.as_ptr().addr());
        start..start + part.len()
    }

    /// Skips white space and tells the byte behind it, which is left where it is: the first of a
    /// value, a comma, a closing bracket, or none at the end of the text.
    #[inline]
    pub fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            // Nearly all JSON on a wire has no white space between its tokens.
            if byte > b' ' || !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Walks the object that begins here and calls `member` with each key, its bytes between the
    /// quotes, in front of its value, which `member` has to walk.
    ///
    /// # Errors
    ///
    /// This is no object, or what `member` fails with.
    pub fn members(
        &mut self,
        mut member: impl FnMut(&mut Self, &'a [u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.peek();
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

    /// Walks the array that begins here and calls `element` in front of each element, which
    /// `element` has to walk.
    ///
    /// # Errors
    ///
    /// This is no array, or what `element` fails with.
    pub fn elements(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.peek();
        self.expect(b'[')?;
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            element(self)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.syntax()),
            }
        }
    }

    /// Walks the value that begins here with all that is in it; it lies in so many containers.
    ///
    /// # Errors
    ///
    /// This is no value, or it goes deeper than Go's decoder.
    pub fn value(&mut self, outside: usize) -> Result<Value<'a>, Fault> {
        match self.peek() {
            Some(b'{') if self.place(outside) => Ok(container(true, false)),
            Some(b'{' | b'[') => self.container(outside),
            first => self.scalar(first),
        }
    }

    /// A value that is no container and begins with `first`.
    #[inline]
    fn scalar(&mut self, first: Option<u8>) -> Result<Value<'a>, Fault> {
        let start = self.at;
        self.at = scalar(self.bytes, start, first).map_err(Fault::Syntax)?;
        Ok(match first {
            Some(b'"') => Value::Text(&self.bytes[start + 1..self.at - 1]),
            Some(b'n') => Value::Null,
            Some(b't' | b'f') => Value::Bool,
            _ => Value::Number(&self.bytes[start..self.at]),
        })
    }

    /// Skips the range or the position that begins here, if one does.
    #[inline]
    fn place(&mut self, outside: usize) -> bool {
        let rest = &self.bytes[self.at..];
        let behind = place::behind(rest).filter(|_| outside + place::DEPTH <= DEEPEST);
        self.at += behind.map_or(0, |behind| rest.len() - behind.len());
        behind.is_some()
    }

    /// Walks a container without recursion, so that depth costs a bit and no stack.
    fn container(&mut self, outside: usize) -> Result<Value<'a>, Fault> {
        let start = self.at;
        let mut levels = Levels::default();
        loop {
            // At the start of a value.
            match self.peek() {
                Some(b'{') if levels.depth > 0 && self.place(outside + levels.depth) => {}
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
                    self.at = scalar(self.bytes, self.at, first).map_err(Fault::Syntax)?;
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
            match place::integer(rest) {
                Some(digits) if rest.get(digits) == Some(&b',') => self.at += digits + 1,
                _ => return,
            }
        }
    }

    /// A key and its colon.
    #[inline]
    fn key(&mut self) -> Result<&'a [u8], Fault> {
        self.peek();
        let start = self.at;
        self.at = text(self.bytes, start).map_err(Fault::Syntax)?;
        let key = &self.bytes[start + 1..self.at - 1];
        self.peek();
        self.expect(b':')?;
        Ok(key)
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        self.at = expect(self.bytes, self.at, byte).map_err(Fault::Syntax)?;
        Ok(())
    }

    fn syntax(&self) -> Fault {
        Fault::Syntax(self.at)
    }
}

/// Where what was read ends, or where it is not what it should be. Both fit into registers, as a
/// [`Fault`] would not.
type End = Result<usize, usize>;

#[inline]
fn expect(bytes: &[u8], at: usize, byte: u8) -> End {
    match bytes.get(at) {
        Some(is) if *is == byte => Ok(at + 1),
        _ => Err(at),
    }
}

/// A value that is no container and begins with `first`.
#[inline]
fn scalar(bytes: &[u8], at: usize, first: Option<u8>) -> End {
    match first {
        Some(b'"') => text(bytes, at),
        Some(b'-' | b'0'..=b'9') => number(bytes, at),
        Some(b'n') => literal(bytes, at, b"null"),
        Some(b't') => literal(bytes, at, b"true"),
        Some(b'f') => literal(bytes, at, b"false"),
        _ => Err(at),
    }
}

fn literal(bytes: &[u8], at: usize, literal: &[u8]) -> End {
    literal
        .iter()
        .try_fold(at, |at, byte| expect(bytes, at, *byte))
}

#[inline]
fn number(bytes: &[u8], mut at: usize) -> End {
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    at = match bytes.get(at) {
        Some(b'0') => at + 1,
        _ => digits(bytes, at)?,
    };
    if bytes.get(at) == Some(&b'.') {
        at = digits(bytes, at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        at += 1;
        if let Some(b'+' | b'-') = bytes.get(at) {
            at += 1;
        }
        at = digits(bytes, at)?;
    }
    Ok(at)
}

/// One digit or more.
#[inline]
fn digits(bytes: &[u8], start: usize) -> End {
    let mut at = start;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    if at == start { Err(at) } else { Ok(at) }
}

/// A string with its quotes.
#[inline]
fn text(bytes: &[u8], at: usize) -> End {
    let mut at = expect(bytes, at, b'"')?;
    loop {
        at += plain(&bytes[at..]);
        match bytes.get(at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at = escape(bytes, at + 1)?,
            _ => return Err(at),
        }
    }
}

/// What stands behind a backslash.
fn escape(bytes: &[u8], at: usize) -> End {
    match bytes.get(at) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 1),
        Some(b'u') => (at + 1..at + 5).try_fold(at + 1, |_, at| match bytes.get(at) {
            Some(digit) if digit.is_ascii_hexdigit() => Ok(at + 1),
            _ => Err(at),
        }),
        _ => Err(at),
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
pub fn plain(bytes: &[u8]) -> usize {
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

#[cfg(test)]
mod tests;
