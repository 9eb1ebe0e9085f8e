//! Names in paths that go or gopls cannot work with.

mod twin;

use std::path::{Component, Path, PathBuf};

use system::System;
use trace::finding::{Action, Code, Finding, Severity};

use crate::folder::written_in;
use crate::listing::{Listing, Refused};
use crate::load::above;
use crate::{Chart, Exam, Patient, Takes};
use twin::Tried;

/// How many folders that go refuses are told of in each listing.
const MOST: usize = 5;

/// Looks which folders of the workspace go refuses by their names, and tries go and gopls in a folder that has
/// the odd names of the workspace's own path.
pub(super) struct Paths;

impl Exam for Paths {
    fn name(&self) -> &'static str {
        "names in paths"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::PathBreaksTools]
    }

    fn takes(&self) -> Takes {
        Takes::Load
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        for workspace in &patient.workspaces {
            for listing in Listing::all(system, workspace) {
                let all = &listing.refused;
                for refused in all.iter().take(MOST) {
                    let mut finding = refused_folder(system, listing, refused);
                    if all.len() > MOST {
                        let more = all.len() - MOST;
                        finding = finding.evidence(format!("go refuses {more} more folders"));
                    }
                    chart.find(finding);
                }
            }
            let odd = odd_part(&workspace.folder);
            if odd.as_os_str().is_empty() {
                continue;
            }
            let Some(tried) = Tried::of(system, workspace, patient.gopls.as_deref(), &odd) else {
                chart.cannot_tell(format!("nothing could be tried in a folder named {odd:?}"));
                continue;
            };
            let worked = tried.worked.join(", ");
            chart.see(format!("in a folder named {odd:?} these work: {worked}"));
            if let Some(finding) = does_not_work(&workspace.folder, &odd, &tried) {
                chart.find(finding);
            }
        }
    }
}

/// The names in a path that have anything but the letters, digits and signs that everything takes.
fn odd_part(folder: &Path) -> PathBuf {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-+~".contains(letter);
    let is_odd = |name: &str| name.starts_with(['-', '~']) || !name.chars().all(plain);
    let names = folder.components().filter_map(|component| match component {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    names.filter(|name| is_odd(name)).collect()
}

/// go refuses a folder below a module by its name.
fn refused_folder(system: &dyn System, listing: &Listing, refused: &Refused) -> Finding {
    let folder = refused.folder.display();
    Finding::new(
        Code::PathBreaksTools,
        format!("go refuses the packages of {folder} by the folder's name."),
        if refused.is_loaded {
            "gopls works there, but go builds no package whose path has an element that begins so."
        } else {
            "The folders below a go.mod are import paths, which take ASCII letters, digits and `-._~+` alone; \
             gopls has no package there, and no definitions."
        },
    )
    .severity(match refused.is_loaded {
        true => Severity::Warning,
        false => Severity::Error,
    })
    .about(folder.to_string())
    .evidence(format!("go list in {}: {}", listing.folder.display(), refused.words))
    .fix(
        "Rename the folder, and what imports it",
        Action::Hand(format!("{folder} needs a name of ASCII letters, digits, `-`, `.` or `_`.")),
    )
    .fix(
        "If it is no code of yours, have go pass it over",
        Action::Hand(pass_over(system, &refused.folder)),
    )
}

/// How go leaves a folder alone.
fn pass_over(system: &dyn System, folder: &Path) -> String {
    let by_name = "a name that begins with `_` or `.` does it too";
    match above(system, folder, "go.mod") {
        Some(go_mod) => {
            let written = written_in(&go_mod, folder);
            // By hand, since `go mod edit -ignore` leaves out the quotes (measured with Go 1.26).
            format!("A line `ignore \"{written}\"` in go.mod does that from Go 1.25 on; {by_name}.")
        }
        None => "A name that begins with `_` or `.` does that.".to_owned(),
    }
}

/// The path of the opened folder is what something cannot work with.
fn does_not_work(folder: &Path, odd: &Path, tried: &Tried) -> Option<Finding> {
    let first = tried.failed.first()?;
    let mut finding = Finding::new(
        Code::PathBreaksTools,
        format!(
            "{} does not work in a folder whose path has {odd:?}.",
            first.what
        ),
        "The same was tried in two temporary folders that differ by this name alone.",
    )
    .severity(match tried.failed.iter().any(|one| one.is_vital) {
        true => Severity::Error,
        false => Severity::Warning,
    })
    .about(folder.display().to_string())
    .evidence(format!("the folder is {folder:?}"));
    for failure in &tried.failed {
        finding = finding.evidence(format!("{}: {}", failure.line, failure.words));
    }
    finding = finding.evidence(format!("in a folder named {} it works", twin::PLAIN));
    Some(finding.fix(
        "Rename the folder",
        Action::Hand(
            "Give it a name of letters, digits, `-`, `.` or `_`, and open it anew.".to_owned(),
        ),
    ))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::testing::{Module, PLAIN, examined, is_whole};

    #[test]
    fn only_what_is_odd_is_tried() {
        let of = |path: &str| odd_part(path.as_ref());
        assert_eq!(of("/srv/a-b/c_d.e+f/~"), PathBuf::from("~"));
        assert_eq!(of("/srv/André/Go code/x"), PathBuf::from("André/Go code"));
        assert_eq!(of("/srv/me"), PathBuf::new());
    }

    #[test]
    fn a_folder_that_go_refuses_is_found() {
        let module = Module::new(&[
            ("go.mod", PLAIN),
            ("a.go", "package a\n"),
            ("with space/b.go", "package b\n"),
            ("-c/c.go", "package c\n"),
            ("testdata/é/d.go", "package d\n"),
            ("_e f/e.go", "package e\n"),
            ("no code/readme.txt", ""),
        ]);
        let chart = examined(&Paths, module.workspace());
        let told = |folder: &str| {
            let shown = module.path(folder).display().to_string();
            let mut all = chart.findings.iter();
            all.find(|finding| finding.subject == shown).unwrap()
        };
        let space = told("with space");
        is_whole(
            space,
            Code::PathBreaksTools,
            &module.path("with space").display().to_string(),
        );
        assert_eq!(
            (space.severity, told("-c").severity),
            (Severity::Error, Severity::Warning)
        );
        assert_eq!(chart.findings.len(), 2);
        let line = "A line `ignore \"./with space\"` in go.mod";
        assert!(space.fixes[1].text().contains(line), "{space:#?}");
        // That is enough.
        module.write(
            "go.mod",
            &format!("{PLAIN}\nignore (\n\t\"./with space\"\n\t./-c\n)\n"),
        );
        assert_eq!(examined(&Paths, module.workspace()).findings, []);
    }

    #[test]
    fn a_version_in_the_name_of_a_folder_is_refused_too() {
        let module = Module::new(&[("go.mod", PLAIN), ("x/@b/b.go", "package b\n")]);
        let chart = examined(&Paths, module.workspace());
        assert_eq!(
            chart.findings[0].subject,
            module.path("x/@b").display().to_string()
        );
    }

    #[test]
    fn a_path_in_which_go_works_is_none() {
        let module = Module::new(&[("é x/go.mod", PLAIN), ("é x/a.go", "package a\n")]);
        let mut workspace = module.workspace();
        workspace.folder = module.path("é x");
        let chart = examined(&Paths, workspace);
        assert_eq!(chart.findings, []);
        assert!(chart.facts[0].starts_with("in a folder named \"é x\" these work: go list"));
    }

    #[test]
    fn a_path_in_which_it_does_not_is_found() {
        let module = Module::new(&[("a\nb/go.mod", PLAIN), ("a\nb/a.go", "package a\n")]);
        // Flags that go refuses, or that are about the user's own modules, are not to hide it.
        for flags in ["", "GOFLAGS=-bogus\n", "GOFLAGS=-mod=vendor\n"] {
            module.write("../env", flags);
            let mut workspace = module.workspace();
            workspace.folder = module.path("a\nb");
            workspace.set("GOENV", &module.path("../env").display().to_string());
            workspace.set("GOFLAGS", "");
            let chart = examined(&Paths, workspace);
            let shown = module.path("a\nb").display().to_string();
            is_whole(&chart.findings[0], Code::PathBreaksTools, &shown);
            let said = chart.findings[0].message();
            assert!(
                said.contains("invalid package directory"),
                "{flags}: {said}"
            );
        }
    }
}
