//! Documents that are opened twice, or closed without being open.

use protocol::traffic::Message;
use protocol::{Direction, Method};
use trace::finding::{Action, Code, Finding, Severity};

use crate::contract::agreed::body;
use crate::contract::lines::Lines;

/// What is wrong with a `didOpen` or `didClose` of the client's, by what was open before it. That a document
/// is changed that is not open, `document-out-of-sync` tells.
pub(super) fn misplaced(client: &str, before: &Lines, message: &Message) -> Option<Finding> {
    let method = message.method.as_ref()?;
    let opens = match *method {
        Method::TEXT_DOCUMENT_DID_OPEN => true,
        Method::TEXT_DOCUMENT_DID_CLOSE => false,
        _ => return None,
    };
    if message.direction != Direction::ClientToServer {
        return None;
    }
    let body = body(message);
    let uri = body["params"]["textDocument"]["uri"].as_str()?;
    let is_misplaced = match opens {
        true => before.is_open(uri),
        false => !before.may_be_open(uri),
    };
    if !is_misplaced {
        return None;
    }
    let (title, cause) = match opens {
        true => (
            format!("{client} opens a document that is open."),
            "gopls takes its text, and does not count: with the next `didClose` it goes by the file on disk.",
        ),
        false => (
            format!("{client} closes a document that is not open."),
            "gopls says nothing of it. What the editor takes for open may be another document than gopls does.",
        ),
    };
    Some(
        Finding::new(Code::MalformedMessage, title, cause)
            .severity(Severity::Info)
            .about(format!("misplaced {method}"))
            .evidence(match opens {
                true => format!("there was no `didClose` since the `didOpen` before, of {uri}"),
                false => format!(
                    "there was no `didOpen` before it, or another `didClose` since, of {uri}"
                ),
            })
            .fix(
                format!("Report it to the makers of {client}"),
                Action::Hand(format!(
                    "The trace of this session has each of them (goplens tail method:{method})."
                )),
            )
            .quietly(),
    )
}

#[cfg(test)]
mod tests {
    use protocol::traffic::Kind;
    use serde_json::json;

    use super::*;
    use crate::contract::testing::message;

    /// Whether it is found that a document is opened or closed by such a URI.
    fn is_found(lines: &mut Lines, method: &Method, uri: &str) -> bool {
        let document = json!({ "uri": uri, "version": 1, "text": "a" });
        let body = json!({ "params": { "textDocument": document } });
        let message = message(Direction::ClientToServer, Kind::Notification, method, &body);
        let found = misplaced("vi", lines, &message).is_some();
        lines.apply(&message);
        found
    }

    #[test]
    fn each_document_is_opened_and_closed_in_turns() {
        let (open, close) = (
            &Method::TEXT_DOCUMENT_DID_OPEN,
            &Method::TEXT_DOCUMENT_DID_CLOSE,
        );
        let lines = &mut Lines::default();
        assert!(!is_found(lines, open, "file:///a%20b"));
        assert!(is_found(lines, open, "file:///a%20b"));
        assert!(!is_found(lines, close, "file:///a%20b"));
        assert!(is_found(lines, close, "file:///a%20b"));
        assert!(!is_found(lines, open, "file:///a%20b"));
        assert!(!is_found(lines, close, "file:///a b"), "the same name");
        assert!(!is_found(lines, open, "file:///a%20b"), "it was closed");
        assert!(!is_found(lines, close, "file:///a%20b"));
        assert!(is_found(lines, close, "file:///a b"), "nothing is left");
    }

    #[test]
    fn what_was_not_seen_may_have_been_open() {
        let lines = &mut Lines::default();
        lines.lose();
        let close = &Method::TEXT_DOCUMENT_DID_CLOSE;
        assert!(!is_found(lines, close, "file:///a"));
    }
}
