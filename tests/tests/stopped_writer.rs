//! Whatever becomes of the trace, it delays nothing and the session goes on.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::{Value, json};
use tests::{Ended, Module, Recorded, Session, Setup, goplens, place, skip, wait_until};

/// The scripted server.
const STAND_IN: &str = env!("CARGO_BIN_EXE_stand-in");

/// What is said where there is no trace, and where one breaks off.
const TROUBLE: [&str; 2] = ["is not recorded", "trace of this session ends here"];

/// Requests and answers, as if nothing were wrong.
fn go_on(session: &mut Session, module: &Module) {
    for _ in 0..20 {
        let result = session.definition(module, "main.go", "Of(item").result();
        assert!(result.contains("main.go"), "{result}");
    }
}

/// Leaves, and fails unless the user was told exactly once.
fn leave(mut session: Session) -> Ended {
    session.shut_down();
    let ended = session.finish();
    assert_eq!(ended.code, 0);
    let told = |note: &&tests::Note| {
        let message = note.value()["params"]["message"].to_string();
        TROUBLE.iter().any(|trouble| message.contains(trouble))
    };
    let count = ended
        .book
        .received_of("window/logMessage")
        .filter(told)
        .count();
    assert_eq!(count, 1);
    assert_eq!(ended.book.received_of("window/showMessage").count(), 0);
    ended
}

#[test]
fn a_state_directory_that_cannot_be_made() {
    let module = Module::sample();
    let file = module.file("main.go");
    for state in [file.as_path(), Path::new("/proc/nowhere")] {
        let mut session = Setup::through_goplens(STAND_IN)
            .env("GOPLENS_STATE", state)
            .start();
        session.expect_no_trace();
        session.initialize(&module);
        session.logged(TROUBLE[0]);
        go_on(&mut session, &module);
        leave(session);
    }
    assert!(module.text("main.go").contains("func main"));
}

#[test]
fn a_session_folder_that_is_removed() {
    let module = Module::sample();
    let mut session = Setup::through_goplens(STAND_IN).start();
    session.expect_no_trace();
    session.initialize(&module);
    go_on(&mut session, &module);
    let state = session.state().to_owned();
    let removed = wait_until(tests::PATIENCE, || {
        // The writer may add a file meanwhile.
        fs::remove_dir_all(&state).is_ok() && !state.exists()
    });
    assert!(removed);
    go_on(&mut session, &module);
    session.logged(TROUBLE[1]);
    go_on(&mut session, &module);
    leave(session);
}

#[test]
fn a_disk_that_is_full() {
    let module = Module::sample();
    // No file may grow beyond 32 KiB, and the signal for that is ignored, as it is for a disk.
    let command = format!("trap '' XFSZ; ulimit -f 64; exec '{}'", goplens().display());
    let mut session = Setup::through_goplens(STAND_IN)
        .by("/bin/sh")
        .args(&["-c", &command])
        .start();
    session.expect_gaps();
    session.initialize(&module);
    let padding = "x".repeat(10_000);
    for _ in 0..20 {
        let mut params = place(&module, "main.go", "Of(item");
        params["padding"] = padding.as_str().into();
        session.request("textDocument/hover", params);
    }
    session.logged(TROUBLE[1]);
    go_on(&mut session, &module);
    let ended = leave(session);
    let records = &ended.recorded().records;
    assert!(!records.is_empty(), "what could be written is there");
}

/// A thread that is stopped as long as this lives.
struct Stopped(Child);

impl Stopped {
    /// Stops the thread of this name; where the system does not let it, the reason.
    fn stop(pid: i32, name: &str) -> Result<Self, String> {
        let tasks = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
        let thread = tasks
            .map(|task| task.unwrap().file_name().into_string().unwrap())
            .find(|task| {
                let comm = fs::read_to_string(format!("/proc/{pid}/task/{task}/comm"));
                comm.is_ok_and(|comm| comm.trim() == name)
            })
            .expect("the writer is a thread of this name");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("stop_thread.py");
        let mut child = tests::command("python3")
            .arg(script)
            .arg(thread)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("python3: {error}"))?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        if line.trim() == "stopped" {
            return Ok(Self(child));
        }
        let output = child.wait_with_output().unwrap();
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }

    /// Lets it run again.
    fn resume(mut self) {
        drop(self.0.stdin.take());
        self.0.wait().unwrap();
    }
}

/// A session whose writer is stopped; `None` counts the test as skipped.
fn stopped(test: &str, module: &Module) -> Option<(Session, Stopped)> {
    let mut session = Setup::through_goplens(STAND_IN).start();
    session.initialize(module);
    match Stopped::stop(session.pid(), "trace") {
        Ok(stopped) => Some((session, stopped)),
        Err(reason) => {
            skip(test, &format!("the writer cannot be stopped: {reason}"));
            session.shut_down();
            session.finish();
            None
        }
    }
}

/// Requests with so much in them that the writer's queue, 8 MiB, cannot hold it all.
fn flood(session: &mut Session, module: &Module) {
    let padding = "x".repeat(100_000);
    let mut params = place(module, "main.go", "Of(item");
    params["padding"] = padding.into();
    let ids: Vec<_> = (0..200)
        .map(|_| session.ask("textDocument/hover", params.clone()))
        .collect();
    for id in &ids {
        session.answer(id).result();
    }
    // Small ones, until there is no room for records either.
    for _ in 0..40 {
        let ids: Vec<_> = (0..500)
            .map(|_| session.ask("textDocument/hover", json!({})))
            .collect();
        for id in &ids {
            session.answer(id);
        }
    }
}

#[test]
fn a_writer_that_is_stopped_and_goes_on_counts_what_it_missed() {
    let test = "stopped_writer::a_writer_that_is_stopped_and_goes_on_counts_what_it_missed";
    let module = Module::sample();
    let Some((mut session, stopped)) = stopped(test, &module) else {
        return;
    };
    session.expect_gaps();
    flood(&mut session, &module);
    go_on(&mut session, &module);
    stopped.resume();
    let state = session.state().to_owned();
    let counted = wait_until(tests::PATIENCE, || {
        Recorded::read(&state).is_some_and(|recorded| !recorded.events("dropped").is_empty())
    });
    assert!(counted, "what was dropped is recorded");
    go_on(&mut session, &module);
    session.shut_down();
    let ended = session.finish();
    assert_eq!(ended.code, 0);
    let recorded = ended.recorded();
    let dropped: u64 = recorded
        .events("dropped")
        .iter()
        .map(|event| event["records"].as_u64().unwrap())
        .sum();
    let bodies: u64 = recorded
        .events("dropped")
        .iter()
        .map(|event| event["bodies"].as_u64().unwrap())
        .sum();
    assert!(bodies > 0, "bodies go first");
    assert!(dropped > 0, "then records");
    let last = recorded.records.last().unwrap().seq;
    assert_eq!(recorded.records.len() as u64 + dropped, last);
    let info = &recorded.info.dropped;
    assert_eq!((info.records, info.bodies), (dropped, bodies));
    let answered = recorded.responses("textDocument/definition");
    assert!(answered.len() >= 20, "it records again");
}

#[test]
fn a_writer_that_stays_stopped_does_not_keep_goplens() {
    let test = "stopped_writer::a_writer_that_stays_stopped_does_not_keep_goplens";
    let module = Module::sample();
    let Some((mut session, stopped)) = stopped(test, &module) else {
        return;
    };
    session.expect_gaps();
    flood(&mut session, &module);
    let answer = session.request("shutdown", Value::Null);
    assert_eq!(answer.result(), "null");
    session.notify("exit", Value::Null);
    assert_eq!(session.wait(), 0);
    stopped.resume();
    session.finish();
}
