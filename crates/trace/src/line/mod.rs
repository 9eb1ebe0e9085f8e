//! A record as one line for people.

mod event;
mod message;
mod result;
mod style;

use protocol::Direction;
use serde::Deserialize;

use crate::record::{Record, RecordKind};
use crate::requests::Asked;
use crate::uri;
use style::Style;

/// How many characters of a text from a message are shown.
const SHORT: usize = 120;
/// Of what goplens says itself more is shown: it is rare, and what one looks for.
const LONG: usize = 400;
/// Of a path all is shown that a system allows.
const PATH: usize = 4096;

/// Says records in a line each, paths relative to the workspace folders.
#[derive(Debug)]
pub struct Formatter {
    style: Style,
    folders: Vec<String>,
}

impl Formatter {
    /// With or without the escape sequences that colour a terminal.
    pub fn new(colour: bool) -> Self {
        Self {
            style: Style::new(colour),
            folders: Vec::new(),
        }
    }

    /// The line, without its end. `asked` is what [`crate::Requests::see`] said of the record. The
    /// workspace folders are learnt from the `initialize` request as it comes by.
    pub fn format(&mut self, record: &Record, asked: &Asked) -> String {
        if record.kind == RecordKind::Request && record.method.as_deref() == Some("initialize") {
            self.learn_folders(record);
        }
        let style = self.style;
        let mut parts = vec![style.faint(clock(&record.time)), self.sign(record)];
        parts.push(match (&record.event, &asked.method) {
            (Some(event), _) => style.event(event),
            (None, Some(method)) => style.method(method),
            (None, None) => "(no method)".to_owned(),
        });
        if let (Some(_), Some(method)) = (&record.event, &asked.method) {
            parts.push(style.method(method));
        }
        if let Some(id) = &asked.id {
            parts.push(style.faint(&format!("#{id}")));
        }
        parts.extend(self.place(asked));
        if let Some(bytes) = record.bytes {
            parts.push(style.faint(&size(bytes)));
        }
        if let Some(latency) = record.latency_us {
            parts.push(duration(latency));
        }
        let gist = match record.kind {
            RecordKind::Event => event::gist(record),
            RecordKind::Response => result::gist(record, asked, &self.folders),
            RecordKind::Request | RecordKind::Notification => message::gist(record),
        };
        if let Some(gist) = gist {
            let limit = match record.kind {
                RecordKind::Event => LONG,
                _ => SHORT,
            };
            parts.push(style.outcome(record.outcome.as_deref(), &cut(&gist, limit)));
        }
        if record.origin.is_some() {
            parts.push(style.faint("(by goplens)"));
        }
        parts.join(" ")
    }

    fn sign(&self, record: &Record) -> String {
        match (record.kind, record.direction) {
            (RecordKind::Event, _) => self.style.event("!"),
            (_, Some(Direction::ClientToServer)) => "→".to_owned(),
            (_, Some(Direction::ServerToClient)) => "←".to_owned(),
            (_, None) => "?".to_owned(),
        }
    }

    /// `util/util.go:10:6`, counted from 1 as editors and compilers do.
    fn place(&self, asked: &Asked) -> Option<String> {
        // A file's name may hold anything, and a terminal obeys much of it.
        let path = cut(&uri::shown(asked.uris.first()?, &self.folders), PATH);
        Some(match asked.position {
            Some((line, character)) => at(&path, line, character),
            None => path,
        })
    }

    fn learn_folders(&mut self, record: &Record) {
        #[derive(Deserialize)]
        struct Body {
            params: Params,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Params {
            root_uri: Option<String>,
            workspace_folders: Option<Vec<Folder>>,
        }
        #[derive(Deserialize)]
        struct Folder {
            uri: String,
        }
        let body = record.body.as_ref();
        let Some(body) = body.and_then(|body| serde_json::from_str::<Body>(body.get()).ok()) else {
            return;
        };
        let folders = body.params.workspace_folders.into_iter().flatten();
        let uris = folders.map(|folder| folder.uri).chain(body.params.root_uri);
        self.folders = uris
            .map(|uri| uri::decoded(&uri).trim_end_matches('/').to_owned())
            .collect();
    }
}

/// `17:05:33.123` of `2026-11-23T17:05:33.123456Z`.
fn clock(time: &str) -> &str {
    time.get(11..23).unwrap_or(time)
}

fn at(path: &str, line: u64, character: u64) -> String {
    let (line, column) = (line.saturating_add(1), character.saturating_add(1));
    format!("{path}:{line}:{column}")
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn duration(micros: u64) -> String {
    match micros {
        0..1_000 => format!("{micros}us"),
        1_000..1_000_000 => format!("{:.1}ms", micros as f64 / 1e3),
        _ => format!("{:.2}s", micros as f64 / 1e6),
    }
}

/// `1 item`, `2 items`.
fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

fn shortened(text: &str) -> String {
    cut(text, SHORT)
}

/// The first line that says something, not too much of it, and nothing a terminal would obey.
fn cut(text: &str, limit: usize) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty());
    let line = line.unwrap_or_default().trim();
    let mut shown: String = line
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(limit)
        .collect();
    if line.chars().nth(limit).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests;
