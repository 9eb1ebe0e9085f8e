//! What an import lacks, as far as this machine tells.

use std::path::{Path, PathBuf};

use system::{EntryKind, System};
use trace::finding::Range;

use super::beside::is_meant;
use crate::left_out::Needed;
use crate::missing_import::MissingImport;
use crate::modfile::{GoMod, line_of, statements_of};
use crate::module::{Module, is_within};
use crate::near::has_go_files;
use crate::package::list;
use crate::{Workspace, file_uri};

/// How many entries of a folder are looked at.
const MOST_ENTRIES: usize = 500;

/// An import that leads nowhere, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Missing<'a> {
    /// The import.
    pub(super) import: &'a MissingImport,
    /// What it lacks.
    pub(super) lack: Lack,
    /// The go.mod that is in force.
    pub(super) go_mod: PathBuf,
    /// The module that lies near and has the package, and what lists it.
    pub(super) beside: Option<&'a Needed>,
}

/// What an import lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lack {
    /// No module that is required has its package.
    NotRequired,
    /// The module is required, and not in the module cache.
    NotDownloaded(Module),
    /// The module is required, and go.sum does not have it.
    NoSum(Module),
    /// The module is there, without the package.
    NoPackage(Module),
    /// The package would belong to a module of the workspace, in a folder without Go files.
    NoFolder {
        /// The module.
        module: String,
        /// The folder.
        folder: PathBuf,
        /// The path of a package in a folder that is spelt in another way.
        spelt: Option<String>,
    },
    /// The package would belong to a module of the workspace, in a folder that is of another one.
    OtherModule {
        /// The module.
        module: String,
        /// The folder of the other one.
        folder: PathBuf,
        /// Its path.
        other: String,
    },
    /// A module that lies near has it, and nothing leads there; the module, where it is required.
    Beside(Option<Module>),
    /// The folder vendor does not have it.
    NotVendored,
    /// A replace line leads to a folder that is not there.
    NoReplacement(Module),
}

impl Lack {
    /// Whether a download would give it.
    pub(super) fn is_downloadable(&self) -> bool {
        matches!(self, Self::NotRequired | Self::NotDownloaded(_))
    }

    /// The required module that it is about.
    pub(super) fn module(&self) -> Option<&Module> {
        match self {
            Self::NotDownloaded(module)
            | Self::NoSum(module)
            | Self::NoPackage(module)
            | Self::NoReplacement(module) => Some(module),
            Self::Beside(module) => module.as_ref(),
            Self::NotRequired
            | Self::NoFolder { .. }
            | Self::OtherModule { .. }
            | Self::NotVendored => None,
        }
    }
}

impl<'a> Missing<'a> {
    /// The import that what failed needs.
    pub(super) fn of(system: &dyn System, workspace: &'a Workspace) -> Option<Self> {
        let import = MissingImport::of(system, workspace)?;
        let go_mod = GoMod::in_force(system, workspace)?;
        let beside = Needed::of(system, workspace);
        let mut lack = match lack(system, workspace, import, &go_mod) {
            Some(lack) => lack,
            // To go it is of the standard library, which gets nothing from elsewhere.
            None if import.words.contains(NOT_IN_STD) => Lack::Beside(beside.map(|_| None)?),
            None => return None,
        };
        let beside = beside.filter(|needed| match &lack {
            // The module that go blames need not be that of the package.
            Lack::NotDownloaded(module) | Lack::NoSum(module) => {
                module.path == needed.provider.module
            }
            Lack::NoPackage(_) | Lack::NotVendored | Lack::NoReplacement(_) => false,
            _ => true,
        });
        if let Some(needed) = beside
            && is_meant(system, workspace, &lack, &go_mod.module, needed)
        {
            lack = Lack::Beside(lack.module().cloned());
        }
        Some(Self {
            import,
            lack,
            go_mod: go_mod.file,
            beside,
        })
    }

    /// The same, by the module that lies near alone.
    pub(super) fn by_what_is_beside(&self) -> Option<Self> {
        self.beside?;
        Some(Self {
            lack: Lack::Beside(self.lack.module().cloned()),
            ..self.clone()
        })
    }

    /// The go.mod that is in force, as the client spells it.
    pub(super) fn own_go_mod(&self) -> PathBuf {
        let own = self.beside.and_then(|needed| needed.own.as_deref());
        own.map_or_else(|| self.go_mod.clone(), |own| own.join("go.mod"))
    }

    /// The module, where one is to blame, else the package.
    pub(super) fn subject(&self) -> &str {
        if let (Lack::Beside(_), Some(needed)) = (&self.lack, self.beside) {
            return &needed.provider.module;
        }
        let module = self.lack.module();
        module.map_or(&self.import.path, |module| &module.path)
    }

    /// What is to be downloaded, as a title begins.
    pub(super) fn title(&self) -> String {
        match &self.lack {
            Lack::NotDownloaded(module) | Lack::NoSum(module) => module.title(),
            _ => format!("The package {}", self.import.path),
        }
    }

    /// Where go.mod requires the module.
    pub(super) fn requirement(&self, system: &dyn System) -> Option<(String, Range)> {
        let module = self.lack.module()?;
        let statements = statements_of(system, &self.go_mod);
        let line = statements.iter().find(|statement| {
            let words = statement.of("require");
            words.is_some_and(|words| words == [&*module.path, &*module.version])
        })?;
        Some((file_uri(&self.go_mod)?, line.range))
    }

    /// The first line of go.mod.
    pub(super) fn top_of_go_mod(&self, system: &dyn System) -> Option<(String, Range)> {
        Some((file_uri(&self.go_mod)?, line_of(system, &self.go_mod, 0)))
    }
}

/// Said of what is not found and has no dot in the first element of its path.
const NOT_IN_STD: &str = " is not in std";

fn lack(
    system: &dyn System,
    workspace: &Workspace,
    import: &MissingImport,
    go_mod: &GoMod,
) -> Option<Lack> {
    let (path, words) = (&import.path, &import.words);
    // Often go blames a module before it gets to the package.
    let blamed = words
        .split([':', ' '])
        .next()
        .and_then(Module::parse)
        .or_else(|| go_mod.provider(path).cloned());
    if words.contains("(replaced by ") || words.contains("replacement directory ") {
        return Some(Lack::NoReplacement(blamed?));
    }
    if words.contains("import lookup disabled by -mod=vendor") {
        return Some(Lack::NotVendored);
    }
    if words.contains("missing go.sum entry for ") {
        return Some(Lack::NoSum(blamed?));
    }
    if words.contains("module lookup disabled by GOPROXY=off") {
        return Some(blamed.map_or(Lack::NotRequired, Lack::NotDownloaded));
    }
    let in_std = words.contains(NOT_IN_STD);
    if !in_std && !words.starts_with("no required module provides package ") {
        return None;
    }
    if let Some(module) = go_mod.provider(path) {
        return Some(Lack::NoPackage(module.clone()));
    }
    let own = own_modules(system, workspace)
        .into_iter()
        .filter(|(module, _)| is_within(path, module))
        .max_by_key(|(module, _)| module.len());
    match own {
        Some((module, folder)) => lack_of_own(system, workspace, path, module, &folder),
        None => (!in_std).then_some(Lack::NotRequired),
    }
}

/// Why a module of the workspace does not have the package that it would have by its path.
fn lack_of_own(
    system: &dyn System,
    workspace: &Workspace,
    path: &str,
    module: String,
    root: &Path,
) -> Option<Lack> {
    let rest = path[module.len()..].trim_start_matches('/');
    let folder = root.join(rest);
    if !has_go_files(system, &folder) {
        let spelt = spelt(system, root, rest).map(|rest| format!("{module}/{rest}"));
        return Some(Lack::NoFolder {
            module,
            folder,
            spelt,
        });
    }
    // With Go files in it, it can only be another's.
    let mut inside = folder
        .ancestors()
        .take_while(|above| *above != root && above.starts_with(root));
    let inner = inside.find(|above| system.exists(&above.join("go.mod")))?;
    let read = GoMod::read(system, workspace, &inner.join("go.mod")).ok()?;
    Some(Lack::OtherModule {
        module,
        folder: inner.to_owned(),
        other: read.module,
    })
}

/// How the folders of a package are spelt that differ from this path in small and capital letters alone.
fn spelt(system: &dyn System, root: &Path, path: &str) -> Option<String> {
    let (mut folder, mut spelt) = (root.to_owned(), Vec::new());
    for part in path.split('/') {
        let entries = system.list(&folder, MOST_ENTRIES).ok()?;
        let names = entries.iter().filter(|one| one.kind == EntryKind::Folder);
        let mut names = names.filter_map(|one| one.name.to_str());
        let is_like = |name: &&str| name.to_lowercase() == part.to_lowercase();
        let name = names.clone().find(|name| *name == part);
        let name = name.or_else(|| names.find(is_like))?.to_owned();
        folder.push(&name);
        spelt.push(name);
    }
    let spelt = spelt.join("/");
    (spelt != path && has_go_files(system, &folder)).then_some(spelt)
}

/// The modules of the workspace, with their folders.
fn own_modules(system: &dyn System, workspace: &Workspace) -> Vec<(String, PathBuf)> {
    let arguments = ["-m", "-f", "{{.Path}}\t{{.Dir}}"];
    let output = list(system, workspace, &arguments);
    let stdout = output.map(|output| output.stdout).unwrap_or_default();
    let line = |line: &str| {
        let (path, folder) = line.split_once('\t')?;
        Some((path.to_owned(), PathBuf::from(folder)))
    };
    stdout.lines().filter_map(line).collect()
}
