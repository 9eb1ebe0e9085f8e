//! A session: messages in, messages out, and what has to hold when it is over.

use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;
use wire::Id;

use crate::account::{self, Extent};
use crate::book::{Book, Note};
use crate::link::{Answers, Link, Pace, lock};
use crate::processes::{self, Process};
use crate::recorded::Recorded;

/// How long a test waits for what has to come. Nothing here is a statement about speed: the
/// machine may be busy with other tests.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How long processes may take to disappear when a session is over. On an idle machine gopls, whose
/// standard input has ended, takes a second at most.
const LEAVING: Duration = Duration::from_secs(15);

/// What a session is made of.
pub(crate) struct Parts {
    pub(crate) child: Child,
    pub(crate) mark: String,
    pub(crate) state: PathBuf,
    pub(crate) trace: Trace,
    pub(crate) extent: Extent,
    pub(crate) private: TempDir,
    pub(crate) answers: Answers,
    pub(crate) pace: Pace,
}

/// What is expected of the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trace {
    /// There is one, with each message in it.
    Whole,
    /// There is one, and messages are missing.
    Gaps,
    /// There is none.
    None,
}

/// A running session.
///
/// One that is dropped while it runs is ended by the end of its stream, and is then held to all
/// that [`Session::finish`] holds it to.
pub struct Session {
    child: Child,
    status: Option<ExitStatus>,
    link: Arc<Link>,
    stderr: Arc<Mutex<Vec<u8>>>,
    mark: String,
    state: PathBuf,
    trace: Trace,
    private: Option<TempDir>,
    extent: Extent,
    pub(crate) last_id: i64,
}

/// A session that is over and was found in order.
pub struct Ended {
    /// The exit code of the program, 128 and the signal where one ended it.
    pub code: i32,
    /// What it wrote to standard error.
    pub stderr: String,
    /// All messages.
    pub book: Book,
    /// What goplens left on record.
    pub recorded: Option<Recorded>,
    /// Where that is.
    _private: TempDir,
}

impl Ended {
    /// What goplens left on record.
    ///
    /// # Panics
    ///
    /// Where there is no record.
    pub fn recorded(&self) -> &Recorded {
        self.recorded.as_ref().expect("the session has a trace")
    }
}

impl Session {
    pub(crate) fn start(parts: Parts) -> Self {
        let mut child = parts.child;
        let stdin = child.stdin.take().expect("stdin is a pipe");
        let stdout = child.stdout.take().expect("stdout is a pipe");
        let mut errors = child.stderr.take().expect("stderr is a pipe");
        let stderr = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&stderr);
        thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(length @ 1..) = errors.read(&mut chunk) {
                lock(&kept).extend_from_slice(&chunk[..length]);
            }
        });
        Self {
            child,
            status: None,
            link: Link::start(stdin, stdout, parts.answers, parts.pace),
            stderr,
            mark: parts.mark,
            state: parts.state,
            trace: parts.trace,
            private: Some(parts.private),
            extent: parts.extent,
            last_id: 0,
        }
    }

    /// Sends a message.
    pub fn send(&mut self, body: impl Into<Bytes>) {
        self.link.send_body(body.into());
    }

    /// Sends bytes that the server is to get as this body.
    pub fn send_odd(&mut self, bytes: impl Into<Bytes>, body: impl Into<Bytes>) {
        self.link.send(bytes.into(), Some(Note::read(body.into())));
    }

    /// Sends messages by a single write.
    pub fn send_together(&mut self, bodies: &[&str]) {
        let bytes: Vec<u8> = bodies
            .iter()
            .flat_map(|body| wire::frame(body.as_bytes()))
            .collect();
        let notes = bodies
            .iter()
            .map(|body| Note::read((*body).to_owned().into()));
        self.link.send(bytes.into(), notes);
    }

    /// Sends bytes that are part of what another call counts.
    pub fn send_bytes(&mut self, bytes: impl Into<Bytes>) {
        self.link.send(bytes.into(), None);
    }

    /// Sends bytes that the server must not get, and that the client gets an error for.
    pub fn send_refused(&mut self, bytes: impl Into<Bytes>, id: Option<Id>) {
        self.link.book().refusals.push(id);
        self.link.send(bytes.into(), None);
    }

    /// Says that the server will send a response with this id that nobody waits for.
    pub fn expect_stray(&mut self, id: Id) {
        self.link.book().refusals.push(Some(id));
    }

    /// Ends the stream to the server.
    pub fn close(&mut self) {
        self.link.close();
    }

    /// Ends the stream to the server now: what it has not taken yet is lost.
    pub fn cut(&mut self) {
        self.link.cut();
        self.extent = Extent::Begun;
    }

    /// Reads nothing for so long, but at most one piece that the client already waits for.
    pub fn idle(&mut self, idle: Duration) {
        self.link.idle(idle);
    }

    /// Changes what the client answers for each item of `workspace/configuration`.
    pub(crate) fn set_settings(&self, settings: Value) {
        self.link.set_settings(settings);
    }

    /// A copy of the book, as it is now.
    pub fn book(&self) -> Book {
        self.link.book().clone()
    }

    /// Waits until `wanted` finds what it looks for in the book.
    ///
    /// # Panics
    ///
    /// Where it does not in time; `what` says what was waited for.
    pub fn wait_for<T>(&self, what: &str, wanted: impl FnMut(&Book) -> Option<T>) -> T {
        let found = self.link.wait(PATIENCE, wanted);
        found.unwrap_or_else(|| panic!("{what} did not come; {}", self.so_far()))
    }

    /// Waits until `wanted` finds what it looks for, or gives up after `limit`.
    pub fn look_for<T>(
        &self,
        limit: Duration,
        wanted: impl FnMut(&Book) -> Option<T>,
    ) -> Option<T> {
        self.link.wait(limit, wanted)
    }

    /// The process id of the program.
    pub fn pid(&self) -> i32 {
        i32::try_from(self.child.id()).expect("a process id is a positive i32")
    }

    /// The server behind goplens: its child whose command contains `name`.
    ///
    /// # Panics
    ///
    /// Where it does not appear in time.
    pub fn server(&self, name: &str) -> Process {
        let mut server = None;
        processes::wait_until(PATIENCE, || {
            server = processes::child_of(self.pid(), name);
            server.is_some()
        });
        server.unwrap_or_else(|| panic!("goplens has no child {name}; {}", self.so_far()))
    }

    /// All processes of this session that run now.
    pub fn processes(&self) -> Vec<Process> {
        processes::marked(&self.mark)
    }

    /// The state directory.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// Sends the program a signal, which may come before messages that were sent.
    pub fn signal(&mut self, signal: Signal) {
        self.extent = match signal {
            Signal::KILL => Extent::Torn,
            _ => Extent::Begun,
        };
        processes::signal_to(self.pid(), signal);
    }

    /// Says that the server will end before it has read all that was sent.
    pub fn expect_server_death(&mut self) {
        self.extent = Extent::Begun;
    }

    /// Says that there will be no trace.
    pub fn expect_no_trace(&mut self) {
        self.trace = Trace::None;
    }

    /// Says that messages will be missing in the trace.
    pub fn expect_gaps(&mut self) {
        self.trace = Trace::Gaps;
    }

    /// Waits for the program's end.
    ///
    /// # Panics
    ///
    /// Where it does not end in time.
    pub fn wait(&mut self) -> i32 {
        let status = self.wait_status(PATIENCE);
        let status = status.unwrap_or_else(|| panic!("it did not end; {}", self.so_far()));
        status
            .code()
            .or_else(|| status.signal().map(|signal| 128 + signal))
            .expect("it ended by a code or a signal")
    }

    /// Ends the stream if that has not been done, waits for the program's end, and holds the
    /// session to what has to hold of every session.
    ///
    /// # Panics
    ///
    /// Where it does not hold.
    pub fn finish(mut self) -> Ended {
        self.conclude()
    }

    fn conclude(&mut self) -> Ended {
        self.close();
        let code = self.wait();
        self.wait_for("the end of standard output", |book| book.eof.then_some(()));
        self.check_nothing_left();
        let recorded = match self.trace {
            Trace::None => None,
            _ => Recorded::read(&self.state),
        };
        let expected = self.trace != Trace::None && self.extent != Extent::Torn;
        assert!(
            recorded.is_some() || !expected,
            "no trace; {}",
            self.so_far()
        );
        let book = self.book();
        let compared = recorded.as_ref().filter(|_| self.trace == Trace::Whole);
        if let Err(complaint) = account::check(&book, compared, self.extent) {
            panic!("{complaint}; {}", self.so_far());
        }
        Ended {
            code,
            stderr: self.stderr(),
            book,
            recorded,
            _private: self.private.take().expect("a session is concluded once"),
        }
    }

    /// Fails where a process of the session does not end, and tells whether it ever does.
    fn check_nothing_left(&self) {
        let end = Instant::now();
        let nothing = || self.processes().is_empty();
        if processes::wait_until(LEAVING, nothing) {
            return;
        }
        let left = self.processes();
        let ends = processes::wait_until(PATIENCE, nothing);
        let after = match ends {
            true => format!("gone after {:.1} s", end.elapsed().as_secs_f64()),
            false => "still there a minute later".to_owned(),
        };
        panic!("left running ({after}): {left:#?}; {}", self.so_far());
    }

    /// What the program has written to standard error so far.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&lock(&self.stderr)).into_owned()
    }

    fn wait_status(&mut self, limit: Duration) -> Option<ExitStatus> {
        let end = Instant::now() + limit;
        while self.status.is_none() && Instant::now() < end {
            self.status = self.child.try_wait().expect("a child can be waited for");
            if self.status.is_none() {
                thread::sleep(Duration::from_millis(5));
            }
        }
        self.status
    }

    /// The last messages and the standard error, for a test that fails.
    pub(crate) fn so_far(&self) -> String {
        let book = self.book();
        let shown = |notes: &[Note]| -> String {
            let last = notes.len().saturating_sub(12);
            notes[last..]
                .iter()
                .map(|note| {
                    let start = &note.body[..note.body.len().min(300)];
                    format!("\n    {}", String::from_utf8_lossy(start))
                })
                .collect()
        };
        format!(
            "so far:\n  sent:{}\n  received:{}\n  standard error: {}",
            shown(&book.sent),
            shown(&book.received),
            self.stderr()
        )
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.private.is_some() && !thread::panicking() {
            self.conclude();
        }
        // A test that fails leaves nothing behind either.
        for process in self.processes() {
            process.signal(Signal::KILL);
        }
        if self.status.is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
