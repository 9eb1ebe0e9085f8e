//! All packages that gopls loads: which imports lead nowhere, and how long go takes to tell.

use std::time::Duration;

use system::System;
use trace::finding::{Action, Code, Finding, Severity};

use crate::broken::AllBroken;
use crate::checks::Asked;
use crate::checks::dependency_missing::awaits_download;
use crate::listing::{Listing, cut_short};
use crate::shell::quoted;
use crate::{Chart, Exam, Patient, Takes, Workspace, explain};

/// From what time on a load is slow: as long as gopls's own go command may run before a session tells of it.
const LONG: Duration = Duration::from_secs(20);

/// Has go list what gopls loads, with the network switched off.
pub(super) struct Packages;

impl Exam for Packages {
    fn name(&self) -> &'static str {
        "packages of the workspace"
    }

    fn codes(&self) -> &'static [Code] {
        &[
            Code::DependencyMissing,
            Code::LoadSlow,
            Code::NoModule,
            Code::GoWorkElsewhere,
            Code::GoWorkDoesNotListModule,
            Code::GopathMode,
            Code::GopathLeftovers,
            Code::SymlinkMismatch,
        ]
    }

    fn takes(&self) -> Takes {
        Takes::Load
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        for workspace in &patient.workspaces {
            for (folder, listed, all) in cut_short(system, workspace) {
                let (folder, more) = (folder.display(), all - listed);
                chart.cannot_tell(format!(
                    "{more} of the {all} modules below {folder} were not looked at; `goplens doctor DIR` looks at one"
                ));
            }
            for listing in Listing::all(system, workspace) {
                tell_time(listing, chart);
                if let Some(words) = &listing.words {
                    tell_why(system, workspace, listing, words, chart);
                }
            }
            let all = AllBroken::of(system, workspace);
            let mut found = Vec::new();
            for broken in &all.causes {
                let missing = broken.finding.code == Code::DependencyMissing;
                let awaited = missing.then(|| awaits_download(system, &broken.workspace));
                if let Some(what) = awaited.flatten() {
                    chart.see(format!("{what} is not on this machine yet"));
                } else if self.codes().contains(&broken.finding.code) {
                    found.push(for_a_shell(broken.finding.clone(), patient));
                }
            }
            if let Some(last) = found.last_mut().filter(|_| all.more > 0) {
                let more = format!("{} more imports lead nowhere", all.more);
                last.evidence.push(more);
            }
            found.into_iter().for_each(|finding| chart.find(finding));
        }
    }
}

/// Why go lists nothing of a module.
fn tell_why(
    system: &dyn System,
    workspace: &Workspace,
    listing: &Listing,
    words: &str,
    chart: &mut Chart,
) {
    let like = workspace.like(&listing.folder);
    let found = explain(system, &like);
    if found.is_empty() {
        let awaited = Asked::awaited(system, &like);
        if let Some(asked) = awaited.first() {
            return chart.cannot_tell(asked.title(system));
        }
        let folder = listing.folder.display();
        return chart.fail(format!("go lists no package of {folder}: {words}"));
    }
    // Of the opened folder itself another exam tells.
    if listing.folder != workspace.folder {
        found.into_iter().for_each(|finding| chart.find(finding));
    }
}

/// A finding without the fixes that only an editor can do, where there is none.
pub(super) fn for_a_shell(mut finding: Finding, patient: &Patient) -> Finding {
    if !patient.in_session {
        let fixes = &mut finding.fixes;
        fixes.retain(|fix| !matches!(fix.action, Action::Server { .. }));
    }
    finding
}

/// How long a listing took, and that it was long where it was.
fn tell_time(listing: &Listing, chart: &mut Chart) {
    let folder = listing.folder.display();
    let (packages, seconds) = (listing.packages, listing.taken.as_secs_f32());
    let line = match listing.ended {
        true => format!("go listed {packages} packages of {folder} in {seconds:.1} s"),
        false => format!("go had not listed the packages of {folder} after {seconds:.0} s"),
    };
    if !listing.ended {
        chart.cannot_tell(line.clone());
    }
    chart.see(line.clone());
    if listing.taken >= LONG {
        chart.find(slow(listing, line));
    }
}

fn slow(listing: &Listing, line: String) -> Finding {
    let folder = listing.folder.display();
    Finding::new(
        Code::LoadSlow,
        format!("go takes long to list the packages of {folder}."),
        "gopls answers nothing while its go command lists the packages, each time that it loads them.",
    )
    .severity(Severity::Info)
    .about(folder.to_string())
    .evidence(line)
    .evidence("the network was switched off, so that no download is in it")
    .evidence(format!("the command was {}", listing.line))
    .fix(
        "See what it spends the time on",
        Action::Shell(format!(
            "cd {} && time go list -deps ./... | wc -l",
            quoted(&listing.folder)
        )),
    )
    .fix(
        "Have it list less",
        Action::Hand(
            "Open the folder of the module that you work on, or split the go.work; see also whether a \
             virus scanner watches the folder, GOROOT and GOMODCACHE."
                .to_owned(),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, examined, is_whole};

    #[test]
    fn modules_that_are_not_looked_at_are_counted() {
        let module = Module::new(&[]);
        let write = |number: usize| {
            let go_mod = format!("module example.com/a{number}\n\ngo 1.24\n");
            module.write(&format!("{number}/go.mod"), &go_mod);
            module.write(&format!("{number}/a.go"), "package a\n");
        };
        (1..=6).for_each(write);
        let all = examined(&Packages, module.workspace());
        assert_eq!(all.unknown, [""; 0]);
        (7..=8).for_each(write);
        let unknown = examined(&Packages, module.workspace()).unknown;
        assert!(
            unknown[0].starts_with("2 of the 8 modules below "),
            "{unknown:?}"
        );
    }

    fn listing(taken: u64, ended: bool) -> Listing {
        Listing {
            folder: "/w".into(),
            line: "go list -e -deps -test ./...".into(),
            packages: 12,
            taken: Duration::from_secs(taken),
            ended,
            unresolved: Vec::new(),
            refused: Vec::new(),
            words: None,
            folders: Default::default(),
        }
    }

    #[test]
    fn only_what_takes_long_is_slow() {
        let told = |taken, ended| {
            let mut chart = Chart::default();
            tell_time(&listing(taken, ended), &mut chart);
            chart
        };
        let quick = told(19, true);
        assert_eq!(quick.facts, ["go listed 12 packages of /w in 19.0 s"]);
        assert_eq!((quick.findings, quick.unknown.len()), (vec![], 0));
        let slow = told(20, true);
        is_whole(&slow.findings[0], Code::LoadSlow, "/w");
        let hanging = told(100, false);
        let line = "go had not listed the packages of /w after 100 s";
        assert_eq!((&*hanging.unknown[0], hanging.findings.len()), (line, 1));
    }

    fn codes(module: &Module, name: &str, value: &str) -> (Vec<Code>, Vec<String>) {
        let mut workspace = module.workspace();
        workspace.set("GOMODCACHE", &module.path("../cache").display().to_string());
        workspace.set(name, value);
        let mut chart = examined(&Packages, workspace);
        let codes = chart.findings.iter().map(|finding| finding.code).collect();
        (codes, chart.facts.split_off(1))
    }

    const REQUIRES: &str = "module example.com/a\n\ngo 1.24\n\nrequire x.test/x v1.0.0\n";
    const IMPORTS: &str = "package a\n\nimport _ \"x.test/x\"\n";
    const SUMS: &str = "x.test/x v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\
        x.test/x v1.0.0/go.mod h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";

    #[test]
    fn what_a_load_would_download_is_not_missing_yet() {
        let module = Module::new(&[("go.mod", REQUIRES), ("go.sum", SUMS), ("a.go", IMPORTS)]);
        let (found, facts) = codes(&module, "GOPROXY", "http://127.0.0.1:9");
        let yet = "x.test/x v1.0.0 is not on this machine yet".to_owned();
        assert_eq!((found, facts), (vec![], vec![yet]));
        let (found, _) = codes(&module, "GOPROXY", "off");
        assert_eq!(found, [Code::DependencyMissing]);
        // What is private is not asked of a proxy at all.
        let mut workspace = module.workspace();
        workspace.set("GOMODCACHE", &module.path("../cache").display().to_string());
        workspace.set("GOPROXY", "off");
        workspace.set("GOPRIVATE", "x.test");
        assert_eq!(examined(&Packages, workspace).findings, []);
    }

    #[test]
    fn what_go_mod_does_not_say_is_missing_unless_go_may_edit_it() {
        let module = Module::new(&[("go.mod", REQUIRES), ("a.go", IMPORTS)]);
        let (found, _) = codes(&module, "GOPROXY", "http://127.0.0.1:9");
        assert_eq!(found, [Code::DependencyMissing]);
        let mut workspace = module.workspace();
        workspace.set("GOPROXY", "http://127.0.0.1:9");
        workspace.set("GOFLAGS", "-mod=mod");
        assert_eq!(examined(&Packages, workspace).findings, []);
    }

    #[test]
    fn other_causes_are_told_as_what_they_are() {
        let module = Module::new(&[
            ("go.work", "go 1.24\n\nuse ./a\n"),
            ("a/go.mod", "module example.com/a\n\ngo 1.24\n"),
            ("a/a.go", "package a\n\nimport _ \"example.com/b\"\n"),
            ("b/go.mod", "module example.com/b\n\ngo 1.24\n"),
            ("b/b.go", "package b\n"),
        ]);
        let chart = examined(&Packages, module.workspace());
        is_whole(&chart.findings[0], Code::GoWorkDoesNotListModule, "./b");
        // A module that no other needs may be left out.
        module.write("a/a.go", "package a\n");
        assert_eq!(examined(&Packages, module.workspace()).findings, []);
    }
}
