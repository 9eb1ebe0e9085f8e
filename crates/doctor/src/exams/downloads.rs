//! What gopls would have go download, and why that would fail.

use std::thread;
use std::time::Duration;

use system::System;
use trace::finding::Code;

use super::packages::for_a_shell;
use crate::broken::AllBroken;
use crate::checks::dependency_missing::{Download, try_download};
use crate::{Chart, Exam, Patient, Takes};

/// How long each download may take.
const LIMIT: Duration = Duration::from_secs(12);

/// Tries to download what is missing, into caches that are removed at once: gopls hides why it fails.
pub(super) struct Downloads;

impl Exam for Downloads {
    fn name(&self) -> &'static str {
        "modules to download"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::DependencyMissing]
    }

    fn takes(&self) -> Takes {
        Takes::Network
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        for workspace in &patient.workspaces {
            let causes = AllBroken::of(system, workspace).causes.iter();
            let missing = causes.filter(|broken| broken.finding.code == Code::DependencyMissing);
            // Side by side: each of them may have to be waited for.
            let downloads: Vec<Option<Download>> = thread::scope(|scope| {
                let attempt = |of| scope.spawn(move || try_download(system, of, LIMIT));
                let running: Vec<_> = missing.map(|one| attempt(&one.workspace)).collect();
                let ended = running.into_iter().map(|thread| thread.join());
                ended.map(|download| download.ok().flatten()).collect()
            });
            for download in downloads.into_iter().flatten() {
                match download {
                    Download::There {
                        by_itself: true,
                        words,
                        ..
                    } => chart.see(words),
                    Download::There { words, finding, .. } => {
                        chart.find(for_a_shell(finding.evidence(words), patient));
                    }
                    Download::Fails(finding) => chart.find(for_a_shell(finding, patient)),
                    Download::Unanswered { words, .. } => chart.cannot_tell(words),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, examined};
    use crate::trial::fake_proxy::{Answer, refusing, start};

    const REQUIRES: &str = "module example.com/a\n\ngo 1.24\n\nrequire example.com/m v1.0.0\n";
    const SUMS: &str = "example.com/m v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\
        example.com/m v1.0.0/go.mod h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";

    fn chart(go_mod: &str, go_sum: &str, proxy: &str) -> Chart {
        let module = Module::new(&[
            ("go.mod", go_mod),
            ("go.sum", go_sum),
            ("a.go", "package a\n\nimport _ \"example.com/m\"\n"),
        ]);
        let mut workspace = module.workspace();
        workspace.set("GOMODCACHE", &module.path("../cache").display().to_string());
        workspace.set("GOPROXY", proxy);
        workspace.set("GONOSUMDB", "*");
        examined(&Downloads, workspace)
    }

    #[test]
    fn the_true_error_is_found_and_what_can_be_had_is_none() {
        let refused = chart(REQUIRES, SUMS, &refusing());
        let title = &refused.findings[0].title;
        assert!(title.ends_with("refuses the connection."), "{title}");
        let (bare, none) = ("module example.com/a\n\ngo 1.24\n", "");
        let there = chart(bare, none, &start(Answer::Module));
        let evidence = there.findings[0].evidence.last().unwrap();
        assert!(evidence.contains(" has it: "), "{evidence}");
    }
}
