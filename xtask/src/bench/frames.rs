//! The messages of the benchmark, and as little parsing of them as it takes to tell them apart.

use std::io::{self, Read, Write};

use anyhow::{Context, Result, bail};

/// How much is read at once, in bytes: what a pipe of Linux holds.
pub(super) const CHUNK: usize = 64 * 1024;

/// Collects bytes and gives out whole messages.
#[derive(Default)]
pub(super) struct Frames {
    buffer: Vec<u8>,
    /// Where the first byte that was not given out yet is.
    start: usize,
    /// Where the bytes that were read end.
    end: usize,
}

impl Frames {
    /// Reads once and gives back the number of bytes, 0 at the end of the stream.
    ///
    /// # Errors
    ///
    /// The stream cannot be read.
    pub(super) fn fill(&mut self, input: &mut impl Read) -> io::Result<usize> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.len() < self.end + CHUNK {
            self.buffer.resize(self.end + CHUNK, 0);
        }
        let read = input.read(&mut self.buffer[self.end..])?;
        self.end += read;
        Ok(read)
    }

    /// The body of the next message, if it is here as a whole.
    ///
    /// # Errors
    ///
    /// What is here is not a header with a length.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>> {
        let Some((body, length)) = header(&self.buffer[self.start..self.end])? else {
            return Ok(None);
        };
        let body = self.start + body;
        if self.end < body + length {
            return Ok(None);
        }
        self.start = body + length;
        Ok(Some(&self.buffer[body..self.start]))
    }

    /// Takes the header of a message whose body need not be here yet, and what is here of it.
    /// Gives back the length of the body and its beginning.
    ///
    /// # Errors
    ///
    /// What is here is not a header with a length.
    pub(super) fn begin(&mut self) -> Result<Option<(usize, &[u8])>> {
        let Some((body, length)) = header(&self.buffer[self.start..self.end])? else {
            return Ok(None);
        };
        let body = self.start + body;
        let end = self.end.min(body + length);
        self.start = end;
        Ok(Some((length, &self.buffer[body..end])))
    }
}

/// Where the body begins and how long it is, once the header is here as a whole.
fn header(bytes: &[u8]) -> Result<Option<(usize, usize)>> {
    let Some(end) = memchr::memmem::find(bytes, b"\r\n\r\n") else {
        if bytes.len() > CHUNK {
            bail!("no header within {CHUNK} bytes");
        }
        return Ok(None);
    };
    for line in bytes[..end].split(|byte| *byte == b'\n') {
        let Some(colon) = memchr::memchr(b':', line) else {
            continue;
        };
        if line[..colon].eq_ignore_ascii_case(b"content-length") {
            let length = std::str::from_utf8(&line[colon + 1..])?.trim();
            let length = length
                .parse()
                .with_context(|| format!("not a length: {length:?}"))?;
            return Ok(Some((end + 4, length)));
        }
    }
    bail!(
        "a header without a length: {:?}",
        String::from_utf8_lossy(&bytes[..end])
    )
}

/// Appends a message with its header.
pub(super) fn push(frames: &mut Vec<u8>, body: &[u8]) {
    push_header(frames, body.len());
    frames.extend_from_slice(body);
}

/// Appends the header of a message of so many bytes.
pub(super) fn push_header(frames: &mut Vec<u8>, length: usize) {
    // Writing to a Vec cannot fail.
    let _ = write!(frames, "Content-Length: {length}\r\n\r\n");
}

/// Appends a request for a definition, of about 190 bytes, as VS Code writes it.
pub(super) fn push_definition(frames: &mut Vec<u8>, scratch: &mut Vec<u8>, id: u64) {
    scratch.clear();
    let (line, character) = (id % 997, id % 79);
    // Writing to a Vec cannot fail.
    let _ = write!(
        scratch,
        "{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"textDocument/definition\",\"params\":\
         {{\"textDocument\":{{\"uri\":\"file:///home/me/src/hello/internal/server/handler.go\"}},\
         \"position\":{{\"line\":{line},\"character\":{character}}}}}}}"
    );
    push(frames, scratch);
}

/// The bytes of a message's id, as they stand in it: after the first `"id":` in a request,
/// which stands before the parameters or after them without one, and after the last in a response.
pub(super) fn id(body: &[u8], response: bool) -> Option<&[u8]> {
    const KEY: &[u8] = b"\"id\":";
    let at = if response {
        memchr::memmem::rfind(body, KEY)
    } else {
        memchr::memmem::find(body, KEY)
    }?;
    let rest = &body[at + KEY.len()..];
    let end = memchr::memchr2(b',', b'}', rest)?;
    Some(rest[..end].trim_ascii())
}

/// The method that a message names, if it names one in its first 100 bytes or its last.
pub(super) fn method(body: &[u8]) -> Option<&[u8]> {
    const KEY: &[u8] = b"\"method\":";
    let at = memchr::memmem::find(body, KEY)?;
    let rest = body[at + KEY.len()..]
        .trim_ascii_start()
        .strip_prefix(b"\"")?;
    Some(&rest[..memchr::memchr(b'"', rest)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_chunking_gives_the_same_messages() {
        let mut bytes = Vec::new();
        let mut scratch = Vec::new();
        push_definition(&mut bytes, &mut scratch, 7);
        push(&mut bytes, b"{}");
        for size in 1..bytes.len() {
            let mut frames = Frames::default();
            let mut bodies = Vec::new();
            for mut chunk in bytes.chunks(size) {
                frames.fill(&mut chunk).unwrap();
                while let Some(body) = frames.next().unwrap() {
                    bodies.push(body.to_vec());
                }
            }
            assert_eq!(
                bodies,
                [scratch.clone(), b"{}".to_vec()],
                "chunks of {size}"
            );
        }
    }

    #[test]
    fn headers_of_other_spellings_are_read() {
        let mut bytes: &[u8] = b"content-type: x\r\ncontent-length:2\r\n\r\n{}";
        let mut frames = Frames::default();
        frames.fill(&mut bytes).unwrap();
        assert_eq!(frames.next().unwrap(), Some(&b"{}"[..]));
    }

    #[test]
    fn what_is_no_header_is_an_error() {
        let mut frames = Frames::default();
        frames.fill(&mut &b"hello\r\n\r\n"[..]).unwrap();
        assert!(frames.next().is_err());
    }

    #[test]
    fn a_long_message_is_begun_before_it_is_here() {
        let mut frames = Frames::default();
        frames
            .fill(&mut &b"Content-Length: 9\r\n\r\nabc"[..])
            .unwrap();
        assert_eq!(frames.begin().unwrap(), Some((9, &b"abc"[..])));
    }

    #[test]
    fn ids_and_methods_are_found() {
        let request = br#"{"jsonrpc":"2.0","id":12,"method":"a/b","params":{"id":3}}"#;
        assert_eq!(id(request, false), Some(&b"12"[..]));
        assert_eq!(method(request), Some(&b"a/b"[..]));
        let response = br#"{"jsonrpc":"2.0","result":{"id":3},"id":"x"}"#;
        assert_eq!(id(response, true), Some(&b"\"x\""[..]));
        assert_eq!(method(response), None);
    }
}
