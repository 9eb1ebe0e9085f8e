//! `session.json`: what a session was, who took part, and how it ended.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The contents of `session.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionInfo {
    /// The process id of goplens.
    pub pid: u32,
    /// The version of goplens.
    pub goplens: String,
    /// The version of gopls, from `serverInfo` of the response to `initialize`. None before that, and where there
    /// is no gopls and goplens answers in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gopls: Option<String>,
    /// The Go that built gopls, e.g. `go1.26.8`, from the same place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub go_built_with: Option<String>,
    /// The go command that gopls uses, e.g. `go1.26.8`, from its log message about its first view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub go: Option<String>,
    /// The editor, from `clientInfo` of `initialize`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<Client>,
    /// The data of the newest event `versions`: all versions that take part. None before they were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub versions: Option<serde_json::Value>,
    /// The arguments goplens was started with, its own name first.
    pub argv: Vec<String>,
    /// The directory it was started in.
    pub cwd: String,
    /// The URIs of `workspaceFolders` of `initialize`, else its `rootUri`.
    pub folders: Vec<String>,
    /// When it started, RFC 3339.
    pub start: String,
    /// When it ended, RFC 3339. A session that is live, or was killed, has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ending>,
    /// How many messages were recorded, in both directions.
    pub messages: u64,
    /// What the queue had no room for.
    pub dropped: Dropped,
    /// The bytes of all records written, those that were deleted since among them.
    pub trace_bytes: u64,
    /// What became of each method's requests.
    pub methods: BTreeMap<String, MethodSummary>,
}

/// Who the editor says it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Client {
    /// Its name.
    pub name: String,
    /// Its version, where it says one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl fmt::Display for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)?;
        match &self.version {
            Some(version) => write!(formatter, " {version}"),
            None => Ok(()),
        }
    }
}

/// How a session ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ending {
    /// The code that goplens ends with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<i32>,
    /// The number of the signal that ended gopls or goplens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// The same in words.
    pub text: String,
}

/// How much the queue had no room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dropped {
    /// Records that are missing.
    pub records: u64,
    /// Records that are there without their body.
    pub bodies: u64,
}

impl Dropped {
    /// Whether nothing was dropped.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// One method's messages and answers. Times are in microseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MethodSummary {
    /// Its requests or notifications.
    pub count: u64,
    /// Half of its answers took at most this long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50_us: Option<u64>,
    /// 99 of 100 took at most this long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_us: Option<u64>,
    /// The slowest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_us: Option<u64>,
    /// How many of its answers had which outcome.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub outcomes: BTreeMap<String, u64>,
}
