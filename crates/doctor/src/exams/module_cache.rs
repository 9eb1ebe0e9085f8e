//! Go's module cache.

use std::path::Path;

use system::System;
use trace::finding::{Code, Finding, Severity};

use crate::exams::gopath;
use crate::modfile::GoMod;
use crate::module_cache::is_lack;
use crate::package::{Package, PackageError};
use crate::writing::{Refusal, writable};
use crate::{Chart, Exam, GoEnv, Patient, Workspace, module_cache};

/// Tries whether a module could be brought into the cache. go needs that only where one is not there yet: it
/// is content with a cache that is read-only and has all.
pub(super) struct ModuleCache;

impl Exam for ModuleCache {
    fn name(&self) -> &'static str {
        "Go's module cache"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::GomodcacheNotWritable]
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        for workspace in &patient.workspaces {
            examine(system, workspace, chart);
        }
    }
}

fn examine(system: &dyn System, workspace: &Workspace, chart: &mut Chart) {
    let Ok(env) = workspace.go().env(system) else {
        return chart.cannot_tell("go does not say where its module cache is");
    };
    let cache = Path::new(&env.gomodcache);
    if !cache.is_absolute() || env.go111module == "off" {
        return;
    }
    let Some(refusal) = module_cache::refusal(system, cache) else {
        return chart.see(writable(system, cache));
    };
    match lacking(system, workspace, env) {
        Some(words) => {
            let words = format!("GOPROXY=off go list -e -deps -test ./... says: {words}");
            let finding = module_cache::cannot_bring(system, workspace, cache, &refusal, words);
            chart.find(finding);
        }
        None if refusal.is_meant() || gopath::has_same(system, env, &refusal) => {
            chart.see(format!(
                "{} cannot be written in, and has all that this module needs",
                cache.display()
            ))
        }
        None => chart.find(could_not_bring(system, workspace, cache, &refusal)),
    }
}

/// What go says of a module that is needed and not there; none where all are. It is asked only where one that
/// is required is not in the cache, and the network is switched off.
fn lacking(system: &dyn System, workspace: &Workspace, env: &GoEnv) -> Option<String> {
    let go_mod = GoMod::in_force(system, workspace)?;
    let cache = Path::new(&env.gomodcache);
    let mut required = go_mod.all_downloaded();
    required.find(|module| !module.is_in(system, cache))?;
    match Package::needed(system, workspace) {
        Ok(packages) => {
            let mut errors = packages.iter().filter_map(|package| package.error.as_ref());
            let found = errors.find(|error| is_lack(&error.words, cache))?;
            let PackageError { words, .. } = found;
            Some(words.trim().to_owned())
        }
        Err(words) => {
            let mut lines = words.lines();
            lines.find(|line| is_lack(line, cache)).map(str::to_owned)
        }
    }
}

fn could_not_bring(
    system: &dyn System,
    workspace: &Workspace,
    cache: &Path,
    refusal: &Refusal,
) -> Finding {
    let finding = Finding::new(
        Code::GomodcacheNotWritable,
        format!(
            "Nothing can be written in Go's module cache, {}.",
            cache.display()
        ),
        "It has all that this module needs now, so nothing fails yet. go can bring no other module: `go get` \
         and `go mod tidy` fail where one is not there.",
    );
    let finding = finding.severity(Severity::Info);
    module_cache::mend(system, workspace, cache, refusal, finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, examined};

    const REQUIRES: &str = "module example.com/a\n\ngo 1.24\n\nrequire example.com/b v1.0.0\n";

    /// With a file where the cache would have to be.
    fn chart(module: &Module) -> Chart {
        module.write("file", "");
        let mut workspace = module.workspace();
        workspace.set("GOMODCACHE", &module.path("file").display().to_string());
        examined(&ModuleCache, workspace)
    }

    #[test]
    fn it_is_an_error_where_a_module_is_needed_that_is_not_there() {
        let module = Module::with(REQUIRES);
        module.write("b.go", "package a\n\nimport _ \"example.com/b\"\n");
        let sums = "example.com/b v1.0.0 h1:zW1rs7b9Ic21NAgmZUUj8pHVKdUMiKvbR1ie19CzCUg=\n\
            example.com/b v1.0.0/go.mod h1:ULgIjPhP1atZ+xQy+jjxCdUlX+szmMG8unArUkXRBrc=\n";
        module.write("go.sum", sums);
        let chart = chart(&module);
        let finding = &chart.findings[0];
        assert_eq!(finding.severity, Severity::Error);
        assert!(finding.evidence[0].contains("says: "), "{finding:#?}");
    }

    #[test]
    fn it_is_worth_knowing_where_nothing_is_lacking() {
        let chart = chart(&Module::plain());
        assert_eq!(chart.findings[0].severity, Severity::Info);
    }

    #[test]
    fn a_cache_that_can_be_made_is_seen() {
        let module = Module::plain();
        let mut workspace = module.workspace();
        workspace.set("GOMODCACHE", &module.path("new").display().to_string());
        let chart = examined(&ModuleCache, workspace);
        assert_eq!((chart.findings.len(), chart.facts.len()), (0, 1));
    }
}
