//! What passed through the proxy, as the proxy hands it to its tap: the one vocabulary that the
//! proxy, the trace and the inspectors share, so that none of them has to know another.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use foldhash::fast::RandomState;
use smallvec::{SmallVec, smallvec};
use wire::{Head, Id, Shape};

use crate::{Direction, Method, Splice};

/// What was read at once: all its items were seen at the same moment, in this order.
#[derive(Clone, Debug)]
pub struct Batch {
    /// When.
    pub time: SystemTime,
    /// What, in the order forwarded.
    pub items: Vec<Item>,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Item {
    /// A message was forwarded, or made by goplens.
    Message(Message),
    /// The message behind this was changed by rewriters.
    Rewrite(Rewrite),
    /// Something else worth a record.
    Event(Event),
}

/// What rewriters made of a message. The record of it is an event, [`EventName::Rewrite`].
#[derive(Clone, Debug)]
pub struct Rewrite {
    /// The message's way.
    pub direction: Direction,
    /// Its method, a response's request's.
    pub method: Option<Method>,
    /// Its id, unless it is a notification.
    pub id: Option<Id>,
    /// The rewriters in order, each with what it changed.
    pub by: SmallVec<[(&'static str, Changes); 1]>,
    /// How many messages of goplens's own went ahead of it.
    pub before: usize,
    /// What became of it.
    pub then: Then,
}

/// What became of a message that rewriters have seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Then {
    /// It went on.
    #[default]
    Forwarded,
    /// goplens answered it.
    Answered,
    /// It went no further.
    Dropped,
}

impl Then {
    /// Its name in the trace.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Forwarded => "forwarded",
            Self::Answered => "answered",
            Self::Dropped => "dropped",
        }
    }
}

/// What one rewriter changed in a body. Nearly always that is one thing, which lies in its place here: memory
/// that one thread takes and another one gives back costs both of them more than the change.
pub type Changes = SmallVec<[Change; 1]>;

/// The places of a body at which the same bytes gave way to the same others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What stood there.
    pub was: Bytes,
    /// What stands there now.
    pub is: Bytes,
    /// Where, in bytes of the body as the rewriter got it.
    pub at: SmallVec<[usize; 2]>,
}

impl Change {
    /// What splices change in a body.
    pub fn of(mut splices: Vec<Splice>, body: &Bytes) -> Changes {
        let new = |span: Range<usize>, is| Self {
            at: smallvec![span.start],
            was: body.slice(span),
            is,
        };
        // Nearly all messages have one splice, for which nothing has to be looked up.
        if splices.len() == 1
            && let Some(Splice { span, with }) = splices.pop()
        {
            return smallvec![new(span, with)];
        }
        let mut changes = Changes::new();
        let mut places: HashMap<_, usize, RandomState> = HashMap::default();
        for Splice { span, with } in &splices {
            match places.entry((&body[span.clone()], &with[..])) {
                Entry::Occupied(place) => changes[*place.get()].at.push(span.start),
                Entry::Vacant(place) => {
                    place.insert(changes.len());
                    changes.push(new(span.clone(), with.clone()));
                }
            }
        }
        changes
    }
}

/// A message, as it is at the client's end.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its way.
    pub direction: Direction,
    /// What it is.
    pub kind: Kind,
    /// Its method; a response has its request's, or none where nobody asked.
    pub method: Option<Method>,
    /// Its id, unless it is a notification.
    pub id: Option<Id>,
    /// The length of its body in bytes.
    pub size: u64,
    /// Its body, unless it was too large to be held.
    pub body: Option<Bytes>,
    /// What it is at gopls's end.
    pub at_server: AtServer,
    /// Whether the body was read from end to end and is JSON, if not always UTF-8. Otherwise its
    /// bytes may be anything.
    pub checked: bool,
    /// Of a response: the time since its request.
    pub latency: Option<Duration>,
    /// Of a response: how it went.
    pub outcome: Option<Outcome>,
    /// Of a response: the parameters that its request had, at gopls's end.
    pub asked: Option<Bytes>,
    /// Whether goplens made it.
    pub made_here: bool,
}

/// What a message is at gopls's end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AtServer {
    /// The same as at the client's.
    #[default]
    Same,
    /// Its body is this one.
    Other(Bytes),
    /// It is not there: a rewriter answered or dropped it.
    Nothing,
}

/// What the ids of goplens's own requests to gopls begin with. Neither they nor their answers are seen by
/// the client.
pub const OWN_ID: &str = "goplens:";

impl Message {
    /// Its body at gopls's end, if it is there and was not too large to be held.
    pub fn body_at_server(&self) -> Option<&Bytes> {
        match &self.at_server {
            AtServer::Same => self.body.as_ref(),
            AtServer::Other(body) => Some(body),
            AtServer::Nothing => None,
        }
    }

    /// Whether it is a question of goplens's own to gopls, or the answer to one.
    pub fn is_own_question(&self) -> bool {
        matches!(&self.id, Some(Id::Text(id)) if id.starts_with(OWN_ID))
    }
}

/// What a message is, by the presence of its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It has an id and a method.
    Request,
    /// It has an id and no method.
    Response,
    /// It has a method and no id.
    Notification,
}

impl Kind {
    /// What a message with this head is.
    pub fn of(head: &Head<'_>) -> Self {
        match (&head.method, &head.id) {
            (Some(_), Some(_)) => Self::Request,
            (Some(_), None) => Self::Notification,
            (None, _) => Self::Response,
        }
    }

    /// The name that trace records and filters use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Notification => "notification",
        }
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// A result with something in it.
    Ok,
    /// The result `null`.
    Null,
    /// A result with nothing in it: `[]`, `{}`, no tokens, no items.
    Empty,
    /// An error.
    Error,
    /// An error, and the client had cancelled.
    Cancelled,
    /// Answered by goplens because gopls did not.
    Timeout,
}

impl Outcome {
    /// How the request that a response with this head answers ended, cancelled or not.
    pub fn of(head: &Head<'_>) -> Self {
        match (&head.error, head.result) {
            (Some(_), _) => Self::Error,
            (None, Some(Shape::Full)) => Self::Ok,
            (None, Some(Shape::Empty)) => Self::Empty,
            (None, Some(Shape::Null) | None) => Self::Null,
        }
    }

    /// The name that trace records and filters use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Null => "null",
            Self::Empty => "empty",
            Self::Error => "error",
            Self::Cancelled => "cancelled",
            Self::Timeout => "timeout",
        }
    }
}

/// Something that happened besides messages.
#[derive(Clone, Debug)]
pub struct Event {
    /// What kind of thing.
    pub name: EventName,
    /// What is known of it, a JSON object.
    pub data: serde_json::Value,
}

/// The events of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventName {
    /// A request takes longer than its method's threshold.
    Timeout,
    /// A rewriter changed a message.
    Rewrite,
    /// A frame was not handed on.
    Rejected,
    /// A frame was too large to be checked, or to be held for the rewriter that claimed it.
    Unchecked,
    /// A header that gopls could not read was made canonical.
    Header,
    /// An answer after its timeout.
    Late,
    /// An answer that nobody asked for.
    Unmatched,
    /// What goplens says of itself.
    Notice,
    /// gopls ended.
    ServerExit,
    /// The tap had no room for so many records.
    Dropped,
    /// Something was found to be wrong.
    Finding,
    /// What was found is not so any more.
    Cleared,
    /// A request that failed was looked into, and this came of it.
    Explained,
    /// The versions that take part were looked at, for the first time or again, and are others now.
    Versions,
}

impl EventName {
    /// The name that trace records and filters use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Rewrite => "rewrite",
            Self::Rejected => "rejected",
            Self::Unchecked => "unchecked",
            Self::Header => "header",
            Self::Late => "late",
            Self::Unmatched => "unmatched",
            Self::Notice => "notice",
            Self::ServerExit => "server-exit",
            Self::Dropped => "dropped",
            Self::Finding => "finding",
            Self::Cleared => "cleared",
            Self::Explained => "explained",
            Self::Versions => "versions",
        }
    }
}
