//! Bodies of many megabytes, both ways.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

use std::fs;
use std::time::Duration;

use protocol::Direction;
use serde_json::json;
use tests::{Module, RawServer, Setup, frames};
use wire::Id;

/// The scripted server.
const STAND_IN: &str = env!("CARGO_BIN_EXE_stand-in");

#[test]
fn eight_megabytes_both_ways_with_every_pipe_full_do_not_lock() {
    let bodies: Vec<_> = (0..128).map(|number| body(number, 64 * 1024)).collect();
    let mut server = RawServer::saying(&frames(&bodies));
    server.raw.idle_ms = 1500;
    // Both ends write all the time, and neither reads at first.
    let mut session = server
        .setup(STAND_IN)
        .idle(Duration::from_millis(1500))
        .start();
    for body in &bodies {
        session.send(body.clone());
    }
    session.check_received(&bodies);
    assert_eq!(session.finish().code, 0);
    assert!(
        server.told() == frames(&bodies),
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
    let server = RawServer::saying(&frames(&bodies));
    let mut session = server.setup(STAND_IN).start();
    for body in &bodies {
        session.send(body.clone());
    }
    session.check_received(&bodies);
    let memory = peak_memory(session.pid());
    let ended = session.finish();
    assert_eq!(ended.code, 0);
    assert!(memory < 64 << 20, "{memory} bytes of memory");
    assert!(
        server.told() == frames(&bodies),
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
fn a_large_response_is_matched_with_its_request() {
    // gopls writes the id last.
    let data = vec!["0,0,5,2,0"; 2 << 20].join(",");
    let answer = format!(r#"{{"jsonrpc":"2.0","result":{{"data":[{data}]}},"id":1}}"#);
    let mut server = RawServer::saying(&wire::frame(answer.as_bytes()));
    server.raw.plays_after = 1;
    let mut session = server.setup(STAND_IN).start();
    session.ask("textDocument/semanticTokens/full", json!({}));
    session.check_received(&[answer.clone().into_bytes()]);
    let memory = peak_memory(session.pid());
    let ended = session.finish();
    assert!(memory < 32 << 20, "{memory} bytes of memory");
    let answers = ended
        .recorded()
        .responses("textDocument/semanticTokens/full");
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].outcome.as_deref(), Some("ok"));
    assert_eq!(answers[0].bytes, Some(answer.len() as u64));
    assert!(answers[0].latency_us.is_some());
    assert!(ended.recorded().events("unmatched").is_empty());
}

#[test]
fn a_large_string_at_the_outermost_level_does_not_hide_the_message() {
    let text = "x".repeat(17 << 20);
    let notification = format!(r#"{{"jsonrpc":"2.0","method":"x/large","params":"{text}"}}"#);
    let answer = format!(r#"{{"jsonrpc":"2.0","result":"{text}","id":1}}"#);
    let mut server = RawServer::saying(&wire::frame(answer.as_bytes()));
    server.raw.plays_after = 1;
    let mut session = server.setup(STAND_IN).start();
    session.ask("x/ask", json!([]));
    session.answer(&Id::from(1));
    session.send(notification);
    let ended = session.finish();
    assert!(ended.recorded().events("unmatched").is_empty());
    assert_eq!(ended.recorded().responses("x/ask").len(), 1);
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

/// The most memory that a process has used, in bytes.
fn peak_memory(pid: i32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.unwrap().split_whitespace().nth(1).unwrap();
    kilobytes.parse::<u64>().unwrap() << 10
}
