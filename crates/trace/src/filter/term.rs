//! One term of a filter.

use protocol::Direction;
use protocol::traffic::Outcome;
use wire::Id;

use super::latency::Comparison;
use super::wildcard;
use crate::record::{Record, RecordKind};
use crate::requests::Asked;
use crate::uri;

const KEYS: &str = "method, latency, outcome, uri, event, direction, kind, id";

const OUTCOMES: [&str; 6] = [
    Outcome::Ok.as_str(),
    Outcome::Null.as_str(),
    Outcome::Empty.as_str(),
    Outcome::Error.as_str(),
    Outcome::Cancelled.as_str(),
    Outcome::Timeout.as_str(),
];

/// The events of the contract.
const EVENTS: [&str; 14] = [
    "timeout",
    "finding",
    "cleared",
    "explained",
    "versions",
    "rewrite",
    "rejected",
    "unchecked",
    "header",
    "late",
    "unmatched",
    "notice",
    "server-exit",
    "dropped",
];

/// A condition on a record.
#[derive(Clone, Debug)]
pub(super) enum Term {
    /// The method is this one, where `*` stands for any characters.
    Method(String),
    /// The latency compares so; what has none does not.
    Latency(Comparison),
    /// The outcome is this one.
    Outcome(String),
    /// A document's URI contains this, as spelt or decoded.
    Uri(String),
    /// The event is this one.
    Event(String),
    /// The message goes this way.
    Direction(Direction),
    /// The record is of this kind.
    Kind(RecordKind),
    /// The message has this id.
    Id(Id),
}

impl Term {
    /// Reads `key:value`; the error says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let Some((key, value)) = text.split_once(':') else {
            return Err(format!("not of the form key:value; the keys are {KEYS}"));
        };
        let parse: fn(&str) -> Result<Self, String> = match key {
            "method" => |value| Ok(Self::Method(value.to_owned())),
            "latency" => |value| Comparison::parse(value).map(Self::Latency),
            "outcome" => |value| one_of("outcome", &OUTCOMES, value).map(Self::Outcome),
            "uri" => |value| Ok(Self::Uri(value.to_owned())),
            "event" => |value| one_of("event", &EVENTS, value).map(Self::Event),
            "direction" => direction,
            "kind" => kind,
            "id" => |value| Ok(Self::Id(id(value))),
            _ => return Err(format!("no such key; the keys are {KEYS}")),
        };
        if value.is_empty() {
            return Err("the value is missing".to_owned());
        }
        parse(value)
    }

    /// Whether a record fulfils it.
    pub(super) fn holds(&self, record: &Record, asked: &Asked) -> bool {
        match self {
            Self::Method(pattern) => {
                let method = asked.method.as_deref();
                method.is_some_and(|method| wildcard::matches(pattern, method))
            }
            Self::Latency(comparison) => record
                .latency_us
                .is_some_and(|latency| comparison.holds(latency)),
            Self::Outcome(outcome) => record.outcome.as_ref() == Some(outcome),
            Self::Uri(part) => {
                let contains =
                    |uri: &String| uri.contains(part) || uri::decoded(uri).contains(part);
                asked.uris.iter().any(contains)
            }
            Self::Event(event) => record.event.as_ref() == Some(event),
            Self::Direction(direction) => record.direction == Some(*direction),
            Self::Kind(kind) => record.kind == *kind,
            Self::Id(id) => asked.id.as_ref() == Some(id),
        }
    }
}

fn one_of(key: &str, names: &[&str], value: &str) -> Result<String, String> {
    if names.contains(&value) {
        Ok(value.to_owned())
    } else {
        Err(possible(key, names))
    }
}

fn possible(key: &str, names: &[&str]) -> String {
    format!("{key} is one of {}", names.join(", "))
}

fn direction(value: &str) -> Result<Term, String> {
    let both = [Direction::ClientToServer, Direction::ServerToClient];
    match both
        .into_iter()
        .find(|direction| direction.as_str() == value)
    {
        Some(direction) => Ok(Term::Direction(direction)),
        None => Err(possible("direction", &both.map(Direction::as_str))),
    }
}

fn kind(value: &str) -> Result<Term, String> {
    match RecordKind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == value)
    {
        Some(kind) => Ok(Term::Kind(kind)),
        None => Err(possible("kind", &RecordKind::ALL.map(RecordKind::as_str))),
    }
}

/// `5` is a number, `abc` and `"5"` are texts.
fn id(value: &str) -> Id {
    let quoted = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    match (quoted, value.parse()) {
        (Some(text), _) => Id::from(text),
        (None, Ok(number)) => Id::Number(number),
        (None, Err(_)) => Id::from(value),
    }
}
