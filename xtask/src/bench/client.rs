//! The measuring client: one session with a server, directly or through what is measured.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::bodies::{CLIENT_FOLDER, SERVER_FOLDER, Shape};
use super::frames::{self, CHUNK, Frames};
use crate::shell;

/// How long the end of a session may take before it is forced.
const END_LIMIT: Duration = Duration::from_secs(5);
/// A running session.
pub(super) struct Session {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    frames: Frames,
    next_id: u64,
    /// Requests to be written, and one body; kept to spare allocations.
    requests: Vec<u8>,
    scratch: Vec<u8>,
    /// From before the start of the process to the whole answer to `initialize`.
    pub(super) start: Duration,
}

impl Session {
    /// Starts `command` and initializes.
    ///
    /// # Errors
    ///
    /// It cannot be started, or does not answer `initialize` with a result.
    pub(super) fn start(command: &mut Command) -> Result<Session> {
        let start = Instant::now();
        let mut child = shell::talk(command)?;
        let mut session = Session {
            input: child.stdin.take().context("no pipe to the server")?,
            output: child.stdout.take().context("no pipe from the server")?,
            child,
            frames: Frames::default(),
            next_id: 1,
            requests: Vec::with_capacity(CHUNK),
            scratch: Vec::new(),
            start: Duration::ZERO,
        };
        let line = shell::line(command);
        let folder = command.get_current_dir().unwrap_or(Path::new("/"));
        session.request("initialize", &initialize(folder))?;
        session
            .wait_for(1)
            .with_context(|| format!("no answer to initialize from {line}"))?;
        session.start = start.elapsed();
        session.notify("initialized", "{}")?;
        Ok(session)
    }

    /// The process that was started.
    pub(super) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Sends small requests, each after the answer to the one before, and appends to `times`
    /// what each took.
    ///
    /// # Errors
    ///
    /// An answer is missing or is not the one asked for.
    pub(super) fn sequential(&mut self, count: usize, times: &mut Vec<Duration>) -> Result<()> {
        for _ in 0..count {
            self.requests.clear();
            let id = self.next_id;
            self.next_id += 1;
            frames::push_definition(&mut self.requests, &mut self.scratch, id);
            let start = Instant::now();
            self.input.write_all(&self.requests)?;
            self.wait_for(id)?;
            times.push(start.elapsed());
        }
        Ok(())
    }

    /// Sends small requests, at most `window` of them without their answers, and gives back
    /// how long it took from the first byte to the last answer.
    ///
    /// # Errors
    ///
    /// A request has no answer, or two.
    pub(super) fn pipelined(&mut self, count: usize, window: usize) -> Result<Duration> {
        let first = self.next_id;
        let mut answered = vec![false; count];
        let (mut sent, mut received) = (0, 0);
        let start = Instant::now();
        while received < count {
            self.requests.clear();
            while sent < count && sent - received < window {
                frames::push_definition(&mut self.requests, &mut self.scratch, first + sent as u64);
                sent += 1;
            }
            self.input.write_all(&self.requests)?;
            ensure!(
                self.frames.fill(&mut self.output)? > 0,
                "the server is gone"
            );
            while let Some(body) = self.frames.next()? {
                let Some(id) = response_id(body) else {
                    continue;
                };
                let index = id
                    .checked_sub(first)
                    .and_then(|index| usize::try_from(index).ok());
                match index.and_then(|index| answered.get_mut(index)) {
                    Some(seen) if !*seen => *seen = true,
                    _ => bail!("an answer to {id} that nobody waits for"),
                }
                received += 1;
            }
        }
        let elapsed = start.elapsed();
        self.next_id += count as u64;
        Ok(elapsed)
    }

    /// Asks for a large result, reads and forgets it, and gives back the bytes of the response
    /// and how long it took from the request to its last byte.
    ///
    /// # Errors
    ///
    /// The response ends early or is not the one asked for.
    pub(super) fn large(&mut self, shape: Shape, size: usize) -> Result<(usize, Duration)> {
        self.receive_large(shape, size, |_| {})
    }

    /// Asks for a large result and compares each byte of the response with what the server
    /// writes, or, where names are `mapped`, with what the client calls all that; gives back whether
    /// they are the same.
    ///
    /// # Errors
    ///
    /// The response ends early or is not the one asked for.
    pub(super) fn large_is_exact(
        &mut self,
        shape: Shape,
        size: usize,
        mapped: bool,
    ) -> Result<bool> {
        let id = self.next_id;
        let mut result = shape.result(size);
        if mapped {
            result = result.replace(SERVER_FOLDER, CLIENT_FOLDER);
        }
        let expected = format!("{{\"jsonrpc\":\"2.0\",\"result\":{result},\"id\":{id}}}");
        let mut rest = expected.as_bytes();
        let mut exact = true;
        self.receive_large(shape, size, |bytes| {
            match rest.split_at_checked(bytes.len()) {
                Some((these, after)) => {
                    exact &= these == bytes;
                    rest = after;
                }
                None => exact = false,
            }
        })?;
        Ok(exact && rest.is_empty())
    }

    /// Asks for a large result and hands its bytes to `sink` as they come.
    fn receive_large(
        &mut self,
        shape: Shape,
        size: usize,
        mut sink: impl FnMut(&[u8]),
    ) -> Result<(usize, Duration)> {
        let params = format!("{{\"textDocument\":{{\"uri\":\"file:///bench/{size}.go\"}}}}");
        let start = Instant::now();
        self.request(shape.method(), &params)?;
        let (length, mut seen) = loop {
            if let Some((length, bytes)) = self.frames.begin()? {
                // What re-encodes may make it a little smaller.
                if length > size / 2 {
                    sink(bytes);
                    break (length, bytes.len());
                }
                // A small message in between, such as a notice of the proxy.
                let rest = length - bytes.len();
                self.discard(rest)?;
                continue;
            }
            ensure!(
                self.frames.fill(&mut self.output)? > 0,
                "the server is gone"
            );
        };
        self.scratch.resize(4 * CHUNK, 0);
        while seen < length {
            let limit = self.scratch.len().min(length - seen);
            let read = self.output.read(&mut self.scratch[..limit])?;
            ensure!(read > 0, "the server is gone within a response");
            sink(&self.scratch[..read]);
            seen += read;
        }
        Ok((length, start.elapsed()))
    }

    /// Reads and forgets so many bytes.
    fn discard(&mut self, count: usize) -> Result<()> {
        let mut rest = (&mut self.output).take(count as u64);
        std::io::copy(&mut rest, &mut std::io::sink())?;
        Ok(())
    }

    /// Ends the session as a client does; where the process does not end, it is killed.
    ///
    /// # Errors
    ///
    /// `shutdown` has no answer, or the process does not end with 0 in time.
    pub(super) fn end(mut self) -> Result<()> {
        let id = self.next_id;
        self.request("shutdown", "null")?;
        self.wait_for(id)?;
        self.notify("exit", "null")?;
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                ensure!(status.success(), "after `exit` it ended with {status}");
                return Ok(());
            }
            if start.elapsed() > END_LIMIT {
                bail!("it is still running {END_LIMIT:?} after `exit`");
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Writes a request.
    fn request(&mut self, method: &str, params: &str) -> Result<()> {
        let id = self.next_id;
        self.next_id += 1;
        self.send(&format!(
            "{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{method}\",\"params\":{params}}}"
        ))
    }

    /// Writes a notification.
    fn notify(&mut self, method: &str, params: &str) -> Result<()> {
        self.send(&format!(
            "{{\"jsonrpc\":\"2.0\",\"method\":\"{method}\",\"params\":{params}}}"
        ))
    }

    /// Writes a message.
    fn send(&mut self, body: &str) -> Result<()> {
        self.requests.clear();
        frames::push(&mut self.requests, body.as_bytes());
        self.input.write_all(&self.requests)?;
        Ok(())
    }

    /// Reads until the response to `id`.
    fn wait_for(&mut self, id: u64) -> Result<()> {
        loop {
            while let Some(body) = self.frames.next()? {
                if response_id(body) == Some(id) {
                    return Ok(());
                }
            }
            ensure!(
                self.frames.fill(&mut self.output)? > 0,
                "the server is gone"
            );
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Neither fails where the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The parameters of `initialize`, much shortened. The folder exists, as lspmux wants it to.
fn initialize(folder: &Path) -> String {
    let folder = format!("\"file://{}\"", folder.display());
    format!(
        "{{\"processId\":null,\"clientInfo\":{{\"name\":\"bench\"}},\"rootUri\":{folder},\
         \"capabilities\":{{\"general\":{{\"positionEncodings\":[\"utf-16\"]}},\
         \"textDocument\":{{\"definition\":{{\"linkSupport\":true}}}}}},\
         \"workspaceFolders\":[{{\"uri\":{folder},\"name\":\"hello\"}}]}}"
    )
}

/// The id of a response with a result; nothing for what else a server or a proxy may send.
fn response_id(body: &[u8]) -> Option<u64> {
    memchr::memmem::find(body, b"\"result\":")?;
    // Most write the id last; what re-encodes may write it first.
    let number = |id: &[u8]| std::str::from_utf8(id).ok()?.parse().ok();
    frames::id(body, true).and_then(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_are_told_from_the_rest() {
        assert_eq!(
            response_id(br#"{"jsonrpc":"2.0","result":[],"id":7}"#),
            Some(7)
        );
        assert_eq!(
            response_id(br#"{"id":7,"jsonrpc":"2.0","result":[]}"#),
            Some(7)
        );
        assert_eq!(
            response_id(br#"{"jsonrpc":"2.0","method":"x","id":7}"#),
            None
        );
        assert_eq!(
            response_id(br#"{"jsonrpc":"2.0","error":{"code":1},"id":7}"#),
            None
        );
    }
}
