//! The file system that a file is on.

use std::io;
use std::path::Path;

/// The file system that a file is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Volume {
    /// What this user may still fill, in bytes.
    pub free: u64,
    /// How many files this user may still make; none where the file system has no such number, as btrfs.
    pub free_files: Option<u64>,
    /// Whether nothing can be written on it.
    pub read_only: bool,
}

#[cfg(unix)]
pub(crate) fn volume(path: &Path) -> io::Result<Volume> {
    let said = rustix::fs::statvfs(path)?;
    Ok(Volume {
        free: said.f_bavail.saturating_mul(said.f_frsize),
        free_files: (said.f_files > 0).then_some(said.f_favail),
        read_only: said.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY),
    })
}

#[cfg(not(unix))]
pub(crate) fn volume(_path: &Path) -> io::Result<Volume> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(all(test, unix))]
mod tests {
    use crate::{Real, System};

    #[test]
    fn a_folder_that_can_be_written_in_has_room() {
        let folder = tempfile::tempdir().unwrap();
        let volume = Real.volume(folder.path()).unwrap();
        assert!(volume.free > 0 && !volume.read_only, "{volume:?}");
        assert!(Real.volume(&folder.path().join("gone")).is_err());
    }
}
