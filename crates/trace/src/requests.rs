//! What each record is about: a response says neither document nor position, its request does.

use std::collections::HashMap;

use protocol::{Direction, Side};
use serde::Deserialize;
use serde_json::Value;
use wire::Id;

use crate::record::{Record, RecordKind, id_of};

/// A request that is never answered stays in the table; this many of them are remembered.
const MAX_PENDING: usize = 100_000;

/// What a record is about, for filters and for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The method; of an event that of the message it is about.
    pub method: Option<String>,
    /// The id; of an event that of the message it is about.
    pub id: Option<Id>,
    /// The documents it names, as spelt there.
    pub uris: Vec<String>,
    /// The position in the first of them: line and character, both from 0.
    pub position: Option<(u64, u64)>,
}

/// The requests seen so far that wait for their response.
#[derive(Debug, Default)]
pub struct Requests {
    pending: HashMap<(Side, Id), Asked>,
}

impl Requests {
    /// An empty table, for the start of a session.
    pub fn new() -> Self {
        Self::default()
    }

    /// What this record is about. Records must be given in their order, and each of them.
    pub fn see(&mut self, record: &Record) -> Asked {
        match record.kind {
            RecordKind::Request => {
                let asked = from_message(record);
                if let (Some(direction), Some(id)) = (record.direction, &record.id)
                    && self.pending.len() < MAX_PENDING
                {
                    let key = (direction.sender(), id.clone());
                    self.pending.insert(key, asked.clone());
                }
                asked
            }
            RecordKind::Response => {
                let request = record
                    .direction
                    .zip(record.id.clone())
                    .and_then(|(direction, id)| self.pending.remove(&(asker(direction), id)));
                let asked = request.unwrap_or_default();
                Asked {
                    method: record.method.clone().or(asked.method),
                    id: record.id.clone(),
                    ..asked
                }
            }
            RecordKind::Notification => from_message(record),
            RecordKind::Event => from_event(record),
        }
    }
}

/// Who asked what a message of this direction answers.
fn asker(direction: Direction) -> Side {
    match direction {
        Direction::ClientToServer => Side::Server,
        Direction::ServerToClient => Side::Client,
    }
}

#[derive(Deserialize)]
struct Body {
    params: Option<Params>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Params {
    text_document: Option<Document>,
    uri: Option<String>,
    item: Option<Document>,
    changes: Option<Vec<Document>>,
    position: Option<Position>,
    range: Option<Range>,
}

#[derive(Deserialize)]
struct Document {
    uri: Option<String>,
}

#[derive(Deserialize)]
struct Position {
    line: u64,
    character: u64,
}

#[derive(Deserialize)]
struct Range {
    start: Position,
}

fn from_message(record: &Record) -> Asked {
    let body = record.body.as_ref();
    // Params of another shape name no document.
    let params = body
        .and_then(|body| serde_json::from_str::<Body>(body.get()).ok())
        .and_then(|body| body.params)
        .unwrap_or_default();
    let changes = params.changes.into_iter().flatten();
    let documents = params.text_document.into_iter().chain(params.item);
    let uris = documents
        .chain(changes)
        .filter_map(|document| document.uri)
        .chain(params.uri)
        .collect();
    let position = params.position.or(params.range.map(|range| range.start));
    Asked {
        method: record.method.clone(),
        id: record.id.clone(),
        uris,
        position: position.map(|position| (position.line, position.character)),
    }
}

fn from_event(record: &Record) -> Asked {
    let data = record.data.as_ref();
    let data: Value = data
        .and_then(|data| serde_json::from_str(data.get()).ok())
        .unwrap_or_default();
    let text = |key: &str| data[key].as_str().map(str::to_owned);
    let position = &data["position"];
    Asked {
        method: text("method"),
        id: id_of(&data["id"]),
        uris: text("uri").into_iter().collect(),
        position: position["line"]
            .as_u64()
            .zip(position["character"].as_u64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(text: &str) -> Record {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_response_is_about_what_its_request_asked() {
        let mut requests = Requests::new();
        let request = record(
            r#"{"seq":1,"time":"t","direction":"client-to-server","kind":"request","method":"textDocument/hover","id":1,"body":{"params":{"textDocument":{"uri":"file:///a.go"},"position":{"line":4,"character":2}}}}"#,
        );
        // The server's own request of the same id must not be mistaken for it.
        let other = record(
            r#"{"seq":2,"time":"t","direction":"server-to-client","kind":"request","method":"workspace/configuration","id":1,"body":{}}"#,
        );
        let response = record(
            r#"{"seq":3,"time":"t","direction":"server-to-client","kind":"response","id":1,"body":{}}"#,
        );
        let asked = requests.see(&request);
        requests.see(&other);
        assert_eq!(asked.position, Some((4, 2)));
        assert_eq!(asked.uris, ["file:///a.go"]);
        assert_eq!(requests.see(&response), asked);
        assert_eq!(requests.see(&response).uris, Vec::<String>::new());
    }

    #[test]
    fn an_event_is_about_what_its_data_names() {
        let event = record(
            r#"{"seq":1,"time":"t","kind":"event","event":"timeout","data":{"method":"m","id":"5","uri":"file:///a.go","position":{"line":0,"character":1}}}"#,
        );
        let asked = Requests::new().see(&event);
        assert_eq!(asked.method.as_deref(), Some("m"));
        assert_eq!(asked.id, Some(Id::from("5")));
        assert_eq!(asked.position, Some((0, 1)));
    }

    #[test]
    fn params_of_any_shape_are_taken() {
        for params in ["[1]", "null", r#"{"textDocument":3}"#, r#"{"range":{}}"#] {
            let text = format!(
                r#"{{"seq":1,"time":"t","kind":"notification","method":"m","body":{{"params":{params}}}}}"#
            );
            assert_eq!(Requests::new().see(&record(&text)).uris.len(), 0);
        }
    }
}
