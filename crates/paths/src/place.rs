//! By which name gopls knows a file that is called otherwise.

use std::path::{Path, PathBuf};

use system::System;

use crate::home::{HomeKind, Homes};
use crate::links::{Links, Named};

/// What gopls makes of a spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is healthy, or nobody knows a better one.
    Own,
    /// gopls knows the file by another one.
    Other {
        /// That one.
        path: PathBuf,
        /// The two folders by which the spellings differ; none where only the file itself is a link.
        tree: Option<Tree>,
    },
    /// gopls knows the file by more than one other name, as a file of more than one package.
    Unclear(Vec<PathBuf>),
}

/// One folder with two spellings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tree {
    /// As the client spells it.
    pub client: PathBuf,
    /// As gopls does.
    pub server: PathBuf,
}

/// Finds by which name gopls knows the file that is called `path`, absolute and clean.
pub(crate) fn place(
    system: &dyn System,
    homes: &Homes,
    links: &mut dyn FnMut() -> Links,
    path: &Path,
) -> Place {
    if is_own(system, homes, path) {
        return Place::Own;
    }
    let Some(real) = real(system, path) else {
        return Place::Own;
    };
    let (name, limit) = match homes.name_of(&real) {
        Some((name, home)) => (name, home.path.clone()),
        None => match links().name_of(&real) {
            Named::Nothing => return Place::Own,
            Named::Once { path, link } => (path, link),
            Named::Often(names) if names.iter().any(|name| name == path) => return Place::Own,
            Named::Often(names) => return Place::Unclear(names),
        },
    };
    if name == path {
        return Place::Own;
    }
    let tree = tree(system, path, &name, &limit);
    Place::Other { path: name, tree }
}

/// Whether a path lies, by its spelling, in a module of a view, or in a library.
fn is_own(system: &dyn System, homes: &Homes, path: &Path) -> bool {
    let Some(home) = homes.around(path) else {
        return false;
    };
    // A module inside of another one is not a part of it.
    let mut inside = path
        .ancestors()
        .skip(1)
        .take_while(|folder| *folder != home.path);
    home.kind == HomeKind::Library || !inside.any(|folder| system.exists(&folder.join("go.mod")))
}

/// Where a file really is; for one that does not exist yet, where it would be.
fn real(system: &dyn System, path: &Path) -> Option<PathBuf> {
    let mut missing = Vec::new();
    for folder in path.ancestors() {
        if let Ok(real) = system.canonicalize(folder) {
            return Some(
                missing
                    .iter()
                    .rev()
                    .fold(real, |path, name| path.join(name)),
            );
        }
        missing.push(folder.file_name()?.to_owned());
    }
    None
}

/// The outermost folders that are one and by which the two spellings of a file differ, where `server`
/// goes no further out than `limit`.
fn tree(system: &dyn System, client: &Path, server: &Path, limit: &Path) -> Option<Tree> {
    let mut found = None;
    let (mut client, mut server) = (client, server);
    while client.file_name() == server.file_name() {
        (client, server) = (client.parent()?, server.parent()?);
        let same = real(system, client) == real(system, server);
        if !same || client == server || !server.starts_with(limit) {
            break;
        }
        found = Some(Tree {
            client: client.to_owned(),
            server: server.to_owned(),
        });
    }
    found
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
