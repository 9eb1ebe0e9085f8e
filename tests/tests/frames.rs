//! The table of frames that kill gopls, and of those that it lives with: the first are kept from
//! it, the others go through as they are.

use std::fs;

use serde_json::Value;
use tests::{Module, Raw, Script, Session, Setup, gopls_or_skip};
use wire::Id;

/// The server of these tests that keeps all that it is sent.
const STAND_IN: &str = env!("CARGO_BIN_EXE_stand-in");

/// A body that kills gopls.
struct Deadly {
    what: &'static str,
    body: Vec<u8>,
    code: i64,
    /// The id in goplens's answer.
    id: Option<Id>,
}

/// A request that gopls answers, with `odd` in it.
fn request(odd: &str) -> Vec<u8> {
    format!(r#"{{"jsonrpc":"2.0","id":901,"method":"x/y","params":{odd}}}"#).into_bytes()
}

/// The rows of the table that are about bodies.
fn deadly() -> Vec<Deadly> {
    let row = |what, body: &[u8], code| Deadly {
        what,
        body: body.to_vec(),
        code,
        id: None,
    };
    let with_id = |mut row: Deadly| {
        row.id = Some(Id::from(901));
        row
    };
    let deep = [vec![b'['; 10_001], vec![b']'; 10_001]].concat();
    let deep = request(&String::from_utf8(deep).unwrap());
    vec![
        with_id(row("malformed JSON", &request("{]"), -32700)),
        row("half a message", br#"{"jsonrpc":"2.0","#, -32700),
        row(
            "a byte order mark",
            b"\xef\xbb\xbf{\"jsonrpc\":\"2.0\",\"method\":\"$/x\"}",
            -32700,
        ),
        row(
            "trailing bytes",
            br#"{"jsonrpc":"2.0","method":"$/x"} x"#,
            -32700,
        ),
        row(
            "two messages",
            br#"{"jsonrpc":"2.0","method":"$/x"}{"jsonrpc":"2.0","method":"$/x"}"#,
            -32700,
        ),
        with_id(row("a control character", &request("\"a\u{1}b\""), -32700)),
        with_id(row("nested deeper than 10,000", &deep, -32700)),
        row("an empty body", b"", -32700),
        row("a batch", br#"[{"jsonrpc":"2.0","method":"$/x"}]"#, -32600),
        row("an empty batch", b"[]", -32600),
        row("an empty object", b"{}", -32600),
        row("a number", b"5", -32600),
        row("null", b"null", -32600),
        row("a string", b"\"x\"", -32600),
        row(
            "the id 1.0",
            br#"{"jsonrpc":"2.0","id":1.0,"method":"x/y"}"#,
            -32600,
        ),
        row(
            "the id 2^63",
            br#"{"jsonrpc":"2.0","id":9223372036854775808,"method":"x/y"}"#,
            -32600,
        ),
        row(
            "a bool as id",
            br#"{"jsonrpc":"2.0","id":true,"method":"x/y"}"#,
            -32600,
        ),
        row(
            "an object as id",
            br#"{"jsonrpc":"2.0","id":{},"method":"x/y"}"#,
            -32600,
        ),
        with_id(row(
            "another jsonrpc",
            br#"{"jsonrpc":"1.0","id":901,"method":"x/y"}"#,
            -32600,
        )),
        with_id(row(
            "a method that is no string",
            br#"{"jsonrpc":"2.0","id":901,"method":5}"#,
            -32600,
        )),
        with_id(row(
            "an error that is no object",
            br#"{"jsonrpc":"2.0","id":901,"error":"x"}"#,
            -32600,
        )),
    ]
}

/// Bodies that gopls lives with.
fn odd() -> Vec<(&'static str, Vec<u8>)> {
    let deep = [vec![b'['; 9_990], vec![b']'; 9_990]].concat();
    vec![
        ("jsonrpc missing", br#"{"id":901,"method":"x/y"}"#.to_vec()),
        (
            "duplicate keys, of which the last wins",
            br#"{"jsonrpc":"2.0","method":"exit","id":7,"id":901,"method":"x/y"}"#.to_vec(),
        ),
        (
            "keys in capitals",
            br#"{"JSONRPC":"2.0","ID":901,"Method":"x/y"}"#.to_vec(),
        ),
        (
            "invalid UTF-8",
            [
                &br#"{"id":901,"method":"x/y","params":{"a":""#[..],
                b"\xff\xfe",
                br#""}}"#,
            ]
            .concat(),
        ),
        ("a lone surrogate", request(r#"{"a":"\ud800"}"#)),
        (
            "nested nearly 10,000 deep",
            request(&String::from_utf8(deep).unwrap()),
        ),
        (
            "white space around it",
            [&b"\r\n "[..], &request("[ ]"), b" \n"].concat(),
        ),
    ]
}

/// A session with the real gopls, loaded and idle.
fn session(module: &Module, setup: Setup) -> Session {
    let mut session = setup.folder(module.path()).start();
    session.initialize(module);
    session.open(module, "main.go");
    check_alive(&mut session, module);
    session
}

/// gopls lives, and knows what it knew.
fn check_alive(session: &mut Session, module: &Module) {
    let result = session.definition(module, "main.go", "Of(item").result();
    assert!(result.contains("price/price.go"), "{result}");
}

#[test]
fn each_deadly_body_is_kept_from_gopls() {
    let Some(gopls) = gopls_or_skip("frames::each_deadly_body_is_kept_from_gopls") else {
        return;
    };
    let module = Module::sample();
    let mut session = session(&module, Setup::through_goplens(gopls));
    let rows = deadly();
    for (number, row) in rows.iter().enumerate() {
        session.send_refused(wire::frame(&row.body), row.id.clone());
        let refusal = session.wait_for(row.what, |book| {
            let refusals = book.received.iter().filter(|note| {
                note.is_response()
                    && note.value()["error"]["message"]
                        .as_str()
                        .is_some_and(|text| text.contains("not handed on"))
            });
            refusals.skip(number).map(|note| note.value()).next()
        });
        assert_eq!(
            refusal["error"]["code"], row.code,
            "{}: {refusal}",
            row.what
        );
        let id = row.id.as_ref().map_or(Value::Null, |_| 901.into());
        assert_eq!(refusal["id"], id, "{}: {refusal}", row.what);
        check_alive(&mut session, &module);
    }
    session.shut_down();
    let ended = session.finish();
    assert_eq!(ended.code, 0);
    let rejected = ended.recorded().events("rejected");
    assert_eq!(rejected.len(), rows.len());
    for (event, row) in rejected.iter().zip(&rows) {
        assert_eq!(event["direction"], "client-to-server", "{}", row.what);
        assert_eq!(event["code"], row.code, "{}", row.what);
        assert_eq!(event["bytes"], row.body.len(), "{}", row.what);
        assert!(event["reason"].is_string(), "{}", row.what);
    }
    let notices = ended.recorded().events("notice");
    assert!(notices.len() >= rows.len(), "each was said");
}

#[test]
fn each_deadly_body_kills_gopls() {
    let Some(gopls) = gopls_or_skip("frames::each_deadly_body_kills_gopls") else {
        return;
    };
    for row in deadly() {
        assert_eq!(
            gopls_ends_with(&gopls, &wire::frame(&row.body)),
            2,
            "{}",
            row.what
        );
    }
}

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
    let mut session = session(&module, Setup::through_goplens(gopls));
    let mut frames = deadly_headers(&request("1"));
    let body = request("1");
    frames.push((
        "LF only",
        [
            format!("Content-Length: {}\n\n", body.len()).as_bytes(),
            &body,
        ]
        .concat(),
    ));
    for (number, (what, frame)) in frames.iter().enumerate() {
        session.send_odd(frame.clone(), body.clone());
        session.wait_for(what, |book| {
            book.responses(&Id::from(901)).nth(number).map(drop)
        });
    }
    check_alive(&mut session, &module);
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
    for (what, frame) in deadly_headers(&request("1")) {
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
    let mut session = session(&module, Setup::through_goplens(gopls));
    let broken: [&[u8]; 4] = [
        b"Garbage\r\n\r\n",
        b"Content-Length: five\r\n\r\n{}",
        b"X-Something: 1\r\n\r\n",
        b"Content-Length: -1\r\n\r\n{}",
    ];
    for bytes in broken {
        session.send_refused(bytes.to_vec(), None);
        check_alive(&mut session, &module);
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
    session.send_odd(garbage, "");
    let code = session.wait();
    assert_ne!(code, 0);
    let ended = session.finish();
    let reason = ended.recorded().info.ended.as_ref().unwrap().text.clone();
    assert!(reason.contains("no colon"), "{reason}");
    assert!(ended.stderr.contains("no colon"), "{}", ended.stderr);
}

#[test]
fn what_gopls_lives_with_is_answered() {
    let Some(gopls) = gopls_or_skip("frames::what_gopls_lives_with_is_answered") else {
        return;
    };
    let module = Module::sample();
    let setups = [Setup::server_alone(&gopls), Setup::through_goplens(&gopls)];
    let answers = setups.map(|setup| {
        let mut session = session(&module, setup);
        for (number, (what, body)) in odd().into_iter().enumerate() {
            session.send(body);
            session.wait_for(what, |book| {
                book.responses(&Id::from(901)).nth(number).map(drop)
            });
        }
        check_alive(&mut session, &module);
        session.shut_down();
        let ended = session.finish();
        assert_eq!(ended.code, 0);
        let id = Id::from(901);
        let answers = ended.book.responses(&id);
        answers.map(|note| note.body.clone()).collect::<Vec<_>>()
    });
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn what_gopls_lives_with_goes_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let (dump, play) = (folder.path().join("dump"), folder.path().join("play"));
    fs::write(&play, "").unwrap();
    let raw = Raw {
        dump: dump.clone(),
        play,
        ..Raw::default()
    };
    let script = Script {
        raw: Some(raw),
        ..Script::default()
    };
    let mut session = Setup::through_goplens(STAND_IN).script(&script).start();
    let mut expected = Vec::new();
    for (_, body) in odd() {
        let frame = wire::frame(&body);
        expected.extend_from_slice(&frame);
        session.send_odd(frame, body);
    }
    // Headers that gopls reads, other than the usual one.
    let body = &b"{\"method\":\"x\"}"[..];
    for header in [
        "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 14\r\n\r\n",
        "Content-Length: 14\r\nX-Unknown: 1\r\n\r\n",
        "Content-Length:14\r\n\r\n",
        "Content-Length:    14   \r\n\r\n",
    ] {
        let frame = [header.as_bytes(), body].concat();
        expected.extend_from_slice(&frame);
        session.send_odd(frame, body);
    }
    // The raw server answers nothing; what is asked here is answered by its end.
    let ended = session.finish();
    assert_eq!(
        String::from_utf8_lossy(&fs::read(dump).unwrap()),
        String::from_utf8_lossy(&expected)
    );
    assert!(ended.recorded().events("header").is_empty());
    assert!(ended.recorded().events("rejected").is_empty());
}

/// Sends gopls itself a frame and then nothing, and gives the code that it ends with. One that
/// lives ends with 0 when its standard input does.
fn gopls_ends_with(gopls: &std::path::Path, frame: &[u8]) -> i32 {
    use std::io::Write;
    use std::process::Stdio;
    let mut child = tests::command(gopls)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // One that has died already cannot be written to.
    let _ = stdin.write_all(frame);
    let _ = stdin.write_all(&wire::frame(br#"{"jsonrpc":"2.0","method":"$/x"}"#));
    drop(stdin);
    child.wait().unwrap().code().unwrap()
}
