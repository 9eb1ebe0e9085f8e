//! Changes of a body that leave all its other bytes as they are.

use std::ops::Range;

use bytes::Bytes;
use protocol::{Splice, span};
use serde_json::{Value, json};
use wire::Id;

/// The change that puts this text in the place of a part that was borrowed from a body.
pub(crate) fn replace(body: &[u8], part: &str, with: String) -> Splice {
    Splice {
        span: span(body, part.as_bytes()),
        with: with.into(),
    }
}

/// The change that puts more elements behind those of an array that was borrowed from a body; `null`
/// counts as an empty one. What is neither, and what gets no more, stays as it is.
pub(crate) fn append(body: &[u8], array: &str, more: &[Value]) -> Option<Splice> {
    let (at, text) = addition(array, more)?;
    let start = span(body, array.as_bytes()).start;
    Some(Splice {
        span: start + at.start..start + at.end,
        with: text.into(),
    })
}

/// Where in an array more elements go, and the text to stand there.
fn addition(array: &str, more: &[Value]) -> Option<(Range<usize>, String)> {
    if more.is_empty() {
        return None;
    }
    let more: Vec<String> = more.iter().map(Value::to_string).collect();
    let more = more.join(",");
    if array.trim() == "null" {
        return Some((0..array.len(), format!("[{more}]")));
    }
    let end = array.rfind(']')?;
    let comma = if is_empty(array) { "" } else { "," };
    Some((end..end, format!("{comma}{more}")))
}

/// Whether a JSON array is empty.
pub(crate) fn is_empty(array: &str) -> bool {
    let inside = array
        .trim()
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    inside.is_some_and(|inside| inside.trim().is_empty())
}

/// A response of goplens's own to a request of the client's; `None` where the request has no id.
pub(crate) fn answer(id: Option<&Id>, result: &Value) -> Option<Bytes> {
    response(id, "result", result)
}

/// The same with an error.
pub(crate) fn error(id: Option<&Id>, code: i64, message: &str) -> Option<Bytes> {
    response(id, "error", &json!({ "code": code, "message": message }))
}

fn response(id: Option<&Id>, kind: &str, value: &Value) -> Option<Bytes> {
    let id = match id? {
        Id::Number(number) => json!(number),
        Id::Text(text) => json!(text),
    };
    let answer = json!({ "jsonrpc": "2.0", "id": id, kind: value });
    Some(answer.to_string().into())
}

/// A JSON array with more elements.
pub(crate) fn appended(array: &str, more: &[Value]) -> String {
    let mut all = array.to_owned();
    if let Some((at, text)) = addition(array, more) {
        all.replace_range(at, &text);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_grows_and_keeps_its_bytes() {
        let more = [json!(1), json!("a")];
        assert_eq!(appended("[ 1E5, {} ]", &more), "[ 1E5, {} ,1,\"a\"]");
        assert_eq!(appended("[ ]", &more), "[ 1,\"a\"]");
        assert_eq!(appended("null", &more), "[1,\"a\"]");
        assert_eq!(appended("{}", &more), "{}");
        assert_eq!(appended(" [1]", &[]), " [1]");
        assert!(is_empty(" [ ] ") && !is_empty("[1]") && !is_empty("null"));
    }

    #[test]
    fn a_part_is_found_where_it_lies() {
        let body = b"{\"a\": [1]}";
        let text = std::str::from_utf8(body).unwrap();
        assert_eq!(span(body, &text.as_bytes()[6..9]), 6..9);
        let splice = replace(body, &text[6..9], "2".to_owned());
        assert_eq!(&Splice::apply(&[splice], body)[..], b"{\"a\": 2}");
        let splice = append(body, &text[6..9], &[json!(2)]).unwrap();
        assert_eq!(&Splice::apply(&[splice], body)[..], b"{\"a\": [1,2]}");
    }
}
