//! The folders whose files gopls knows by their spelling.

use std::path::{Path, PathBuf};

use system::System;

use crate::place::Tree;

/// What a folder is to gopls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HomeKind {
    /// A module of a view, or a folder without a module that has a view.
    Module,
    /// One that packages come from and nobody works in: the module cache, GOROOT, a GOPATH.
    Library,
}

/// A folder whose files gopls knows by this spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// Its path, as gopls spells it.
    pub path: PathBuf,
    /// What it is.
    pub kind: HomeKind,
}

/// All of them, each with where it really is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Homes(Vec<(Home, PathBuf)>);

impl Homes {
    /// Looks where the folders really are. One that is not there has no files either.
    pub(crate) fn of(system: &dyn System, homes: Vec<Home>) -> Self {
        let real = |home: Home| Some((system.canonicalize(&home.path).ok()?, home));
        let homes = homes.into_iter().filter_map(real);
        Self(homes.map(|(real, home)| (home, real)).collect())
    }

    /// The folders and where they really are.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Home, &Path)> {
        self.0.iter().map(|(home, real)| (home, real.as_path()))
    }

    /// The innermost folder that a path lies in by its spelling.
    pub(crate) fn around(&self, path: &Path) -> Option<&Home> {
        let around = self.all().filter(|(home, _)| path.starts_with(&home.path));
        around
            .map(|(home, _)| home)
            .max_by_key(|home| home.path.as_os_str().len())
    }

    /// What a file that really is at `real` is called in the innermost of the folders that really hold
    /// it, and that folder.
    pub(crate) fn name_of(&self, real: &Path) -> Option<(PathBuf, &Home)> {
        let (home, own) = self.holding(real)?;
        let rest = real.strip_prefix(own).ok()?;
        Some((home.path.join(rest), home))
    }

    /// The same of a file that nobody has looked at: by its path it would be there. With it, the two spellings
    /// of the folder.
    pub(crate) fn likely_name_of(&self, path: &Path) -> Option<(PathBuf, Tree)> {
        let (name, home) = self.name_of(path)?;
        let (_, own) = self.holding(path)?;
        let tree = Tree {
            client: own.to_owned(),
            server: home.path.clone(),
        };
        Some((name, tree))
    }

    /// The innermost of the folders that really hold what is at `real`, and where that really is.
    fn holding(&self, real: &Path) -> Option<(&Home, &Path)> {
        let holds = self.all().filter(|(_, own)| real.starts_with(own));
        // The first of those that are equally far inside: `max_by_key` would give the last.
        holds.reduce(|best, other| {
            let depth = |(_, own): &(&Home, &Path)| own.components().count();
            if depth(&other) > depth(&best) {
                other
            } else {
                best
            }
        })
    }
}

/// The folder of the go.mod that is in force in a folder, by its spelling.
pub fn module_root<'a>(system: &dyn System, folder: &'a Path) -> Option<&'a Path> {
    let mut around = folder.ancestors();
    around.find(|folder| system.exists(&folder.join("go.mod")))
}
