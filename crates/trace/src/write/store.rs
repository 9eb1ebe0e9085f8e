//! The trace's files: lines are gathered, written together, and rotated.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::rotation::Rotation;
use crate::Settings;
use crate::folder::{self, HEAD, TRACE};

/// How much is gathered before it is written: enough to make the system calls few, and so little
/// that it is still in the processor's cache when it is copied.
const GATHERED: usize = 64 << 10;

/// See the module.
pub(super) struct Store {
    folder: PathBuf,
    pub(super) trace: File,
    /// What is in `trace`.
    length: u64,
    lines: Vec<u8>,
    head: File,
    head_length: u64,
    head_lines: Vec<u8>,
    rotation: Rotation,
    rotate_at: u64,
    session_cap: u64,
    head_cap: u64,
    total: u64,
}

impl Store {
    pub(super) fn open(folder: &Path, settings: &Settings) -> io::Result<Self> {
        Ok(Self {
            folder: folder.to_owned(),
            trace: folder::create_file(&folder.join(TRACE))?,
            length: 0,
            lines: Vec::new(),
            head: folder::create_file(&folder.join(HEAD))?,
            head_length: 0,
            head_lines: Vec::new(),
            rotation: Rotation::new(folder),
            rotate_at: settings.rotate_at.max(1),
            session_cap: settings.session_cap,
            head_cap: settings.head_cap,
            total: 0,
        })
    }

    /// Adds the line that `write` appends; a line of the head is kept a second time.
    pub(super) fn add(&mut self, head: bool, write: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let start = self.lines.len();
        write(&mut self.lines);
        let line = &self.lines[start..];
        self.total += line.len() as u64;
        if head && self.head_length + line.len() as u64 <= self.head_cap {
            self.head_length += line.len() as u64;
            self.head_lines.extend_from_slice(line);
        }
        if self.length + self.lines.len() as u64 >= self.rotate_at {
            self.rotate()
        } else if self.lines.len() >= GATHERED {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Writes what was gathered. The head goes first: a reader that finds a gap in the trace looks
    /// for it there.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if !self.head_lines.is_empty() {
            self.head.write_all(&self.head_lines)?;
            empty(&mut self.head_lines);
        }
        if let Err(error) = self.trace.write_all(&self.lines) {
            // Half a line may be there; where even that cannot be undone, readers skip it.
            let _ = self.trace.set_len(self.length);
            return Err(error);
        }
        self.length += self.lines.len() as u64;
        empty(&mut self.lines);
        Ok(())
    }

    fn rotate(&mut self) -> io::Result<()> {
        self.flush()?;
        self.rotation.rotate(self.length)?;
        self.trace = folder::create_file(&self.folder.join(TRACE))?;
        self.length = 0;
        let kept = self.head_length + self.rotate_at;
        self.rotation.fit(self.session_cap.saturating_sub(kept))
    }

    /// Compresses a little; says whether there was anything to do.
    pub(super) fn compress(&mut self) -> bool {
        self.rotation.compress()
    }

    /// The bytes of all lines so far.
    pub(super) fn total(&self) -> u64 {
        self.total
    }
}

/// Empties a buffer, and gives back what one large body made it take.
fn empty(buffer: &mut Vec<u8>) {
    buffer.clear();
    buffer.shrink_to(2 * GATHERED);
}
