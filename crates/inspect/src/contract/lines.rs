//! How long the lines of the open documents are.

use std::collections::{HashMap, HashSet};

use protocol::Method;
use protocol::traffic::Message;
use serde_json::Value;
use trace::finding::Range;

use crate::contract::agreed::body;
use crate::place;
use crate::session::documents::{edits, has_lone_return};

/// The lines of the documents that the client has open, by its names for them.
#[derive(Debug, Default)]
pub(super) struct Lines {
    documents: HashMap<String, Document>,
    /// The documents that were closed once: when they are open again, a version no longer says which text.
    closed: HashSet<String>,
    /// How often anything was opened or changed.
    changes: u64,
    /// Whether something was not seen, so that some may be open that are not here.
    is_blind: bool,
}

/// A document, as far as its lines are known.
#[derive(Debug, Default)]
struct Document {
    /// How many UTF-16 units each has, but for the line feed; `None` since a change did not fit, or since
    /// a carriage return alone, which ends a line for the protocol and not for gopls.
    lengths: Option<Vec<u32>>,
    /// Which change of the session was its last one.
    changed: u64,
    /// Its version, where no other text of it had the same.
    version: Option<i64>,
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
                let document = &params["textDocument"];
                let is_first = !self.documents.contains_key(uri) && !self.closed.contains(uri);
                let version = document["version"].as_i64();
                let opened = Document {
                    lengths: document["text"].as_str().and_then(lengths),
                    changed: self.changes,
                    version: version.filter(|_| is_first),
                };
                self.documents.insert(uri.to_owned(), opened);
            }
            Method::TEXT_DOCUMENT_DID_CHANGE => {
                if let Some(document) = self.documents.get_mut(uri) {
                    document.changed = self.changes;
                    document.change(params);
                }
            }
            _ => self.close(uri),
        }
    }

    /// A document is closed. Where none is open by this very name, another name of the same file is meant, as
    /// gopls takes it.
    fn close(&mut self, uri: &str) {
        self.closed.insert(uri.to_owned());
        if self.documents.remove(uri).is_some() {
            return;
        }
        let Some(path) = doctor::file_path(uri) else {
            return;
        };
        let is_meant = |other: &String| doctor::file_path(other).as_ref() == Some(&path);
        let meant = self.documents.extract_if(|other, _| is_meant(other));
        self.closed.extend(meant.map(|(other, _)| other));
    }

    /// Something was not seen: nothing is known for sure any more.
    pub(super) fn lose(&mut self) {
        self.documents.clear();
        self.is_blind = true;
    }

    /// How often anything was opened or changed up to now.
    pub(super) fn now(&self) -> u64 {
        self.changes
    }

    /// The lengths of a document's lines.
    pub(super) fn of(&self, uri: &str) -> Option<&[u32]> {
        self.since(uri, self.changes)
    }

    /// Those of a document that has not changed since it was [`now`](Self::now).
    pub(super) fn since(&self, uri: &str, then: u64) -> Option<&[u32]> {
        let document = self.documents.get(uri);
        let document = document.filter(|document| document.changed <= then)?;
        document.lengths.as_deref()
    }

    /// Those of a document of this version, where no other text of it had the same.
    pub(super) fn of_version(&self, uri: &str, version: i64) -> Option<&[u32]> {
        let document = self.documents.get(uri);
        let document = document.filter(|document| document.version == Some(version))?;
        document.lengths.as_deref()
    }

    /// Whether a document is open, by this very name.
    pub(super) fn is_open(&self, uri: &str) -> bool {
        self.documents.contains_key(uri)
    }

    /// Whether a document may be open: a name can be written in several ways, and something may not have been
    /// seen.
    pub(super) fn may_be_open(&self, uri: &str) -> bool {
        let path = doctor::file_path(uri);
        let mut others = self.documents.keys();
        self.is_blind
            || self.is_open(uri)
            || (path.is_some() && others.any(|other| doctor::file_path(other) == path))
    }

    /// Whether another document that is open has the same file name: two names of one file mostly have, and of
    /// such gopls has one text. A link can have another one; a message about such is not the same at gopls's
    /// end, which is to be asked of the message.
    pub(super) fn may_be_open_twice(&self, uri: &str) -> bool {
        let name = uri.rsplit('/').next();
        let mut others = self.documents.keys().filter(|other| *other != uri);
        others.any(|other| other.rsplit('/').next() == name)
    }
}

impl Document {
    fn change(&mut self, params: &Value) {
        let version = params["textDocument"]["version"].as_i64();
        self.version = version.filter(|new| self.version.is_some_and(|old| *new > old));
        let Ok(edits) = edits(params) else {
            self.lengths = None;
            return;
        };
        for (range, text) in edits {
            let known = self.lengths.take();
            self.lengths = match range {
                Some(range) => known.and_then(|known| replaced(known, range, text)),
                None => lengths(text),
            };
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

/// How long the lines of a text are; `None` where one ends with a carriage return alone.
fn lengths(text: &str) -> Option<Vec<u32>> {
    let length = |line: &str| u32::try_from(line.encode_utf16().count()).unwrap_or(u32::MAX);
    (!has_lone_return(text)).then(|| text.split('\n').map(length).collect())
}

/// The lines after a text was put in the place of a range; `None` where there is no such range.
fn replaced(mut lines: Vec<u32>, range: Range, text: &str) -> Option<Vec<u32>> {
    let Range { start, end } = place::within(range, lines.len(), |line| lines[line])?;
    let [first, last] = [start.line, end.line].map(|line| line as usize);
    let rest = lines[last] - end.character;
    let mut new = lengths(text)?;
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
    use std::time::SystemTime;

    use serde_json::json;
    use trace::finding::Position;

    use super::*;

    fn after(text: &str, from: (u32, u32), to: (u32, u32), new: &str) -> Option<Vec<u32>> {
        let position = |(line, character)| Position::new(line, character);
        replaced(
            lengths(text)?,
            Range::new(position(from), position(to)),
            new,
        )
    }

    #[test]
    fn lines_are_counted_in_utf_16_and_without_their_ends() {
        assert_eq!(lengths("a\né👋\n"), Some(vec![1, 3, 0]));
        assert_eq!(lengths(""), Some(vec![0]));
        assert_eq!(lengths("a\r\nb"), Some(vec![2, 1]));
        assert_eq!(lengths("a\rb\n"), None, "one line or two");
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
            ((2, 5), (3, 0), "!", "one\ntwo\nthree!"),
        ] {
            assert_eq!(after(text, from, to, new), lengths(then), "{then:?}");
        }
    }

    #[test]
    fn a_change_fits_the_lines_where_it_fits_the_text() {
        let places = || (0..5).flat_map(|line| (0..5).map(move |character| (line, character)));
        for text in ["", "a", "a\n", "ab\ncde", "ab\r\nc\n"] {
            for (from, to) in places().flat_map(|from| places().map(move |to| (from, to))) {
                let place = |(line, character)| json!({ "line": line, "character": character });
                let range = json!({ "start": place(from), "end": place(to) });
                let params = json!({ "contentChanges": [{ "range": range, "text": "x\ny" }] });
                let opened = json!({ "textDocument": { "version": 1, "text": text } });
                let time = SystemTime::UNIX_EPOCH;
                let mut document = crate::session::Document::opened(&opened, time);
                document.change(&params, crate::Encoding::Utf16);
                let text_then = document.text.as_deref();
                if text_then.is_some_and(has_lone_return) {
                    // A line feed was parted from its carriage return, which lengths do not tell.
                    continue;
                }
                let expected = text_then.and_then(lengths);
                assert_eq!(after(text, from, to, "x\ny"), expected, "{text:?} {range}");
            }
        }
    }

    #[test]
    fn a_range_that_cannot_be_read_leaves_nothing_known_whatever_comes_with_it() {
        let mut document = Document {
            lengths: lengths("a"),
            ..Document::default()
        };
        let unreadable = json!({ "range": { "start": { "line": "0" } }, "text": "x" });
        let params = json!({ "contentChanges": [unreadable, { "text": "whole" }] });
        document.change(&params);
        assert_eq!(document.lengths, None);
    }

    #[test]
    fn a_range_that_is_not_there_leaves_nothing_known() {
        for (from, to) in [
            ((0, 4), (0, 4)),
            ((0, 0), (3, 1)),
            ((0, 0), (4, 0)),
            ((1, 2), (1, 1)),
            ((2, 0), (1, 0)),
        ] {
            assert_eq!(after("one\ntwo\nthree", from, to, "x"), None, "{from:?}");
        }
    }
}
