//! What was found, put on record: in the trace, and in `findings.jsonl`.

use std::io;
use std::time::SystemTime;

use protocol::traffic::{Batch, Event, EventName, Item};
use serde_json::{Value, json};
use trace::finding::Finding;
use trace::{FindingsLog, Recorder};

/// The record of a session, where there is one.
pub(crate) struct Record {
    recorder: Option<Recorder>,
    log: Option<FindingsLog>,
}

impl Record {
    /// That of the session which this recorder writes down.
    pub(crate) fn of(recorder: Option<Recorder>) -> Self {
        let folder = recorder.as_ref().and_then(Recorder::folder);
        Self {
            log: folder.map(FindingsLog::of),
            recorder,
        }
    }

    /// Something was found.
    pub(crate) fn found(&self, finding: &Finding) {
        self.event(EventName::Finding, json!(finding));
        self.note(|log| log.found(finding));
    }

    /// What was found is not so any more.
    pub(crate) fn cleared(&self, finding: &Finding) {
        self.event(EventName::Cleared, json!(finding));
        self.note(|log| log.cleared(finding));
    }

    /// Something else happened.
    pub(crate) fn event(&self, name: EventName, data: Value) {
        if let Some(recorder) = &self.recorder {
            recorder.record(Batch {
                time: SystemTime::now(),
                items: vec![Item::Event(Event { name, data })],
            });
        }
    }

    fn note(&self, write: impl FnOnce(&FindingsLog) -> io::Result<()>) {
        if let Some(log) = &self.log
            && let Err(error) = write(log)
        {
            tracing::warn!("findings.jsonl cannot be written: {error}");
        }
    }
}
