//! The sessions of this machine.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::folder::{SESSION, SESSIONS, TRACE};
use crate::info::SessionInfo;
use crate::{platform, stamp};

/// How old a folder without `session.json` may be and still count as one that is being made.
const BEING_MADE: Duration = Duration::from_secs(60);
/// Without locks: how long a live session may write nothing.
const SILENT: Duration = Duration::from_secs(600);

/// Whether a session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Its goplens is running.
    Live,
    /// It said how it ended.
    Ended,
    /// Its goplens is gone and did not say how: killed, or the machine went down.
    Killed,
}

/// A session in the list.
#[derive(Clone, Debug, Serialize)]
pub struct SessionSummary {
    /// The name of its folder.
    pub id: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Whether it goes on.
    pub state: State,
    /// The bytes of its files.
    pub size: u64,
    /// Its `session.json`.
    #[serde(flatten)]
    pub info: SessionInfo,
}

impl SessionSummary {
    /// How long it took, or has taken until now; unknown for one that was killed.
    pub fn duration(&self, now: SystemTime) -> Option<Duration> {
        let start = stamp::parse(&self.info.start)?;
        let end = match (&self.info.end, self.state) {
            (Some(end), _) => stamp::parse(end)?,
            (None, State::Live) => now,
            (None, _) => return None,
        };
        end.duration_since(start).ok()
    }
}

/// The list, and what is wrong with folders that are not in it.
#[derive(Clone, Debug, Default)]
pub struct Sessions {
    /// The newest first.
    pub sessions: Vec<SessionSummary>,
    /// One sentence for each folder that was left out.
    pub notes: Vec<String>,
}

/// The sessions below a state directory. One that does not exist has none.
///
/// # Errors
/// Where the directory cannot be listed.
pub fn sessions(state: &Path) -> io::Result<Sessions> {
    let entries = match state.join(SESSIONS).read_dir() {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Sessions::default()),
        Err(error) => return Err(error),
    };
    let mut list = Sessions::default();
    for entry in entries {
        let folder = entry?.path();
        match summary(&folder) {
            Ok(summary) => list.sessions.push(summary),
            Err(problem) => list.notes.push(format!("{}: {problem}", folder.display())),
        }
    }
    // Names begin with the time of the start.
    list.sessions.sort_unstable_by(|a, b| b.id.cmp(&a.id));
    list.notes.sort_unstable();
    Ok(list)
}

fn summary(folder: &Path) -> Result<SessionSummary, String> {
    let id = folder
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or("its name is not UTF-8")?;
    let info = info(folder).map_err(|error| format!("{SESSION}: {error}"))?;
    Ok(SessionSummary {
        id: id.to_owned(),
        folder: folder.to_owned(),
        state: state(folder, Some(&info)),
        size: size(folder),
        info,
    })
}

fn info(folder: &Path) -> io::Result<SessionInfo> {
    let text = std::fs::read(folder.join(SESSION))?;
    Ok(serde_json::from_slice(&text)?)
}

/// Whether the session of a folder goes on.
pub(crate) fn state_of(folder: &Path) -> State {
    state(folder, info(folder).ok().as_ref())
}

fn state(folder: &Path, info: Option<&SessionInfo>) -> State {
    if info.is_some_and(|info| info.end.is_some()) {
        return State::Ended;
    }
    let live = match (platform::is_locked(folder), info) {
        (Some(true), _) => true,
        // The lock is taken before `session.json` is written.
        (Some(false), Some(_)) => false,
        (Some(false), None) => is_recent(folder, BEING_MADE),
        (None, _) => is_recent(&folder.join(TRACE), SILENT) || is_recent(folder, BEING_MADE),
    };
    if live { State::Live } else { State::Killed }
}

fn is_recent(path: &Path, limit: Duration) -> bool {
    let changed = path.metadata().and_then(|metadata| metadata.modified());
    // A time in the future is recent too.
    changed.is_ok_and(|changed| changed.elapsed().unwrap_or_default() < limit)
}

/// The bytes of the files in a session folder, which has no folders inside.
pub(crate) fn size(folder: &Path) -> u64 {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.metadata().ok())
        .filter(|metadata| metadata.is_file())
        .map(|metadata| metadata.len())
        .sum()
}
