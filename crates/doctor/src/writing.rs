//! Why nothing can be written in a folder: tried with a file, and explained by what is to be seen there.

mod mend;
mod room;

use std::io;
use std::path::{Path, PathBuf};

use system::{EntryKind, Stat, System};
use trace::finding::Finding;

use crate::mounts::Mount;
use crate::owners;

use room::room;
pub(crate) use room::writable;

/// What is free on a full file system, in bytes: less than this is of no use.
const LITTLE: u64 = 1 << 20;

/// A folder that nothing can be written in.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// The folder that somebody wants to write in, and would make where it is not there.
    pub(crate) wanted: PathBuf,
    /// Where a file was tried: that folder, or the nearest one above it that is there.
    pub(crate) tried: PathBuf,
    /// Why it could not be.
    pub(crate) reason: Reason,
    /// Whether it is enough that the folder itself can be written in, whoever has made what is in it.
    itself: bool,
    /// What of the folder its owner need not be able to write in, by the names that `find` takes.
    sealed: Option<&'static str>,
    /// What was tried and seen, a line each.
    evidence: Vec<String>,
}

/// What explains that nothing can be written in a folder, as far as that is to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// A file is in the way.
    NoFolder,
    /// A folder on the way to it may not be looked into.
    Hidden,
    /// The file system has no room left.
    Full,
    /// The file system has no room left for more files, however small.
    OutOfFiles,
    /// It has room for both, and yet takes no more: there is a limit that cannot be seen from here.
    Limit,
    /// The user may not have more on it.
    Quota,
    /// The file system is mounted read-only.
    ReadOnly(Option<Mount>),
    /// Nobody may change the folder, root neither.
    Immutable,
    /// It is another user's, who is none in this user namespace.
    OfOutside,
    /// It is another user's, and its mode keeps this one out.
    OfOther,
    /// It is the user's own, and its mode does not let them write.
    OwnMode,
    /// The mode would let them, and there is a list of who may do what.
    AccessList,
    /// The mode would let them, and SELinux decides besides.
    SeLinux,
    /// None of these.
    Unknown,
}

impl Refusal {
    /// Why nothing can be written in a folder, which is made where it is not there; none where something
    /// can.
    pub(crate) fn of(system: &dyn System, wanted: &Path) -> Option<Self> {
        let tried = wanted.ancestors().find(|path| system.kind(path).is_ok())?;
        let mut refusal = Self {
            wanted: wanted.to_owned(),
            tried: tried.to_owned(),
            reason: Reason::Unknown,
            itself: false,
            sealed: None,
            evidence: Vec::new(),
        };
        if tried != wanted {
            let (wanted, above) = (wanted.display(), tried.display());
            if let Err(error) = system.kind(&refusal.wanted)
                && error.kind() == io::ErrorKind::PermissionDenied
            {
                refusal.reason = Reason::Hidden;
                let evidence = format!("{wanted} cannot be looked at: {error}");
                refusal.evidence.push(evidence);
                refusal.see_rights(system);
                return Some(refusal);
            }
            let evidence = format!("{wanted} is not there, and would have to be made in {above}");
            refusal.evidence.push(evidence);
        }
        if system.kind(tried).ok()? != EntryKind::Folder {
            refusal.reason = Reason::NoFolder;
            let evidence = format!("{} is no folder", tried.display());
            refusal.evidence.push(evidence);
            return Some(refusal);
        }
        let refused = system.try_file(tried).err()?;
        refusal.evidence.push(format!(
            "in {} a file was made on trial; {} it failed: {}",
            tried.display(),
            refused.step,
            refused.error
        ));
        refusal.see(system, &refused.error);
        Some(refusal)
    }

    /// The same of a folder in another one, which is mended as a whole.
    pub(crate) fn within(self, outer: &Path) -> Self {
        Self {
            wanted: outer.to_owned(),
            ..self
        }
    }

    /// The same of a folder in which some things are to stay as they are, by the names that `find` takes.
    pub(crate) fn but_for(self, sealed: &'static str) -> Self {
        Self {
            sealed: Some(sealed),
            ..self
        }
    }

    /// The same of a folder in which nothing has to be written but what is new, such as one for temporary files:
    /// what others have in it stays theirs.
    pub(crate) fn of_folder_itself(system: &dyn System, wanted: &Path) -> Option<Self> {
        Some(Self {
            itself: true,
            ..Self::of(system, wanted)?
        })
    }

    /// Whether so many files can be made in a folder that is there; where the file system has no such number,
    /// they can.
    pub(crate) fn of_files(system: &dyn System, folder: &Path, count: u64) -> Option<Self> {
        let free = system.volume(folder).ok()?.free_files?;
        (free < count).then(|| Self {
            wanted: folder.to_owned(),
            tried: folder.to_owned(),
            reason: Reason::OutOfFiles,
            itself: false,
            sealed: None,
            evidence: room(system, folder).into_iter().collect(),
        })
    }

    /// The finding with what was tried and seen, and with what mends the folder.
    pub(crate) fn explain(&self, system: &dyn System, mut finding: Finding) -> Finding {
        finding.evidence.extend(self.evidence.iter().cloned());
        self.mend(system, finding)
    }

    /// Whether it is so of all folders on the same file system, whoever they belong to.
    pub(crate) fn is_of_all(&self) -> bool {
        matches!(
            self.reason,
            Reason::Full | Reason::OutOfFiles | Reason::Limit | Reason::Quota | Reason::ReadOnly(_)
        )
    }

    /// Whether somebody has meant that nothing is written there.
    pub(crate) fn is_meant(&self) -> bool {
        matches!(self.reason, Reason::ReadOnly(_))
    }

    /// Looks for what explains the error.
    fn see(&mut self, system: &dyn System, error: &io::Error) {
        let mount = Mount::of(system, &self.tried);
        self.evidence.extend(room(system, &self.tried));
        self.reason = match error.kind() {
            io::ErrorKind::ReadOnlyFilesystem => {
                let mount = mount.filter(|mount| mount.read_only);
                if let Some(mount) = &mount {
                    let words = format!("{} is read-only, by its mount", mount.words());
                    self.evidence.push(words);
                }
                Reason::ReadOnly(mount)
            }
            io::ErrorKind::QuotaExceeded => Reason::Quota,
            io::ErrorKind::StorageFull => match system.volume(&self.tried) {
                Ok(volume) if volume.free_files == Some(0) => Reason::OutOfFiles,
                Ok(volume) if volume.free < LITTLE => Reason::Full,
                _ => Reason::Limit,
            },
            io::ErrorKind::PermissionDenied => self.see_rights(system),
            _ => Reason::Unknown,
        };
    }

    /// Looks for what denies it.
    fn see_rights(&mut self, system: &dyn System) -> Reason {
        if system.is_immutable(&self.tried).unwrap_or(false) {
            let words = format!(
                "{} is immutable: nobody may change it, root neither (`lsattr -d` shows an i)",
                self.tried.display()
            );
            self.evidence.push(words);
            return Reason::Immutable;
        }
        let stat = system.stat(&self.tried).ok();
        let rights = stat.and_then(|stat| owners::rights(system, &self.tried, &stat));
        self.evidence.extend(rights);
        if let Some(user) = system.user() {
            let name = owners::user(system, user.owner.uid);
            self.evidence
                .push(format!("goplens runs as {name}, and so does gopls"));
        }
        let decides = stat.map(|stat| self.denied_by_mode(system, &stat));
        decides
            .flatten()
            .unwrap_or_else(|| self.denied_by_more(system))
    }

    fn denied_by_mode(&mut self, system: &dyn System, stat: &Stat) -> Option<Reason> {
        let owner = stat.owner?;
        if owners::is_of_outside(system, owner) {
            let words = "that owner stands for users whom this container's user namespace has no number \
                         for, by /proc/self/uid_map";
            self.evidence.push(words.to_owned());
            return Some(Reason::OfOutside);
        }
        if !owners::mode_forbids(system, stat) {
            return None;
        }
        match system
            .user()
            .is_some_and(|user| user.owner.uid == owner.uid)
        {
            true => Some(Reason::OwnMode),
            false => Some(Reason::OfOther),
        }
    }

    /// What can deny what the mode grants.
    fn denied_by_more(&mut self, system: &dyn System) -> Reason {
        let tried = self.tried.display();
        let attribute = |name| system.attribute(&self.tried, name).ok().flatten();
        if attribute("system.posix_acl_access").is_some() {
            let words = format!("{tried} has an access control list (`getfacl` shows it)");
            self.evidence.push(words);
            return Reason::AccessList;
        }
        match crate::selinux::context(system, &self.tried) {
            Some(context) if crate::selinux::is_enforcing(system) => {
                let words = format!("SELinux is enforcing, and {tried} has the context {context}");
                self.evidence.push(words);
                Reason::SeLinux
            }
            _ => Reason::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;
