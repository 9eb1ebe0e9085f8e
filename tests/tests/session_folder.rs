//! The session folder as it is on disk, and the commands that read it.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use serde_json::Value;
use tests::{Module, Recorded, Script, Session, Setup, goplens_with_state, place};
use trace::RecordKind;

/// The scripted server.
const STAND_IN: &str = env!("CARGO_BIN_EXE_stand-in");

/// What a command prints that succeeds.
fn printed(mut command: Command, arguments: &[&str]) -> String {
    let output = command.args(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Some requests, one of which is cancelled and one an error.
fn look_around(session: &mut Session, module: &Module) {
    session.initialize(module);
    session.open(module, "main.go");
    for _ in 0..3 {
        session.definition(module, "main.go", "Of(item");
    }
    session.request("textDocument/hover", place(module, "main.go", "Of(item"));
    session.request("x/unknown", Value::Null);
}

#[test]
fn only_the_owner_may_read_it() {
    let module = Module::sample();
    let script = Script {
        complaints: [("initialize".to_owned(), "a complaint\n".to_owned())].into(),
        ..Script::default()
    };
    let mut session = Setup::through_goplens(STAND_IN).script(&script).start();
    look_around(&mut session, &module);
    session.shut_down();
    let ended = session.finish();
    let folder = &ended.recorded().folder;
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder), 0o700);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
    }
    for name in ["session.json", "trace.jsonl", "stderr.log"] {
        assert!(names.iter().any(|found| found == name), "{names:?}");
    }
}

#[test]
fn the_head_outlives_the_cap() {
    let module = Module::sample();
    let mut session = Setup::through_goplens(STAND_IN)
        .config("[trace]\nsession_mb = 2\nmax_body_kb = 200\n")
        .start();
    session.expect_gaps();
    session.initialize(&module);
    session.open(&module, "main.go");
    // Text that does not compress, 100 KB at a time.
    let mut state = 1_u64;
    for _ in 0..200 {
        let mut text = String::new();
        while text.len() < 100_000 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(&format!("{:x}", state >> 8));
        }
        let mut params = place(&module, "main.go", "Of(item");
        params["padding"] = text.into();
        session.request("textDocument/hover", params);
    }
    session.shut_down();
    let ended = session.finish();
    let recorded = ended.recorded();
    let size: u64 = fs::read_dir(&recorded.folder)
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum();
    assert!(size < 4 << 20, "{size} bytes");
    let first: Vec<_> = recorded
        .records
        .iter()
        .filter(|record| record.kind != RecordKind::Event)
        .take(4)
        .map(|record| record.method.as_deref().unwrap_or_default())
        .collect();
    assert_eq!(
        first,
        [
            "initialize",
            "initialize",
            "initialized",
            "textDocument/didOpen"
        ]
    );
    let last = recorded.records.last().unwrap();
    assert!(
        (recorded.records.len() as u64) < last.seq,
        "the middle is gone"
    );
}

#[test]
fn tail_and_sessions_tell_of_a_session_that_is_over() {
    let module = Module::sample();
    let mut session = Setup::through_goplens(STAND_IN).start();
    look_around(&mut session, &module);
    session.shut_down();
    session.wait();
    let state = session.state().to_owned();
    let recorded = Recorded::read(&state).unwrap();

    let lines = printed(goplens_with_state(&state), &["tail"]);
    // One in front and one behind say which session it is and how it ended.
    let count = lines.lines().count() - 2;
    assert_eq!(count, recorded.records.len(), "{lines}");
    assert!(
        !lines.contains('\x1b'),
        "no colour where there is no terminal"
    );
    let json = printed(goplens_with_state(&state), &["tail", "--json"]);
    for (line, record) in json.lines().zip(&recorded.records) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["seq"], record.seq);
    }
    let filter = ["tail", "method:textDocument/definition", "kind:response"];
    let definitions = printed(goplens_with_state(&state), &filter);
    assert_eq!(
        definitions.matches("1 location").count(),
        3,
        "{definitions}"
    );
    assert_eq!(definitions.lines().count(), 3 + 2, "{definitions}");
    let none = printed(
        goplens_with_state(&state),
        &["tail", "method:textDocument/rename"],
    );
    assert_eq!(none.lines().count(), 2, "{none}");
    let wrong = goplens_with_state(&state)
        .args(["tail", "latency:soon"])
        .output()
        .unwrap();
    assert!(!wrong.status.success());
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("latency"));

    let list = printed(goplens_with_state(&state), &["sessions", "--json"]);
    let list: Value = serde_json::from_str(&list).unwrap();
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
    assert_eq!(list[0]["state"], "ended");
    assert_eq!(list[0]["messages"], recorded.info.messages);
    let id = list[0]["id"].as_str().unwrap();
    let named = printed(goplens_with_state(&state), &["tail", "--session", id]);
    assert_eq!(named, lines);
    assert!(printed(goplens_with_state(&state), &["sessions"]).contains(id));
    session.finish();
}

#[test]
fn tail_follows_a_session_to_its_end() {
    let module = Module::sample();
    let mut session = Setup::through_goplens(STAND_IN).start();
    session.initialize(&module);
    let state = session.state().to_owned();
    let mut tail = goplens_with_state(&state)
        .args(["tail", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (sender, lines) = channel();
    let stdout = tail.stdout.take().unwrap();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let record: Value = serde_json::from_str(&line).unwrap();
            let _ = sender.send(record);
        }
    });
    let next = |method: &str, kind: &str| loop {
        let record = lines.recv_timeout(tests::PATIENCE).expect("another record");
        if record["method"] == method && record["kind"] == kind {
            return record;
        }
    };
    next("initialize", "response");
    let definition = session.definition(&module, "main.go", "Of(item");
    let record = next("textDocument/definition", "response");
    assert_eq!(record["body"]["result"], definition.value()["result"]);
    session.shut_down();
    session.wait();
    // The iterator ends when tail does.
    let last = lines.iter().last().expect("the rest of the records");
    assert_eq!(last["event"], "server-exit", "{last}");
    assert!(tail.wait().unwrap().success());
    session.finish();
}
