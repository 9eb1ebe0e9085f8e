//! What an event says.

use serde_json::Value;

use crate::record::Record;

/// What the line shows of an event anyway.
const SHOWN: [&str; 5] = ["method", "id", "uri", "position", "direction"];

/// The sentence in its data; where there is none, the data's fields.
pub(super) fn gist(record: &Record) -> Option<String> {
    let data: Value = serde_json::from_str(record.data.as_ref()?.get()).ok()?;
    let sentences = ["text", "message", "reason", "title"];
    if let Some(text) = sentences.into_iter().find_map(|key| data[key].as_str()) {
        return Some(text.to_owned());
    }
    let fields = data.as_object()?.iter();
    let fields: Vec<String> = fields
        .filter(|(key, _)| !SHOWN.contains(&key.as_str()))
        .filter_map(|(key, value)| Some(format!("{key}={}", short(value)?)))
        .collect();
    (!fields.is_empty()).then(|| fields.join(" "))
}

/// A value in a few characters; lists by their length.
fn short(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Array(list) => Some(format!("[{}]", list.len())),
        Value::Object(_) => Some("{...}".to_owned()),
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
