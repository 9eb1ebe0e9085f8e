//! Whose files are, in words, and what that forbids.

use std::path::Path;

use system::{Owner, Stat, System};

/// The longest list of users that is read, in bytes.
const LONGEST: u64 = 1 << 20;
/// The user and the group that files have whose own the user namespace does not know.
const OVERFLOW: u32 = 65534;
/// The numbers of users that a process can see outside of any user namespace of its own.
const EVERYBODY: u32 = u32::MAX;

/// A user or a group with its name, where it has one: `root (uid 0)`.
pub(crate) fn user(system: &dyn System, uid: u32) -> String {
    named(system, "/etc/passwd", uid, "uid")
}

/// Whose a file is and what its mode lets whom do, in words.
pub(crate) fn rights(system: &dyn System, path: &Path, stat: &Stat) -> Option<String> {
    let (owner, mode) = (stat.owner?, stat.mode?);
    let group = named(system, "/etc/group", owner.gid, "gid");
    let user = user(system, owner.uid);
    let path = path.display();
    Some(format!(
        "{path} belongs to {user} and {group}, with mode {mode:04o}"
    ))
}

/// Whether the mode of a folder lets this process make no file in it. Root may do all, where its rights
/// are those of the machine's root.
pub(crate) fn mode_forbids(system: &dyn System, stat: &Stat) -> bool {
    let (Some(user), Some(owner), Some(mode)) = (system.user(), stat.owner, stat.mode) else {
        return false;
    };
    let in_group = user.owner.gid == owner.gid || user.groups.contains(&owner.gid);
    let bits = match (user.owner.uid == owner.uid, in_group) {
        (true, _) => mode >> 6,
        (false, true) => mode >> 3,
        (false, false) => mode,
    };
    user.owner.uid != 0 && bits & 0o3 != 0o3
}

/// Whether an owner is one that the user namespace of this process has no number for: a user of the
/// machine that the container runs on.
pub(crate) fn is_of_outside(system: &dyn System, owner: Owner) -> bool {
    owner.uid == OVERFLOW && !knows_everybody(system)
}

/// Whether this process sees all users of the machine by their own numbers, by `/proc/self/uid_map`.
fn knows_everybody(system: &dyn System) -> bool {
    let Ok(map) = system.read_text("/proc/self/uid_map".as_ref(), LONGEST) else {
        return true;
    };
    let mut numbers = map.split_whitespace().map(str::parse);
    let three = [numbers.next(), numbers.next(), numbers.next()];
    three == [Some(Ok(0)), Some(Ok(0)), Some(Ok(EVERYBODY))]
}

/// What the system's list says of a number.
fn named(system: &dyn System, list: &str, number: u32, what: &str) -> String {
    let text = system.read_text(list.as_ref(), LONGEST).unwrap_or_default();
    let digits = number.to_string();
    let name = text.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == digits).then_some(name)
    });
    match name {
        Some(name) => format!("{name} ({what} {number})"),
        None => format!("{what} {number}"),
    }
}

#[cfg(test)]
mod tests {
    use system::EntryKind;
    use system::made_up::MadeUp;

    use super::*;

    fn stat(uid: u32, gid: u32, mode: u32) -> Stat {
        Stat {
            kind: EntryKind::Folder,
            length: 0,
            owner: Some(Owner { uid, gid }),
            mode: Some(mode),
            modified: None,
            device: 1,
        }
    }

    #[test]
    fn the_bits_of_the_nearest_relation_count() {
        let me = MadeUp::default().with_user(1000, 100);
        for (stat, forbids) in [
            (stat(1000, 5, 0o700), false),
            (stat(1000, 100, 0o577), true),
            (stat(0, 100, 0o770), false),
            (stat(0, 100, 0o757), true),
            (stat(0, 0, 0o755), true),
            (stat(0, 0, 0o1777), false),
            (stat(0, 0, 0o776), true),
        ] {
            assert_eq!(mode_forbids(&me, &stat), forbids, "{stat:?}");
        }
        let root = MadeUp::default().with_user(0, 0);
        assert!(!mode_forbids(&root, &stat(1000, 100, 0o500)));
        assert!(!mode_forbids(&MadeUp::default(), &stat(0, 0, 0)));
    }

    #[test]
    fn owners_have_names_where_the_system_has() {
        let system = MadeUp::default()
            .with_file("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
            .with_file("/etc/group", "staff:x:50:\n");
        let words = rights(&system, "/c".as_ref(), &stat(0, 50, 0o755)).unwrap();
        assert_eq!(
            words,
            "/c belongs to root (uid 0) and staff (gid 50), with mode 0755"
        );
        assert_eq!(user(&system, 7), "uid 7");
    }

    #[test]
    fn nobody_is_of_outside_in_a_user_namespace_alone() {
        let nobody = Owner {
            uid: OVERFLOW,
            gid: OVERFLOW,
        };
        let with = |map: &str| MadeUp::default().with_file("/proc/self/uid_map", map);
        let plain = with("         0          0 4294967295\n");
        assert!(!is_of_outside(&plain, nobody));
        let rootless = with("         0       1000          1\n         1     100000      65536\n");
        assert!(is_of_outside(&rootless, nobody));
        let root = Owner { uid: 0, gid: 0 };
        assert!(!is_of_outside(&rootless, root));
        assert!(!is_of_outside(&MadeUp::default(), nobody));
    }
}
