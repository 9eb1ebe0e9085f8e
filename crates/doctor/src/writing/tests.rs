//! Folders that cannot be written in, on machines that are made up.

use system::Volume;
use system::made_up::MadeUp;
use trace::finding::{Action, Code};

use super::*;

const EPERM: i32 = 1;
const EACCES: i32 = 13;
const ENOSPC: i32 = 28;
const EROFS: i32 = 30;
const EDQUOT: i32 = 122;

fn machine() -> MadeUp {
    MadeUp::default()
        .with_user(1000, 100)
        .with_file(
            "/etc/passwd",
            "root:x:0:0::/:/bin/sh\nme:x:1000:100::/:/bin/sh\n",
        )
        .with_file(
            "/proc/self/mountinfo",
            "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /c ro - xfs /dev/sdb1 rw\n",
        )
}

/// What comes of wanting to write there: the reason, the evidence in one text, and the fixes.
fn refused(system: &MadeUp, wanted: &str) -> (Reason, String, Vec<Action>) {
    let refusal = Refusal::of(system, wanted.as_ref()).unwrap();
    let finding = Finding::new(Code::GocacheUnusable, "A.", "B.");
    let finding = refusal.explain(system, finding);
    let actions = finding.fixes.into_iter().map(|fix| fix.action);
    let actions = actions.collect();
    (refusal.reason, finding.evidence.join("\n"), actions)
}

fn shell(line: &str) -> Vec<Action> {
    vec![Action::Shell(line.to_owned())]
}

#[test]
fn a_folder_of_another_user_is_given_away() {
    let system = machine()
        .with_owner("/o", 0, 0)
        .with_refusal("/o", "making", EACCES);
    let (reason, evidence, fixes) = refused(&system, "/o");
    assert_eq!(reason, Reason::OfOther);
    assert!(evidence.contains("/o belongs to root (uid 0) and gid 0, with mode 0755"));
    assert!(
        evidence.contains("goplens runs as me (uid 1000)"),
        "{evidence}"
    );
    assert_eq!(fixes, shell("sudo chown -R 1000:100 /o"));
    let (_, evidence, fixes) = refused(&system, "/o/go build");
    assert!(evidence.starts_with("/o/go build is not there, and would have to be made in /o\n"));
    assert_eq!(fixes, shell("sudo install -d -o 1000 -g 100 '/o/go build'"));
}

#[test]
fn a_folder_for_the_temporary_files_of_all_stays_that_of_all() {
    let fixes = |system: &MadeUp, wanted: &str| {
        let refusal = Refusal::of_folder_itself(system, wanted.as_ref()).unwrap();
        assert_eq!(refusal.reason, Reason::OfOther);
        let finding = Finding::new(Code::TmpNotWritable, "A.", "B.");
        let fixes = refusal.explain(system, finding).fixes.into_iter();
        fixes.map(|fix| fix.action).collect::<Vec<_>>()
    };
    let of_root = |folder| {
        machine()
            .with_owner("/", 0, 0)
            .with_refusal(folder, "making", EACCES)
    };
    let closed = of_root("/tmp");
    assert_eq!(fixes(&closed, "/tmp"), shell("sudo chmod 1777 /tmp"));
    assert_eq!(refused(&closed, "/tmp").2, shell("sudo chmod 1777 /tmp"));
    let gone = of_root("/").with_file("/x", "");
    let line = "sudo mkdir -p -m 1777 /tmp";
    assert_eq!(fixes(&gone, "/tmp"), shell(line));
    // One of the user's own they get, and not what others have put in it.
    let own = of_root("/home/me/t");
    let line = "sudo chown 1000:100 /home/me/t";
    assert_eq!(fixes(&own, "/home/me/t"), shell(line));
}

#[test]
fn what_is_the_systems_is_given_to_nobody() {
    for folder in ["/usr/local", "/usr/local/bin", "/opt"] {
        let system = machine()
            .with_owner("/", 0, 0)
            .with_refusal(folder, "making", EACCES);
        assert_eq!(refused(&system, folder).2, []);
    }
}

#[test]
fn a_mount_that_is_read_only_is_named() {
    let system = machine().with_refusal("/c", "making", EROFS);
    let (reason, evidence, fixes) = refused(&system, "/c");
    assert!(matches!(reason, Reason::ReadOnly(Some(_))));
    let words = "xfs (/dev/sdb1), mounted at /c is read-only, by its mount";
    assert!(evidence.contains(words), "{evidence}");
    assert_eq!(fixes, shell("sudo mount -o remount,rw /c"));
    let container = system.with_file("/.dockerenv", "");
    assert_eq!(refused(&container, "/c").2.len(), 2);
}

#[test]
fn a_full_file_system_lacks_bytes_or_files() {
    let volume = |free, free_files| Volume {
        free,
        free_files: Some(free_files),
        read_only: false,
    };
    for (volume, expected) in [
        (volume(0, 12), Reason::Full),
        (volume(1 << 30, 0), Reason::OutOfFiles),
    ] {
        let system = machine()
            .with_volume("/f", 3, volume)
            .with_refusal("/f", "writing", ENOSPC);
        let (reason, evidence, fixes) = refused(&system, "/f");
        assert_eq!(reason, expected);
        assert!(evidence.contains("in /f a file was made on trial; writing it failed: "));
        assert!(evidence.contains(" free, and "), "{evidence}");
        assert!(matches!(&fixes[..], [Action::Hand(_)]));
    }
    let limited = machine()
        .with_volume("/f", 3, volume(1 << 30, 12))
        .with_refusal("/f", "writing", ENOSPC);
    assert_eq!(refused(&limited, "/f").0, Reason::Limit);
    let quota = machine().with_refusal("/f", "writing", EDQUOT);
    #[cfg(target_os = "linux")]
    assert_eq!(refused(&quota, "/f").0, Reason::Quota);
}

#[test]
fn what_is_immutable_is_so_for_root_too() {
    let system = machine()
        .with_user(0, 0)
        .with_immutable("/i")
        .with_refusal("/i", "making", EPERM);
    let (reason, evidence, fixes) = refused(&system, "/i");
    assert_eq!(reason, Reason::Immutable);
    assert!(evidence.contains("/i is immutable"));
    assert_eq!(fixes, shell("sudo chattr -i /i"));
    let part = Refusal::of(&system, "/i".as_ref())
        .unwrap()
        .within("/".as_ref());
    let finding = part.explain(&system, Finding::new(Code::GocacheUnusable, "A.", "B."));
    let line = Action::Shell("sudo chattr -R -i /".to_owned());
    assert_eq!(finding.fixes[0].action, line);
}

#[test]
fn what_denies_more_than_the_mode_is_named_where_it_is_seen() {
    let mine = machine().with_refusal("/m", "making", EACCES);
    assert_eq!(refused(&mine, "/m").0, Reason::Unknown);
    let context = "system_u:object_r:shadow_t:s0\0";
    let labelled = mine.with_attribute("/m", "security.selinux", context);
    assert_eq!(refused(&labelled, "/m").0, Reason::Unknown);
    let enforcing = labelled.with_file("/sys/fs/selinux/enforce", "1");
    let (reason, evidence, fixes) = refused(&enforcing, "/m");
    assert_eq!(reason, Reason::SeLinux);
    assert!(evidence.contains("has the context system_u:object_r:shadow_t:s0"));
    assert_eq!(fixes, shell("sudo restorecon -R -v /m"));
    let listed = enforcing.with_attribute("/m", "system.posix_acl_access", "x");
    assert_eq!(refused(&listed, "/m").0, Reason::AccessList);
}

#[test]
fn an_owner_of_outside_of_the_container_cannot_be_changed_in_it() {
    let system = machine()
        .with_file("/proc/self/uid_map", "0 1000 1\n1 100000 65536\n")
        .with_user(0, 0)
        .with_owner("/o", 65534, 65534)
        .with_refusal("/o", "making", EACCES);
    let (reason, _, fixes) = refused(&system, "/o");
    assert_eq!(reason, Reason::OfOutside);
    assert!(matches!(&fixes[..], [Action::Hand(_)]));
}

#[test]
fn a_file_is_no_folder_and_what_can_be_made_is_no_fault() {
    let system = machine().with_file("/a/file", "").with_file("/a/b/c", "");
    assert_eq!(refused(&system, "/a/file/below").0, Reason::NoFolder);
    assert!(Refusal::of(&system, "/a/b".as_ref()).is_none());
    assert!(Refusal::of(&system, "/a/new/cache".as_ref()).is_none());
}
