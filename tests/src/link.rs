//! The two streams of a session, each with a thread of its own, so that a test never blocks.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_setfl};
use serde_json::{Value, json};
use wire::{Framer, Step};

use crate::book::{Book, Note};

/// What the client answers by itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answers {
    /// For each item of `workspace/configuration`.
    pub(crate) settings: Value,
    /// Requests of the server that it never answers.
    pub(crate) silent: BTreeSet<String>,
    /// Requests of the server that it answers only after so long.
    pub(crate) late: BTreeMap<String, Duration>,
}

/// How the client reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// How long it does not read at first.
    pub(crate) idle: Duration,
    /// How many bytes it reads at once.
    pub(crate) chunk: usize,
    /// How long it does something else each time that it has read.
    pub(crate) pause: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            idle: Duration::ZERO,
            chunk: 64 * 1024,
            pause: Duration::ZERO,
        }
    }
}

/// Both streams and the book of what went through them.
pub(crate) struct Link {
    book: Mutex<Book>,
    changed: Condvar,
    outgoing: Mutex<Option<Sender<Bytes>>>,
    answers: Mutex<Answers>,
    /// What is still to be sent is not sent any more.
    cut: AtomicBool,
    /// The client does not read before.
    idle_until: Mutex<Instant>,
}

impl Link {
    /// Starts reading and writing.
    pub(crate) fn start(
        stdin: ChildStdin,
        stdout: ChildStdout,
        answers: Answers,
        pace: Pace,
    ) -> Arc<Self> {
        let (sender, receiver) = channel();
        let link = Arc::new(Self {
            book: Mutex::default(),
            changed: Condvar::new(),
            outgoing: Mutex::new(Some(sender)),
            answers: Mutex::new(answers),
            cut: AtomicBool::new(false),
            idle_until: Mutex::new(Instant::now() + pace.idle),
        });
        let writer = Arc::clone(&link);
        thread::spawn(move || writer.write(stdin, &receiver));
        let reader = Arc::clone(&link);
        thread::spawn(move || reader.read(stdout, pace));
        link
    }

    /// Sends bytes as they are. `notes` are what the server is to get of them.
    pub(crate) fn send(&self, bytes: Bytes, notes: impl IntoIterator<Item = Note>) {
        let mut book = self.book();
        book.sent.extend(notes);
        let outgoing = lock(&self.outgoing);
        let sender = outgoing.as_ref().expect("the stream is not closed yet");
        // A peer that has gone is found out by what it does not answer.
        let _ = sender.send(bytes);
    }

    /// Sends a message.
    pub(crate) fn send_body(&self, body: Bytes) {
        let frame = wire::frame(&body).into();
        self.send(frame, Some(Note::read(body)));
    }

    /// Ends the stream to the server, behind what was sent.
    pub(crate) fn close(&self) {
        *lock(&self.outgoing) = None;
    }

    /// Ends the stream to the server now; what it has not taken yet is lost.
    pub(crate) fn cut(&self) {
        self.cut.store(true, Ordering::Relaxed);
        self.close();
    }

    /// Lets the client read nothing for so long, but what it is just waiting for.
    pub(crate) fn idle(&self, idle: Duration) {
        *lock(&self.idle_until) = Instant::now() + idle;
    }

    /// Changes what the client answers to `workspace/configuration`.
    pub(crate) fn set_settings(&self, settings: Value) {
        lock(&self.answers).settings = settings;
    }

    /// The book, as it is now.
    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        lock(&self.book)
    }

    /// Waits until `wanted` finds what it looks for.
    pub(crate) fn wait<T>(
        &self,
        limit: Duration,
        mut wanted: impl FnMut(&Book) -> Option<T>,
    ) -> Option<T> {
        let end = Instant::now() + limit;
        let mut book = self.book();
        loop {
            if let Some(found) = wanted(&book) {
                return Some(found);
            }
            let left = end.checked_duration_since(Instant::now())?;
            let waited = self.changed.wait_timeout(book, left);
            book = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn write(&self, mut stdin: ChildStdin, outgoing: &Receiver<Bytes>) {
        // A write that waits could not be given up.
        fcntl_setfl(&stdin, OFlags::NONBLOCK).expect("a pipe need not be waited for");
        while let Ok(bytes) = outgoing.recv() {
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                if self.cut.load(Ordering::Relaxed) {
                    return;
                }
                match stdin.write(rest) {
                    Ok(written) => rest = &rest[written..],
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        wait_for_room(&stdin)
                    }
                    Err(_) => return,
                }
            }
        }
    }

    fn read(self: &Arc<Self>, mut stdout: ChildStdout, pace: Pace) {
        let mut framer = Framer::default();
        let mut buffer = BytesMut::new();
        let mut chunk = vec![0; pace.chunk];
        self.sit_idle();
        while let Ok(length @ 1..) = stdout.read(&mut chunk) {
            self.sit_idle();
            thread::sleep(pace.pause);
            buffer.extend_from_slice(&chunk[..length]);
            loop {
                match framer.next(&mut buffer, |_| u64::MAX) {
                    Step::Frame(frame) if frame.header.readable => {
                        self.received(Note::read(frame.body()));
                    }
                    Step::Frame(frame) => self.book().garbage.push(frame.bytes),
                    Step::Skipped { bytes, .. } => self.book().garbage.push(bytes),
                    Step::Lost(_) => {
                        self.book().garbage.push(buffer.split().freeze());
                        break;
                    }
                    _ => break,
                }
            }
        }
        let mut book = self.book();
        if !framer.at_boundary(&buffer) {
            book.unfinished = buffer.split().freeze();
        }
        book.eof = true;
        self.changed.notify_all();
    }

    fn sit_idle(&self) {
        let until = *lock(&self.idle_until);
        thread::sleep(until.saturating_duration_since(Instant::now()));
    }

    fn received(self: &Arc<Self>, note: Note) {
        let (answer, late) = match note.is_request() {
            true => {
                let answers = lock(&self.answers);
                let late = answers.late.get(note.method.as_deref().unwrap_or_default());
                (answer(&note, &answers), late.copied())
            }
            false => (None, None),
        };
        self.book().received.push(note);
        self.changed.notify_all();
        let Some(answer) = answer else { return };
        match late {
            None => self.reply(&answer),
            Some(after) => {
                let link = Arc::clone(self);
                thread::spawn(move || {
                    thread::sleep(after);
                    link.reply(&answer);
                });
            }
        }
    }

    /// Sends an answer, unless the stream has been closed.
    fn reply(&self, answer: &Value) {
        if lock(&self.outgoing).is_some() {
            self.send_body(answer.to_string().into());
        }
    }
}

/// What an editor answers to a request of the server, unless it is told not to.
fn answer(request: &Note, answers: &Answers) -> Option<Value> {
    let method = request.method.as_deref()?;
    if answers.silent.contains(method) {
        return None;
    }
    let request = request.value();
    let result = match method {
        "workspace/configuration" => {
            let items = request["params"]["items"].as_array().map_or(0, Vec::len);
            vec![answers.settings.clone(); items].into()
        }
        // Whoever asked for it may look into the book and do it.
        "workspace/applyEdit" => json!({ "applied": true }),
        "window/showDocument" => json!({ "success": true }),
        _ => Value::Null,
    };
    Some(json!({ "jsonrpc": "2.0", "id": request["id"], "result": result }))
}

/// Waits until the pipe takes more, for a moment at most.
fn wait_for_room(stdin: &ChildStdin) {
    let moment = Timespec {
        tv_sec: 0,
        tv_nsec: 20_000_000,
    };
    // Whatever it says, the next write says it again.
    let _ = poll(&mut [PollFd::new(stdin, PollFlags::OUT)], Some(&moment));
}

/// Locks what stays whole when a test panics.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
