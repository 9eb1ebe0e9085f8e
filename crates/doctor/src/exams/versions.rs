//! Versions that do not fit together.

use system::System;
use trace::finding::Code;

use crate::{Chart, Exam, Patient, compare};

/// Holds gopls and the Go commands against each other.
pub(super) struct Versions;

impl Exam for Versions {
    fn name(&self) -> &'static str {
        "versions of gopls and Go"
    }

    fn codes(&self) -> &'static [Code] {
        &[
            Code::GoNewerThanGopls,
            Code::GoUnsupportedByGopls,
            Code::GoplsNeedsNewerGo,
            Code::GoplsOutdated,
            Code::GoplsChecksumMismatch,
        ]
    }

    fn in_session(&self) -> bool {
        false
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        for workspace in &patient.workspaces {
            match &workspace.gopls {
                Some(gopls) => chart.see(gopls.evidence()),
                // That there is none is told by another.
                None if patient.no_gopls.is_some() => {}
                None => chart.cannot_tell("there is no gopls that says its version"),
            }
            for finding in compare(system, workspace) {
                chart.find(finding);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Gopls;
    use crate::testing::{Module, examined};

    #[test]
    fn a_gopls_that_is_too_old_for_go_is_found() {
        let module = Module::plain();
        let mut workspace = module.workspace();
        // What this machine has of gopls is not asked for.
        workspace.set("GOMODCACHE", &module.path("modules").display().to_string());
        workspace.gopls = Some(Gopls {
            version: "v0.16.2".into(),
            sum: None,
            built_by: Some("go1.22.10".into()),
        });
        let chart = examined(&Versions, workspace);
        let codes: Vec<_> = chart.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [Code::GoNewerThanGopls]);
        assert_eq!(
            chart.facts,
            ["gopls says it is v0.16.2, built by go1.22.10"]
        );
        let chart = examined(&Versions, module.workspace());
        assert_eq!(chart.unknown.len(), 1);
    }
}
