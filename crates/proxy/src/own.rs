//! The messages that goplens makes itself.

use bytes::Bytes;
use serde_json::{Value, json};
use wire::Id;

/// How much a message to the user weighs; the numbers are the protocol's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Something does not work.
    Error = 1,
    /// Something is not as it should be.
    Warning = 2,
    /// Something is worth knowing.
    Info = 3,
}

/// A `window/logMessage` notification: a line in the output channel of the editor.
pub(crate) fn log_message(level: Level, text: &str) -> Bytes {
    let params = json!({ "type": level as u8, "message": text });
    body(json!({ "jsonrpc": "2.0", "method": "window/logMessage", "params": params }))
}

/// A response with a result.
pub(crate) fn result(id: &Id, result: Value) -> Bytes {
    body(json!({ "jsonrpc": "2.0", "id": id_value(Some(id)), "result": result }))
}

/// A response with an error; the id is null where there is none.
pub(crate) fn error(id: Option<&Id>, code: i64, message: &str) -> Bytes {
    let error = json!({ "code": code, "message": message });
    body(json!({ "jsonrpc": "2.0", "id": id_value(id), "error": error }))
}

/// An id as JSON.
pub(crate) fn id_value(id: Option<&Id>) -> Value {
    match id {
        None => Value::Null,
        Some(Id::Number(number)) => (*number).into(),
        Some(Id::Text(text)) => Value::String(text.to_string()),
    }
}

fn body(message: Value) -> Bytes {
    message.to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_messages() {
        for (body, id) in [
            (log_message(Level::Info, "a\n\"b\""), None),
            (result(&Id::from("x\""), Value::Null), Some(Id::from("x\""))),
            (error(Some(&Id::from(5)), -32600, "no"), Some(Id::from(5))),
        ] {
            assert_eq!(wire::scan(&body).unwrap().id, id);
        }
        assert_eq!(
            &error(None, -32700, "no")[..],
            br#"{"error":{"code":-32700,"message":"no"},"id":null,"jsonrpc":"2.0"}"#
        );
    }
}
