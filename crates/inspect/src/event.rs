//! What an inspector is told of.

use std::time::{Duration, Instant, SystemTime};

use doctor::Versions;
use doctor::probe::Probe;
use protocol::Method;
use protocol::traffic::Message;
use serde_json::Value;
use system::Activity;
use trace::finding::{Code, Finding};

use crate::outlet::Waiting;

/// Something that happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// A message passed; the session knows it already.
    Message(&'a Seen),
    /// A look at what waits and at what gopls does, once a second while something waits.
    Pulse(&'a Pulse),
    /// Something was looked up.
    Learned(&'a Learned),
    /// Time has passed: a few times a second.
    Tick(Instant),
    /// The user asks for another look at all that was found.
    CheckAgain,
}

/// A message that passed.
#[derive(Debug)]
pub struct Seen {
    /// The number of its record, where there is a trace.
    pub at: Option<u64>,
    /// The message.
    pub message: Message,
    /// Its body.
    pub body: Value,
    /// When it passed.
    pub time: SystemTime,
    /// When it was looked at.
    pub now: Instant,
}

impl Seen {
    /// The document that the client opens, changes, saves or closes by this message.
    pub(crate) fn changed(&self) -> Option<&str> {
        let changes = matches!(
            self.message.method,
            Some(
                Method::TEXT_DOCUMENT_DID_OPEN
                    | Method::TEXT_DOCUMENT_DID_CHANGE
                    | Method::TEXT_DOCUMENT_DID_SAVE
                    | Method::TEXT_DOCUMENT_DID_CLOSE
            )
        );
        let uri = self.body["params"]["textDocument"]["uri"].as_str();
        uri.filter(|_| changes)
    }
}

/// What waits, and what gopls does.
#[derive(Debug)]
pub struct Pulse {
    /// When.
    pub now: Instant,
    /// Since when goplens itself runs without a break: where the machine slept, or all of this was
    /// frozen, nobody was kept waiting.
    pub awake: Instant,
    /// The requests of both peers that wait for an answer, the oldest first.
    pub waiting: Vec<Waiting>,
    /// What gopls does, where the system tells.
    pub activity: Option<Activity>,
}

impl Pulse {
    /// How long a request has waited while anybody could have answered it.
    pub fn waited(&self, request: &Waiting) -> Duration {
        let since = request.since.max(self.awake);
        self.now.saturating_duration_since(since)
    }
}

/// What was looked up, under the number that it was asked with.
#[derive(Debug)]
pub enum Learned {
    /// Why something failed.
    Explained {
        /// The number of the question.
        number: u64,
        /// What was found.
        findings: Vec<Finding>,
    },
    /// More about something that was found.
    Closer {
        /// The number of the question.
        number: u64,
        /// What takes its place; nothing where no more is known.
        finding: Option<Finding>,
    },
    /// The versions that take part, and what does not fit together of them, each with the URI of its folder.
    Versions {
        /// The versions.
        versions: Vec<(String, Versions)>,
        /// What was found.
        findings: Vec<(String, Finding)>,
    },
    /// Whether the module proxy answers.
    Proxy {
        /// What came of it.
        probe: Probe,
    },
    /// Something that is wrong with the machine, found while the rest is still looked for.
    Found {
        /// What was found.
        findings: Vec<Finding>,
    },
    /// All that is wrong with the machine.
    Examined {
        /// All that would have been found if it were so.
        looked_for: Vec<Code>,
        /// What was found.
        findings: Vec<Finding>,
    },
    /// Whether the file of a document has its text.
    Saved(Saved),
}

/// What a document's file was found to have.
#[derive(Debug)]
pub struct Saved {
    /// The document.
    pub uri: String,
    /// Its version when this was asked.
    pub version: i64,
    /// What came of it.
    pub found: Found,
    /// Whether this was asked for the second time.
    pub again: bool,
}

/// What a file has, beside its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The same text.
    Same,
    /// One that the document had before.
    Earlier,
    /// One that the document never had.
    Other {
        /// The first line, from 0, that the two do not share.
        line: u32,
    },
}
