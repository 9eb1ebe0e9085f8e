//! What goplens left on record of a session.

use std::fs;
use std::path::{Path, PathBuf};

use protocol::Direction;
use serde_json::Value;
use trace::{Record, RecordKind, SessionInfo, SessionReader};

/// A session folder, read.
#[derive(Debug)]
pub struct Recorded {
    /// The folder; it is removed with the session.
    pub folder: PathBuf,
    /// `session.json`.
    pub info: SessionInfo,
    /// The trace.
    pub records: Vec<Record>,
}

impl Recorded {
    /// Reads the only session below a state directory; `None` where there is none, or where it was
    /// killed before it had a `session.json`.
    ///
    /// # Panics
    ///
    /// Where there are several, or one cannot be read.
    pub fn read(state: &Path) -> Option<Self> {
        let mut folders: Vec<PathBuf> = fs::read_dir(state.join(trace::SESSIONS))
            .ok()?
            .map(|entry| entry.expect("a folder can be listed").path())
            .collect();
        let folder = folders.pop()?;
        assert!(folders.is_empty(), "two sessions: {folder:?}, {folders:?}");
        let info = fs::read(folder.join("session.json")).ok()?;
        let info = serde_json::from_slice(&info).expect("session.json is one");
        let records = SessionReader::open(&folder)
            .expect("the trace can be opened")
            .map(|line| line.expect("the trace can be read").record)
            .collect();
        Some(Self {
            folder,
            info,
            records,
        })
    }

    /// The records of messages in this direction.
    pub fn messages(&self, direction: Direction) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(move |record| {
            record.kind != RecordKind::Event && record.direction == Some(direction)
        })
    }

    /// The records of what gopls said and the client got: without what a rewriter kept back, which the record
    /// before tells.
    pub fn received(&self) -> impl Iterator<Item = &Record> {
        let mut kept_back = false;
        let direction = Some(Direction::ServerToClient);
        let all = self.records.iter();
        all.filter(move |record| {
            if record.kind != RecordKind::Event {
                return record.direction == direction && !std::mem::take(&mut kept_back);
            }
            if record.event.as_deref() == Some("rewrite") {
                let data = record.data.as_ref().map_or("null", |data| data.get());
                let data: Value = serde_json::from_str(data).expect("an event's data is JSON");
                kept_back = data["direction"] == "server-to-client" && data["then"] == "dropped";
            }
            false
        })
    }

    /// The data of the events of this name.
    pub fn events(&self, name: &str) -> Vec<Value> {
        self.records
            .iter()
            .filter(|record| record.event.as_deref() == Some(name))
            .map(|record| {
                let data = record.data.as_ref().map_or("null", |data| data.get());
                serde_json::from_str(data).expect("an event's data is JSON")
            })
            .collect()
    }

    /// The data of the events that say that a rewriter of this name changed a message.
    pub fn rewrites(&self, by: &str) -> Vec<Value> {
        let mut events = self.events("rewrite");
        events.retain(|event| {
            let names = event["by"].as_array();
            names.is_some_and(|names| names.iter().any(|name| name == by))
        });
        events
    }

    /// The responses in the trace to requests of this method.
    pub fn responses(&self, method: &str) -> Vec<&Record> {
        self.records
            .iter()
            .filter(|record| record.kind == RecordKind::Response)
            .filter(|record| record.method.as_deref() == Some(method))
            .collect()
    }
}
