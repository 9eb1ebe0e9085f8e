//! What is mounted where, by `/proc/self/mountinfo`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use system::System;

/// The longest list that is read, in bytes; a machine full of containers has a few hundred lines.
const LONGEST: u64 = 4 << 20;

/// A mounted file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mount {
    /// The folder that it is mounted at.
    pub(crate) point: PathBuf,
    /// Its type: `ext4`, `9p`, `fuse.sshfs`, ...
    pub(crate) kind: String,
    /// What is mounted: a device, a share, or a name that somebody gave it.
    pub(crate) source: String,
    /// Whether nothing can be written by way of this mount.
    pub(crate) read_only: bool,
    /// What the file system itself was told: `rw,aname=drvfs`.
    pub(crate) options: String,
}

impl Mount {
    /// The one that a path is on, links followed; none where the system has no such list.
    pub(crate) fn of(system: &dyn System, path: &Path) -> Option<Self> {
        let path = system.canonicalize(path).unwrap_or_else(|_| path.into());
        // Each that follows lies over those before it.
        let mounts = all(system).into_iter();
        let above = mounts.filter(|mount| path.starts_with(&mount.point));
        above.reduce(|found, next| match next.point.starts_with(&found.point) {
            true => next,
            false => found,
        })
    }

    /// What it is, in words.
    pub(crate) fn words(&self) -> String {
        let Self {
            point,
            kind,
            source,
            ..
        } = self;
        format!("{kind} ({source}), mounted at {}", point.display())
    }

    fn read(line: &str) -> Option<Self> {
        // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
        let (before, behind) = line.split_once(" - ")?;
        let mut before = before.split(' ').skip(4);
        let (point, how) = (before.next()?, before.next()?);
        let mut behind = behind.split(' ');
        let (kind, source) = (behind.next()?, behind.next()?);
        let options = behind.next().unwrap_or_default();
        let is_read_only = |options: &str| options.split(',').any(|option| option == "ro");
        Some(Self {
            point: PathBuf::from(OsString::from(unescaped(point))),
            kind: kind.to_owned(),
            source: unescaped(source),
            read_only: is_read_only(how) || is_read_only(options),
            options: unescaped(options),
        })
    }
}

/// All of them, in the order in which they were mounted.
fn all(system: &dyn System) -> Vec<Mount> {
    let text = system.read_text("/proc/self/mountinfo".as_ref(), LONGEST);
    let text = text.unwrap_or_default();
    text.lines().filter_map(Mount::read).collect()
}

/// A field without its escapes: a space is written as `\040`.
fn unescaped(field: &str) -> String {
    let mut parts = field.split('\\');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let letter = part
            .get(..3)
            .and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match letter {
            Some(letter) => {
                plain.push(letter.into());
                plain.push_str(&part[3..]);
            }
            None => {
                plain.push('\\');
                plain.push_str(part);
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    const LIST: &str = "\
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
28 27 0:25 / /mnt/a\\040b ro,nosuid,nodev master:3 shared:1 - tmpfs none rw,size=4k
29 27 0:26 / /mnt/c rw,noatime - 9p drvfs rw,aname=drvfs;path=C:\\134;uid=1000
30 28 0:27 / /mnt/a\\040b/in rw - fuse.sshfs me@host:/x ro,user_id=0
31 27 0:28 / /mnt/c rw - tmpfs over rw
";

    fn of(path: &str) -> Mount {
        let system = MadeUp::default().with_file("/proc/self/mountinfo", LIST);
        Mount::of(&system, path.as_ref()).unwrap()
    }

    #[test]
    fn the_nearest_mount_counts_and_of_two_at_one_place_the_last() {
        assert_eq!(of("/home/me").kind, "ext4");
        assert_eq!(of("/mnt/a b/x").point, Path::new("/mnt/a b"));
        assert_eq!(of("/mnt/a bc").kind, "ext4");
        assert_eq!(of("/mnt/a b/in/x").source, "me@host:/x");
        assert_eq!(of("/mnt/c/x").source, "over");
        assert_eq!(of("/").words(), "ext4 (/dev/vda), mounted at /");
    }

    #[test]
    fn a_mount_or_what_is_mounted_can_be_read_only() {
        assert!(!of("/").read_only);
        assert!(of("/mnt/a b").read_only);
        assert!(of("/mnt/a b/in").read_only);
    }

    #[test]
    fn where_there_is_no_list_there_is_no_mount() {
        assert_eq!(Mount::of(&MadeUp::default(), "/".as_ref()), None);
        assert_eq!(unescaped("C:\\134;\\04\\"), "C:\\;\\04\\");
    }
}
