//! A module cache that cannot be made, or into which the module of an import cannot be brought.

use std::path::Path;

use system::System;
use trace::finding::{Code, Finding};

use crate::load::Load;
use crate::missing_import::MissingImport;
use crate::{Check, Workspace, module_cache};

/// Finds that go cannot make its module cache, or cannot keep the module that what failed needs.
pub(super) struct GomodcacheNotWritable;

impl Check for GomodcacheNotWritable {
    fn code(&self) -> Code {
        Code::GomodcacheNotWritable
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let found = cannot_be_made(system, workspace);
        let found = found.or_else(|| cannot_bring(system, workspace));
        found.into_iter().collect()
    }
}

/// Where a module has to be brought, and the folder of the cache is neither there nor can be made, go lists no
/// package at all.
fn cannot_be_made(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let (_, said) = Load::that_says(system, workspace, "could not create module cache")?;
    let cache = Path::new(&workspace.go().env(system).ok()?.gomodcache);
    let refusal = module_cache::refusal(system, cache)?;
    let finding = Finding::new(
        Code::GomodcacheNotWritable,
        format!("go cannot make its module cache, {}.", cache.display()),
        "go lists no packages without it where a module has to be brought, and gopls gets all that it knows \
         of packages from go.",
    );
    let finding = finding.evidence(format!("go says: {said}"));
    let finding = module_cache::mend(system, workspace, cache, &refusal, finding);
    Some(workspace.at_failed(finding))
}

fn cannot_bring(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let missing = MissingImport::of(system, workspace)?;
    let failed = workspace.failed.as_ref()?;
    let cache = Path::new(&workspace.go().env(system).ok()?.gomodcache);
    if !cache.is_absolute() || !module_cache::is_lack(&missing.words, cache) {
        return None;
    }
    let refusal = module_cache::refusal(system, cache)?;
    let evidence = missing.evidence();
    let finding = module_cache::cannot_bring(system, workspace, cache, &refusal, evidence);
    Some(finding.place(failed.uri.clone(), Some(missing.range)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, found, is_silent, is_whole};

    fn module() -> Module {
        let sums = "example.com/b v1.0.0 h1:zW1rs7b9Ic21NAgmZUUj8pHVKdUMiKvbR1ie19CzCUg=\n\
            example.com/b v1.0.0/go.mod h1:ULgIjPhP1atZ+xQy+jjxCdUlX+szmMG8unArUkXRBrc=\n";
        Module::new(&[
            (
                "go.mod",
                "module example.com/a\n\ngo 1.24\n\nrequire example.com/b v1.0.0\n",
            ),
            ("go.sum", sums),
            (
                "a.go",
                "package a\n\nimport \"example.com/b\"\n\nvar _ = b.B\n",
            ),
            ("file", ""),
            ("cache/cache", ""),
        ])
    }

    /// What failed is a name of the import, and this is the cache.
    fn workspace(module: &Module, cache: &str) -> Workspace {
        let mut workspace = module.failing("a.go", "B").lacking("example.com/b");
        let cache = module.path(cache).display().to_string();
        workspace.set("GOMODCACHE", &cache);
        workspace
    }

    #[test]
    fn a_cache_that_takes_nothing_is_why_a_module_is_lacking() {
        let module = module();
        let workspace = workspace(&module, "cache");
        let cache = module.path("cache").display().to_string();
        let finding = found(&GomodcacheNotWritable, &workspace);
        is_whole(&finding, Code::GomodcacheNotWritable, &cache);
        let words = "GOPROXY=off go list -find example.com/b: ";
        assert!(finding.evidence[0].starts_with(words), "{finding:#?}");
    }

    #[test]
    fn one_that_cannot_be_made_is_why_nothing_is_loaded() {
        let module = module();
        let cache = module.path("file").display().to_string();
        let finding = found(&GomodcacheNotWritable, &workspace(&module, "file"));
        is_whole(&finding, Code::GomodcacheNotWritable, &cache);
        let words = "go says: go: could not create module cache: ";
        assert!(finding.evidence[0].starts_with(words), "{finding:#?}");
    }

    #[test]
    fn one_that_takes_it_is_not() {
        let module = module();
        is_silent(&GomodcacheNotWritable, &workspace(&module, "new"));
        // Nor is any where nothing has failed, as long as it is there.
        let mut workspace = module.workspace();
        workspace.set("GOMODCACHE", &module.path("cache").display().to_string());
        is_silent(&GomodcacheNotWritable, &workspace);
    }
}
