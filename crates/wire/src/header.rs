//! The header block of a frame.

use std::fmt;
use std::ops::ControlFlow;

/// A header block that was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The length of the block in bytes, its empty line included.
    pub length: usize,
    /// The length of the body in bytes.
    pub size: u64,
    /// Whether gopls reads the block as it stands. Its reader wants `Content-Length` so spelt and a
    /// colon in every line (`internal/jsonrpc2/stream.go` of x/tools); lines that end in a bare LF
    /// are counted as unreadable too, because some of its releases died of them.
    pub readable: bool,
}

/// Why a header block was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// A line without a colon.
    NoColon(String),
    /// A Content-Length that is no number of bytes that a peer could send.
    BadLength(String),
    /// Two Content-Lengths that differ.
    TwoLengths,
    /// An empty line and no Content-Length before it.
    NoLength,
    /// No empty line within 8 KiB.
    TooLong,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoColon(line) => write!(formatter, "the header line {line:?} has no colon"),
            Self::BadLength(value) => write!(formatter, "the Content-Length is {value:?}"),
            Self::TwoLengths => formatter.write_str("there are two Content-Lengths that differ"),
            Self::NoLength => formatter.write_str("the header has no Content-Length"),
            Self::TooLong => write!(formatter, "the header does not end within {LONGEST} bytes"),
        }
    }
}

/// The longest header block that is read, in bytes. Real ones have 20 to 80.
pub(crate) const LONGEST: usize = 8 * 1024;

/// The name that carries the length.
const CONTENT_LENGTH: &[u8] = b"Content-Length";

/// Reads the header block at the start of `bytes`; `None` where its end has not come yet.
pub(crate) fn parse(bytes: &[u8]) -> Option<Result<Header, HeaderError>> {
    match common(bytes) {
        ControlFlow::Break(header) => Some(Ok(header)),
        ControlFlow::Continue(()) => any(bytes),
    }
}

/// The block that nearly every peer writes: `Content-Length: 123`, CRLF, CRLF, nothing else.
fn common(bytes: &[u8]) -> ControlFlow<Header> {
    let Some(rest) = bytes.strip_prefix(b"Content-Length: ") else {
        return ControlFlow::Continue(());
    };
    let digits = rest
        .iter()
        .take(10)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if digits == 0 || digits == 10 || !rest[digits..].starts_with(b"\r\n\r\n") {
        return ControlFlow::Continue(());
    }
    let size = rest[..digits]
        .iter()
        .fold(0, |size, digit| size * 10 + u64::from(digit - b'0'));
    let length = bytes.len() - rest.len() + digits + 4;
    ControlFlow::Break(Header {
        length,
        size,
        readable: true,
    })
}

/// Any block: names in any case and order, unknown names, lines that end in LF alone.
fn any(bytes: &[u8]) -> Option<Result<Header, HeaderError>> {
    let mut at = 0;
    let mut size = None;
    let mut readable = true;
    let mut spelt_right = false;
    while let Some(end) = memchr::memchr(b'\n', &bytes[at..bytes.len().min(LONGEST)]) {
        let line = &bytes[at..at + end];
        at += end + 1;
        readable &= line.ends_with(b"\r");
        let line = line.trim_ascii();
        if line.is_empty() {
            let readable = readable && spelt_right;
            return Some(
                size.map(|size| Header {
                    length: at,
                    size,
                    readable,
                })
                .ok_or(HeaderError::NoLength),
            );
        }
        let Some(colon) = memchr::memchr(b':', line) else {
            return Some(Err(HeaderError::NoColon(shown(line))));
        };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if !name.trim_ascii().eq_ignore_ascii_case(CONTENT_LENGTH) {
            continue;
        }
        spelt_right |= name == CONTENT_LENGTH;
        match (length(value), size) {
            (None, _) => return Some(Err(HeaderError::BadLength(shown(value)))),
            (Some(new), Some(old)) if new != old => return Some(Err(HeaderError::TwoLengths)),
            (Some(new), _) => size = Some(new),
        }
    }
    (bytes.len() >= LONGEST).then_some(Err(HeaderError::TooLong))
}

/// A length that gopls could read too: it parses 32 bits with a sign.
fn length(value: &[u8]) -> Option<u64> {
    let size: u64 = std::str::from_utf8(value).ok()?.parse().ok()?;
    (size <= i32::MAX as u64).then_some(size)
}

/// Enough of bytes that were not understood to recognise them.
fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(80)]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(u64, bool), HeaderError> {
        parse(text.as_bytes())
            .expect("a whole block")
            .map(|header| {
                assert_eq!(header.length, text.len());
                (header.size, header.readable)
            })
    }

    #[test]
    fn blocks_that_gopls_reads_are_told_from_those_that_kill_it() {
        assert_eq!(read("Content-Length: 12\r\n\r\n"), Ok((12, true)));
        assert_eq!(read("Content-Length:12\r\n\r\n"), Ok((12, true)));
        assert_eq!(
            read("Content-Type: x\r\nContent-Length: 12\r\n\r\n"),
            Ok((12, true))
        );
        assert_eq!(
            read("Content-Length: 12\r\nX-Unknown: y\r\n\r\n"),
            Ok((12, true))
        );
        assert_eq!(read("content-length: 12\r\n\r\n"), Ok((12, false)));
        assert_eq!(read("Content-Length : 12\r\n\r\n"), Ok((12, false)));
        assert_eq!(read("Content-Length: 12\n\n"), Ok((12, false)));
        assert_eq!(
            read("Content-Length: 12\r\ncontent-length: 12\r\n\r\n"),
            Ok((12, true))
        );
        assert_eq!(read("Content-Length: 0\r\n\r\n"), Ok((0, true)));
    }

    #[test]
    fn broken_blocks_say_what_is_wrong() {
        assert_eq!(
            read("Garbage\r\n\r\n"),
            Err(HeaderError::NoColon("Garbage".into()))
        );
        assert_eq!(
            read("Content-Length: x\r\n\r\n"),
            Err(HeaderError::BadLength("x".into()))
        );
        assert_eq!(
            read("Content-Length: -1\r\n\r\n"),
            Err(HeaderError::BadLength("-1".into()))
        );
        assert_eq!(
            read("Content-Length: 2147483648\r\n\r\n"),
            Err(HeaderError::BadLength("2147483648".into()))
        );
        assert_eq!(read("X: 1\r\n\r\n"), Err(HeaderError::NoLength));
        assert_eq!(
            read("Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
            Err(HeaderError::TwoLengths)
        );
        let endless = format!("X: {}", "y".repeat(LONGEST));
        assert_eq!(parse(endless.as_bytes()), Some(Err(HeaderError::TooLong)));
    }

    #[test]
    fn a_block_that_has_not_come_whole_is_waited_for() {
        let block = b"Content-Type: x\r\nContent-Length: 12\r\n\r\n";
        for end in 0..block.len() {
            assert_eq!(parse(&block[..end]), None, "after {end} bytes");
        }
    }
}
