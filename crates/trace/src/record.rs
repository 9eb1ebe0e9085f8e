//! One line of `trace.jsonl`, as it is read.

use protocol::Direction;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use wire::Id;

/// A record, see `docs/architecture.md` for the contract.
#[derive(Debug, Deserialize)]
pub struct Record {
    /// Its place in the order forwarded, from 1.
    pub seq: u64,
    /// When it was seen: RFC 3339 in UTC, with microseconds.
    pub time: String,
    /// The message's way; an event has one only where it is about one.
    pub direction: Option<Direction>,
    /// What it is.
    pub kind: RecordKind,
    /// The message's method; a response has its request's.
    pub method: Option<String>,
    /// The message's id.
    #[serde(default, deserialize_with = "id")]
    pub id: Option<Id>,
    /// The length of the message's body in bytes.
    pub bytes: Option<u64>,
    /// Of a response: microseconds since its request.
    pub latency_us: Option<u64>,
    /// Of a response: how it went, by the names of [`protocol::traffic::Outcome`].
    pub outcome: Option<String>,
    /// `goplens` on messages that goplens made itself.
    pub origin: Option<String>,
    /// The body, as it was received but on one line.
    pub body: Option<Box<RawValue>>,
    /// The body, where it is not JSON in UTF-8.
    pub body_base64: Option<String>,
    /// Whether the body was left out.
    #[serde(default)]
    pub truncated: bool,
    /// Of an event: its name.
    pub event: Option<String>,
    /// Of an event: what is known of it.
    pub data: Option<Box<RawValue>>,
}

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    /// A message with an id and a method.
    Request,
    /// A message with an id and no method.
    Response,
    /// A message with a method and no id.
    Notification,
    /// Something else that happened.
    Event,
}

impl RecordKind {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [
        Self::Request,
        Self::Response,
        Self::Notification,
        Self::Event,
    ];

    /// The name that records and filters use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Notification => "notification",
            Self::Event => "event",
        }
    }
}

/// An id as JSON writes it: an integer or a string.
#[derive(Deserialize)]
#[serde(untagged)]
enum JsonId {
    Number(i64),
    Text(Box<str>),
}

impl From<JsonId> for Id {
    fn from(id: JsonId) -> Self {
        match id {
            JsonId::Number(number) => Self::Number(number),
            JsonId::Text(text) => Self::Text(text),
        }
    }
}

fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Id>, D::Error> {
    Ok(Option::<JsonId>::deserialize(deserializer)?.map(Id::from))
}

/// An id in an event's data or a message's params, where it is one.
pub(crate) fn id_of(value: &serde_json::Value) -> Option<Id> {
    JsonId::deserialize(value).ok().map(Id::from)
}
