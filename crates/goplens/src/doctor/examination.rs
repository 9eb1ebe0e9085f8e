//! All that the exams have found.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use doctor::{EXAMS, Effort, Exam, Examined, Patient, Takes, examine};
use system::System;
use trace::finding::{Code, Finding, Severity};

use crate::doctor::{Options, progress};

/// Nobody else needs the machine. Most exams wait for a go command or for the network.
const EFFORT: Effort = Effort {
    at_once: 8,
    within: None,
};

/// All that the exams have found.
pub(super) struct Examination {
    /// What was examined.
    pub(super) patient: Arc<Patient>,
    /// What came of each exam.
    pub(super) examined: Vec<Examined>,
    /// Those that were left out, since the user wants nothing of the network.
    pub(super) left_out: Vec<&'static dyn Exam>,
    /// What is wrong, the worst first.
    pub(super) findings: Vec<Finding>,
    /// How long it all took.
    pub(super) taken: Duration,
}

impl Examination {
    /// Runs all exams, or those that need no network.
    pub(super) fn of<S: System + Clone + 'static>(
        system: &S,
        patient: Patient,
        options: &Options,
    ) -> Self {
        let begun = Instant::now();
        let (exams, left_out) = EXAMS.iter().partition::<Vec<&'static dyn Exam>, _>(|exam| {
            !(options.offline && exam.takes() == Takes::Network)
        });
        let system: Arc<dyn System> = Arc::new(system.clone());
        let patient = Arc::new(patient);
        let examined = examine(&system, &patient, &exams, EFFORT, &mut |progress| {
            if options.terminal {
                progress::show(&progress);
            }
        });
        let findings = worst_first(&examined);
        Self {
            patient,
            examined,
            left_out,
            findings,
            taken: begun.elapsed(),
        }
    }

    /// Whether something fails of which no cause was found.
    pub(super) fn has_failed(&self) -> bool {
        self.examined.iter().any(|one| one.chart.failed)
    }

    /// Whether it would have been found if something were wrong by this code.
    pub(super) fn can_tell(&self, code: Code) -> bool {
        let mut looking = self.examined.iter();
        looking.all(|one| one.chart.unknown.is_empty() || !one.exam.codes().contains(&code))
    }

    /// Whether nothing is wrong. What is only good to know is not.
    pub(super) fn is_healthy(&self) -> bool {
        let is_wrong = |finding: &Finding| finding.severity <= Severity::Warning;
        !self.findings.iter().any(is_wrong)
    }

    /// The folders that were examined.
    pub(super) fn folders(&self) -> impl Iterator<Item = &PathBuf> {
        self.patient.workspaces.iter().map(|one| &one.folder)
    }
}

/// All findings, each once: what is so of the machine is so in each of its folders.
fn worst_first(examined: &[Examined]) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let findings = examined.iter().flat_map(|one| &one.chart.findings);
    let once = findings.filter(|finding| {
        seen.insert((finding.code, finding.subject.clone(), finding.uri.clone()))
    });
    let mut findings: Vec<Finding> = once.cloned().collect();
    findings.sort_by_key(|finding| finding.severity);
    findings
}

#[cfg(test)]
mod tests {
    use doctor::Chart;

    use super::*;

    #[test]
    fn what_an_exam_could_not_tell_is_not_told_to_be_gone() {
        let exam = EXAMS[0];
        let mut chart = Chart::default();
        chart.cannot_tell("there was no time for it");
        let examination = Examination {
            patient: Arc::default(),
            examined: vec![Examined {
                exam,
                chart,
                taken: Duration::ZERO,
            }],
            left_out: Vec::new(),
            findings: Vec::new(),
            taken: Duration::ZERO,
        };
        assert!(!examination.can_tell(exam.codes()[0]));
        assert!(examination.can_tell(Code::ClientDoesNotAnswer));
    }
}
