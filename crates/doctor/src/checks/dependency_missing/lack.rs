//! What an import lacks, as far as this machine tells.

use std::path::PathBuf;

use system::System;
use trace::finding::Range;

use crate::missing_import::MissingImport;
use crate::modfile::{GoMod, line_of, statements_of};
use crate::module::{Module, is_within};
use crate::package::list;
use crate::{Workspace, file_uri};

/// An import that leads nowhere, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Missing<'a> {
    /// The import.
    pub(super) import: &'a MissingImport,
    /// What it lacks.
    pub(super) lack: Lack,
    /// The go.mod that is in force.
    pub(super) go_mod: PathBuf,
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
    },
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
            Self::NotRequired | Self::NoFolder { .. } | Self::NotVendored => None,
        }
    }
}

impl<'a> Missing<'a> {
    /// The import that what failed needs.
    pub(super) fn of(system: &dyn System, workspace: &'a Workspace) -> Option<Self> {
        let import = MissingImport::of(system, workspace)?;
        let path = &import.path;
        let go_mod = GoMod::in_force(system, workspace)?;
        // Without a dot it can only be of the standard library, which is no module.
        let has_dot = path.split('/').next()?.contains('.');
        if !has_dot && go_mod.provider(path).is_none() {
            return None;
        }
        let lack = lack(system, workspace, path, &import.words, &go_mod)?;
        Some(Self {
            import,
            lack,
            go_mod: go_mod.file,
        })
    }

    /// The module, where one is to blame, else the package.
    pub(super) fn subject(&self) -> &str {
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

fn lack(
    system: &dyn System,
    workspace: &Workspace,
    path: &str,
    words: &str,
    go_mod: &GoMod,
) -> Option<Lack> {
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
    if !words.starts_with("no required module provides package ") {
        return None;
    }
    if let Some(module) = go_mod.provider(path) {
        return Some(Lack::NoPackage(module.clone()));
    }
    let own = own_modules(system, workspace)
        .into_iter()
        .filter(|(module, _)| is_within(path, module))
        .max_by_key(|(module, _)| module.len());
    Some(match own {
        Some((module, folder)) => Lack::NoFolder {
            folder: folder.join(path[module.len()..].trim_start_matches('/')),
            module,
        },
        None => Lack::NotRequired,
    })
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
