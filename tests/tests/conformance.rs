//! The cases in which other proxies were seen to fail.

use std::fs;

use protocol::Direction;
use serde_json::json;
use tests::{End, Module, RawServer, Script, Setup, frames};
use wire::Id;

/// The scripted server.
const STAND_IN: &str = env!("CARGO_BIN_EXE_stand-in");

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

#[test]
fn odd_json_goes_both_ways_byte_for_byte() {
    let bodies = odd();
    let server = RawServer::saying(&frames(&bodies));
    let mut session = server.setup(STAND_IN).start();
    for body in &bodies {
        session.send(body.clone());
    }
    session.check_received(&bodies);
    assert_eq!(session.finish().code, 0);
    assert_eq!(server.told(), frames(&bodies));
}

#[test]
fn frames_are_found_in_any_chunking() {
    let server = RawServer::saying(b"");
    let mut session = server.setup(STAND_IN).start();
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
    assert_eq!(server.told(), stream);
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
fn answers_that_nobody_waits_for_are_recorded_and_passed_on() {
    let answer = br#"{"jsonrpc":"2.0","result":[],"id":1}"#.to_vec();
    let stray = br#"{"jsonrpc":"2.0","result":[],"id":"never"}"#.to_vec();
    let said = [answer.clone(), answer, stray];
    let mut server = RawServer::saying(&frames(&said));
    server.raw.plays_after = 1;
    let mut session = server.setup(STAND_IN).start();
    session.expect_stray(Id::from(1));
    session.expect_stray(Id::from("never"));
    session.ask("x/ask", json!([]));
    session.check_received(&said);
    session.send(r#"{"jsonrpc":"2.0","id":7,"result":null}"#);
    let ended = session.finish();
    let unmatched = ended.recorded().events("unmatched");
    let ids: Vec<_> = unmatched.iter().map(|event| event["id"].clone()).collect();
    assert_eq!(ids, [json!(1), json!("never"), json!(7)]);
    assert_eq!(ended.recorded().responses("x/ask").len(), 1);
    assert!(
        server
            .told()
            .ends_with(br#"{"jsonrpc":"2.0","id":7,"result":null}"#)
    );
}

#[test]
fn a_client_that_ends_inside_of_a_frame_has_its_last_bytes_recorded() {
    let mut session = Setup::through_goplens(STAND_IN).start();
    session.initialize(&Module::sample());
    session.send_bytes(&b"Content-Length: 100\r\n\r\n{\"jsonrpc\""[..]);
    let ended = session.finish();
    assert_eq!(ended.code, 0);
    let rejected = ended.recorded().events("rejected");
    assert_eq!(rejected.len(), 1);
    let text = rejected[0]["text"].as_str().unwrap();
    assert!(text.ends_with("{\"jsonrpc\""), "{text}");
}
