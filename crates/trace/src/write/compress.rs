//! Compresses a chunk in small pieces, between other work.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use zstd::stream::write::Encoder;

use crate::folder::{self, Chunk};

/// Faster than zstd's level 1; a trace is so repetitive that it still shrinks tenfold.
const LEVEL: i32 = -3;
/// A window of 128 KiB: records repeat what is near, and a larger one would cost its size in memory
/// for as long as a session runs.
const WINDOW_LOG: u32 = 17;
/// What is read in one step: well below a millisecond of work.
const PIECE: usize = 64 << 10;

/// One chunk on its way from `trace.NNNN.jsonl` to `trace.NNNN.jsonl.zst`. The finished file
/// appears under its name only when it is complete.
pub(super) struct Compression {
    plain: PathBuf,
    part: PathBuf,
    finished: PathBuf,
    input: File,
    encoder: Option<Encoder<'static, File>>,
    buffer: Vec<u8>,
}

impl Compression {
    pub(super) fn start(folder: &Path, number: u32) -> io::Result<Self> {
        let name = |compressed| folder.join(Chunk { number, compressed }.file_name());
        let (plain, finished) = (name(false), name(true));
        let part = finished.with_extension("zst.part");
        let input = File::open(&plain)?;
        let mut encoder = Encoder::new(folder::create_file(&part)?, LEVEL)?;
        encoder.window_log(WINDOW_LOG)?;
        Ok(Self {
            plain,
            part,
            finished,
            input,
            encoder: Some(encoder),
            buffer: vec![0; PIECE],
        })
    }

    /// Does a piece of the work. Once all is done says the size of the finished file.
    pub(super) fn step(&mut self) -> io::Result<Option<u64>> {
        let Some(encoder) = &mut self.encoder else {
            return Ok(None);
        };
        let count = self.input.read(&mut self.buffer)?;
        io::Write::write_all(encoder, &self.buffer[..count])?;
        if count > 0 {
            return Ok(None);
        }
        if let Some(encoder) = self.encoder.take() {
            encoder.finish()?;
        }
        let size = self.part.metadata()?.len();
        std::fs::rename(&self.part, &self.finished)?;
        std::fs::remove_file(&self.plain)?;
        Ok(Some(size))
    }
}

impl Drop for Compression {
    /// Leaves nothing half done: the plain chunk is still there then.
    fn drop(&mut self) {
        if self.finished.exists() {
            return;
        }
        // Nobody reads a part, so one that cannot be removed only takes space.
        let _ = std::fs::remove_file(&self.part);
    }
}
