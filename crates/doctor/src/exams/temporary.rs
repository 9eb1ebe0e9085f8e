//! The folders for temporary files.

use std::path::Path;

use system::{EntryKind, System};
use trace::finding::{Action, Code, Finding, Severity};

use crate::writing::{Refusal, writable};
use crate::{Chart, Exam, Patient, places};

/// Tries the folder that gopls has for its own temporary files and for go's. A folder without which go lists
/// nothing is found among the causes.
pub(super) struct Temporary;

impl Exam for Temporary {
    fn name(&self) -> &'static str {
        "folder for temporary files"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::TmpNotWritable]
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        let of_gopls = places::temporary(system);
        let mut folders = vec![of_gopls];
        for workspace in &patient.workspaces {
            folders.push(places::temporary_of_go(system, workspace));
        }
        folders.sort();
        folders.dedup();
        for folder in folders {
            examine(system, &folder, chart);
        }
    }
}

fn examine(system: &dyn System, folder: &Path, chart: &mut Chart) {
    let shown = folder.display();
    let is_folder = system
        .kind(folder)
        .is_ok_and(|kind| kind == EntryKind::Folder);
    let refusal = Refusal::of_folder_itself(system, folder);
    if is_folder && refusal.is_none() {
        return chart.see(writable(system, folder));
    }
    let mut finding = Finding::new(
        Code::TmpNotWritable,
        format!("Nothing can be written in the folder for temporary files, {shown}."),
        "go puts what it builds there on the way, and gopls what it tells go of files that are not saved.",
    )
    .severity(Severity::Warning)
    .about(shown.to_string());
    if let Some(refusal) = &refusal {
        finding = refusal.explain(system, finding);
    } else {
        let line = places::line_that_makes(folder);
        finding = finding
            .evidence(format!("there is no folder {shown}"))
            .fix("Make the folder", Action::Shell(line));
    }
    chart.find(finding);
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    fn chart(system: &MadeUp) -> Chart {
        let mut chart = Chart::default();
        Temporary.run(system, &Patient::default(), &mut chart);
        chart
    }

    #[test]
    fn a_full_folder_is_a_warning_and_a_good_one_is_seen() {
        let system = MadeUp::default().with_var("TMPDIR", "/t");
        let good = chart(&system.clone().with_file("/t/x", ""));
        assert_eq!(good.findings, []);
        assert!(good.facts[0].starts_with("/t can be written in; "));
        let full = chart(&system.clone().with_refusal("/t", "writing", 28));
        assert_eq!(full.findings[0].severity, Severity::Warning);
        assert_eq!(full.findings[0].subject, "/t");
        let closed = system
            .clone()
            .with_user(1000, 1000)
            .with_owner("/t", 0, 0)
            .with_refusal("/t", "making", 13);
        let line = "sudo chown 1000:1000 /t";
        let closed = chart(&closed).findings.remove(0);
        assert_eq!(closed.fixes[0].action, Action::Shell(line.to_owned()));
        let gone = chart(&system.with_file("/x", ""));
        assert_eq!(gone.findings[0].evidence, ["there is no folder /t"]);
    }
}
