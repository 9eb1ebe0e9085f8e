//! One record as a line of `trace.jsonl`.
//!
//! Written by hand: this runs once a message, and the whole proxy may use a microsecond for one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use itoa::Buffer;
use protocol::traffic::{Event, Message};
use serde_json::Value;
use wire::Id;

use crate::json;

/// Appends the record of a message. `method` is the field as [`method_field`] wrote it, or empty.
pub(super) fn message(out: &mut Vec<u8>, seq: u64, time: &[u8], method: &[u8], from: &Message) {
    start(out, seq, time);
    out.extend_from_slice(b",\"direction\":\"");
    out.extend_from_slice(from.direction.as_str().as_bytes());
    out.extend_from_slice(b"\",\"kind\":\"");
    out.extend_from_slice(from.kind.as_str().as_bytes());
    out.push(b'"');
    out.extend_from_slice(method);
    match &from.id {
        Some(Id::Number(number)) => {
            out.extend_from_slice(b",\"id\":");
            out.extend_from_slice(Buffer::new().format(*number).as_bytes());
        }
        Some(Id::Text(text)) => {
            out.extend_from_slice(b",\"id\":");
            json::push_string(out, text);
        }
        None => {}
    }
    number(out, b",\"bytes\":", from.size);
    if let Some(latency) = from.latency {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        number(out, b",\"latency_us\":", micros);
    }
    if let Some(outcome) = from.outcome {
        out.extend_from_slice(b",\"outcome\":\"");
        out.extend_from_slice(outcome.as_str().as_bytes());
        out.push(b'"');
    }
    if from.made_here {
        out.extend_from_slice(b",\"origin\":\"goplens\"");
    }
    match &from.body {
        Some(bytes) => body(out, bytes),
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

/// Appends the field of a body. It is checked even where the proxy has checked it already, because
/// one bad line would make the whole file unreadable for strict readers.
fn body(out: &mut Vec<u8>, bytes: &[u8]) {
    if json::is_valid(bytes) {
        out.extend_from_slice(b",\"body\":");
        json::push_on_one_line(out, bytes);
    } else {
        out.extend_from_slice(b",\"body_base64\":\"");
        out.extend_from_slice(STANDARD.encode(bytes).as_bytes());
        out.push(b'"');
    }
}
