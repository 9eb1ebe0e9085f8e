//! What goplens refuses to hand on, beside what goes on meanwhile.

use serde_json::Value;
use tests::{Module, Script, Session, Setup, wait_until};
use wire::Id;

/// The scripted server.
const STAND_IN: &str = env!("CARGO_BIN_EXE_stand-in");

#[test]
fn what_is_refused_stands_in_the_trace_where_it_came() {
    let mut session = Setup::through_goplens(STAND_IN).start();
    let module = Module::sample();
    session.initialize(&module);
    session.definition(&module, "main.go", "Of(item");
    let good = ["a", "b"].map(|name| format!(r#"{{"jsonrpc":"2.0","method":"x/{name}"}}"#));
    for _ in 0..20 {
        let all = [good[0].as_bytes(), br#"{"jsonrpc":"#, good[1].as_bytes()];
        let all: Vec<u8> = all.iter().flat_map(|body| wire::frame(body)).collect();
        session.send_odd(all, good[0].clone());
        session.send_refused("", None);
        session.send_odd("", good[1].clone());
    }
    session.definition(&module, "main.go", "Of(item");
    session.shut_down();
    let ended = session.finish();
    let records = &ended.recorded().records;
    let expected = ["x/a", "rejected", "notice", "x/b"];
    let order: Vec<_> = records
        .iter()
        .filter_map(|record| {
            let name = record.method.as_deref().or(record.event.as_deref());
            name.filter(|name| expected.contains(name))
        })
        .collect();
    assert_eq!(order, expected.repeat(20));
    for pair in records.windows(2) {
        assert!(pair[0].time <= pair[1].time, "{pair:?}");
    }
}

/// A session whose server waits for the client's answer to a request, and that request's id.
fn asked_by_server() -> (Session, Id) {
    let script = Script {
        asks: [("x/go".to_owned(), "workspace/configuration".to_owned())].into(),
        ..Script::default()
    };
    let mut session = Setup::through_goplens(STAND_IN)
        .script(&script)
        .silent("workspace/configuration")
        .start();
    session.initialize(&Module::sample());
    session.notify("x/go", Value::Null);
    let id = session.wait_for("the server's request", |book| {
        let mut asked = book.received_of("workspace/configuration");
        asked.next().and_then(|note| note.id.clone())
    });
    (session, id)
}

/// Waits until the server has said that the client answered this.
fn server_got(session: &Session, text: &str) {
    let got = wait_until(tests::PATIENCE, || session.stderr().contains(text));
    assert!(got, "{text:?} is not in {}", session.stderr());
}

/// Fails unless the server goes on and all ends well; gives the records.
fn goes_on(mut session: Session) -> tests::Ended {
    let module = Module::sample();
    session.definition(&module, "main.go", "Of(item").result();
    session.shut_down();
    let ended = session.finish();
    assert_eq!(ended.code, 0);
    let unmatched = ended.recorded().events("unmatched");
    assert!(unmatched.is_empty(), "{unmatched:?}");
    ended
}

#[test]
fn a_refused_request_takes_nothing_from_the_server_s_own_of_the_same_id() {
    for broken in [
        "\"params\":{]}",
        "\"method\":\"x/y\",\"params\":{bad",
        "\"method\":5",
    ] {
        let (mut session, id) = asked_by_server();
        let body = format!(r#"{{"jsonrpc":"2.0","id":{id},{broken}}}"#);
        session.send_refused(wire::frame(body.as_bytes()), Some(id.clone()));
        let refusal = session.answer(&id);
        assert!(refusal.error().1.contains("not handed on"), "{refusal}");
        session.send(format!(
            r#"{{"jsonrpc":"2.0","id":{id},"result":["the true answer"]}}"#
        ));
        server_got(&session, "the true answer");
        let ended = goes_on(session);
        let answers = ended.recorded().responses("workspace/configuration");
        assert_eq!(answers.len(), 1, "{broken}: {answers:?}");
        assert_eq!(answers[0].outcome.as_deref(), Some("ok"), "{broken}");
        assert_eq!(answers[0].origin, None, "{broken}");
    }
}

#[test]
fn a_broken_answer_of_the_client_s_becomes_an_error_for_the_server() {
    for broken in [
        r#""error":"no object""#,
        r#""error":{"code":"no number","message":""}"#,
        r#""result":[tru]"#,
    ] {
        let (mut session, id) = asked_by_server();
        let body = format!(r#"{{"jsonrpc":"2.0","id":{id},{broken}}}"#);
        // The client gets no response: what it sent was one itself.
        session.send_bytes(wire::frame(body.as_bytes()));
        server_got(&session, "the client answered Err");
        session.logged("not handed on");
        let ended = goes_on(session);
        let answers = ended.recorded().responses("workspace/configuration");
        assert_eq!(answers.len(), 1, "{broken}: {answers:?}");
        assert_eq!(answers[0].outcome.as_deref(), Some("error"), "{broken}");
        assert_eq!(answers[0].origin.as_deref(), Some("goplens"), "{broken}");
        assert_eq!(ended.recorded().events("rejected").len(), 1, "{broken}");
    }
}
