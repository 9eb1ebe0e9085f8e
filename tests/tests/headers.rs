//! Headers: those that gopls reads go through as they are, the others are made so that it does, and
//! what is none is left out.

use tests::{Module, RawServer, Setup, gopls_ends_with, gopls_or_skip};
use wire::Id;

/// The scripted server.
const STAND_IN: &str = env!("CARGO_BIN_EXE_stand-in");

/// A request that gopls answers, with an error.
const REQUEST: &[u8] = br#"{"jsonrpc":"2.0","id":901,"method":"x/y","params":[1]}"#;

/// The headers that gopls does not read, each with a body behind it. Lines that end in LF alone,
/// which 0.23.0 reads, have their own place below.
fn deadly_headers(body: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let length = body.len();
    let with = |header: String| [header.as_bytes(), body].concat();
    vec![
        (
            "lower case",
            with(format!("content-length: {length}\r\n\r\n")),
        ),
        (
            "upper case",
            with(format!("CONTENT-LENGTH: {length}\r\n\r\n")),
        ),
        (
            "lower case, with a type",
            with(format!(
                "content-type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:{length}\r\n\r\n"
            )),
        ),
    ]
}

#[test]
fn each_deadly_header_is_made_canonical() {
    let Some(gopls) = gopls_or_skip("frames::each_deadly_header_is_made_canonical") else {
        return;
    };
    let module = Module::sample();
    let mut session = Setup::through_goplens(gopls).start_loaded(&module);
    let mut frames = deadly_headers(REQUEST);
    let header = format!("Content-Length: {}\n\n", REQUEST.len());
    frames.push(("LF only", [header.as_bytes(), REQUEST].concat()));
    for (number, (what, frame)) in frames.iter().enumerate() {
        session.send_odd(frame.clone(), REQUEST);
        session.wait_for(what, |book| {
            book.responses(&Id::from(901)).nth(number).map(drop)
        });
    }
    session.check_alive(&module);
    session.shut_down();
    let ended = session.finish();
    assert_eq!(ended.code, 0);
    let headers = ended.recorded().events("header");
    assert_eq!(headers.len(), frames.len());
    for (event, (what, frame)) in headers.iter().zip(&frames) {
        let header = event["header"].as_str().unwrap();
        assert!(frame.starts_with(header.as_bytes()), "{what}: {header:?}");
    }
}

#[test]
fn each_deadly_header_kills_gopls() {
    let Some(gopls) = gopls_or_skip("frames::each_deadly_header_kills_gopls") else {
        return;
    };
    for (what, frame) in deadly_headers(REQUEST) {
        assert_eq!(gopls_ends_with(&gopls, &frame), 2, "{what}");
    }
    assert_eq!(
        gopls_ends_with(&gopls, b"Garbage\r\n\r\n"),
        2,
        "a line without a colon"
    );
}

#[test]
fn the_next_message_after_a_broken_header_is_found() {
    let Some(gopls) = gopls_or_skip("frames::the_next_message_after_a_broken_header_is_found")
    else {
        return;
    };
    let module = Module::sample();
    let mut session = Setup::through_goplens(gopls).start_loaded(&module);
    let broken: [&[u8]; 4] = [
        b"Garbage\r\n\r\n",
        b"Content-Length: five\r\n\r\n{}",
        b"X-Something: 1\r\n\r\n",
        b"Content-Length: -1\r\n\r\n{}",
    ];
    for bytes in broken {
        session.send_refused(bytes.to_vec(), None);
        session.check_alive(&module);
    }
    session.shut_down();
    let ended = session.finish();
    assert_eq!(ended.code, 0);
    let rejected: u64 = ended
        .recorded()
        .events("rejected")
        .iter()
        .map(|event| event["bytes"].as_u64().unwrap())
        .sum();
    let sent: usize = broken.iter().map(|bytes| bytes.len()).sum();
    assert_eq!(rejected, sent as u64, "no byte is lost");
}

#[test]
fn a_stream_that_is_lost_ends_the_session_with_a_clear_error() {
    let mut session = Setup::through_goplens(STAND_IN).start();
    let module = Module::sample();
    session.initialize(&module);
    session.expect_server_death();
    let garbage = vec![b'x'; 100 * 1024];
    let garbage = [&b"Garbage\r\n\r\n"[..], &garbage].concat();
    session.send_refused(garbage, None);
    let code = session.wait();
    assert_ne!(code, 0);
    let ended = session.finish();
    let reason = ended.recorded().info.ended.as_ref().unwrap().text.clone();
    assert!(reason.contains("no colon"), "{reason}");
    assert!(ended.stderr.contains("no colon"), "{}", ended.stderr);
}

#[test]
fn any_header_is_read_and_those_that_gopls_reads_are_kept() {
    let server = RawServer::saying(b"");
    let mut session = server.setup(STAND_IN).start();
    let body = REQUEST;
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
        String::from_utf8_lossy(&server.told()),
        String::from_utf8_lossy(&expected)
    );
    let events = ended.recorded().events("header");
    let headers: Vec<_> = events
        .iter()
        .map(|event| event["header"].as_str().unwrap())
        .collect();
    assert_eq!(headers, replaced);
}
