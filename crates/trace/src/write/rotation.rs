//! The chunks of a session: numbered, compressed when there is time, the oldest deleted.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};

use super::compress::Compression;
use crate::folder::{Chunk, TRACE};

/// See the module.
pub(super) struct Rotation {
    folder: PathBuf,
    /// The oldest first, with their sizes on disk.
    chunks: VecDeque<(Chunk, u64)>,
    next: u32,
    compression: Option<(u32, Compression)>,
    /// Compressing failed once, so it is left alone: plain chunks are as good, only larger.
    plain_only: bool,
}

impl Rotation {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            chunks: VecDeque::new(),
            next: 1,
            compression: None,
            plain_only: false,
        }
    }

    /// Makes a chunk of the trace written so far.
    pub(super) fn rotate(&mut self, size: u64) -> io::Result<()> {
        let chunk = Chunk {
            number: self.next,
            compressed: false,
        };
        let to = self.folder.join(chunk.file_name());
        std::fs::rename(self.folder.join(TRACE), to)?;
        self.next += 1;
        self.chunks.push_back((chunk, size));
        Ok(())
    }

    /// Deletes the oldest chunks until the rest takes at most `room` bytes.
    pub(super) fn fit(&mut self, room: u64) -> io::Result<()> {
        let mut size: u64 = self.chunks.iter().map(|(_, size)| size).sum();
        while size > room
            && let Some((chunk, freed)) = self.chunks.pop_front()
        {
            self.compression
                .take_if(|(number, _)| *number == chunk.number);
            match std::fs::remove_file(self.folder.join(chunk.file_name())) {
                // Somebody else was quicker, which is as good.
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            size -= freed;
        }
        Ok(())
    }

    /// Compresses a little; says whether there was anything to do.
    pub(super) fn compress(&mut self) -> bool {
        if self.plain_only {
            return false;
        }
        let (number, mut compression) = match self.compression.take() {
            Some(running) => running,
            None => {
                let plain = self.chunks.iter().find(|(chunk, _)| !chunk.compressed);
                let Some(&(chunk, _)) = plain else {
                    return false;
                };
                match Compression::start(&self.folder, chunk.number) {
                    Ok(compression) => (chunk.number, compression),
                    Err(_) => {
                        self.plain_only = true;
                        return false;
                    }
                }
            }
        };
        match compression.step() {
            Ok(None) => self.compression = Some((number, compression)),
            Ok(Some(size)) => {
                let is_it = |(chunk, _): &&mut (Chunk, u64)| chunk.number == number;
                if let Some(entry) = self.chunks.iter_mut().find(is_it) {
                    entry.0.compressed = true;
                    entry.1 = size;
                }
            }
            Err(_) => self.plain_only = true,
        }
        true
    }
}
