//! Go's build cache.

use std::path::Path;

use system::System;
use trace::finding::{Code, Finding, Severity};

use crate::variable::Variable;
use crate::writing::writable;
use crate::{Chart, Exam, Patient, Workspace, build_cache};

/// Tries whether go can keep what it builds. That it cannot do without is found among the causes; here it is
/// that it copes, with what is there already.
pub(super) struct BuildCache;

impl Exam for BuildCache {
    fn name(&self) -> &'static str {
        "Go's build cache"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::GocacheUnusable]
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        for workspace in &patient.workspaces {
            examine(system, workspace, chart);
        }
    }
}

fn examine(system: &dyn System, workspace: &Workspace, chart: &mut Chart) {
    let Ok(env) = workspace.go().env(system) else {
        return chart.cannot_tell("go does not say where its build cache is");
    };
    let cache = Path::new(&env.gocache);
    if !cache.is_absolute() {
        return;
    }
    let Some(refusal) = build_cache::refusal(system, cache) else {
        return chart.see(writable(system, cache));
    };
    // With a program of its own for it go keeps nothing there.
    if !env.gocacheprog.is_empty() {
        return;
    }
    // That is told with all that is another user's.
    if build_cache::mixed(system, cache).is_some() {
        return;
    }
    let finding = Finding::new(
        Code::GocacheUnusable,
        format!("Go can keep nothing in its build cache, {}.", cache.display()),
        "What go builds it builds again each time, and of a package of which the cache has nothing yet go \
         says that it \"is not in std\", which is what gopls then shows.",
    )
    .severity(Severity::Warning)
    .about(&env.gocache);
    let variable = Variable::of(system, workspace, "GOCACHE");
    let finding = refusal.explain(system, finding.evidence(variable.evidence()));
    chart.find(match variable.is_set() {
        true => variable.offer_to_unset(system, workspace, finding),
        false => build_cache::offer_elsewhere(system, cache, finding),
    });
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;
    use crate::testing::{Module, examined};

    #[test]
    fn a_cache_that_can_be_made_is_seen() {
        let module = Module::plain();
        let mut workspace = module.workspace();
        let cache = module.path("new/cache").display().to_string();
        workspace.set("GOCACHE", &cache);
        let chart = examined(&BuildCache, workspace);
        assert_eq!(chart.findings, []);
        assert!(chart.facts[0].starts_with(&cache), "{:?}", chart.facts);
    }

    #[test]
    fn one_that_takes_nothing_is_a_warning() {
        let system = MadeUp::default()
            .with_command("go env -json", r#"{"GOCACHE": "/c"}"#)
            .with_refusal("/c", "writing", 28);
        let mut chart = Chart::default();
        examine(&system, &Workspace::new("/w"), &mut chart);
        assert_eq!(chart.findings[0].severity, Severity::Warning);
        assert_eq!(chart.findings[0].subject, "/c");
        assert_eq!(chart.findings[0].code, Code::GocacheUnusable);
        let elsewhere = r#"{"GOCACHE": "/c", "GOCACHEPROG": "/bin/prog"}"#;
        let system = system.with_command("go env -json", elsewhere);
        let mut chart = Chart::default();
        examine(&system, &Workspace::new("/w"), &mut chart);
        assert_eq!(chart, Chart::default());
    }
}
