//! The stand-in for gopls: answers at once, so that what is measured is what is before it.

use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;

use anyhow::{Context, Result};

use super::bodies::Shape;
use super::frames::{self, Frames};

/// The name that makes a copy of xtask be this server.
pub(crate) const NAME: &str = "bench-server";

/// What gopls would say of itself.
const INITIALIZED: &str = r#"{"capabilities":{"positionEncoding":"utf-16","textDocumentSync":{"openClose":true,"change":2},"definitionProvider":true,"completionProvider":{},"semanticTokensProvider":{"legend":{"tokenTypes":[],"tokenModifiers":[]},"full":true}},"serverInfo":{"name":"gopls","version":"stand-in"}}"#;
/// A definition, as small as they are.
const LOCATION: &str = r#"[{"uri":"file:///srv/a/internal/server/server.go","range":{"start":{"line":120,"character":5},"end":{"line":120,"character":12}}}]"#;

/// Answers on stdio until `exit` or the end of its input.
///
/// # Errors
///
/// Its input is not framed, or its output is gone.
pub(crate) fn run() -> Result<()> {
    // The locked handles of the standard library buffer by lines; these do not buffer.
    let mut input = File::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    let mut output = File::from(std::io::stdout().as_fd().try_clone_to_owned()?);
    let mut frames = Frames::default();
    let mut server = Server::default();
    while frames.fill(&mut input)? > 0 {
        let mut go_on = true;
        while let Some(body) = frames.next()? {
            if !server.answer(body, &mut output)? {
                go_on = false;
                break;
            }
        }
        // One write for all the requests of one read.
        output.write_all(&server.answers)?;
        server.answers.clear();
        if !go_on {
            break;
        }
    }
    Ok(())
}

/// The answers not written yet, and the large results made so far.
#[derive(Default)]
struct Server {
    answers: Vec<u8>,
    large: Vec<Large>,
}

/// A large response, whole but for its id at the end.
struct Large {
    shape: Shape,
    size: usize,
    body: Vec<u8>,
}

impl Server {
    /// Answers one message, a large answer at once; false for `exit`.
    fn answer(&mut self, body: &[u8], output: &mut impl Write) -> Result<bool> {
        let Some(method) = frames::method(body) else {
            return Ok(true);
        };
        if method == b"exit" {
            return Ok(false);
        }
        let Some(id) = frames::id(body, false) else {
            return Ok(true);
        };
        match method {
            b"initialize" => self.small(INITIALIZED, id),
            b"shutdown" => self.small("null", id),
            _ => match Shape::ALL
                .into_iter()
                .find(|shape| shape.method().as_bytes() == method)
            {
                Some(shape) => self.large(shape, body, id, output)?,
                None => self.small(LOCATION, id),
            },
        }
        Ok(true)
    }

    /// Adds a small response, the id last, as gopls writes it.
    fn small(&mut self, result: &str, id: &[u8]) {
        const BEFORE: &[u8] = b"{\"jsonrpc\":\"2.0\",\"result\":";
        const BETWEEN: &[u8] = b",\"id\":";
        let length = BEFORE.len() + result.len() + BETWEEN.len() + id.len() + 1;
        frames::push_header(&mut self.answers, length);
        for part in [BEFORE, result.as_bytes(), BETWEEN, id, b"}"] {
            self.answers.extend_from_slice(part);
        }
    }

    /// Writes a response of the size that the document's name asks for.
    fn large(
        &mut self,
        shape: Shape,
        request: &[u8],
        id: &[u8],
        output: &mut impl Write,
    ) -> Result<()> {
        let size = size(request).context("a request for a large result without its size")?;
        let known = |large: &Large| large.shape == shape && large.size == size;
        let index = match self.large.iter().position(known) {
            Some(index) => index,
            None => {
                let body = format!("{{\"jsonrpc\":\"2.0\",\"result\":{}", shape.result(size));
                self.large.push(Large {
                    shape,
                    size,
                    body: body.into_bytes(),
                });
                self.large.len() - 1
            }
        };
        let body = &mut self.large[index].body;
        let whole = body.len();
        body.extend_from_slice(b",\"id\":");
        body.extend_from_slice(id);
        body.push(b'}');
        frames::push_header(&mut self.answers, body.len());
        output.write_all(&self.answers)?;
        self.answers.clear();
        output.write_all(body)?;
        body.truncate(whole);
        Ok(())
    }
}

/// The number in `file:///bench/NUMBER.go`.
fn size(request: &[u8]) -> Option<usize> {
    const KEY: &[u8] = b"/bench/";
    let at = memchr::memmem::find(request, KEY)?;
    let digits = &request[at + KEY.len()..];
    let end = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(&digits[..end]).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn ask(request: &str) -> (bool, Vec<Value>) {
        let mut server = Server::default();
        let mut output = Vec::new();
        let go_on = server.answer(request.as_bytes(), &mut output).unwrap();
        output.extend_from_slice(&server.answers);
        let mut frames = Frames::default();
        let mut input = output.as_slice();
        while frames.fill(&mut input).unwrap() > 0 {}
        let mut answers = Vec::new();
        while let Some(body) = frames.next().unwrap() {
            answers.push(serde_json::from_slice(body).unwrap());
        }
        (go_on, answers)
    }

    #[test]
    fn each_request_gets_its_answer() {
        let (go_on, answers) =
            ask(r#"{"jsonrpc":"2.0","id":5,"method":"textDocument/definition"}"#);
        assert!(go_on);
        assert_eq!(answers.len(), 1);
        assert_eq!(answers[0]["id"], 5);
        assert_eq!(answers[0]["result"][0]["range"]["start"]["line"], 120);
    }

    #[test]
    fn a_large_result_has_the_size_asked_for() {
        let request = r#"{"id":"a","method":"textDocument/completion","params":{"textDocument":{"uri":"file:///bench/5000.go"}}}"#;
        let (_, answers) = ask(request);
        assert_eq!(answers[0]["id"], "a");
        let expected: Value = serde_json::from_str(&Shape::Strings.result(5000)).unwrap();
        assert_eq!(answers[0]["result"], expected);
    }

    #[test]
    fn notifications_get_none_and_exit_ends() {
        let (go_on, answers) = ask(r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#);
        assert!(go_on && answers.is_empty());
        assert!(!ask(r#"{"jsonrpc":"2.0","method":"exit"}"#).0);
    }
}
