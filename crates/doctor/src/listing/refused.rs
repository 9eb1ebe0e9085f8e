//! Folders whose names go refuses.

use std::path::PathBuf;

use system::System;

use super::scope::Scope;
use crate::folder::clean;
use crate::package::Package;

/// A folder whose packages go refuses by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The folder.
    pub(crate) folder: PathBuf,
    /// In go's words.
    pub(crate) words: String,
    /// Whether go lists the package all the same, so that gopls has it.
    pub(crate) is_loaded: bool,
}

/// What go refuses by its name: an element of an import path that is none, and a folder whose name would be
/// that of a module with its version.
pub(super) fn refused(system: &dyn System, packages: &[Package], scope: &Scope) -> Vec<Refused> {
    let one = |package: &Package| {
        let error = package
            .error
            .as_ref()
            .filter(|error| error.pos.is_empty())?;
        let words = error.words.trim();
        let outside = || {
            let (_, rest) = words.split_once(": directory ")?;
            let (folder, _) = rest.split_once(" outside main module")?;
            folder
                .contains('@')
                .then(|| clean(&scope.folder.join(folder)))
        };
        let folder = if words.contains("invalid input directory name ") {
            package.dir.clone()
        } else if words.starts_with("malformed import path ") {
            scope.folder_of(system, &package.import_path)
        } else {
            outside()
        };
        Some(Refused {
            folder: folder?,
            words: words.to_owned(),
            is_loaded: package.dir.is_some(),
        })
    };
    packages.iter().filter_map(one).collect()
}
