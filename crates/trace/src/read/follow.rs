//! A session as it grows.

use std::io;
use std::path::{Path, PathBuf};

use super::reader::{Line, SessionReader};
use super::sessions::{State, state_of};

/// Follows a session across rotations until it ends.
pub struct Follower {
    folder: PathBuf,
    reader: SessionReader,
    over: bool,
}

impl Follower {
    /// Follows the session of this folder from its start.
    ///
    /// # Errors
    /// Where the folder cannot be listed.
    pub fn open(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            folder: folder.to_owned(),
            reader: SessionReader::open(folder)?,
            over: false,
        })
    }

    /// The next record; none where there is none now. Then [`Self::is_over`] says whether to ask
    /// again, after a pause.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn poll(&mut self) -> io::Result<Option<Line>> {
        let line = match self.reader.poll() {
            // A folder that was removed is a session that is over.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.over = true;
                return Ok(None);
            }
            other => other?,
        };
        if line.is_some() || self.over {
            return match line {
                None => self.reader.poll_rest(),
                line => Ok(line),
            };
        }
        // The state is asked first and the records afterwards: what was written before the end is
        // seen.
        if state_of(&self.folder) == State::Live {
            return Ok(None);
        }
        self.over = true;
        self.poll()
    }

    /// Whether nothing more will come once [`Self::poll`] has said `None`.
    pub fn is_over(&self) -> bool {
        self.over
    }
}
