//! What an inspector is told of.

use std::time::Instant;

use doctor::probe::Probe;
use protocol::traffic::Message;
use serde_json::Value;
use system::Activity;
use trace::finding::Finding;

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
    /// When it was looked at.
    pub now: Instant,
}

/// What waits, and what gopls does.
#[derive(Debug)]
pub struct Pulse {
    /// When.
    pub now: Instant,
    /// The requests of both peers that wait for an answer, the oldest first.
    pub waiting: Vec<Waiting>,
    /// What gopls does, where the system tells.
    pub activity: Option<Activity>,
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
        /// What takes its place.
        finding: Finding,
    },
    /// Whether the module proxy answers.
    Proxy {
        /// What came of it.
        probe: Probe,
    },
}
