//! What differs between systems: modes of files, and the lock by which a session shows it is live.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(crate) use other::{is_locked, lock, private_dir, private_file};
#[cfg(unix)]
pub(crate) use unix::{is_locked, lock, private_dir, private_file};
