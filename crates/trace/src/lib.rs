//! The record, the session folder (write, rotate, read) and the filter language.
//!
//! [`Recorder`] takes what the proxy's tap sees and never makes it wait: a thread of its own turns
//! it into the lines of `trace.jsonl`, rotates them, and keeps `session.json` true. Everything else
//! here only reads: [`SessionReader`] a folder as it is, [`Follower`] one that still grows,
//! [`sessions`] the folders of this machine, [`Filter`] chooses records, and [`Formatter`] says one
//! in a line.

mod filter;
pub mod finding;
mod folder;
mod info;
mod json;
mod line;
mod platform;
mod read;
mod record;
mod requests;
mod settings;
mod stamp;
mod uri;
mod write;

pub use filter::{Filter, FilterError};
pub use folder::SESSIONS;
pub use info::{Client, Dropped, Ending, MethodSummary, SessionInfo};
pub use line::Formatter;
pub use read::{
    Findings, Follower, Line, Noted, SessionReader, SessionSummary, Sessions, State, sessions,
};
pub use record::{Record, RecordKind};
pub use requests::{Asked, Requests};
pub use settings::{Settings, Start};
pub use stamp::time_name;
pub use write::{FindingsLog, Recorder};
