//! The open documents, with their text as the client has it.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::time::SystemTime;

use doctor::source;
use protocol::Method;
use serde::Deserialize;
use serde_json::Value;
use trace::finding::Range;

use crate::encoding::Encoding;
use crate::event::Seen;
use crate::place;

/// An open document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its version, which the client counts up.
    pub version: i64,
    /// Its text; `None` since a change did not fit it.
    pub text: Option<String>,
    /// When it was opened or changed last.
    pub changed: SystemTime,
}

/// Something in the client's notifications that lets the two texts of a document part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// A change whose range lies outside of the text.
    Outside {
        /// The range.
        range: Range,
        /// Whether the text has a carriage return alone, which ends a line for the protocol and not for
        /// gopls.
        has_lone_return: bool,
    },
    /// A change whose version is not newer than the one before.
    VersionBack {
        /// The version before.
        from: i64,
        /// The version of the change.
        to: i64,
    },
    /// A change of a document that is not open.
    NotOpen,
}

/// The open documents, by their URIs as gopls has them.
#[derive(Debug, Default)]
pub struct Documents {
    open: HashMap<String, Document>,
    /// What went wrong in the message that was seen last.
    mishap: Option<Mishap>,
    /// Whether a message about a document could not be read, so that some may be open that are not here.
    blind: bool,
}

impl Documents {
    pub(crate) fn apply(&mut self, seen: &Seen, encoding: Encoding) {
        self.mishap = None;
        let params = &seen.body["params"];
        let document = &params["textDocument"];
        let Some(uri) = document["uri"].as_str() else {
            return;
        };
        match seen.message.method {
            Some(Method::TEXT_DOCUMENT_DID_OPEN) => {
                let opened = Document::opened(params, seen.time);
                self.open.insert(uri.to_owned(), opened);
            }
            Some(Method::TEXT_DOCUMENT_DID_CLOSE) => {
                self.open.remove(uri);
            }
            Some(Method::TEXT_DOCUMENT_DID_CHANGE) => {
                self.mishap = match self.open.get_mut(uri) {
                    Some(open) => {
                        open.changed = seen.time;
                        open.change(params, encoding)
                    }
                    None if self.blind => None,
                    None => Some(Mishap::NotOpen),
                };
            }
            _ => {}
        }
    }

    /// A message about a document could not be read: no text is known for sure any more.
    pub(crate) fn lose(&mut self) {
        self.blind = true;
        for document in self.open.values_mut() {
            document.text = None;
        }
    }

    /// An open document.
    pub fn get(&self, uri: &str) -> Option<&Document> {
        self.open.get(uri)
    }

    /// The text of a document, where it is open and known.
    pub fn text(&self, uri: &str) -> Option<&str> {
        self.open.get(uri)?.text.as_deref()
    }

    /// The open Go files with their texts, as far as these are known.
    pub(crate) fn go_files(&self) -> BTreeMap<PathBuf, String> {
        let open = self.open.iter();
        open.filter_map(|(uri, document)| {
            let path = doctor::file_path(uri)?;
            let text = document.text.clone()?;
            (path.extension()? == "go").then_some((path, text))
        })
        .collect()
    }

    /// The URIs of the open documents, in the order of their names.
    pub fn uris(&self) -> Vec<&str> {
        let mut uris: Vec<&str> = self.open.keys().map(String::as_str).collect();
        uris.sort_unstable();
        uris
    }

    /// What went wrong in the message that was seen last.
    pub fn mishap(&self) -> Option<&Mishap> {
        self.mishap.as_ref()
    }
}

impl Document {
    /// The document that these parameters of `didOpen` open.
    pub fn opened(params: &Value, time: SystemTime) -> Self {
        let document = &params["textDocument"];
        Self {
            version: document["version"].as_i64().unwrap_or_default(),
            text: document["text"].as_str().map(str::to_owned),
            changed: time,
        }
    }

    /// Does what these parameters of `didChange` say; what is wrong with them.
    pub fn change(&mut self, params: &Value, encoding: Encoding) -> Option<Mishap> {
        let version = params["textDocument"]["version"].as_i64();
        let from = self.version;
        let mut mishap = None;
        if let Some(to) = version {
            if to <= from {
                mishap = Some(Mishap::VersionBack { from, to });
            }
            self.version = to;
        }
        let Ok(edits) = edits(params) else {
            self.text = None;
            return mishap;
        };
        for (range, new) in edits {
            let Some(range) = range else {
                self.text = Some(new.to_owned());
                continue;
            };
            let Some(text) = &mut self.text else { continue };
            match bytes(text, range, encoding) {
                Some(bytes) => text.replace_range(bytes, new),
                None => {
                    let has_lone_return = has_lone_return(text);
                    self.text = None;
                    mishap = Some(Mishap::Outside {
                        range,
                        has_lone_return,
                    });
                }
            }
        }
        mishap
    }
}

/// The changes of these parameters of `didChange`: the range of each, `None` where it replaces the whole text,
/// and its new text.
///
/// # Errors
/// Where a range cannot be read. gopls drops such a message without a word, with all its changes.
pub(crate) fn edits(params: &Value) -> serde_json::Result<Vec<(Option<Range>, &str)>> {
    let changes = params["contentChanges"].as_array().into_iter().flatten();
    let edits = changes.map(|change| {
        let range = Option::deserialize(&change["range"])?;
        Ok((range, change["text"].as_str().unwrap_or_default()))
    });
    edits.collect()
}

/// Whether a text has a carriage return without a line feed behind it.
pub(crate) fn has_lone_return(text: &str) -> bool {
    let mut behind = text.split('\r').skip(1);
    behind.any(|behind| !behind.starts_with('\n'))
}

/// The bytes of a text that a range of the peers' means; `None` where it has no such place.
fn bytes(text: &str, range: Range, encoding: Encoding) -> Option<std::ops::Range<usize>> {
    let lines = text.matches('\n').count() + 1;
    let length = |line| {
        let line = text.split('\n').nth(line).unwrap_or_default();
        line.encode_utf16().count() as u32
    };
    let [start, end] = [range.start, range.end].map(|place| encoding.to_utf16(text, place));
    let range = place::within(Range::new(start, end), lines, length)?;
    Some(source::offset(text, range.start)?..source::offset(text, range.end)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Document {
        Document {
            version: 1,
            text: Some("a\n👋b\r\n".into()),
            changed: SystemTime::now(),
        }
    }

    fn change(from: (u32, u32), to: (u32, u32), text: &str) -> Value {
        let position = |(line, character)| json!({ "line": line, "character": character });
        json!({ "range": { "start": position(from), "end": position(to) }, "text": text })
    }

    fn params(version: i64, changes: &[Value]) -> Value {
        json!({ "textDocument": { "version": version }, "contentChanges": changes })
    }

    #[test]
    fn changes_are_applied_one_after_another() {
        let mut document = document();
        let changes = [
            change((1, 2), (1, 3), "c"),
            change((0, 1), (1, 0), ""),
            change((1, 0), (1, 0), "end"),
        ];
        assert_eq!(document.change(&params(2, &changes), Encoding::Utf16), None);
        assert_eq!(document.text.as_deref(), Some("a👋c\r\nend"));
        let whole = json!({ "text": "x" });
        assert_eq!(document.change(&params(3, &[whole]), Encoding::Utf16), None);
        assert_eq!(document.text.as_deref(), Some("x"));
    }

    #[test]
    fn what_does_not_fit_is_noticed_and_the_text_unknown_until_it_comes_whole() {
        let mut document = document();
        let outside = change((7, 0), (7, 0), "x");
        let mishap = document.change(&params(2, &[outside]), Encoding::Utf16);
        assert!(matches!(mishap, Some(Mishap::Outside { range, .. }) if range.start.line == 7));
        assert_eq!(document.text, None);
        let whole = json!({ "text": "x" });
        assert_eq!(document.change(&params(3, &[whole]), Encoding::Utf16), None);
        assert_eq!(document.text.as_deref(), Some("x"));
    }

    #[test]
    fn a_range_that_cannot_be_read_is_not_the_whole_text() {
        let mut document = document();
        let mut change = change((0, 0), (0, 1), "c");
        change["range"]["start"]["line"] = json!("0");
        document.change(&params(2, &[change.clone()]), Encoding::Utf16);
        assert_eq!(document.text, None);
        let whole = json!({ "text": "whole" });
        document.change(&params(3, &[change, whole.clone()]), Encoding::Utf16);
        assert_eq!(document.text, None, "gopls drops all of it");
        document.change(&params(4, &[whole]), Encoding::Utf16);
        assert_eq!(document.text.as_deref(), Some("whole"));
    }

    #[test]
    fn the_begin_of_the_line_behind_the_last_is_the_end() {
        let mut document = Document {
            version: 1,
            text: Some("a\nb".into()),
            changed: SystemTime::now(),
        };
        let end = change((1, 1), (2, 0), "c\n");
        assert_eq!(document.change(&params(2, &[end]), Encoding::Utf16), None);
        assert_eq!(document.text.as_deref(), Some("a\nbc\n"));
        let end = change((3, 0), (3, 0), "d");
        assert_eq!(document.change(&params(3, &[end]), Encoding::Utf16), None);
        assert_eq!(document.text.as_deref(), Some("a\nbc\nd"));
        let beyond = change((4, 0), (4, 0), "c");
        let mishap = document.change(&params(4, &[beyond]), Encoding::Utf16);
        assert!(mishap.is_some());
    }

    #[test]
    fn only_a_return_without_a_line_feed_is_alone() {
        assert!(!has_lone_return("a\r\nb\r\n"));
        assert!(!has_lone_return(""));
        assert!(has_lone_return("a\rb\r\n"));
        assert!(has_lone_return("a\r"));
    }

    #[test]
    fn a_version_that_does_not_grow_is_noticed() {
        let mut document = document();
        let mishap = document.change(&params(1, &[]), Encoding::Utf16);
        assert_eq!(mishap, Some(Mishap::VersionBack { from: 1, to: 1 }));
        assert_eq!(document.change(&params(5, &[]), Encoding::Utf16), None);
    }
}
