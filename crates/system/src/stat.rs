//! What the system knows of a file.

use std::fs::Metadata;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use crate::EntryKind;

/// What the system knows of a file, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: EntryKind,
    /// Its length in bytes.
    pub length: u64,
    /// Whose it is; none where the system has no such owners.
    pub owner: Option<Owner>,
    /// Its permission bits, as in `chmod`; none where the system has no such bits.
    pub mode: Option<u32>,
    /// When it was changed last, where the system knows.
    pub modified: Option<SystemTime>,
    /// The file system that it is on, by its number; two files with the same number are on the same one.
    pub device: u64,
}

/// Whose a file or a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner {
    /// The number of the user.
    pub uid: u32,
    /// The number of the group.
    pub gid: u32,
}

/// The user that this process acts as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The user and the group that the files which it makes belong to.
    pub owner: Owner,
    /// The other groups that it is in, by their numbers.
    pub groups: Vec<u32>,
}

pub(crate) fn stat(path: &Path) -> io::Result<Stat> {
    let data = path.metadata()?;
    let (owner, mode, device) = of_system(&data);
    Ok(Stat {
        kind: crate::machine::kind(&data),
        length: data.len(),
        modified: data.modified().ok(),
        owner,
        mode,
        device,
    })
}

/// The owner, the permission bits and the number of the file system.
#[cfg(unix)]
fn of_system(data: &Metadata) -> (Option<Owner>, Option<u32>, u64) {
    use std::os::unix::fs::MetadataExt;
    let owner = Owner {
        uid: data.uid(),
        gid: data.gid(),
    };
    (Some(owner), Some(data.mode() & 0o7777), data.dev())
}

#[cfg(not(unix))]
fn of_system(_data: &Metadata) -> (Option<Owner>, Option<u32>, u64) {
    (None, None, 0)
}

#[cfg(unix)]
pub(crate) fn user() -> Option<User> {
    use rustix::process::{getegid, geteuid, getgroups};
    let groups = getgroups().unwrap_or_default();
    Some(User {
        owner: Owner {
            uid: geteuid().as_raw(),
            gid: getegid().as_raw(),
        },
        groups: groups.into_iter().map(|group| group.as_raw()).collect(),
    })
}

#[cfg(not(unix))]
pub(crate) fn user() -> Option<User> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use crate::{EntryKind, Real, System};

    #[test]
    fn what_this_process_makes_is_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "text").unwrap();
        let user = Real.user().unwrap();
        let stat = Real.stat(&path).unwrap();
        assert_eq!((stat.kind, stat.length), (EntryKind::File, 4));
        assert_eq!(stat.owner.unwrap().uid, user.owner.uid);
        assert_eq!(stat.mode.unwrap() & 0o600, 0o600);
        assert_eq!(stat.device, Real.stat(folder.path()).unwrap().device);
        assert!(Real.stat(&folder.path().join("gone")).is_err());
    }
}
