//! The records of one session, in order and each once, wherever in the folder they are.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};

use super::lines::Lines;
use crate::Record;
use crate::folder::{self, HEAD, TRACE};

/// How often a file may vanish between being listed and being opened: chunks are compressed and
/// deleted while they are read.
const ATTEMPTS: usize = 20;

/// A record, and the line it was read from (without its end).
#[derive(Debug)]
pub struct Line {
    /// The line.
    pub text: String,
    /// What it says.
    pub record: Record,
}

/// Reads what a session folder holds now: the kept head where the first chunks are gone, the
/// chunks, and the file that is still written. Lines that are no records are skipped.
pub struct SessionReader {
    folder: PathBuf,
    /// The number of the last record found.
    last: u64,
    /// The number that the chunk being read has, or will have when it is rotated.
    number: u32,
    source: Option<Source>,
    head: Option<Lines>,
    /// A record of the head that was read too early.
    head_ahead: Option<Line>,
    ready: VecDeque<Line>,
}

struct Source {
    lines: Lines,
    /// It may still grow.
    live: bool,
}

impl SessionReader {
    /// A reader of this session folder.
    ///
    /// # Errors
    /// Where the folder cannot be listed.
    pub fn open(folder: &Path) -> io::Result<Self> {
        folder::chunks(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            last: 0,
            number: 1,
            source: None,
            head: None,
            head_ahead: None,
            ready: VecDeque::new(),
        })
    }

    /// The next record; none where there is no more for now.
    pub(super) fn poll(&mut self) -> io::Result<Option<Line>> {
        loop {
            if let Some(line) = self.ready.pop_front() {
                return Ok(Some(line));
            }
            let line = match &mut self.source {
                Some(source) => record_of(&mut source.lines)?,
                None => None,
            };
            match line {
                Some(line) => self.accept(line)?,
                None if self.advance()? => {}
                None => return Ok(None),
            }
        }
    }

    /// What the head holds beyond the last record, once nothing more will come.
    pub(super) fn poll_rest(&mut self) -> io::Result<Option<Line>> {
        self.take_head(u64::MAX)?;
        Ok(self.ready.pop_front())
    }

    fn accept(&mut self, line: Line) -> io::Result<()> {
        let seq = line.record.seq;
        if seq <= self.last {
            return Ok(());
        }
        if seq > self.last + 1 {
            self.take_head(seq)?;
        }
        self.last = seq;
        self.ready.push_back(line);
        Ok(())
    }

    /// Makes those of the head ready that come after the last record and before `seq`.
    fn take_head(&mut self, seq: u64) -> io::Result<()> {
        if self.head.is_none() {
            match Lines::open(&self.folder.join(HEAD)) {
                Ok(lines) => self.head = Some(lines),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        let Some(head) = &mut self.head else {
            return Ok(());
        };
        loop {
            let line = match self.head_ahead.take() {
                Some(line) => line,
                None => match record_of(head)? {
                    Some(line) => line,
                    None => return Ok(()),
                },
            };
            if line.record.seq >= seq {
                self.head_ahead = Some(line);
                return Ok(());
            }
            if line.record.seq > self.last {
                self.last = line.record.seq;
                self.ready.push_back(line);
            }
        }
    }

    /// Goes on to what follows the end of the present file; says whether there may be more.
    fn advance(&mut self) -> io::Result<bool> {
        if self.source.as_ref().is_some_and(|source| source.live) {
            // Once it was rotated it grows no more, but what was added since the last look has to
            // be read first.
            let rotated = self.is_rotated()?;
            if let Some(source) = &mut self.source {
                source.live = !rotated;
            }
            return Ok(rotated);
        }
        if self.source.take().is_some() {
            self.number += 1;
        }
        self.open_next()
    }

    fn is_rotated(&self) -> io::Result<bool> {
        let chunks = folder::chunks(&self.folder)?;
        Ok(chunks.iter().any(|chunk| chunk.number >= self.number))
    }

    fn open_next(&mut self) -> io::Result<bool> {
        for _ in 0..ATTEMPTS {
            let chunks = folder::chunks(&self.folder)?;
            let chunk = chunks.into_iter().find(|chunk| chunk.number >= self.number);
            let name = chunk.map_or_else(|| TRACE.to_owned(), |chunk| chunk.file_name());
            let lines = match Lines::open(&self.folder.join(name)) {
                Ok(lines) => lines,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            match chunk {
                Some(chunk) => self.number = chunk.number,
                // It may have been rotated between the two looks; then another has its name.
                None if self.is_rotated()? => continue,
                None => {}
            }
            let live = chunk.is_none();
            self.source = Some(Source { lines, live });
            return Ok(true);
        }
        Ok(false)
    }
}

/// All that is there now, in order.
impl Iterator for SessionReader {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.poll() {
            Ok(None) => self.poll_rest().transpose(),
            other => other.transpose(),
        }
    }
}

/// The next line that is a record.
fn record_of(lines: &mut Lines) -> io::Result<Option<Line>> {
    while let Some(text) = lines.next()? {
        if let Ok(record) = serde_json::from_str(&text) {
            return Ok(Some(Line { text, record }));
        }
    }
    Ok(None)
}
