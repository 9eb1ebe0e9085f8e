//! Positions that a document does not have.

use protocol::traffic::{AtServer, Kind, Message};
use protocol::{Direction, Method};
use serde::Deserialize;
use serde_json::Value;
use trace::finding::{Action, Code, Finding, Position, Range, Severity};

use crate::contract::agreed::written;
use crate::contract::asked::Asked;
use crate::contract::lines::Lines;
use crate::inspectors::EXPLAINED;
use crate::{json, place};

/// The requests whose answers are places in files.
const LOCATED: [Method; 5] = [
    Method::TEXT_DOCUMENT_DEFINITION,
    Method::TEXT_DOCUMENT_TYPE_DEFINITION,
    Method::TEXT_DOCUMENT_IMPLEMENTATION,
    Method::TEXT_DOCUMENT_DECLARATION,
    Method::TEXT_DOCUMENT_REFERENCES,
];

/// When the requests that are not answered yet came.
#[derive(Debug, Default)]
pub(super) struct Positions(Asked<u64>);

impl Positions {
    /// The first position in a message that its document does not have. A column behind the end of its line
    /// is one that the protocol gives a meaning.
    pub(super) fn look(
        &mut self,
        client: &str,
        lines: &Lines,
        message: &Message,
    ) -> Option<Finding> {
        let method = message.method.as_ref()?;
        // Where a file has two names, it may be the other one's text that gopls goes by.
        let is_as_written = message.at_server == AtServer::Same;
        match (message.kind, message.direction) {
            (Kind::Request, Direction::ClientToServer) => {
                if LOCATED.contains(method) {
                    self.0.keep(message.id.as_ref()?, lines.now());
                }
                let beyond = asked(lines, method, written(message)?)?;
                Some(of_client(client, method, &beyond))
            }
            (Kind::Response, Direction::ServerToClient) if LOCATED.contains(method) => {
                let then = self.0.take(message.id.as_ref()?)?;
                let body = written(message).filter(|_| is_as_written)?;
                let beyond = answered(lines, then, &json::read(body)?["result"])?;
                Some(of_gopls(method, &beyond))
            }
            (Kind::Notification, Direction::ServerToClient)
                if *method == Method::TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS =>
            {
                let body = written(message).filter(|_| is_as_written)?;
                let beyond = published(lines, body)?;
                Some(of_gopls(method, &beyond))
            }
            _ => None,
        }
    }
}

/// A position behind the last line.
struct Beyond {
    uri: String,
    path: String,
    line: u32,
    /// How many lines the document has.
    lines: usize,
}

impl Beyond {
    fn of(uri: &str, path: String, position: Position, lines: &[u32]) -> Option<Self> {
        (!place::has_line(position, lines.len())).then(|| Self {
            uri: uri.to_owned(),
            path,
            line: position.line,
            lines: lines.len(),
        })
    }
}

/// What the client asks about. For a position of which the answer is of use to a person,
/// `document-out-of-sync` tells of it.
fn asked(lines: &Lines, method: &Method, body: &[u8]) -> Option<Beyond> {
    #[derive(Deserialize)]
    struct Request {
        params: Params,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Params {
        text_document: Identifier,
        position: Option<Position>,
        // Behind the end of a text its end is a way to say "all that follows".
        range: Option<Range>,
        #[serde(default)]
        positions: Vec<Position>,
    }
    #[derive(Deserialize)]
    struct Identifier {
        uri: String,
    }
    if EXPLAINED.contains(method) || !method.as_str().starts_with("textDocument/") {
        return None;
    }
    let params = serde_json::from_slice::<Request>(body).ok()?.params;
    let uri = &params.text_document.uri;
    let known = lines.of(uri)?;
    let single = params.position.map(|one| ("position".to_owned(), one));
    let first = params
        .range
        .map(|range| ("range.start".to_owned(), range.start));
    let many = (0..).zip(params.positions);
    let many = many.map(|(number, one): (usize, _)| (format!("positions[{number}]"), one));
    let mut all = single.into_iter().chain(first).chain(many);
    all.find_map(|(path, position)| Beyond::of(uri, path, position, known))
}

/// Where gopls's answer to a question of `then` leads, as far as the texts are still those of then.
fn answered(lines: &Lines, then: u64, result: &Value) -> Option<Beyond> {
    let (many, single) = match result {
        Value::Array(many) => (many.as_slice(), None),
        single => (&[][..], Some(single)),
    };
    let many = (0..).zip(many);
    let many = many.map(|(number, one): (usize, _)| (format!("[{number}]."), one));
    let mut all = single
        .map(|one| (String::new(), one))
        .into_iter()
        .chain(many);
    all.find_map(|(path, location)| {
        let (uri, name) = match location["uri"].as_str() {
            Some(uri) => (uri, "range"),
            None => (location["targetUri"].as_str()?, "targetSelectionRange"),
        };
        let known = lines.since(uri, then)?;
        let range = Range::deserialize(&location[name]).ok()?;
        let beyond = Beyond::of(uri, format!("{path}{name}.start"), range.start, known);
        beyond.filter(|_| !lines.may_be_open_twice(uri))
    })
}

/// What gopls publishes of the text that the client has now.
fn published(lines: &Lines, body: &[u8]) -> Option<Beyond> {
    #[derive(Deserialize)]
    struct Publication {
        params: Params,
    }
    #[derive(Deserialize)]
    struct Params {
        uri: String,
        version: Option<i64>,
        #[serde(default)]
        diagnostics: Vec<Diagnostic>,
    }
    #[derive(Deserialize)]
    struct Diagnostic {
        range: Range,
    }
    let params = serde_json::from_slice::<Publication>(body).ok()?.params;
    let uri = &params.uri;
    let known = lines.of_version(uri, params.version?)?;
    if lines.may_be_open_twice(uri) {
        return None;
    }
    let mut all = (0..).zip(&params.diagnostics);
    all.find_map(|(number, one): (usize, _)| {
        let path = format!("diagnostics[{number}].range.start");
        Beyond::of(uri, path, one.range.start, known)
    })
}

fn of_client(client: &str, method: &Method, beyond: &Beyond) -> Finding {
    finding(
        format!("{client} asks `{method}` about a place that its document does not have."),
        "gopls refuses it or answers about another place. The editor may not have sent all \
         that was typed.",
        client,
        method,
        beyond,
    )
}

fn of_gopls(method: &Method, beyond: &Beyond) -> Finding {
    finding(
        format!("gopls says in `{method}` a place that the document does not have."),
        "The editor shows nothing, or another place. gopls may go by another text than the editor's.",
        "gopls",
        method,
        beyond,
    )
}

fn finding(title: String, cause: &str, who: &str, method: &Method, beyond: &Beyond) -> Finding {
    let Beyond {
        uri,
        path,
        line,
        lines,
    } = beyond;
    Finding::new(Code::MalformedMessage, title, cause)
        .severity(Severity::Info)
        .about(format!("position {method}"))
        .evidence(format!(
            "`{path}.line` is {line}, and the document has {lines} lines, in {uri}"
        ))
        .fix(
            format!("Report it to the makers of {who}"),
            Action::Hand(format!(
                "The trace of this session has the message (goplens tail method:{method})."
            )),
        )
        .quietly()
}

#[cfg(test)]
mod tests;
