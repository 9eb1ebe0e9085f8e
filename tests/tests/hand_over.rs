//! From a gopls that ends before it has answered `initialize` to the server in its place: what
//! gopls said arrives whole, and each request has one answer.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::thread;
use std::time::Duration;

use rustix::fs::OFlags;
use rustix::process::Signal;
use serde_json::Value;
use tests::{End, Flood, Module, Script, Session, Setup, command, goplens, initialize};

/// The scripted server.
const STAND_IN: &str = env!("CARGO_BIN_EXE_stand-in");

/// The code of the diagnostic that says why there is no gopls.
fn code(session: &Session) -> Value {
    session.wait_for("the diagnostic", |book| {
        let mut published = book.received_of("textDocument/publishDiagnostics");
        let params = published.next()?.value()["params"].clone();
        Some(params["diagnostics"][0]["code"].clone())
    })
}

#[test]
fn what_gopls_began_to_say_is_finished_before_another_speaks() {
    const SIZE: usize = 900_000;
    for end in [End::Code(2), End::Signal(9)] {
        let script = Script {
            floods: [("initialize".to_owned(), Flood::Notification(SIZE))].into(),
            ends: [("initialize".to_owned(), end)].into(),
            ..Script::default()
        };
        let mut session = Setup::through_goplens(STAND_IN)
            .script(&script)
            .idle(Duration::from_millis(700))
            .reads(16 * 1024, Duration::from_millis(10))
            .start();
        let initialized = session.initialize(&Module::sample()).value();
        assert_eq!(initialized["result"]["serverInfo"]["name"], "goplens");
        assert_eq!(code(&session), "gopls-cannot-start");
        session.shut_down();
        // That each frame is whole is held by the end of every session.
        let ended = session.finish();
        assert_eq!(ended.code, 0);
        let first = &ended.book.received[0];
        assert_eq!(first.method.as_deref(), Some("stand-in/flood"));
        assert!(first.body.len() > SIZE, "{} bytes", first.body.len());
    }
}

#[test]
fn what_goplens_has_answered_is_not_answered_again() {
    let script = Script {
        never: ["initialize".to_owned(), "shutdown".to_owned()].into(),
        ..Script::default()
    };
    let mut session = Setup::through_goplens(STAND_IN).script(&script).start();
    let initialized = session.ask("initialize", initialize(&Module::sample()));
    let server = session.server("stand-in");
    let shut_down = session.ask("shutdown", Value::Null);
    assert_eq!(session.answer(&shut_down).result(), "null");
    // It hangs for a while longer, and then dies.
    thread::sleep(Duration::from_millis(1500));
    let answers = session.book().responses(&initialized).count();
    assert_eq!(answers, 0, "nobody knows better than gopls yet");
    server.signal(Signal::KILL);
    let initialized = session.answer(&initialized).value();
    assert_eq!(initialized["result"]["serverInfo"]["name"], "goplens");
    session.notify("exit", Value::Null);
    // That none is answered twice is held by the end of every session.
    let ended = session.finish();
    let answers = ended.recorded().responses("shutdown");
    assert_eq!(answers.len(), 1, "{answers:?}");
}

/// Writes until the pipe takes nothing more.
fn fill(mut pipe: &File) {
    let chunk = [b'x'; 1024];
    loop {
        match pipe.write(&chunk) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return,
            Err(error) => panic!("the pipe cannot be filled: {error}"),
        }
    }
}

#[test]
fn a_standard_error_that_nobody_reads_holds_nothing_up() {
    let module = Module::sample();
    let path = module.file("stderr");
    let made = command("mkfifo").arg(&path).status();
    assert!(made.is_ok_and(|status| status.success()));
    let pipe = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
        .open(&path)
        .expect("the pipe can be opened");
    fill(&pipe);
    let script = format!("exec '{}' 2>'{}'", goplens().display(), path.display());
    let complains = Script {
        complaints: [("initialize".to_owned(), "a complaint\n".repeat(1000))].into(),
        ends: [("initialize".to_owned(), End::Code(2))].into(),
        ..Script::default()
    };
    for gopls in ["/nowhere/gopls", STAND_IN] {
        let mut session = Setup::through_goplens(gopls)
            .script(&complains)
            .env("GOPLENS_LOG", "debug")
            .by("/bin/sh")
            .args(&["-c", &script])
            .start();
        let initialized = session.initialize(&module).value();
        assert_eq!(initialized["result"]["serverInfo"]["name"], "goplens");
        code(&session);
        session.shut_down();
        assert_eq!(session.finish().code, 0, "{gopls}");
    }
}
