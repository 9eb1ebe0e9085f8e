//! Ends that come at a bad moment: with answers on their way, with a client that reads slowly, with
//! a gopls that reads nothing.

use std::thread;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};
use tests::{
    End, Flood, Module, RawServer, Script, Setup, frames, gopls_or_skip, initialize, wait_until,
};
use wire::Id;

/// The scripted server.
const STAND_IN: &str = env!("CARGO_BIN_EXE_stand-in");

#[test]
fn thousands_of_requests_under_one_id_that_nobody_answers() {
    let initialized = json!({ "jsonrpc": "2.0", "id": 1, "result": { "capabilities": {} } });
    let mut server = RawServer::saying(&frames(&[initialized.to_string().into_bytes()]));
    server.raw.plays_after = 1;
    let mut session = server.setup(STAND_IN).start();
    // All answers are made at once, and there may be no room for the records of all of them.
    session.expect_gaps();
    session.initialize(&Module::sample());
    for _ in 0..20_000 {
        session.send(r#"{"jsonrpc":"2.0","id":7,"method":"textDocument/hover"}"#);
    }
    // That each has an answer is held by the end of every session.
    let ended = session.finish();
    assert!(ended.code < 128, "it ended by itself: {}", ended.code);
    let answers = ended.book.responses(&Id::from(7)).count();
    assert_eq!(answers, 20_000);
    let recorded = ended.recorded();
    let dropped = recorded.info.dropped.records;
    let hovers = recorded.responses("textDocument/hover").len() as u64;
    assert!(hovers + dropped >= 20_000, "{hovers} and {dropped}");
    let last = recorded.records.last().map(|record| record.seq);
    assert_eq!(last, Some(recorded.records.len() as u64 + dropped));
}

#[test]
fn a_large_last_answer_reaches_a_client_that_does_not_read_at_once() {
    const SIZE: usize = 900_000;
    for (end, code) in [(End::Code(42), 42), (End::Signal(9), 128 + 9)] {
        let script = Script {
            never: ["textDocument/hover".to_owned()].into(),
            floods: [("textDocument/definition".to_owned(), Flood::Answer(SIZE))].into(),
            ends: [("textDocument/definition".to_owned(), end)].into(),
            ..Script::default()
        };
        let mut session = Setup::through_goplens(STAND_IN).script(&script).start();
        session.initialize(&Module::sample());
        let unanswered = session.ask("textDocument/hover", Value::Null);
        session.idle(Duration::from_secs(1));
        let answered = session.ask("textDocument/definition", Value::Null);
        assert_eq!(session.wait(), code);
        let answer = session.answer(&answered).result();
        assert!(answer.len() > SIZE, "{} bytes", answer.len());
        let (_, message) = session.answer(&unanswered).error();
        assert!(message.contains("gopls ended"), "{message}");
        // No byte is missing or too many, which is held by the end of every session.
        let ended = session.finish();
        let last = ended.book.received.last().and_then(|note| note.id.clone());
        assert_eq!(last, Some(unanswered), "the answer comes first");
    }
}

#[test]
fn a_signal_ends_what_answers_in_gopls_s_place() {
    for gopls in ["/nowhere/gopls", "/bin/false"] {
        for signal in [Signal::TERM, Signal::INT] {
            let mut session = Setup::through_goplens(gopls).start();
            session.initialize(&Module::sample());
            session.said("window/showMessage", "goplens");
            session.signal(signal);
            // The stream stays open.
            assert_eq!(session.wait(), 128 + signal.as_raw(), "{gopls} {signal:?}");
            let ended = session.finish();
            let info = &ended.recorded().info;
            assert!(info.end.is_some(), "{gopls} {signal:?}");
            let code = info.ended.as_ref().and_then(|ending| ending.code);
            assert_eq!(code, Some(128 + signal.as_raw()), "{gopls}");
        }
    }
}

#[test]
fn a_client_that_leaves_is_noticed_behind_a_gopls_that_reads_nothing() {
    let mut session = Setup::through_goplens(STAND_IN).start();
    let module = Module::sample();
    session.initialize(&module);
    session.definition(&module, "main.go", "Of(item");
    let server = session.server("stand-in");
    server.signal(Signal::STOP);
    let stopped = wait_until(tests::PATIENCE, || server.is_stopped());
    assert!(stopped, "the server does not stop");
    let text = "x".repeat(100_000);
    for _ in 0..20 {
        session.notify("x/more", json!({ "text": text }));
    }
    // Until all is full that can hold any of it.
    thread::sleep(Duration::from_millis(500));
    session.cut();
    // That nothing is left running is held by the end of every session.
    let ended = session.finish();
    assert_eq!(ended.code, 1);
    let exits = ended.recorded().events("server-exit");
    assert_eq!(exits[0]["ended_by_goplens"], true, "{exits:?}");
    assert!(ended.recorded().info.end.is_some());
}

#[test]
fn exit_right_behind_shutdown_leaves_time_for_its_answer() {
    let test = "hard_endings::exit_right_behind_shutdown_leaves_time_for_its_answer";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let module = Module::sample();
    for round in 0..10 {
        let setup = Setup::through_goplens(&gopls).folder(module.path());
        let mut session = setup.start();
        session.initialize(&module);
        if round % 2 == 0 {
            session.open(&module, "main.go");
            session.check_alive(&module);
        }
        session.send_together(&[
            r#"{"jsonrpc":"2.0","id":"bye","method":"shutdown"}"#,
            r#"{"jsonrpc":"2.0","method":"exit"}"#,
        ]);
        assert_eq!(session.answer(&Id::from("bye")).result(), "null");
        let ended = session.finish();
        assert_eq!(ended.code, 0, "round {round}");
    }
}

#[test]
fn exit_right_behind_shutdown_is_answered_where_gopls_does_not() {
    let script = Script {
        never: ["shutdown".to_owned()].into(),
        ..Script::default()
    };
    let mut session = Setup::through_goplens(STAND_IN).script(&script).start();
    session.request("initialize", initialize(&Module::sample()));
    session.send_together(&[
        r#"{"jsonrpc":"2.0","id":"bye","method":"shutdown"}"#,
        r#"{"jsonrpc":"2.0","method":"exit"}"#,
    ]);
    assert_eq!(session.answer(&Id::from("bye")).result(), "null");
    assert_eq!(session.finish().code, 0);
}
