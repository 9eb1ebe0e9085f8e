//! The two streams of a session, each with a thread of its own, so that a test never blocks.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
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
}

/// Both streams and the book of what went through them.
pub(crate) struct Link {
    book: Mutex<Book>,
    changed: Condvar,
    outgoing: Mutex<Option<Sender<Bytes>>>,
}

impl Link {
    /// Starts reading and writing. Reading begins after `idle`.
    pub(crate) fn start(
        stdin: ChildStdin,
        stdout: ChildStdout,
        answers: Answers,
        idle: Duration,
    ) -> Arc<Self> {
        let (sender, receiver) = channel();
        let link = Arc::new(Self {
            book: Mutex::default(),
            changed: Condvar::new(),
            outgoing: Mutex::new(Some(sender)),
        });
        thread::spawn(move || write(stdin, &receiver));
        let reader = Arc::clone(&link);
        thread::spawn(move || {
            thread::sleep(idle);
            reader.read(stdout, &answers);
        });
        link
    }

    /// Sends bytes as they are. `note` is what the server is to get of them.
    pub(crate) fn send(&self, bytes: Bytes, note: Option<Note>) {
        let mut book = self.book();
        book.sent.extend(note);
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

    fn read(&self, mut stdout: ChildStdout, answers: &Answers) {
        let mut framer = Framer::default();
        let mut buffer = BytesMut::new();
        let mut chunk = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = stdout.read(&mut chunk) {
            buffer.extend_from_slice(&chunk[..length]);
            loop {
                match framer.next(&mut buffer, || u64::MAX) {
                    Step::Frame(frame) if frame.header.readable => {
                        self.received(Note::read(frame.body()), answers);
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
            book.garbage.push(buffer.split().freeze());
        }
        book.eof = true;
        self.changed.notify_all();
    }

    fn received(&self, note: Note, answers: &Answers) {
        let answer = note.is_request().then(|| answer(&note, answers)).flatten();
        self.book().received.push(note);
        self.changed.notify_all();
        if let Some(answer) = answer
            && lock(&self.outgoing).is_some()
        {
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
        _ => Value::Null,
    };
    Some(json!({ "jsonrpc": "2.0", "id": request["id"], "result": result }))
}

fn write(mut stdin: ChildStdin, outgoing: &Receiver<Bytes>) {
    while let Ok(bytes) = outgoing.recv() {
        if stdin.write_all(&bytes).is_err() {
            return;
        }
    }
}

/// Locks what stays whole when a test panics.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
