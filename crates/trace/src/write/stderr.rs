//! `stderr.log`: what gopls wrote there, its beginning and its end.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use crate::folder;

/// A cap must leave room for the mark and for something on both sides of it.
const SMALLEST_CAP: u64 = 4096;

/// A file that stays below its cap: when it is full, all between its first half and its last
/// quarter is cut out, and a mark says how much that was.
#[derive(Debug)]
pub(super) struct StderrLog {
    path: PathBuf,
    file: Option<File>,
    cap: u64,
    length: u64,
    cut: u64,
}

impl StderrLog {
    /// The file is made with the first byte.
    pub(super) fn new(path: PathBuf, cap: u64) -> Self {
        Self {
            path,
            file: None,
            cap: cap.max(SMALLEST_CAP),
            length: 0,
            cut: 0,
        }
    }

    pub(super) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => folder::create_file(&self.path)?,
        };
        let piece = usize::try_from(self.cap / 8).unwrap_or(usize::MAX);
        for piece in bytes.chunks(piece) {
            if self.length + piece.len() as u64 > self.cap {
                self.cut_middle(&mut file)?;
            }
            file.write_all(piece)?;
            self.length += piece.len() as u64;
        }
        self.file = Some(file);
        Ok(())
    }

    fn cut_middle(&mut self, file: &mut File) -> io::Result<()> {
        let start = self.cap / 2;
        let end = self.length - self.cap / 4;
        let already = match self.cut {
            0 => 0,
            cut => mark(cut).len() as u64,
        };
        self.cut += end - start - already;
        let mark = mark(self.cut);
        file.seek(SeekFrom::Start(start))?;
        file.write_all(mark.as_bytes())?;
        let mut to = start + mark.len() as u64;
        let mut from = end;
        let mut buffer = vec![0; 64 << 10];
        loop {
            file.seek(SeekFrom::Start(from))?;
            let count = file.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            file.seek(SeekFrom::Start(to))?;
            file.write_all(&buffer[..count])?;
            from += count as u64;
            to += count as u64;
        }
        file.set_len(to)?;
        file.seek(SeekFrom::Start(to))?;
        self.length = to;
        Ok(())
    }
}

/// Of one length for every number, so that it can be written again in its place.
fn mark(cut: u64) -> String {
    format!("\n[goplens cut {cut:020} bytes here]\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_beginning_and_the_end_and_says_how_much_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stderr.log");
        let mut log = StderrLog::new(path.clone(), 4096);
        let mut all = String::new();
        for number in 0..3000 {
            let line = format!("line {number}\n");
            log.append(line.as_bytes()).unwrap();
            all.push_str(&line);
            assert!(path.metadata().unwrap().len() <= 4096);
        }
        let kept = std::fs::read_to_string(&path).unwrap();
        let (before, rest) = kept.split_once("\n[goplens cut ").unwrap();
        let (count, after) = rest.split_once(" bytes here]\n").unwrap();
        let cut: usize = count.parse().unwrap();
        assert_eq!(before, &all[..2048]);
        assert!(all.ends_with(after) && after.len() >= 1024);
        assert_eq!(before.len() + cut + after.len(), all.len());
    }

    #[test]
    fn no_file_without_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stderr.log");
        StderrLog::new(path.clone(), 4096);
        assert!(!path.exists());
    }
}
