//! Positions that a document does not have.

use protocol::traffic::{Kind, Message};
use protocol::{Direction, Method};
use serde::Deserialize;
use trace::finding::{Action, Code, Finding, Position, Severity};

use crate::contract::agreed::written;
use crate::contract::lines::Lines;
use crate::inspectors::EXPLAINED;

/// The position in a request of the client's that the document it has told gopls does not have. Where the
/// answer is of use to a person, `document-out-of-sync` tells of it; here it is about all others.
pub(super) fn outside(client: &str, lines: &Lines, message: &Message) -> Option<Finding> {
    let method = message.method.as_ref()?;
    let is_request =
        message.kind == Kind::Request && message.direction == Direction::ClientToServer;
    if !is_request || EXPLAINED.contains(method) || !method.as_str().starts_with("textDocument/") {
        return None;
    }
    let (uri, position) = place(written(message)?)?;
    let known = lines.of(&uri, lines.changed(&uri)?)?.len();
    // A column behind the end of its line is one that the protocol gives a meaning.
    if (position.line as usize) < known {
        return None;
    }
    let wrong = format!(
        "`position.line` is {}, and the document has {known} lines",
        position.line
    );
    Some(finding(client, method, &uri, &wrong))
}

fn place(body: &[u8]) -> Option<(String, Position)> {
    #[derive(Deserialize)]
    struct Request {
        params: Params,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Params {
        text_document: Identifier,
        position: Position,
    }
    #[derive(Deserialize)]
    struct Identifier {
        uri: String,
    }
    let params = serde_json::from_slice::<Request>(body).ok()?.params;
    Some((params.text_document.uri, params.position))
}

fn finding(client: &str, method: &Method, uri: &str, wrong: &str) -> Finding {
    Finding::new(
        Code::MalformedMessage,
        format!("{client} asks `{method}` about a place that its document does not have."),
        "gopls refuses it or answers about another place. The editor may not have sent all \
         that was typed.",
    )
    .severity(Severity::Info)
    .about(format!("position {method} {uri}"))
    .evidence(format!("{wrong}, in {uri}"))
    .fix(
        format!("Report it to the makers of {client}"),
        Action::Hand(format!(
            "The trace of this session has the message (goplens tail method:{method})."
        )),
    )
    .quietly()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_read_where_there_is_one() {
        let body =
            br#"{"params":{"textDocument":{"uri":"a"},"position":{"line":1,"character":2}}}"#;
        assert_eq!(place(body), Some(("a".to_owned(), Position::new(1, 2))));
        assert_eq!(place(br#"{"params":{"textDocument":{"uri":"a"}}}"#), None);
    }
}
