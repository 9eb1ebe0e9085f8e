//! Whole lines of a file that may still be written.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;

/// Lines of a plain or compressed file. After the last whole line it says `None`, and may say more
/// later.
pub(super) struct Lines {
    input: BufReader<Box<dyn Read + Send>>,
    begun: Vec<u8>,
}

impl Lines {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let input: Box<dyn Read + Send> = match path.extension() {
            Some(extension) if extension == "zst" => Box::new(zstd::Decoder::new(file)?),
            _ => Box::new(file),
        };
        Ok(Self {
            input: BufReader::with_capacity(64 << 10, input),
            begun: Vec::new(),
        })
    }

    /// The next line, without its end. One that is not UTF-8 was not written by goplens and comes
    /// with replacement characters.
    pub(super) fn next(&mut self) -> io::Result<Option<String>> {
        self.input.read_until(b'\n', &mut self.begun)?;
        if self.begun.pop_if(|last| *last == b'\n').is_none() {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&self.begun).into_owned();
        self.begun.clear();
        Ok(Some(line))
    }
}
