//! `goplens tail` beside sessions that go on, and what is kept of those that are over.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;
use tests::{Module, Session, Setup, goplens_with_state, wait_until};

/// The scripted server.
const STAND_IN: &str = env!("CARGO_BIN_EXE_stand-in");

/// A session with this state directory, which it shares with others.
fn session(state: &Path, config: &str) -> Session {
    let mut session = Setup::through_goplens(STAND_IN)
        .env("GOPLENS_STATE", state)
        .config(config)
        .start();
    // It is not where the session looks for it.
    session.expect_no_trace();
    session.initialize(&Module::sample());
    session
}

/// Leaves in good order.
fn leave(mut session: Session) {
    session.shut_down();
    assert_eq!(session.finish().code, 0);
}

/// Sends this many messages, of ten kilobytes each.
fn chat(session: &mut Session, count: usize) {
    let text = "x".repeat(10_000);
    for _ in 0..count {
        session.notify("x/more", json!({ "text": text }));
    }
}

/// `goplens tail -f --json`, which never ends by itself.
struct Tail {
    child: Child,
    lines: Receiver<Value>,
}

impl Tail {
    fn start(state: &Path) -> Self {
        let mut child = goplens_with_state(state)
            .args(["tail", "-f", "--json"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let stdout = child.stdout.take().unwrap();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let record: Value = serde_json::from_str(&line).unwrap();
                let _ = sender.send(record);
            }
        });
        Self { child, lines }
    }

    /// The records up to and with the end of the server.
    fn session(&self) -> Vec<Value> {
        let mut records = Vec::new();
        loop {
            let record = self.lines.recv_timeout(tests::PATIENCE);
            records.push(record.expect("another record"));
            if records
                .last()
                .is_some_and(|last| last["event"] == "server-exit")
            {
                return records;
            }
        }
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Fails unless these are the records of a session, each once and in order.
fn check_whole(records: &[Value]) {
    for (number, record) in (1..).zip(records) {
        assert_eq!(record["seq"], number, "{record}");
    }
}

#[test]
fn it_follows_across_a_rotation_and_into_the_next_session() {
    let state = tempfile::tempdir().unwrap();
    let tail = Tail::start(state.path());
    // A chunk has an eighth of what a session may keep.
    let config = "[trace]\nsession_mb = 1\n";
    for messages in [60, 3] {
        let mut session = session(state.path(), config);
        for _ in 0..messages / 3 {
            chat(&mut session, 3);
            session.request("textDocument/hover", Value::Null);
        }
        leave(session);
        let records = tail.session();
        check_whole(&records);
        let more = records.iter().filter(|record| record["method"] == "x/more");
        assert_eq!(more.count(), messages);
    }
    let folders = folders(state.path());
    let chunks = fs::read_dir(&folders[0]).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with("trace.0")
    });
    assert!(chunks.count() > 1, "it was rotated");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let state = tempfile::tempdir().unwrap();
    let mut session = session(state.path(), "");
    chat(&mut session, 50);
    leave(session);
    for arguments in [
        &["tail"][..],
        &["tail", "--json"],
        &["tail", "-f", "--json"],
    ] {
        let mut child = goplens_with_state(state.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::with_capacity(1024, child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        drop(stdout);
        let mut errors = String::new();
        let mut stderr = child.stderr.take().unwrap();
        stderr.read_to_string(&mut errors).unwrap();
        assert_eq!(errors, "", "{arguments:?}");
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}");
    }
}

/// The folders of the sessions, the oldest first.
fn folders(state: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(state.join(trace::SESSIONS)).unwrap();
    let mut folders: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

#[test]
fn the_oldest_sessions_make_room_and_a_live_one_never_does() {
    let state = TempDir::new().unwrap();
    let mut live = session(state.path(), "");
    chat(&mut live, 70);
    for messages in [70, 10] {
        let mut old = session(state.path(), "");
        chat(&mut old, messages);
        leave(old);
    }
    let before = folders(state.path());
    assert_eq!(before.len(), 3);
    let new = session(state.path(), "[trace]\ntotal_mb = 1\n");
    let gone = wait_until(tests::PATIENCE, || !before[1].exists());
    assert!(gone, "the oldest that is over goes");
    leave(new);
    // Only whole sessions go, no more of them than must.
    let after = folders(state.path());
    assert_eq!(after.len(), 3, "{after:?}");
    assert_eq!(after[..2], [before[0].clone(), before[2].clone()]);

    chat(&mut live, 1);
    leave(live);
    let id = before[0].file_name().unwrap().to_str().unwrap();
    let output = goplens_with_state(state.path())
        .args(["tail", "--json", "--session", id])
        .output()
        .unwrap();
    assert!(output.status.success());
    let records: Vec<Value> = output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    check_whole(&records);
    let more = records.iter().filter(|record| record["method"] == "x/more");
    assert_eq!(more.count(), 71);
}
