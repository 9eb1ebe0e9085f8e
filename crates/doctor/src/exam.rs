//! What `goplens doctor` does: the machine is examined before anything has failed.

use trace::finding::{Code, Finding};

use system::System;

use crate::Patient;

/// Something of the machine, the settings or the workspace that is tried out, be it that something has failed
/// or not.
///
/// It tests the real thing: it writes the file, opens the connection, runs the go command that gopls runs.
/// What it finds it has seen fail; where it cannot tell, it says so and finds nothing.
pub trait Exam: Send + Sync {
    /// What is tried out, in a few words: `Go's build cache`.
    fn name(&self) -> &'static str;

    /// All that it can find.
    fn codes(&self) -> &'static [Code];

    /// What it takes.
    fn takes(&self) -> Takes {
        Takes::Machine
    }

    /// Whether it is run in the background of a session too. What the inspectors of a session see by
    /// themselves is not.
    fn in_session(&self) -> bool {
        true
    }

    /// Tries it out, and writes down what there was to see.
    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart);
}

/// What an [`Exam`] takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// This machine alone, and a second or two.
    Machine,
    /// The network, as the go command would use it. It is left out by `--offline`.
    Network,
    /// As long as go takes to load all packages of the workspace, or as a gopls that hangs is waited for.
    Load,
}

/// What came of an [`Exam`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What was seen, wrong or not, a line each: `GOPROXY: proxy.example.com answered in 40 ms`.
    pub facts: Vec<String>,
    /// What could not be told, and why, a line each.
    pub unknown: Vec<String>,
    /// Whether something was seen to fail of which no cause is known: nobody is to take that for healthy.
    pub failed: bool,
}

impl Chart {
    /// Something is wrong.
    pub fn find(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Something was seen.
    pub fn see(&mut self, fact: impl Into<String>) {
        self.facts.push(fact.into());
    }

    /// Something fails here, and no cause of it is known; `what` is a sentence without its full stop.
    pub fn fail(&mut self, what: impl Into<String>) {
        self.failed = true;
        self.unknown.push(what.into());
    }

    /// Something could not be told; `why` is a sentence without its full stop.
    pub fn cannot_tell(&mut self, why: impl Into<String>) {
        self.unknown.push(why.into());
    }
}
