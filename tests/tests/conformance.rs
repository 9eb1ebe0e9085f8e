//! The cases in which other proxies were seen to fail.

use std::fs;
use std::time::Duration;

use protocol::Direction;
use serde_json::json;
use tempfile::TempDir;
use tests::{End, Module, Raw, Script, Session, Setup};
use wire::Id;

/// The scripted server.
const STAND_IN: &str = env!("CARGO_BIN_EXE_stand-in");

/// A raw server: what it is to say, and what it was told.
struct Wire {
    folder: TempDir,
    script: Script,
}

impl Wire {
    /// One that says these bytes.
    fn saying(bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (dump, play) = (folder.path().join("dump"), folder.path().join("play"));
        fs::write(&play, bytes).unwrap();
        let raw = Raw {
            dump,
            play,
            ..Raw::default()
        };
        let script = Script {
            raw: Some(raw),
            ..Script::default()
        };
        Self { folder, script }
    }

    fn raw(&mut self) -> &mut Raw {
        self.script.raw.as_mut().unwrap()
    }

    fn setup(&self) -> Setup {
        Setup::through_goplens(STAND_IN).script(&self.script)
    }

    /// The bytes that it was told, when it is over.
    fn told(&self) -> Vec<u8> {
        fs::read(self.folder.path().join("dump")).unwrap()
    }
}

/// Bodies that a proxy which parses and writes again would change. Requests for one direction are
/// as good as notifications for the other.
const ODD: [&str; 9] = [
    r#"{"jsonrpc":"2.0","method":"x/a","params":{"n":123456789012345678901234567890}}"#,
    r#"{"jsonrpc":"2.0","method":"x/b","params":[1E5,1e5,1.0,-0,0.10,1E+05]}"#,
    "{ \"jsonrpc\" :\t\"2.0\",\r\n  \"method\" : \"x/c\" ,\n \"params\" : [ ] }\n",
    r#"{"jsonrpc":"2.0","method":"x/d","params":{"a":1,"a":2,"b":{"k":1,"k":[]}}}"#,
    r#"{"params":{"z":1,"a":2},"method":"x/e","jsonrpc":"2.0"}"#,
    r#"{"jsonrpc":"2.0","method":"x/f","params":{"s":"\u0061\/\u00e9\u00E9é\ud83d\ude00"}}"#,
    r#"{"jsonrpc":"2.0","method":"x/g","params":{"s":"\ud800","t":"\udc00x"}}"#,
    r#"{"jsonrpc":"2.0","method":"x\/h","unknown":null,"params":null}"#,
    r#"{"jsonrpc":"2.0","method":"x/i","params":{"u":"file:///%7euser/%41.go"}}"#,
];

/// All of [`ODD`] and one that is not UTF-8.
fn odd() -> Vec<Vec<u8>> {
    let mut odd: Vec<Vec<u8>> = ODD.iter().map(|body| body.as_bytes().to_vec()).collect();
    odd.push(b"{\"method\":\"x/j\",\"params\":\"\xff\xc3\x28\xed\xa0\x80\"}".to_vec());
    odd
}

fn frames(bodies: &[Vec<u8>]) -> Vec<u8> {
    bodies.iter().flat_map(|body| wire::frame(body)).collect()
}

/// Fails unless the session received these bodies, and nothing else but what goplens said.
fn check_received(session: &Session, bodies: &[Vec<u8>]) {
    session.wait_for("all that the server says", |book| {
        let of_server: Vec<_> = book
            .received
            .iter()
            .filter(|note| note.method.as_deref() != Some("window/logMessage"))
            .collect();
        if of_server.len() < bodies.len() {
            return None;
        }
        for (note, body) in of_server.iter().zip(bodies) {
            let equal = note.body == body;
            assert!(equal, "{} of {} bytes", note.body.len(), body.len());
        }
        assert_eq!(of_server.len(), bodies.len());
        Some(())
    });
}

#[test]
fn odd_json_goes_both_ways_byte_for_byte() {
    let bodies = odd();
    let wire = Wire::saying(&frames(&bodies));
    let mut session = wire.setup().start();
    for body in &bodies {
        session.send(body.clone());
    }
    check_received(&session, &bodies);
    assert_eq!(session.finish().code, 0);
    assert_eq!(wire.told(), frames(&bodies));
}

#[test]
fn any_header_is_read_and_those_that_gopls_reads_are_kept() {
    let wire = Wire::saying(b"");
    let mut session = wire.setup().start();
    let body = ODD[6].as_bytes();
    let length = body.len();
    let canonical = wire::frame(body);
    let mut expected = Vec::new();
    let kept = [
        format!("Content-Length: {length}\r\n\r\n"),
        format!(
            "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: {length}\r\n\r\n"
        ),
        format!("X-Other: a:b\r\nContent-Length:{length}\r\n\r\n"),
    ];
    let replaced = [
        format!("content-length: {length}\r\n\r\n"),
        format!("CONTENT-LENGTH: {length}\r\ncontent-type: x\r\n\r\n"),
        format!("Content-length : {length}\r\n\r\n"),
        format!("Content-Length: {length}\n\n"),
    ];
    for header in &kept {
        let frame = [header.as_bytes(), body].concat();
        expected.extend_from_slice(&frame);
        session.send_odd(frame, body);
    }
    for header in &replaced {
        let frame = [header.as_bytes(), body].concat();
        expected.extend_from_slice(&canonical);
        session.send_odd(frame, body);
    }
    let ended = session.finish();
    assert_eq!(
        String::from_utf8_lossy(&wire.told()),
        String::from_utf8_lossy(&expected)
    );
    let events = ended.recorded().events("header");
    let headers: Vec<_> = events
        .iter()
        .map(|event| event["header"].as_str().unwrap())
        .collect();
    assert_eq!(headers, replaced);
}

#[test]
fn frames_are_found_in_any_chunking() {
    let wire = Wire::saying(b"");
    let mut session = wire.setup().start();
    let bodies = odd();
    let stream = frames(&bodies);
    // Each piece is a write of its own; a byte a piece would only be slower.
    for (number, piece) in stream.chunks(7).enumerate() {
        let body = bodies.get(number);
        match body {
            Some(body) => session.send_odd(piece.to_vec(), body.clone()),
            None => session.send_bytes(piece.to_vec()),
        }
    }
    session.finish();
    assert_eq!(wire.told(), stream);
}

#[test]
fn the_exit_code_is_passed_on_and_what_is_in_flight_is_answered() {
    for (end, code, named) in [
        (End::Code(42), 42, "exit code 42"),
        (End::Code(0), 0, "exit code 0"),
        (End::Signal(6), 128 + 6, "signal 6"),
        (End::Signal(9), 128 + 9, "signal 9"),
    ] {
        let script = Script {
            never: ["textDocument/definition".to_owned()].into(),
            ends: [("textDocument/hover".to_owned(), end)].into(),
            ..Script::default()
        };
        let module = Module::sample();
        let mut session = Setup::through_goplens(STAND_IN).script(&script).start();
        session.initialize(&module);
        let place = tests::place(&module, "main.go", "Of(item");
        let waiting: Vec<_> = (0..5)
            .map(|_| session.ask("textDocument/definition", place.clone()))
            .collect();
        let last = session.ask("textDocument/hover", place);
        for id in waiting.iter().chain([&last]) {
            let (_, message) = session.answer(id).error();
            assert!(message.contains("gopls ended"), "{message}");
            assert!(message.contains(named), "{message}");
        }
        let ended = session.finish();
        assert_eq!(ended.code, code, "{named}");
        let exits = ended.recorded().events("server-exit");
        assert_eq!(exits.len(), 1);
        assert_eq!(exits[0]["code"], code);
        assert_eq!(exits[0]["ended_by_goplens"], false);
    }
}

#[test]
fn what_the_server_said_last_is_kept() {
    let script = Script {
        complaints: [(
            "textDocument/hover".to_owned(),
            "panic: no such thing\n".to_owned(),
        )]
        .into(),
        ends: [("textDocument/hover".to_owned(), End::Code(2))].into(),
        ..Script::default()
    };
    let module = Module::sample();
    let mut session = Setup::through_goplens(STAND_IN).script(&script).start();
    session.initialize(&module);
    session.request(
        "textDocument/hover",
        tests::place(&module, "main.go", "Of(item"),
    );
    let ended = session.finish();
    assert!(
        ended.stderr.contains("panic: no such thing\n"),
        "{}",
        ended.stderr
    );
    let recorded = ended.recorded();
    let log = fs::read_to_string(recorded.folder.join("stderr.log")).unwrap();
    assert_eq!(log, "panic: no such thing\n");
    let exit = &recorded.events("server-exit")[0];
    assert_eq!(exit["last_words"], json!(["panic: no such thing"]));
}

#[test]
fn what_the_server_writes_between_frames_is_left_out() {
    let script = Script {
        garbage: [(
            "textDocument/hover".to_owned(),
            "fmt.Println was here\n".to_owned(),
        )]
        .into(),
        ..Script::default()
    };
    let module = Module::sample();
    let mut session = Setup::through_goplens(STAND_IN).script(&script).start();
    session.initialize(&module);
    let place = tests::place(&module, "main.go", "Of(item");
    let hover = session
        .request("textDocument/hover", place.clone())
        .result();
    assert!(hover.contains("the stand-in knows"), "{hover}");
    session.logged("between messages");
    session.request("textDocument/definition", place);
    session.shut_down();
    let ended = session.finish();
    assert_eq!(ended.code, 0);
    let rejected = ended.recorded().events("rejected");
    assert_eq!(rejected.len(), 1);
    assert_eq!(rejected[0]["direction"], "server-to-client");
    assert_eq!(rejected[0]["text"], "fmt.Println was here\n");
}

#[test]
fn ids_are_compared_by_value_and_side() {
    let module = Module::sample();
    let script = Script {
        asks: [(
            "textDocument/hover".to_owned(),
            "workspace/configuration".to_owned(),
        )]
        .into(),
        ..Script::default()
    };
    let mut session = Setup::through_goplens(STAND_IN).script(&script).start();
    session.initialize(&module);
    let place = tests::place(&module, "main.go", "Of(item");
    // tower-lsp numbers its requests from 0, as this client does.
    for id in [
        "0",
        "1",
        "\"1\"",
        r#""a<&>b""#,
        r#""\u0061x""#,
        "-7",
        "9223372036854775807",
    ] {
        let hover = format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"textDocument/hover","params":{place}}}"#
        );
        session.send(hover);
        let id = wire::scan(format!(r#"{{"id":{id},"result":1}}"#).as_bytes())
            .unwrap()
            .id
            .unwrap();
        let earlier = usize::from(id == Id::from(1));
        session.wait_for("the answer", |book| {
            book.responses(&id).nth(earlier).map(drop)
        });
    }
    session.wait_for("the server's own requests", |book| {
        (book.received_of("workspace/configuration").count() == 7).then_some(())
    });
    session.shut_down();
    let ended = session.finish();
    assert!(ended.recorded().events("unmatched").is_empty());
    for direction in [Direction::ClientToServer, Direction::ServerToClient] {
        let mut messages = ended.recorded().messages(direction);
        assert!(messages.all(|record| record.method.is_some()));
    }
}

#[test]
fn a_request_whose_id_is_reused_in_flight_is_answered_each_time() {
    let module = Module::sample();
    let script = Script {
        delays_ms: [("textDocument/hover".to_owned(), 300)].into(),
        ..Script::default()
    };
    let mut session = Setup::through_goplens(STAND_IN).script(&script).start();
    session.initialize(&module);
    let place = tests::place(&module, "main.go", "Of(item");
    let hover =
        format!(r#"{{"jsonrpc":"2.0","id":77,"method":"textDocument/hover","params":{place}}}"#);
    for _ in 0..3 {
        session.send(hover.clone());
    }
    session.wait_for("three answers", |book| {
        book.responses(&Id::from(77)).nth(2).map(drop)
    });
    session.shut_down();
    let ended = session.finish();
    assert_eq!(ended.recorded().responses("textDocument/hover").len(), 3);
    assert!(ended.recorded().events("unmatched").is_empty());
}

#[test]
fn eight_megabytes_both_ways_with_every_pipe_full_do_not_lock() {
    let bodies: Vec<_> = (0..128).map(|number| body(number, 64 * 1024)).collect();
    let mut wire = Wire::saying(&frames(&bodies));
    wire.raw().idle_ms = 1500;
    // Both ends write all the time, and neither reads at first.
    let mut session = wire.setup().idle(Duration::from_millis(1500)).start();
    for body in &bodies {
        session.send(body.clone());
    }
    check_received(&session, &bodies);
    assert_eq!(session.finish().code, 0);
    assert!(
        wire.told() == frames(&bodies),
        "what the server was told differs"
    );
}

#[test]
fn large_bodies_go_both_ways_byte_for_byte() {
    let bodies = [
        body(1, 20 << 20),
        body(2, 10),
        body(3, 80 << 20),
        body(4, 15 << 20),
    ];
    let wire = Wire::saying(&frames(&bodies));
    let mut session = wire.setup().start();
    for body in &bodies {
        session.send(body.clone());
    }
    check_received(&session, &bodies);
    let ended = session.finish();
    assert_eq!(ended.code, 0);
    assert!(
        wire.told() == frames(&bodies),
        "what the server was told differs"
    );
    let unchecked = ended.recorded().events("unchecked");
    let of_client: Vec<_> = unchecked
        .iter()
        .filter(|event| event["direction"] == "client-to-server")
        .map(|event| (event["bytes"].as_u64().unwrap(), event["method"].clone()))
        .collect();
    assert_eq!(
        of_client,
        [(20 << 20, json!("x/1")), (80 << 20, json!("x/3"))],
        "those above 16 MiB"
    );
    for record in ended.recorded().messages(Direction::ClientToServer) {
        let large = record.bytes.unwrap() > 1 << 20;
        assert_eq!(record.truncated, large, "{:?}", record.method);
    }
}

#[test]
fn a_large_request_that_is_not_checked_has_its_answer() {
    let module = Module::sample();
    let mut session = Setup::through_goplens(STAND_IN).start();
    session.initialize(&module);
    let mut params = tests::place(&module, "main.go", "Of(item");
    params["padding"] = "x".repeat(17 << 20).into();
    let result = session.request("textDocument/hover", params).result();
    assert!(result.contains("the stand-in knows"), "{result}");
    session.shut_down();
    let ended = session.finish();
    assert_eq!(ended.code, 0);
    let hovers = ended.recorded().responses("textDocument/hover");
    assert_eq!(hovers.len(), 1);
    assert!(hovers[0].latency_us.is_some());
    assert_eq!(ended.recorded().events("unchecked").len(), 1);
}

#[test]
fn a_large_string_at_the_outermost_level_does_not_hide_the_message() {
    let text = "x".repeat(17 << 20);
    let notification = format!(r#"{{"jsonrpc":"2.0","method":"x/large","params":"{text}"}}"#);
    let answer = format!(r#"{{"jsonrpc":"2.0","result":"{text}","id":1}}"#);
    let mut wire = Wire::saying(&wire::frame(answer.as_bytes()));
    wire.raw().plays_after = 1;
    let mut session = wire.setup().start();
    session.ask("x/ask", json!([]));
    session.answer(&Id::from(1));
    session.send(notification);
    let ended = session.finish();
    assert!(ended.recorded().events("unmatched").is_empty());
    assert_eq!(ended.recorded().responses("x/ask").len(), 1);
}

/// A notification of exactly this length.
fn body(number: usize, length: usize) -> Vec<u8> {
    let start = format!(r#"{{"jsonrpc":"2.0","method":"x/{number}","params":[""#);
    let end = b"\"]}";
    let mut body = start.into_bytes();
    let room = length.saturating_sub(end.len()).max(body.len());
    body.resize(room, b'a' + (number % 26) as u8);
    body.extend_from_slice(end);
    body
}
