//! What an import lacks, as far as this machine tells.

use std::path::PathBuf;

use system::System;
use trace::finding::Range;

use crate::complaint::complaint;
use crate::modfile::GoMod;
use crate::module::{Module, is_within};
use crate::package::{Package, list};
use crate::source::{Import, TokenKind, import_of, imports, range, token_at};
use crate::{Failed, Workspace, file_uri};

/// An import that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Missing {
    /// Its path.
    pub(super) path: String,
    /// Where it stands.
    pub(super) range: Range,
    /// What gopls says of it.
    pub(super) said: String,
    /// What go says of it.
    pub(super) words: String,
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

impl Missing {
    /// The import that what failed needs, if gopls could not import it and go does not find it either.
    pub(super) fn of(system: &dyn System, workspace: &Workspace) -> Option<Self> {
        let failed = workspace.failed.as_ref()?;
        let imports = imports(&failed.text);
        let (import, said) = needed(failed, &imports)?;
        let (path, place) = (import.path.clone(), import.range);
        let package = Package::find(system, workspace, &path).ok()?;
        if package.dir.is_some() || package.standard {
            return None;
        }
        let words = package.error?.words;
        let in_force = GoMod::in_force(system, workspace)?;
        // Without a dot it can only be of the standard library, which is no module.
        let has_dot = path.split('/').next()?.contains('.');
        if !has_dot && in_force.provider(&path).is_none() {
            return None;
        }
        let lack = lack(system, workspace, &path, &words, &in_force)?;
        Some(Self {
            path,
            range: place,
            said,
            words,
            lack,
            go_mod: in_force.file,
        })
    }

    /// The module, where one is to blame, else the package.
    pub(super) fn subject(&self) -> &str {
        self.lack.module().map_or(&self.path, |module| &module.path)
    }

    /// Where go.mod requires a module.
    pub(super) fn line_in_go_mod(
        &self,
        system: &dyn System,
        module: &Module,
    ) -> Option<(String, Range)> {
        let text = system.read_text(&self.go_mod, 1 << 20).ok()?;
        let written = format!("{} {}", module.path, module.version);
        let mut next = 0;
        let line = text.split_inclusive('\n').find_map(|line| {
            let start = next;
            next += line.len();
            let at = line.find(&written)?;
            let before = line[..at].trim();
            let whole = before.is_empty() || before == "require";
            whole.then(|| start + at..start + at + written.len())
        })?;
        Some((file_uri(&self.go_mod)?, range(&text, line)))
    }
}

/// The import that what failed comes from and that gopls could not import, with its words.
fn needed<'a>(failed: &Failed, imports: &'a [Import]) -> Option<(&'a Import, String)> {
    let token = token_at(&failed.text, failed.position);
    let said = |import: &Import| {
        let could_not = complaint(failed, import.range, "could not import ");
        could_not.map(|diagnostic| diagnostic.message.clone())
    };
    if let Some(import) = import_of(&token, imports) {
        let error = failed
            .error
            .clone()
            .filter(|error| error.contains("failed to resolve import"));
        return Some((import, said(import).or(error)?));
    }
    // A member can be of a type that any of the imports should have brought.
    if token.kind != TokenKind::Name || !token.member {
        return None;
    }
    imports
        .iter()
        .find_map(|import| Some((import, said(import)?)))
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
