//! One record as a line of `trace.jsonl`.
//!
//! Written by hand: this runs once a message, and the whole proxy may use a microsecond for one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use itoa::Buffer;
use protocol::Direction;
use protocol::traffic::{Event, EventName, Kind, Message, Outcome, Rewrite, Then};
use serde_json::Value;
use wire::Id;

use crate::json;

/// Appends the record of a message. `method` is the field as [`method_field`] wrote it, or empty.
pub(super) fn message(out: &mut Vec<u8>, seq: u64, time: &[u8], method: &[u8], from: &Message) {
    start(out, seq, time);
    out.extend_from_slice(way(from.direction, from.kind));
    out.extend_from_slice(method);
    if let Some(id) = &from.id {
        self::id(out, id);
    }
    number(out, b",\"bytes\":", from.size);
    if let Some(latency) = from.latency {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        number(out, b",\"latency_us\":", micros);
    }
    if let Some(outcome) = from.outcome {
        out.extend_from_slice(outcome_field(outcome));
    }
    if from.made_here {
        out.extend_from_slice(b",\"origin\":\"goplens\"");
    }
    match &from.body {
        Some(bytes) => body(out, bytes, from.checked),
        None => out.extend_from_slice(b",\"truncated\":true"),
    }
    out.extend_from_slice(b"}\n");
}

/// Appends the record of an event.
pub(super) fn event(out: &mut Vec<u8>, seq: u64, time: &[u8], from: &Event) {
    start(out, seq, time);
    if let Some(Value::String(direction)) = from.data.get("direction") {
        out.extend_from_slice(b",\"direction\":");
        json::push_string(out, direction);
    }
    out.extend_from_slice(b",\"kind\":\"event\",\"event\":\"");
    out.extend_from_slice(from.name.as_str().as_bytes());
    out.extend_from_slice(b"\",\"data\":");
    serde_json::to_writer(&mut *out, &from.data)
        .expect("writing a JSON value to memory cannot fail");
    out.extend_from_slice(b"}\n");
}

/// How much of a text that gave way, or came, is on record, in bytes: with each edit of a large file, some
/// hundred kilobytes of its tokens give way to a hundred bytes.
const LONGEST_CHANGE: usize = 16 << 10;

/// Appends the record of changes, an event like any other.
pub(super) fn rewrite(out: &mut Vec<u8>, seq: u64, time: &[u8], from: &Rewrite) {
    start(out, seq, time);
    let direction = from.direction.as_str().as_bytes();
    for part in [
        b",\"direction\":\"",
        direction,
        b"\",\"kind\":\"event\",\"event\":\"",
    ] {
        out.extend_from_slice(part);
    }
    out.extend_from_slice(EventName::Rewrite.as_str().as_bytes());
    out.extend_from_slice(b"\",\"data\":{\"by\":");
    list(out, &from.by, |out, (name, _)| json::push_string(out, name));
    out.extend_from_slice(b",\"direction\":\"");
    out.extend_from_slice(direction);
    out.push(b'"');
    if let Some(id) = &from.id {
        self::id(out, id);
    }
    if let Some(method) = &from.method {
        method_field(out, method.as_str());
    }
    out.extend_from_slice(b",\"splices\":");
    let changes = from.by.iter();
    let changes =
        changes.flat_map(|(name, changes)| changes.iter().map(move |change| (name, change)));
    list(out, changes, |out, (name, change)| {
        out.extend_from_slice(b"{\"by\":");
        json::push_string(out, name);
        for (key, text) in [(&b",\"was\":"[..], &change.was), (b",\"is\":", &change.is)] {
            out.extend_from_slice(key);
            let shown = &text[..text.len().min(LONGEST_CHANGE)];
            match std::str::from_utf8(shown) {
                Ok(shown) => json::push_string(out, shown),
                Err(_) => json::push_string(out, &String::from_utf8_lossy(shown)),
            }
        }
        if change.was.len().max(change.is.len()) > LONGEST_CHANGE {
            out.extend_from_slice(b",\"truncated\":true");
        }
        out.extend_from_slice(b",\"at\":");
        list(out, &change.at, |out, at| {
            out.extend_from_slice(Buffer::new().format(*at).as_bytes());
        });
        out.push(b'}');
    });
    if from.before > 0 {
        out.extend_from_slice(b",\"before\":");
        out.extend_from_slice(Buffer::new().format(from.before).as_bytes());
    }
    if from.then != Then::Forwarded {
        out.extend_from_slice(b",\"then\":");
        json::push_string(out, from.then.as_str());
    }
    out.extend_from_slice(b"}}\n");
}

/// Appends a list.
fn list<T>(
    out: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    mut push: impl FnMut(&mut Vec<u8>, T),
) {
    out.push(b'[');
    for (number, item) in items.into_iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        push(out, item);
    }
    out.push(b']');
}

/// Appends the field of an id.
fn id(out: &mut Vec<u8>, id: &Id) {
    out.extend_from_slice(b",\"id\":");
    match id {
        Id::Number(number) => out.extend_from_slice(Buffer::new().format(*number).as_bytes()),
        Id::Text(text) => json::push_string(out, text),
    }
}

/// The field that names a method, made once for all its records.
pub(super) fn method_field(out: &mut Vec<u8>, method: &str) {
    out.extend_from_slice(b",\"method\":");
    json::push_string(out, method);
}

fn start(out: &mut Vec<u8>, seq: u64, time: &[u8]) {
    number(out, b"{\"seq\":", seq);
    out.extend_from_slice(b",\"time\":\"");
    out.extend_from_slice(time);
    out.push(b'"');
}

fn number(out: &mut Vec<u8>, key: &[u8], number: u64) {
    out.extend_from_slice(key);
    out.extend_from_slice(Buffer::new().format(number).as_bytes());
}

/// Appends the field of a body. One that was checked is JSON, but not always UTF-8; any other may be
/// anything.
fn body(out: &mut Vec<u8>, bytes: &[u8], checked: bool) {
    let valid = match checked {
        true => std::str::from_utf8(bytes).is_ok(),
        false => json::is_valid(bytes),
    };
    if valid {
        out.extend_from_slice(b",\"body\":");
        json::push_on_one_line(out, bytes);
    } else {
        out.extend_from_slice(b",\"body_base64\":\"");
        out.extend_from_slice(STANDARD.encode(bytes).as_bytes());
        out.push(b'"');
    }
}

/// The fields `direction` and `kind`, in one piece because they are written once a message.
fn way(direction: Direction, kind: Kind) -> &'static [u8] {
    match (direction, kind) {
        (Direction::ClientToServer, Kind::Request) => {
            b",\"direction\":\"client-to-server\",\"kind\":\"request\""
        }
        (Direction::ClientToServer, Kind::Response) => {
            b",\"direction\":\"client-to-server\",\"kind\":\"response\""
        }
        (Direction::ClientToServer, Kind::Notification) => {
            b",\"direction\":\"client-to-server\",\"kind\":\"notification\""
        }
        (Direction::ServerToClient, Kind::Request) => {
            b",\"direction\":\"server-to-client\",\"kind\":\"request\""
        }
        (Direction::ServerToClient, Kind::Response) => {
            b",\"direction\":\"server-to-client\",\"kind\":\"response\""
        }
        (Direction::ServerToClient, Kind::Notification) => {
            b",\"direction\":\"server-to-client\",\"kind\":\"notification\""
        }
    }
}

fn outcome_field(outcome: Outcome) -> &'static [u8] {
    match outcome {
        Outcome::Ok => b",\"outcome\":\"ok\"",
        Outcome::Null => b",\"outcome\":\"null\"",
        Outcome::Empty => b",\"outcome\":\"empty\"",
        Outcome::Error => b",\"outcome\":\"error\"",
        Outcome::Cancelled => b",\"outcome\":\"cancelled\"",
        Outcome::Timeout => b",\"outcome\":\"timeout\"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::tally::OUTCOMES;
    use proptest::prelude::*;
    use protocol::Method;
    use protocol::traffic::Change;
    use serde_json::json;
    use smallvec::smallvec;

    #[test]
    fn changes_are_on_record_as_an_event() {
        let change = |was: &'static [u8], is: &'static str, at: &[usize]| Change {
            was: was.into(),
            is: is.into(),
            at: at.into(),
        };
        let from = Rewrite {
            direction: Direction::ServerToClient,
            method: Some(Method::TEXT_DOCUMENT_HOVER),
            id: Some(Id::from("a\"")),
            by: smallvec![
                ("paths", smallvec![change(b"x\xff", "y\"", &[1, 20])]),
                ("folders", smallvec![]),
            ],
            before: 2,
            then: Then::Dropped,
        };
        let mut out = Vec::new();
        rewrite(&mut out, 7, b"now", &from);
        assert_eq!(out.pop(), Some(b'\n'));
        let line: Value = serde_json::from_slice(&out).unwrap();
        let splice = json!({ "by": "paths", "was": "x\u{fffd}", "is": "y\"", "at": [1, 20] });
        let data = json!({
            "by": ["paths", "folders"], "direction": "server-to-client", "id": "a\"",
            "method": "textDocument/hover", "splices": [splice], "before": 2, "then": "dropped",
        });
        let expected = json!({
            "seq": 7, "time": "now", "direction": "server-to-client", "kind": "event",
            "event": "rewrite", "data": data,
        });
        assert_eq!(line, expected);
    }

    #[test]
    fn of_a_long_change_the_beginning_is_on_record() {
        let change = Change {
            was: vec![b'x'; LONGEST_CHANGE + 1].into(),
            is: "y".into(),
            at: smallvec![0],
        };
        let from = Rewrite {
            direction: Direction::ServerToClient,
            method: None,
            id: None,
            by: smallvec![("tokens", smallvec![change])],
            before: 0,
            then: Then::Forwarded,
        };
        let mut out = Vec::new();
        rewrite(&mut out, 7, b"now", &from);
        let line: Value = serde_json::from_slice(&out).unwrap();
        let splice = &line["data"]["splices"][0];
        assert_eq!(splice["was"].as_str().map(str::len), Some(LONGEST_CHANGE));
        assert_eq!(
            (&splice["is"], &splice["truncated"]),
            (&json!("y"), &json!(true))
        );
    }

    /// The record of a message from the server with this body.
    fn line(bytes: &[u8]) -> Vec<u8> {
        let from = Message {
            direction: Direction::ServerToClient,
            kind: Kind::Notification,
            method: None,
            id: None,
            size: bytes.len() as u64,
            body: Some(bytes::Bytes::copy_from_slice(bytes)),
            latency: None,
            outcome: None,
            checked: false,
            asked: None,
            at_server: Default::default(),
            made_here: false,
        };
        let mut out = Vec::new();
        message(&mut out, 1, b"t", b"", &from);
        out
    }

    proptest! {
        /// Whatever the server wrote, the line is a record and the body can be had back.
        #[test]
        fn any_body_makes_a_line(bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..40),
            "[\\[\\]{}:,\"\\\\ud80n1e.\r\n -]{0,16}".prop_map(String::into_bytes),
        ]) {
            let line = line(&bytes);
            prop_assert_eq!(memchr::memchr2(b'\n', b'\r', &line), Some(line.len() - 1));
            let record: crate::Record = serde_json::from_slice(&line).unwrap();
            if let Some(encoded) = &record.body_base64 {
                prop_assert_eq!(STANDARD.decode(encoded).unwrap(), bytes);
            } else if let Some(body) = &record.body {
                let one_line = String::from_utf8(bytes).unwrap().replace(['\r', '\n'], " ");
                prop_assert_eq!(body.get(), one_line.trim());
            }
        }
    }

    #[test]
    fn fixed_fields_have_the_names_of_the_vocabulary() {
        let parsed = |field: &[u8]| -> Value {
            let text = std::str::from_utf8(&field[1..]).unwrap();
            serde_json::from_str(&format!("{{{text}}}")).unwrap()
        };
        for direction in [Direction::ClientToServer, Direction::ServerToClient] {
            for kind in [Kind::Request, Kind::Response, Kind::Notification] {
                let expected = json!({"direction": direction.as_str(), "kind": kind.as_str()});
                assert_eq!(parsed(way(direction, kind)), expected);
            }
        }
        for outcome in OUTCOMES {
            let expected = json!({"outcome": outcome.as_str()});
            assert_eq!(parsed(outcome_field(outcome)), expected);
        }
    }
}
