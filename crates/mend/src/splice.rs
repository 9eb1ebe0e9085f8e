//! Changes of a body that leave all its other bytes as they are.

use std::ops::Range;

use bytes::Bytes;
use serde_json::{Value, json};
use wire::Id;

/// Where a part that was borrowed from a body lies in it.
pub(crate) fn span(body: &[u8], part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(body.as_ptr() as usize);
    start..start + part.len()
}

/// The body with these bytes in the place of a span.
pub(crate) fn replace(body: &[u8], span: Range<usize>, with: &str) -> Bytes {
    let mut new = Vec::with_capacity(body.len() + with.len());
    new.extend_from_slice(&body[..span.start]);
    new.extend_from_slice(with.as_bytes());
    new.extend_from_slice(&body[span.end..]);
    new.into()
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
    let id = match id? {
        Id::Number(number) => json!(number),
        Id::Text(text) => json!(text),
    };
    let answer = json!({ "jsonrpc": "2.0", "id": id, "result": result });
    Some(answer.to_string().into())
}

/// A JSON array with more elements; `null` counts as an empty one. What is neither stays as it is.
pub(crate) fn appended(array: &str, more: &[Value]) -> String {
    let more: Vec<String> = more.iter().map(Value::to_string).collect();
    let more = more.join(",");
    let array = array.trim();
    match array
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(inside) if inside.trim().is_empty() => format!("[{more}]"),
        Some(_) if more.is_empty() => array.to_owned(),
        Some(inside) => format!("[{inside},{more}]"),
        None if array == "null" => format!("[{more}]"),
        None => array.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_grows_and_keeps_its_bytes() {
        let more = [json!(1), json!("a")];
        assert_eq!(appended("[ 1E5, {} ]", &more), "[ 1E5, {} ,1,\"a\"]");
        assert_eq!(appended("[ ]", &more), "[1,\"a\"]");
        assert_eq!(appended("null", &more), "[1,\"a\"]");
        assert_eq!(appended("{}", &more), "{}");
        assert_eq!(appended(" [1]", &[]), "[1]");
        assert!(is_empty(" [ ] ") && !is_empty("[1]") && !is_empty("null"));
    }

    #[test]
    fn a_part_is_found_where_it_lies() {
        let body = b"{\"a\": [1]}";
        let text = std::str::from_utf8(body).unwrap();
        assert_eq!(span(body, &text[6..9]), 6..9);
        assert_eq!(&replace(body, 6..9, "2")[..], b"{\"a\": 2}");
    }
}
