//! The links inside of modules, by which files from elsewhere are part of them.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use system::{EntryKind, System};

use crate::home::{HomeKind, Homes};

/// How many entries of a folder are looked at.
const MOST: usize = 10_000;

/// A link to a file or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Link {
    /// Where it is, as gopls spells it.
    path: PathBuf,
    /// Where it leads.
    real: PathBuf,
}

/// The links inside of all modules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Links(Vec<Link>);

/// What a file is called by the links that lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// No link leads there.
    Nothing,
    /// One does: the name, and the link.
    Once { path: PathBuf, link: PathBuf },
    /// More than one does, each in a package of its own.
    Often(Vec<PathBuf>),
}

impl Links {
    /// Searches the modules for no longer than this, and says whether that was long enough. Links are not
    /// followed, and other modules not looked into.
    pub(crate) fn of(system: &dyn System, homes: &Homes, limit: Duration) -> (Self, bool) {
        let deadline = Instant::now() + limit;
        let mut links = Self::default();
        let modules = homes
            .all()
            .filter(|(home, _)| home.kind == HomeKind::Module);
        let mut folders: Vec<PathBuf> = modules.map(|(home, _)| home.path.clone()).collect();
        while let Some(folder) = folders.pop() {
            if Instant::now() > deadline {
                return (links, false);
            }
            for entry in system.list(&folder, MOST).unwrap_or_default() {
                let path = folder.join(&entry.name);
                let hidden = entry.name.as_encoded_bytes().starts_with(b".");
                match (entry.is_link, entry.kind) {
                    _ if hidden || entry.name == "node_modules" => {}
                    (true, EntryKind::File | EntryKind::Folder) => links.add(system, path),
                    (false, EntryKind::Folder) if !system.exists(&path.join("go.mod")) => {
                        folders.push(path);
                    }
                    _ => {}
                }
            }
        }
        (links, true)
    }

    fn add(&mut self, system: &dyn System, path: PathBuf) {
        if let Ok(real) = system.canonicalize(&path) {
            self.0.push(Link { path, real });
        }
    }

    /// What a file that really is at `real` is called.
    pub(crate) fn name_of(&self, real: &Path) -> Named {
        let mut names: Vec<(PathBuf, &Link)> = Vec::new();
        for link in &self.0 {
            let Ok(rest) = real.strip_prefix(&link.real) else {
                continue;
            };
            // Joining nothing would add a slash.
            let name = match rest.as_os_str().is_empty() {
                true => link.path.clone(),
                false => link.path.join(rest),
            };
            if !names.iter().any(|(other, _)| *other == name) {
                names.push((name, link));
            }
        }
        match names.len() {
            0 => Named::Nothing,
            1 => {
                let (path, link) = names.remove(0);
                let link = link.path.clone();
                Named::Once { path, link }
            }
            _ => Named::Often(names.into_iter().map(|(name, _)| name).collect()),
        }
    }
}
