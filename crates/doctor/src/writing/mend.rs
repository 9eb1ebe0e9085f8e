//! What lets a folder be written in again.

use std::path::Path;

use system::System;
use trace::finding::{Action, Finding};

use super::{Reason, Refusal};
use crate::mounts::Mount;
use crate::places;
use crate::shell::quoted;

/// What never can be written on.
const IMAGES: [&str; 4] = ["erofs", "iso9660", "squashfs", "udf"];

/// What is the system's: whoever gets one of these gets other users' things and programs with it.
const OF_ALL: [&str; 11] = [
    "/",
    "/home",
    "/mnt",
    "/opt",
    "/srv",
    "/usr",
    "/usr/bin",
    "/usr/local",
    "/usr/local/bin",
    "/var",
    "/var/cache",
];

impl Refusal {
    /// The finding with what mends the folder, where that is known.
    pub(super) fn mend(&self, system: &dyn System, finding: Finding) -> Finding {
        let (tried, wanted) = (quoted(&self.tried), quoted(&self.wanted));
        let shown = self.tried.display();
        let (title, action) = match &self.reason {
            Reason::NoFolder => {
                let how = format!("Remove {shown}, or name another folder.");
                ("Make room for the folder", Action::Hand(how))
            }
            Reason::Hidden => {
                let how = format!("Let this user into {shown}, or name another folder.");
                ("Use a folder that this user may enter", Action::Hand(how))
            }
            Reason::Full => {
                let how = format!("`df -h {tried}` shows how full it is.");
                ("Free some space there", Action::Hand(how))
            }
            Reason::OutOfFiles => {
                let how = format!("`df -i {tried}` shows how many there are.");
                ("Remove some files there", Action::Hand(how))
            }
            Reason::Quota => {
                let how = "`quota -s` shows what this user may have.".to_owned();
                ("Remove files, or have the quota raised", Action::Hand(how))
            }
            Reason::ReadOnly(Some(mount)) => return self.mend_mount(system, mount, finding),
            Reason::Immutable => {
                let line = match self.is_part() {
                    true => format!("sudo chattr -R -i {wanted}"),
                    false => format!("sudo chattr -i {tried}"),
                };
                ("Let the folder be changed", Action::Shell(line))
            }
            Reason::OfOther => {
                let Some((title, line)) = self.give(system) else {
                    return finding;
                };
                (title, Action::Shell(line))
            }
            Reason::OfOutside => {
                let how = format!(
                    "Run `chown` on {shown} where its real owner has a name: on the machine that the \
                     container runs on."
                );
                ("Give it to the user that gopls runs as", Action::Hand(how))
            }
            Reason::OwnMode => {
                let line = match (self.sealed, self.is_part()) {
                    // What is in it was mostly closed together with it.
                    (Some(sealed), _) if self.tried.starts_with(&self.wanted) => format!(
                        "find {wanted} -name {} -prune -o -exec chmod u+rwX {{}} +",
                        quoted(sealed)
                    ),
                    (_, true) => format!("chmod -R u+rwX {wanted}"),
                    (_, false) => format!("chmod u+rwx {tried}"),
                };
                ("Let its owner write in it", Action::Shell(line))
            }
            Reason::AccessList => {
                let how = format!("`getfacl {tried}` shows who may write there.");
                ("Put this user on the list", Action::Hand(how))
            }
            Reason::SeLinux => {
                let line = format!("sudo restorecon{} -v {wanted}", self.all_below());
                (
                    "Give it the context that the policy has for it",
                    Action::Shell(line),
                )
            }
            Reason::ReadOnly(None) | Reason::Limit | Reason::Unknown => return finding,
        };
        finding.fix(title, action)
    }

    /// Whether it was tried in a part of what is to be mended.
    fn is_part(&self) -> bool {
        self.tried != self.wanted && self.tried.starts_with(&self.wanted)
    }

    /// The flag for what is in the folder too.
    fn all_below(&self) -> &'static str {
        match self.itself {
            true => "",
            false => " -R",
        }
    }

    /// The line that makes the folder this user's. What is above one that is not there stays whose it is, and
    /// what all users share stays everybody's.
    fn give(&self, system: &dyn System) -> Option<(&'static str, String)> {
        let owner = system.user()?.owner;
        let (uid, gid, wanted) = (owner.uid, owner.gid, quoted(&self.wanted));
        if places::is_temporary_for_all(&self.wanted) {
            let line = match system.exists(&self.wanted) {
                true => format!("sudo chmod 1777 {wanted}"),
                false => format!("sudo {}", places::line_that_makes(&self.wanted)),
            };
            return Some(("Let every user make files in it, as a system does", line));
        }
        if OF_ALL.iter().any(|folder| self.wanted == Path::new(folder)) {
            return None;
        }
        Some(match system.exists(&self.wanted) {
            true => (
                "Give it to the user that gopls runs as",
                format!("sudo chown{} {uid}:{gid} {wanted}", self.all_below()),
            ),
            false => (
                "Make it for the user that gopls runs as",
                format!("sudo install -d -o {uid} -g {gid} {wanted}"),
            ),
        })
    }

    fn mend_mount(&self, system: &dyn System, mount: &Mount, finding: Finding) -> Finding {
        if IMAGES.contains(&&*mount.kind) {
            return finding;
        }
        let line = format!("sudo mount -o remount,rw {}", quoted(&mount.point));
        let finding = finding.fix("Mount it writable", Action::Shell(line));
        let marks = ["/.dockerenv", "/run/.containerenv"];
        if !marks.iter().any(|mark| system.exists(mark.as_ref())) {
            return finding;
        }
        let (point, wanted) = (mount.point.display(), self.wanted.display());
        let how = match mount.point.parent() {
            Some(_) => format!(
                "Take `ro` or `readonly` away where the container is told of its volume {point}."
            ),
            None => format!("Give it a volume for {wanted}, or leave `--read-only` out."),
        };
        finding.fix("Start the container with it writable", Action::Hand(how))
    }
}
