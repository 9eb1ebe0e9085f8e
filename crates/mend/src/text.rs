//! The text of a document that the client has open, kept at little cost.

use std::time::SystemTime;

use bytes::Bytes;
use inspect::Encoding;
use inspect::session::Document;
use serde_json::{Value, json};

/// After how many changes they are put into the text, so that they do not pile up.
const MOST: usize = 200;

/// A document, as the messages that made it: nearly always nobody asks for the text.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    /// The body of its `didOpen`.
    opened: Bytes,
    /// The text after changes that came since.
    folded: Option<Document>,
    /// The bodies of the changes after that.
    changes: Vec<Bytes>,
}

impl Text {
    /// A document that this `didOpen` opens.
    pub(crate) fn new(opened: Bytes) -> Self {
        Self {
            opened,
            folded: None,
            changes: Vec::new(),
        }
    }

    /// This `didChange` changes it.
    pub(crate) fn change(&mut self, body: Bytes, encoding: Encoding) {
        self.changes.push(body);
        if self.changes.len() > MOST {
            self.folded = Some(self.document(encoding));
            self.changes.clear();
        }
    }

    /// The `didChange` that gives gopls the whole text of what it calls `server`; `None` where the text is
    /// not known.
    pub(crate) fn whole(&self, server: &str, encoding: Encoding) -> Option<Bytes> {
        let document = self.document(encoding);
        let params = json!({
            "textDocument": { "uri": server, "version": document.version },
            "contentChanges": [{ "text": document.text? }],
        });
        Some(notification("textDocument/didChange", &params))
    }

    /// The `didOpen` of it under this name; `None` where the text is not known.
    pub(crate) fn open(&self, server: &str, encoding: Encoding) -> Option<Bytes> {
        let document = self.document(encoding);
        let opened = params(&self.opened);
        let params = json!({ "textDocument": {
            "uri": server,
            "languageId": opened["textDocument"]["languageId"],
            "version": document.version,
            "text": document.text?,
        } });
        Some(notification("textDocument/didOpen", &params))
    }

    fn document(&self, encoding: Encoding) -> Document {
        let folded = self.folded.clone();
        let mut document = folded
            .unwrap_or_else(|| Document::opened(&params(&self.opened), SystemTime::UNIX_EPOCH));
        for change in &self.changes {
            document.change(&params(change), encoding);
        }
        document
    }
}

/// A `didClose` of what gopls calls so.
pub(crate) fn close(server: &str) -> Bytes {
    let params = json!({ "textDocument": { "uri": server } });
    notification("textDocument/didClose", &params)
}

fn params(body: &[u8]) -> Value {
    let message = serde_json::from_slice::<Value>(body);
    message.map_or(Value::Null, |mut message| message["params"].take())
}

fn notification(method: &str, params: &Value) -> Bytes {
    let message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
    message.to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(version: i64, text: &str) -> Bytes {
        let start = json!({ "line": 0, "character": 0 });
        let params = json!({
            "textDocument": { "uri": "file:///a", "version": version },
            "contentChanges": [{ "range": { "start": start, "end": start }, "text": text }],
        });
        notification("textDocument/didChange", &params)
    }

    #[test]
    fn the_text_is_what_the_client_has_however_many_changes_there_were() {
        let opened = json!({ "textDocument": {
            "uri": "file:///a", "languageId": "go", "version": 1, "text": "end" } });
        let mut text = Text::new(notification("textDocument/didOpen", &opened));
        let mut expected = "end".to_owned();
        for number in 2..MOST as i64 * 2 {
            text.change(change(number, "x"), Encoding::Utf16);
            expected.insert(0, 'x');
        }
        assert!(text.changes.len() < MOST, "they are put into the text");
        let whole = text.whole("file:///b", Encoding::Utf16).unwrap();
        let message: Value = serde_json::from_slice(&whole).unwrap();
        assert_eq!(message["params"]["textDocument"]["uri"], "file:///b");
        assert_eq!(message["params"]["textDocument"]["version"], MOST * 2 - 1);
        let open = text.open("file:///b", Encoding::Utf16).unwrap();
        let message: Value = serde_json::from_slice(&open).unwrap();
        assert_eq!(message["params"]["textDocument"]["text"], expected);
        assert_eq!(message["params"]["textDocument"]["languageId"], "go");
    }

    #[test]
    fn a_text_that_is_not_known_is_not_made_up() {
        let opened = json!({ "textDocument": { "uri": "file:///a", "version": 1 } });
        let text = Text::new(notification("textDocument/didOpen", &opened));
        assert_eq!(text.whole("file:///b", Encoding::Utf16), None);
        assert_eq!(text.open("file:///b", Encoding::Utf16), None);
    }
}
