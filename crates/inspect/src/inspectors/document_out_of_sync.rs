//! `document-out-of-sync`: the editor and gopls have different texts of a document.

use std::collections::BTreeSet;

use doctor::source;
use protocol::traffic::Kind;
use protocol::{Direction, Method, MethodSet};
use serde::Deserialize;
use serde_json::Value;
use trace::finding::{Action, Code, Finding, Position, Range, Severity};

use crate::Inspector;
use crate::event::{Event, Seen};
use crate::inspectors::EXPLAINED;
use crate::report::Report;
use crate::session::documents::has_lone_return;
use crate::session::{Mishap, Session};

/// Follows the changes of documents, and what gopls says of positions.
#[derive(Default)]
pub(crate) struct DocumentOutOfSync {
    /// The documents of which the two texts have parted: until one comes whole, whatever gopls answers.
    parted: BTreeSet<String>,
}

impl Inspector for DocumentOutOfSync {
    fn name(&self) -> &'static str {
        "document-out-of-sync"
    }

    fn interests(&self) -> MethodSet {
        let mut set: MethodSet = EXPLAINED.into_iter().collect();
        set.insert(Method::TEXT_DOCUMENT_DID_OPEN);
        set.insert(Method::TEXT_DOCUMENT_DID_CLOSE);
        set.insert(Method::TEXT_DOCUMENT_DID_CHANGE);
        set
    }

    fn on_event(&mut self, session: &Session, event: &Event<'_>, report: &mut Report) {
        let Event::Message(seen) = event else { return };
        if seen.message.kind == Kind::Response {
            return self.answered(session, seen, report);
        }
        // What goplens says in the client's place, to change which of two documents of a file gopls has, has
        // that one's version.
        if seen.message.direction == Direction::ServerToClient || seen.message.made_here {
            return;
        }
        let document = &seen.body["params"]["textDocument"];
        let Some(uri) = document["uri"].as_str() else {
            return;
        };
        match session.documents.mishap() {
            Some(mishap) => {
                self.parted.insert(uri.to_owned());
                report.raise(parted(session, uri, mishap));
            }
            // What is sent whole is the same on both sides.
            None if !is_change(seen) || changes_all(&seen.body) => {
                self.parted.remove(uri);
                clear(uri, report);
            }
            None => {}
        }
    }
}

impl DocumentOutOfSync {
    fn answered(&self, session: &Session, seen: &Seen, report: &mut Report) {
        let asked = seen.message.asked.as_deref().unwrap_or_default();
        let asked: Value = serde_json::from_slice(asked).unwrap_or_default();
        let Some(uri) = asked["textDocument"]["uri"].as_str() else {
            return;
        };
        let Ok(position) = Position::deserialize(&asked["position"]) else {
            return;
        };
        let error = seen.body["error"]["message"].as_str().unwrap_or_default();
        if is_beyond(error) {
            report.raise(beyond(session, uri, position, error));
        } else if !self.parted.contains(uri)
            && seen.body["error"].is_null()
            && !seen.body["result"].is_null()
        {
            clear(uri, report);
        }
    }
}

fn is_change(seen: &Seen) -> bool {
    seen.message.method == Some(Method::TEXT_DOCUMENT_DID_CHANGE)
}

fn changes_all(body: &Value) -> bool {
    let changes = body["params"]["contentChanges"].as_array();
    let whole = |change: &Value| change.get("range").is_none_or(Value::is_null);
    changes.is_some_and(|changes| changes.iter().any(whole))
}

fn clear(uri: &str, report: &mut Report) {
    report.clear(Code::DocumentOutOfSync, "", Some(uri));
}

/// What gopls says of a position that its text does not have.
pub(super) fn is_beyond(error: &str) -> bool {
    error.contains("column is beyond end of")
        || (error.contains("line number") && error.contains("out of range"))
}

fn finding(uri: &str, place: Position, title: &str, cause: &str) -> Finding {
    Finding::new(Code::DocumentOutOfSync, title, cause)
        .place(uri, Some(Range::new(place, place)))
        .fix(
            "Close the file and open it again",
            Action::Hand("gopls then gets its text whole.".into()),
        )
        .fix(
            "If it comes back, report it to the maker of the editor's plug-in",
            Action::Hand("The trace of this session has each change (goplens tail method:textDocument/didChange).".into()),
        )
}

/// gopls has no such place. Whether the editor's own text has it tells who is wrong.
fn beyond(session: &Session, uri: &str, position: Position, error: &str) -> Finding {
    let encoding = session.peers.encoding;
    let text = session.documents.text(uri);
    let title = "The editor asks about a place that gopls's text of this file does not have.";
    if text.is_some_and(has_lone_return) {
        return counted_otherwise(uri, title).evidence(format!("gopls says: {error}"));
    }
    let has = text.map(|text| {
        let position = encoding.to_utf16(text, position);
        source::offset(text, position).is_some()
    });
    let place = format!(
        "line {}, column {}",
        position.line + 1,
        position.character + 1
    );
    let cause = match has {
        Some(true) => {
            "A change was lost on the way or was not applied: what gopls answers is about another text."
        }
        _ => "The editor asks by positions of a text that it has not sent, or has changed since.",
    };
    let sent = match has {
        Some(true) => format!("the text that the editor has sent has {place}"),
        Some(false) => format!("the text that the editor has sent has no {place} either"),
        None => "what the editor has sent does not add up to a text".to_owned(),
    };
    finding(uri, Position::new(0, 0), title, cause)
        .evidence(format!("gopls says: {error}"))
        .evidence(sent)
}

/// A text with a carriage return alone: nobody has lost anything, and the lines are other ones all the same.
fn counted_otherwise(uri: &str, title: &str) -> Finding {
    let start = Position::new(0, 0);
    let cause = "The editor and gopls count the lines of this file in different ways.";
    Finding::new(Code::DocumentOutOfSync, title, cause)
        .place(uri, Some(Range::new(start, start)))
        .evidence(
            "the text has a carriage return (CR) without a line feed (LF) behind it, which ends a line for the \
             protocol, and does not for gopls",
        )
        .fix(
            "Save the file with the line ends LF or CRLF",
            Action::Hand("Both sides count these in the same way.".into()),
        )
}

/// A notification that lets the two texts part.
fn parted(session: &Session, uri: &str, mishap: &Mishap) -> Finding {
    let version = session.documents.get(uri).map(|document| document.version);
    let title = "The editor and gopls have different texts of this file.";
    let cause = "gopls answers about its own text, so that places do not fit, or leads elsewhere.";
    let found = || finding(uri, Position::new(0, 0), title, cause);
    match mishap {
        Mishap::Outside {
            range,
            has_lone_return,
        } => {
            let found = match has_lone_return {
                true => counted_otherwise(uri, title),
                false => found(),
            };
            found.evidence(format!(
                "the change of version {} is about line {}, column {} to line {}, column {}, which the text before it does not have",
                version.unwrap_or_default(),
                range.start.line + 1,
                range.start.character + 1,
                range.end.line + 1,
                range.end.character + 1
            ))
        }
        Mishap::VersionBack { from, to } => Finding {
            title: "The editor sends changes of this file twice, or out of order.".into(),
            ..found()
        }
        .severity(Severity::Warning)
        .evidence(format!(
            "a change has version {to}, and the one before it had version {from}: it came twice, or out of order"
        )),
        Mishap::NotOpen => found().evidence("the editor changes it and has not opened it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gopls_s_words_for_a_place_that_is_not_there_are_known() {
        assert!(is_beyond("column is beyond end of line"));
        assert!(is_beyond("column is beyond end of file"));
        assert!(is_beyond("line number 900 out of range 0-12"));
        assert!(!is_beyond("no package metadata for file file:///a.go"));
    }
}
