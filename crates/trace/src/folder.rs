//! The names and modes of a session folder's files.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::platform;
use crate::stamp;

/// The folder of the state directory that holds one folder a session.
pub const SESSIONS: &str = "sessions";

pub(crate) const SESSION: &str = "session.json";
pub(crate) const TRACE: &str = "trace.jsonl";
pub(crate) const HEAD: &str = "head.jsonl";
pub(crate) const STDERR: &str = "stderr.log";
pub(crate) const FINDINGS: &str = "findings.jsonl";

/// Makes the folder of a session that starts now, readable by its owner only.
pub(crate) fn create(state: &Path, start: SystemTime, pid: u32) -> io::Result<PathBuf> {
    let sessions = state.join(SESSIONS);
    let mut builder = DirBuilder::new();
    platform::private_dir(&mut builder);
    builder.recursive(true).create(&sessions)?;
    builder.recursive(false);
    let name = format!("{}-{pid}", stamp::time_name(start));
    // Two sessions of one process can only start in the same millisecond in tests.
    for attempt in 0..100 {
        let folder = match attempt {
            0 => sessions.join(&name),
            _ => sessions.join(format!("{name}-{attempt}")),
        };
        match builder.create(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => return result.map(|()| folder),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Opens a file for writing from its start, readable by its owner only.
pub(crate) fn create_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(true);
    platform::private_file(&mut options);
    options.open(path)
}

/// A rotated part of the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Chunk {
    pub(crate) number: u32,
    pub(crate) compressed: bool,
}

impl Chunk {
    pub(crate) fn file_name(self) -> String {
        let zst = if self.compressed { ".zst" } else { "" };
        format!("trace.{:04}.jsonl{zst}", self.number)
    }

    fn from_file_name(name: &str) -> Option<Self> {
        let middle = name.strip_prefix("trace.")?;
        let (digits, rest) = middle.split_once('.')?;
        let compressed = match rest {
            "jsonl" => false,
            "jsonl.zst" => true,
            _ => return None,
        };
        let number = digits.parse().ok()?;
        Some(Self { number, compressed })
    }
}

/// The chunks of a session, oldest first; of one that is there twice the plain file, because it is
/// complete while the other may still be written.
pub(crate) fn chunks(folder: &Path) -> io::Result<Vec<Chunk>> {
    let mut chunks = Vec::new();
    for entry in folder.read_dir()? {
        chunks.extend(entry?.file_name().to_str().and_then(Chunk::from_file_name));
    }
    chunks.sort_unstable();
    chunks.dedup_by_key(|chunk| chunk.number);
    Ok(chunks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_in_order_and_once() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "trace.0002.jsonl.zst",
            "trace.0010.jsonl",
            "trace.0002.jsonl",
            "trace.0001.jsonl.zst",
            "trace.0003.jsonl.zst.part",
            "trace.jsonl",
            "trace.x.jsonl",
        ] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let names: Vec<_> = chunks(folder.path())
            .unwrap()
            .into_iter()
            .map(Chunk::file_name)
            .collect();
        assert_eq!(
            names,
            [
                "trace.0001.jsonl.zst",
                "trace.0002.jsonl",
                "trace.0010.jsonl"
            ]
        );
    }

    #[test]
    fn a_second_session_of_the_same_moment_gets_its_own_folder() {
        let state = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let first = create(state.path(), now, 7).unwrap();
        let second = create(state.path(), now, 7).unwrap();
        assert_ne!(first, second);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_look() {
        use std::os::unix::fs::PermissionsExt;
        let state = tempfile::tempdir().unwrap();
        let folder = create(&state.path().join("deep/state"), SystemTime::now(), 7).unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(folder.parent().unwrap()), 0o700);
        create_file(&folder.join(TRACE)).unwrap();
        assert_eq!(mode(&folder.join(TRACE)), 0o600);
    }
}
