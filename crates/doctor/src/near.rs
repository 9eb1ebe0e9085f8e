//! The modules and workspaces that lie near what failed.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use system::{EntryKind, System};

use crate::Workspace;
use crate::load::Load;
use crate::modfile::{GoMod, statements_of};

/// How many folders are looked into below and beside each place.
const MOST_FOLDERS: usize = 200;
/// How many entries of a folder are looked at.
const MOST_ENTRIES: usize = 500;
/// How deep below the opened folder is looked.
const BELOW: usize = 4;
/// How deep beside what failed, beside the opened folder and beside its go.work is looked.
const BESIDE: usize = 2;

/// What lies near.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Near {
    /// The go.mod files, the nearest to where the search began first.
    pub(crate) go_mods: Vec<PathBuf>,
    /// The go.work files.
    pub(crate) go_works: Vec<PathBuf>,
}

/// A module that has the package that an import names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Provider {
    /// The path of the module.
    pub(crate) module: String,
    /// Its folder.
    pub(crate) folder: PathBuf,
}

impl Near {
    /// What lies below the opened folder, and beside what failed and its go.work.
    pub(crate) fn of(system: &dyn System, workspace: &Workspace, load: &Load) -> Self {
        let mut search = Search::new(system);
        search.below(&workspace.folder, BELOW);
        let parents = [
            load.module_folder().and_then(Path::parent),
            load.go_work.as_deref().and_then(Path::parent),
            workspace.folder.parent(),
        ];
        // What lies right below the root of the file system are not the neighbours of a module.
        for folder in parents.into_iter().flatten() {
            if folder.parent().is_some() {
                search.below(folder, BESIDE);
            }
        }
        search.found
    }

    /// What lies below a folder.
    pub(crate) fn below(system: &dyn System, folder: &Path) -> Self {
        let mut search = Search::new(system);
        search.below(folder, BELOW);
        search.found
    }

    /// The module that has the package with this path, if one of them has.
    pub(crate) fn provider(
        &self,
        system: &dyn System,
        workspace: &Workspace,
        package: &str,
    ) -> Option<Provider> {
        let mut found: Vec<Provider> = self
            .go_mods
            .iter()
            .filter_map(|file| {
                let folder = file.parent()?;
                let statements = statements_of(system, file);
                let module = statements
                    .iter()
                    .find_map(|all| all.of("module")?.first())?;
                let rest = package.strip_prefix(module.as_str())?;
                let inner = rest.strip_prefix('/').or(rest.is_empty().then_some(""))?;
                has_go_files(system, &folder.join(inner)).then(|| Provider {
                    module: module.clone(),
                    folder: folder.to_owned(),
                })
            })
            .collect();
        // The innermost module has it. Of two that bear one name, the nearest.
        found.sort_by_key(|provider| std::cmp::Reverse(provider.module.len()));
        found.into_iter().find(|provider| {
            let read = GoMod::read(system, workspace, &provider.folder.join("go.mod"));
            read.is_ok_and(|read| read.module == provider.module)
        })
    }
}

/// Whether a folder has Go files right in it.
pub(crate) fn has_go_files(system: &dyn System, folder: &Path) -> bool {
    let entries = system.list(folder, MOST_ENTRIES).unwrap_or_default();
    entries.iter().any(|entry| {
        entry.kind == EntryKind::File && Path::new(&entry.name).extension() == Some("go".as_ref())
    })
}

/// A search that ends.
struct Search<'a> {
    system: &'a dyn System,
    seen: BTreeSet<PathBuf>,
    found: Near,
}

impl<'a> Search<'a> {
    fn new(system: &'a dyn System) -> Self {
        Self {
            system,
            seen: BTreeSet::new(),
            found: Near::default(),
        }
    }

    fn below(&mut self, folder: &Path, depth: usize) {
        let mut queue = VecDeque::from([(folder.to_owned(), depth)]);
        let mut looked = 0;
        while let Some((folder, depth)) = queue.pop_front() {
            if looked >= MOST_FOLDERS {
                return;
            }
            if !self.seen.insert(folder.clone()) {
                continue;
            }
            looked += 1;
            let entries = self.system.list(&folder, MOST_ENTRIES).unwrap_or_default();
            for entry in entries {
                let path = folder.join(&entry.name);
                match (entry.kind, entry.name.to_str()) {
                    (EntryKind::File, Some("go.mod")) => self.found.go_mods.push(path),
                    (EntryKind::File, Some("go.work")) => self.found.go_works.push(path),
                    (EntryKind::Folder, Some(name)) if depth > 0 && may_have_modules(name) => {
                        queue.push_back((path, depth - 1));
                    }
                    _ => {}
                }
            }
        }
    }
}

/// Whether modules of the user's own are to be expected in a folder of this name.
fn may_have_modules(name: &str) -> bool {
    !name.starts_with(['.', '_']) && !matches!(name, "vendor" | "testdata" | "node_modules")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Module;

    #[test]
    fn a_module_with_the_package_is_found() {
        let module = Module::new(&[
            ("a/go.mod", "module example.com/a\n\ngo 1.24\n"),
            ("a/a.go", "package a\n\nvar A = 1\n"),
            ("b/go.mod", "module example.com/b\n\ngo 1.24\n"),
            ("b/x/x.go", "package x\n"),
            ("b/testdata/b/go.mod", "module example.com/b/y\n"),
            ("b/testdata/b/y.go", "package y\n"),
            ("b/z/go.mod", "module example.com/b/z\n"),
            ("b/z/z.go", "package z\n"),
            ("w/go.work", "go 1.24\n"),
        ]);
        let mut workspace = module.failing("a/a.go", "A");
        workspace.folder = module.path("a");
        let load = Load::of_failed(&system::Real, &workspace).unwrap();
        let near = Near::of(&system::Real, &workspace, load);
        assert_eq!(near.go_works, [module.path("w/go.work")]);
        let provider = |package| {
            near.provider(&system::Real, &workspace, package)
                .map(|provider| provider.folder)
        };
        assert_eq!(provider("example.com/b/x"), Some(module.path("b")));
        assert_eq!(provider("example.com/b/z"), Some(module.path("b/z")));
        assert_eq!(provider("example.com/b/gone"), None);
        assert_eq!(provider("example.com/b/y"), None);
        assert_eq!(provider("example.com/bx"), None);
    }
}
