//! Unix: modes, and a lock on the session folder itself.
//!
//! The kernel drops the lock with the process that holds it, so a session that was killed never
//! looks live, and neither does one whose process id has been given to another process since.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// Holds the lock until dropped.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "kept open, because closing unlocks")] File);

pub(crate) fn private_dir(builder: &mut DirBuilder) {
    builder.mode(0o700);
}

pub(crate) fn private_file(options: &mut OpenOptions) {
    options.mode(0o600);
}

/// Marks a folder as that of a live session. Readers hold their own lock for an instant only.
pub(crate) fn lock(folder: &Path) -> io::Result<Lock> {
    let file = File::open(folder)?;
    flock(&file, FlockOperation::LockExclusive)?;
    Ok(Lock(file))
}

/// Whether a live session holds the folder; none where the file system cannot tell.
pub(crate) fn is_locked(folder: &Path) -> Option<bool> {
    let file = File::open(folder).ok()?;
    match flock(&file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => Some(false),
        Err(Errno::WOULDBLOCK) => Some(true),
        Err(_) => None,
    }
}
