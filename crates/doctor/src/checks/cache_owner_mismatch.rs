//! Folders of others in Go's build cache.

use std::path::Path;

use system::System;
use trace::finding::{Code, Finding};

use crate::{Check, Workspace, build_cache};

/// Finds that go cannot do with its build cache, since some of its folders belong to another user.
pub(super) struct CacheOwnerMismatch;

impl Check for CacheOwnerMismatch {
    fn code(&self) -> Code {
        Code::CacheOwnerMismatch
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let Ok(env) = workspace.go().env(system) else {
            return Vec::new();
        };
        let cache = Path::new(&env.gocache);
        if !cache.is_absolute() {
            return Vec::new();
        }
        let Some(refusal) = build_cache::mixed(system, cache) else {
            return Vec::new();
        };
        let Some(words) = build_cache::go_says(system, workspace, &env.gocache) else {
            return Vec::new();
        };
        let finding = build_cache::of_others(system, cache, &refusal);
        let finding = finding.evidence(format!("go says: {words}"));
        vec![workspace.at_failed(finding)]
    }
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    /// A cache of this user's with a folder of root's, of which go says this when it needs it.
    fn machine(words: &str) -> MadeUp {
        MadeUp::default()
            .with_user(1000, 1000)
            .with_command("go env -json", r#"{"GOCACHE": "/c"}"#)
            .with_failing_command("go list -compiled errors", words)
            .with_file("/w/go.mod", "")
            .with_file("/c/10/x-d", "")
            .with_owner("/c/10", 0, 0)
            .with_refusal("/c/10", "making", 13)
    }

    fn found(system: &MadeUp) -> Vec<Finding> {
        CacheOwnerMismatch.run(system, &Workspace::new("/w"))
    }

    #[test]
    fn go_that_cannot_do_without_is_an_error() {
        let words = "package errors is not in std (/go/src/errors)";
        let finding = found(&machine(words)).remove(0);
        assert_eq!(finding.code, Code::CacheOwnerMismatch);
        assert!(finding.evidence.contains(&format!("go says: {words}")));
        assert_eq!(found(&machine("go: something else")), []);
        let copes = machine("").with_command("go list -compiled errors", "errors");
        assert_eq!(found(&copes), []);
    }
}
