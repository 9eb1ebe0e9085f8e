//! Deletes the oldest sessions when all of them together take too much space.

use std::io;
use std::path::{Path, PathBuf};

use crate::Settings;
use crate::folder::{SESSION, SESSIONS};
use crate::read::{State, size, state_of};

/// Deletes whole sessions that have ended, oldest first, until the rest fits. What cannot be read
/// or deleted is left: this is only about space.
pub(super) fn sweep(settings: &Settings, own: &Path) {
    let Ok(mut folders) = folders(&settings.state.join(SESSIONS)) else {
        return;
    };
    // Names begin with the time of the start.
    folders.sort_unstable();
    let sizes: Vec<u64> = folders.iter().map(|folder| size(folder)).collect();
    let mut total: u64 = sizes.iter().sum();
    for (folder, size) in folders.iter().zip(sizes) {
        if total <= settings.total_cap {
            return;
        }
        if folder != own
            && state_of(folder) != State::Live
            && std::fs::remove_dir_all(folder).is_ok()
        {
            total -= size;
        }
    }
}

fn folders(sessions: &Path) -> io::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in sessions.read_dir()? {
        let entry = entry?;
        // What was not made here is left alone: links, and folders that are no sessions.
        if entry.file_type()?.is_dir() && entry.path().join(SESSION).is_file() {
            folders.push(entry.path());
        }
    }
    Ok(folders)
}
