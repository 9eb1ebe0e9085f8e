//! How long the lines of the open documents are.

use std::collections::HashMap;

use protocol::Method;
use protocol::traffic::Message;
use serde_json::Value;
use trace::finding::Range;

use crate::contract::agreed::body;
use crate::session::documents::range;

/// The lines of the documents that the client has open, by its names for them.
#[derive(Debug, Default)]
pub(super) struct Lines {
    documents: HashMap<String, Document>,
    /// How often anything was opened or changed.
    changes: u64,
}

/// A document, as far as its lines are known.
#[derive(Debug, Default)]
struct Document {
    /// How many UTF-16 units each has, but for the line feed; `None` since a change did not fit.
    lengths: Option<Vec<u32>>,
    /// Which change of the session was its last one.
    changed: u64,
}

impl Lines {
    /// Takes note of what the client says of a document.
    pub(super) fn apply(&mut self, message: &Message) {
        let Some(method) = &message.method else {
            return;
        };
        if !are_changed_by(method) {
            return;
        }
        let body = body(message);
        let params = &body["params"];
        let Some(uri) = params["textDocument"]["uri"].as_str() else {
            return self.lose();
        };
        self.changes += 1;
        match *method {
            Method::TEXT_DOCUMENT_DID_OPEN => {
                let text = params["textDocument"]["text"].as_str();
                let opened = Document {
                    lengths: text.map(lengths),
                    changed: self.changes,
                };
                self.documents.insert(uri.to_owned(), opened);
            }
            Method::TEXT_DOCUMENT_DID_CHANGE => {
                if let Some(document) = self.documents.get_mut(uri) {
                    document.changed = self.changes;
                    document.change(params);
                }
            }
            _ => drop(self.documents.remove(uri)),
        }
    }

    /// Something was not seen: nothing is known for sure any more.
    pub(super) fn lose(&mut self) {
        self.documents.clear();
    }

    /// Which change of the session was the last one of a document.
    pub(super) fn changed(&self, uri: &str) -> Option<u64> {
        self.documents.get(uri).map(|document| document.changed)
    }

    /// The lengths of a document whose last change was this one.
    pub(super) fn of(&self, uri: &str, changed: u64) -> Option<&[u32]> {
        let document = self.documents.get(uri)?;
        let lengths = document.lengths.as_deref();
        lengths.filter(|_| document.changed == changed)
    }
}

impl Document {
    fn change(&mut self, params: &Value) {
        for change in params["contentChanges"].as_array().into_iter().flatten() {
            let text = change["text"].as_str().unwrap_or_default();
            let Some(range) = range(change) else {
                self.lengths = Some(lengths(text));
                continue;
            };
            let known = self.lengths.take();
            self.lengths = known.and_then(|known| replaced(known, range, text));
        }
    }
}

/// Whether messages of this method say what lines there are.
pub(super) fn are_changed_by(method: &Method) -> bool {
    matches!(
        *method,
        Method::TEXT_DOCUMENT_DID_OPEN
            | Method::TEXT_DOCUMENT_DID_CHANGE
            | Method::TEXT_DOCUMENT_DID_CLOSE
    )
}

fn lengths(text: &str) -> Vec<u32> {
    let length = |line: &str| u32::try_from(line.encode_utf16().count()).unwrap_or(u32::MAX);
    text.split('\n').map(length).collect()
}

/// The lines after a text was put in the place of a range; `None` where there is no such range.
fn replaced(mut lines: Vec<u32>, range: Range, text: &str) -> Option<Vec<u32>> {
    let (start, end) = (range.start, range.end);
    let [first, last] = [start.line, end.line].map(|line| line as usize);
    let rest = lines.get(last)?.checked_sub(end.character)?;
    if start.character > *lines.get(first)? || (first, start.character) > (last, end.character) {
        return None;
    }
    let mut new = lengths(text);
    if let Some(line) = new.last_mut() {
        *line = line.saturating_add(rest);
    }
    if let Some(line) = new.first_mut() {
        *line = line.saturating_add(start.character);
    }
    lines.splice(first..=last, new);
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trace::finding::Position;

    fn after(text: &str, from: (u32, u32), to: (u32, u32), new: &str) -> Option<Vec<u32>> {
        let position = |(line, character)| Position::new(line, character);
        replaced(lengths(text), Range::new(position(from), position(to)), new)
    }

    #[test]
    fn lines_are_counted_in_utf_16_and_without_their_ends() {
        assert_eq!(lengths("a\né👋\n"), [1, 3, 0]);
        assert_eq!(lengths(""), [0]);
    }

    #[test]
    fn the_lines_are_those_of_the_text_after_the_change() {
        let text = "one\ntwo\nthree";
        for (from, to, new, then) in [
            ((0, 3), (0, 3), "!", "one!\ntwo\nthree"),
            ((0, 3), (1, 0), "", "onetwo\nthree"),
            ((1, 1), (2, 4), "x\n\ny", "one\ntx\n\nye"),
            ((0, 0), (2, 5), "", ""),
            ((2, 5), (2, 5), "\n", "one\ntwo\nthree\n"),
        ] {
            assert_eq!(after(text, from, to, new), Some(lengths(then)), "{then:?}");
        }
    }

    #[test]
    fn a_range_that_is_not_there_leaves_nothing_known() {
        for (from, to) in [
            ((0, 4), (0, 4)),
            ((0, 0), (3, 0)),
            ((1, 2), (1, 1)),
            ((2, 0), (1, 0)),
        ] {
            assert_eq!(after("one\ntwo\nthree", from, to, "x"), None, "{from:?}");
        }
    }
}
