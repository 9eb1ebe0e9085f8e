//! The session that a command is about.

use std::path::Path;

use anyhow::{Context as _, bail};
use trace::{SessionSummary, sessions};

/// The session of this name or whose name begins so, else the newest.
///
/// # Errors
/// Where there is none or several, or the sessions cannot be listed.
pub(crate) fn one(state: &Path, wanted: Option<&str>) -> anyhow::Result<SessionSummary> {
    let found = find(state, wanted)?;
    found.with_context(|| format!("no session is recorded in {}", state.display()))
}

/// The same; none only where any would do and there is none.
///
/// # Errors
/// As above.
pub(crate) fn find(state: &Path, wanted: Option<&str>) -> anyhow::Result<Option<SessionSummary>> {
    let list = list(state)?;
    let Some(wanted) = wanted else {
        return Ok(list.into_iter().next());
    };
    let mut found: Vec<_> = list
        .into_iter()
        .filter(|session| session.id.starts_with(wanted))
        .collect();
    if let Some(exact) = found.iter().position(|session| session.id == *wanted) {
        return Ok(Some(found.swap_remove(exact)));
    }
    match found.len() {
        0 => bail!("no session is named {wanted}; `goplens sessions` lists them"),
        1 => Ok(found.pop()),
        count => bail!("{count} sessions have names that begin with {wanted}; give more of it"),
    }
}

/// All sessions, the newest first.
///
/// # Errors
/// Where they cannot be listed.
pub(crate) fn list(state: &Path) -> anyhow::Result<Vec<SessionSummary>> {
    let list = sessions(state)
        .with_context(|| format!("cannot list the sessions in {}", state.display()))?;
    Ok(list.sessions)
}
