//! The table of frames that kill gopls, and of those that it lives with: the first are kept from
//! it, the others go through as they are.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

use serde_json::Value;
use tests::{Module, RawServer, Setup, gopls_ends_with, gopls_or_skip};
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

#[test]
fn each_deadly_body_is_kept_from_gopls() {
    let Some(gopls) = gopls_or_skip("frames::each_deadly_body_is_kept_from_gopls") else {
        return;
    };
    let module = Module::sample();
    let mut session = Setup::through_goplens(gopls).start_loaded(&module);
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
        session.check_alive(&module);
    }
    session.shut_down();
    let ended = session.finish();
    assert_eq!(ended.code, 0);
    let mut rejected = ended.recorded().events("rejected");
    // A gopls that is slow to end is ended, be it in the middle of a message.
    rejected.retain(|event| event["direction"] == "client-to-server");
    assert_eq!(rejected.len(), rows.len(), "{rejected:#?}");
    for (event, row) in rejected.iter().zip(&rows) {
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

#[test]
fn what_gopls_lives_with_is_answered() {
    let Some(gopls) = gopls_or_skip("frames::what_gopls_lives_with_is_answered") else {
        return;
    };
    let module = Module::sample();
    let setups = [Setup::server_alone(&gopls), Setup::through_goplens(&gopls)];
    let answers = setups.map(|setup| {
        let mut session = setup.start_loaded(&module);
        for (number, (what, body)) in odd().into_iter().enumerate() {
            session.send(body);
            session.wait_for(what, |book| {
                book.responses(&Id::from(901)).nth(number).map(drop)
            });
        }
        session.check_alive(&module);
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
    let server = RawServer::saying(b"");
    let mut session = server.setup(STAND_IN).start();
    let mut expected = Vec::new();
    for (_, body) in odd() {
        let frame = wire::frame(&body);
        expected.extend_from_slice(&frame);
        session.send_odd(frame, body);
    }
    // The raw server answers nothing; what is asked here is answered by its end.
    let ended = session.finish();
    assert_eq!(
        String::from_utf8_lossy(&server.told()),
        String::from_utf8_lossy(&expected)
    );
    assert!(ended.recorded().events("header").is_empty());
    assert!(ended.recorded().events("rejected").is_empty());
}
