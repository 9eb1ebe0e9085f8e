//! How a session ends, and that nothing is left of it.

use std::path::Path;
use std::thread;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;
use tests::{End, Hang, Module, Script, Session, Setup, gopls_or_skip, wait_until};

/// The scripted server.
const STAND_IN: &str = env!("CARGO_BIN_EXE_stand-in");

/// A session with the stand-in that has been initialized.
fn stand_in(script: &Script) -> Session {
    let mut session = Setup::through_goplens(STAND_IN).script(script).start();
    session.initialize(&Module::sample());
    session
}

/// A session with the real gopls that has loaded its workspace.
fn real(gopls: &Path, module: &Module) -> Session {
    Setup::through_goplens(gopls).start_loaded(module)
}

/// A session with the real gopls that loads its workspace and never will have.
fn hanging(gopls: &Path, hang: &Hang) -> Session {
    let mut session = hang.apply(Setup::through_goplens(gopls)).start();
    session.initialize(&hang.module);
    session.open(&hang.module, "main.go");
    let hangs = wait_until(tests::PATIENCE, || {
        let mut processes = session.processes().into_iter();
        processes.any(|process| process.command.contains("go list"))
    });
    assert!(hangs, "gopls runs no go list");
    session
}

/// The exit that goplens recorded.
fn server_exit(ended: &tests::Ended) -> Value {
    let mut exits = ended.recorded().events("server-exit");
    assert_eq!(exits.len(), 1);
    exits.remove(0)
}

#[test]
fn exit_after_shutdown_is_0_and_exit_alone_is_1() {
    let Some(gopls) = gopls_or_skip("ending::exit_after_shutdown_is_0_and_exit_alone_is_1") else {
        return;
    };
    let module = Module::sample();
    for (says_shutdown, code) in [(true, 0), (false, 1)] {
        let mut session = real(&gopls, &module);
        if says_shutdown {
            session.request("shutdown", Value::Null);
        }
        session.notify("exit", Value::Null);
        // The stream stays open: an editor closes nothing after `exit`.
        assert_eq!(session.wait(), code);
        let ended = session.finish();
        let exit = server_exit(&ended);
        assert_eq!(exit["code"], code);
        assert_eq!(exit["ended_by_goplens"], false, "gopls ended by itself");
    }
}

#[test]
fn the_end_of_the_stream_ends_gopls() {
    let Some(gopls) = gopls_or_skip("ending::the_end_of_the_stream_ends_gopls") else {
        return;
    };
    let session = real(&gopls, &Module::sample());
    // Just loaded, gopls still diagnoses, and takes longer to end than it is given.
    session.wait_for("the diagnostics", |book| {
        book.received_of("textDocument/publishDiagnostics")
            .next()
            .map(drop)
    });
    thread::sleep(Duration::from_secs(2));
    let ended = session.finish();
    let exit = server_exit(&ended);
    assert_eq!(exit["ended_by_goplens"], false, "{exit}");
    assert_eq!(ended.code, 0, "{exit}");
}

#[test]
fn signals_end_goplens_and_gopls() {
    let Some(gopls) = gopls_or_skip("ending::signals_end_goplens_and_gopls") else {
        return;
    };
    let module = Module::sample();
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let mut session = real(&gopls, &module);
        session.signal(signal);
        assert_eq!(session.wait(), 128 + signal.as_raw(), "{signal:?}");
        session.finish();
    }
}

#[test]
fn signals_end_a_server_that_does_not_listen_and_its_child() {
    let script = Script {
        deaf: true,
        stays: true,
        child: true,
        ..Script::default()
    };
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let mut session = stand_in(&script);
        session.signal(signal);
        assert_eq!(session.wait(), 128 + signal.as_raw(), "{signal:?}");
        let ended = session.finish();
        assert_eq!(server_exit(&ended)["ended_by_goplens"], true);
    }
}

#[test]
fn a_shutdown_that_is_ignored_is_answered_and_a_late_answer_is_dropped() {
    let script = Script {
        delays_ms: [("shutdown".to_owned(), 2500)].into(),
        ..Script::default()
    };
    let mut session = stand_in(&script);
    let answer = session.request("shutdown", Value::Null);
    assert_eq!(answer.result(), "null");
    // The server's own answer comes meanwhile.
    thread::sleep(Duration::from_millis(3000));
    session.notify("exit", Value::Null);
    let ended = session.finish();
    assert_eq!(ended.code, 0);
    let recorded = ended.recorded();
    let answers = recorded.responses("shutdown");
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].outcome.as_deref(), Some("timeout"));
    assert_eq!(answers[0].origin.as_deref(), Some("goplens"));
    let waited = answers[0].latency_us.unwrap();
    assert!(waited >= 1_000_000, "goplens waits a second: {waited} us");
    let late = recorded.events("late");
    assert_eq!(late.len(), 1);
    assert_eq!(late[0]["method"], "shutdown");
    assert_eq!(late[0]["dropped"], true);
    let waited = late[0]["waited_ms"].as_u64().unwrap();
    assert!(waited >= 2500, "the server took {waited} ms");
}

#[test]
fn a_server_that_ignores_exit_is_ended_with_its_child() {
    let script = Script {
        stays: true,
        child: true,
        ..Script::default()
    };
    for (says_shutdown, code) in [(true, 0), (false, 1)] {
        let mut session = stand_in(&script);
        let found = wait_until(tests::PATIENCE, || {
            let mut processes = session.processes().into_iter();
            processes.any(|process| process.command.starts_with("sleep"))
        });
        assert!(found, "the server has a child");
        if says_shutdown {
            session.request("shutdown", Value::Null);
        }
        session.notify("exit", Value::Null);
        assert_eq!(session.wait(), code);
        let ended = session.finish();
        assert_eq!(server_exit(&ended)["ended_by_goplens"], true);
        assert_eq!(server_exit(&ended)["code"], 128 + 9);
    }
}

#[test]
fn a_server_that_ignores_the_end_of_the_stream_is_ended() {
    let script = Script {
        stays: true,
        child: true,
        ..Script::default()
    };
    let ended = stand_in(&script).finish();
    assert_eq!(ended.code, 1);
    assert_eq!(server_exit(&ended)["ended_by_goplens"], true);
}

#[test]
fn a_server_that_dies_leaves_no_child() {
    let script = Script {
        child: true,
        ends: [("textDocument/hover".to_owned(), End::Code(42))].into(),
        ..Script::default()
    };
    let mut session = stand_in(&script);
    session.request("textDocument/hover", Value::Null);
    assert_eq!(session.finish().code, 42);
}

#[test]
fn requests_in_flight_are_answered_when_the_client_says_exit() {
    let script = Script {
        never: ["textDocument/hover".to_owned()].into(),
        ..Script::default()
    };
    let mut session = stand_in(&script);
    let id = session.ask("textDocument/hover", Value::Null);
    session.shut_down();
    let (_, message) = session.answer(&id).error();
    assert!(message.contains("gopls ended"), "{message}");
    assert_eq!(session.finish().code, 0);
}

#[test]
fn the_kill_of_goplens_ends_its_server() {
    let mut session = stand_in(&Script::default());
    session.signal(Signal::KILL);
    session.finish();
    let Some(gopls) = gopls_or_skip("ending::the_kill_of_goplens_ends_its_server") else {
        return;
    };
    let mut session = real(&gopls, &Module::sample());
    session.signal(Signal::KILL);
    session.finish();
}

#[test]
fn a_hung_load_is_left_with_shutdown_and_exit() {
    let Some(gopls) = gopls_or_skip("ending::a_hung_load_is_left_with_shutdown_and_exit") else {
        return;
    };
    let hang = Hang::start();
    let mut session = hanging(&gopls, &hang);
    session.ask(
        "textDocument/definition",
        tests::place(&hang.module, "main.go", "Return"),
    );
    session.shut_down();
    assert_eq!(session.wait(), 0);
    let ended = session.finish();
    let answers = ended.recorded().responses("shutdown");
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].outcome.as_deref(), Some("timeout"));
}

#[test]
fn a_hung_load_is_left_with_each_other_end() {
    let Some(gopls) = gopls_or_skip("ending::a_hung_load_is_left_with_each_other_end") else {
        return;
    };
    let hang = Hang::start();
    hanging(&gopls, &hang).finish();
    for signal in [Signal::TERM, Signal::KILL] {
        let mut session = hanging(&gopls, &hang);
        session.signal(signal);
        assert_eq!(session.wait(), 128 + signal.as_raw(), "{signal:?}");
        // gopls and its go list both go.
        session.finish();
    }
    // So they do where gopls is killed and leaves its child behind.
    let mut session = hanging(&gopls, &hang);
    session.server("gopls").signal(Signal::KILL);
    session.expect_server_death();
    assert_eq!(session.wait(), 128 + 9);
    session.finish();
}

#[test]
fn a_stopped_gopls_is_ended() {
    let Some(gopls) = gopls_or_skip("ending::a_stopped_gopls_is_ended") else {
        return;
    };
    let module = Module::sample();
    let stopped = || {
        let session = real(&gopls, &module);
        let server = session.server("gopls");
        server.signal(Signal::STOP);
        let stops = wait_until(tests::PATIENCE, || server.is_stopped());
        assert!(stops, "gopls does not stop");
        session
    };
    let mut session = stopped();
    session.shut_down();
    assert_eq!(session.wait(), 0);
    let ended = session.finish();
    assert_eq!(server_exit(&ended)["ended_by_goplens"], true);

    assert_eq!(stopped().finish().code, 1, "the end of the stream");

    let mut session = stopped();
    session.signal(Signal::TERM);
    assert_eq!(session.wait(), 128 + 15);
    session.finish();

    let mut session = stopped();
    session.signal(Signal::KILL);
    session.finish();
}
