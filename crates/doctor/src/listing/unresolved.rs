//! Imports that lead nowhere.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use system::System;
use trace::finding::{Position, Range};

use crate::folder::{clean, is_inside};
use crate::missing_import::MissingImport;
use crate::module::Module;
use crate::package::Package;
use crate::source::imports;
use crate::{Failed, Workspace, file_uri};

/// An import that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unresolved {
    /// The path that is imported.
    pub(crate) path: String,
    /// What go says of it.
    pub(crate) words: String,
    /// The file that imports it, as go spells it.
    pub(crate) file: PathBuf,
    /// The folder of the package of the user's that needs it, itself or by others.
    needed_in: PathBuf,
}

/// Those among packages that were listed in a folder.
pub(super) fn unresolved(packages: &[Package], folder: &Path) -> Vec<Unresolved> {
    let dirs: BTreeMap<&str, &Path> = packages
        .iter()
        .filter_map(|package| Some((&*package.import_path, package.dir.as_deref()?)))
        .collect();
    let one = |package: &Package| {
        let error = package.error.as_ref().filter(|_| package.dir.is_none())?;
        let (file, _) = split(&error.pos)?;
        let file = clean(&folder.join(file));
        // A package that is in no module has no name to be found by.
        let needs = error
            .import_stack
            .first()
            .and_then(|needs| needs.split(' ').next());
        let needed_in = needs.and_then(|needs| dirs.get(needs).copied());
        Some(Unresolved {
            path: package.import_path.clone(),
            words: error.words.clone(),
            needed_in: needed_in.or(file.parent())?.to_owned(),
            file,
        })
    };
    packages.iter().filter_map(one).collect()
}

/// The file in `FILE:LINE:COLUMN`, and its line.
fn split(place: &str) -> Option<(&str, u32)> {
    let mut parts = place.rsplitn(3, ':');
    let (_column, line) = (parts.next()?, parts.next()?.parse().ok()?);
    Some((parts.next()?, line))
}

impl Unresolved {
    /// Where go says `go: MODULE@VERSION: ...` and lists nothing: without the go.mod of that module it does
    /// not know what else is required.
    pub(super) fn module(said: &str, folder: &Path) -> Option<Self> {
        let words = said.strip_prefix("go: ")?;
        let module = Module::parse(words.split(": ").next()?)?;
        Some(Self {
            path: module.path,
            words: words.to_owned(),
            file: folder.join("go.mod"),
            needed_in: folder.to_owned(),
        })
    }

    /// The workspace as a check takes it, with this import as what fails: at its place in the file, where
    /// that is the user's, for what a dependency imports is not.
    pub(crate) fn workspace(&self, system: &dyn System, of: &Workspace) -> Workspace {
        let mut workspace = Workspace {
            folder: of.folder.clone(),
            client: of.client.clone(),
            client_version: of.client_version.clone(),
            gopls: of.gopls.clone(),
            env: of.env.clone(),
            build_flags: of.build_flags.clone(),
            ..Workspace::default()
        };
        let range = match self.failed(system, of) {
            Some((failed, range)) => {
                workspace.failed = Some(failed);
                range
            }
            None => {
                workspace.folder.clone_from(&self.needed_in);
                Range::default()
            }
        };
        let import = MissingImport {
            path: self.path.clone(),
            range,
            said: None,
            words: self.words.clone(),
        };
        workspace.missing = Some(import).into();
        workspace
    }

    fn failed(&self, system: &dyn System, workspace: &Workspace) -> Option<(Failed, Range)> {
        let env = workspace.go().env(system).ok()?;
        let of_others = [&env.gomodcache, &env.goroot]
            .iter()
            .any(|outer| !outer.is_empty() && is_inside(system, &self.file, Path::new(outer)));
        if of_others {
            return None;
        }
        let text = system.read_text(&self.file, 1 << 20).ok()?;
        let import = imports(&text).into_iter();
        let range = import.into_iter().find(|one| one.path == self.path)?.range;
        let failed = Failed {
            uri: file_uri(&self.file)?,
            path: self.file.clone(),
            text,
            position: Position::new(range.start.line, range.start.character + 1),
            error: None,
            answer: None,
            diagnostics: Vec::new(),
        };
        Some((failed, range))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_file_may_have_colons() {
        assert_eq!(split("a:b/c.go:4:2"), Some(("a:b/c.go", 4)));
        assert_eq!(split("4:2"), None);
    }
}
