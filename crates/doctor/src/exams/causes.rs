//! What keeps gopls from loading a workspace at all.

use system::System;
use trace::finding::Code;

use super::packages::for_a_shell;
use crate::{Chart, Exam, Patient, explain};

/// Has the checks that explain failures look at each folder, though nothing has failed in it.
pub(super) struct Causes;

impl Exam for Causes {
    fn name(&self) -> &'static str {
        "what gopls loads"
    }

    fn codes(&self) -> &'static [Code] {
        &[
            Code::WorkspaceFolderMissing,
            Code::GoNotFound,
            Code::GoRootInvalid,
            Code::GoFlagsInvalid,
            Code::PathBreaksTools,
            Code::ToolchainNotAvailable,
            Code::CacheOwnerMismatch,
            Code::GocacheUnusable,
            Code::TmpNotWritable,
            Code::GomodcacheNotWritable,
            Code::GoModInvalid,
            Code::GoModNeedsNewerGo,
            Code::GoWorkMissingDirectory,
            Code::GoWorkOlderThanModule,
            Code::GoWorkElsewhere,
            Code::InconsistentVendoring,
            Code::GopathMode,
        ]
    }

    fn in_session(&self) -> bool {
        false
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        for workspace in &patient.workspaces {
            for finding in explain(system, workspace) {
                chart.find(for_a_shell(finding, patient));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, examined};

    #[test]
    fn what_stops_every_load_is_found_though_nothing_has_failed() {
        let module = Module::with("module example.com/a\n\ngo 1.99\n");
        let chart = examined(&Causes, module.workspace());
        let codes: Vec<_> = chart.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [Code::GoModNeedsNewerGo]);
        assert!(Causes.codes().contains(&codes[0]));
        let chart = examined(&Causes, Module::plain().workspace());
        assert_eq!(chart, Chart::default());
    }
}
