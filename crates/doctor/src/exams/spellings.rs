//! Links on the way to what gopls reads, and folders that come up by two names.

use std::path::{Path, PathBuf};

use system::System;
use trace::finding::{Action, Code, Finding, Severity};

use crate::folder::clean;
use crate::listing::Listing;
use crate::{Chart, Exam, Patient, Takes, Workspace};

/// How many folders of packages are looked at.
const MOST: usize = 2000;

/// Looks whether go knows packages of the opened folder by other names than the editor shows them by.
pub(super) struct Spellings;

impl Exam for Spellings {
    fn name(&self) -> &'static str {
        "links"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::SymlinkMismatch]
    }

    fn takes(&self) -> Takes {
        Takes::Load
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        for workspace in &patient.workspaces {
            links(system, workspace, chart);
            let Ok(real) = system.canonicalize(&workspace.folder) else {
                continue;
            };
            for listing in Listing::all(system, workspace) {
                // Below a link gopls has views of its own, beside those of the folder that it leads to.
                if is_linked(system, workspace, &real, listing) {
                    continue;
                }
                let seen = Seen::of(system, &workspace.folder, &real, listing);
                if let Some(first) = seen.first() {
                    chart.find(finding(workspace, listing, first, seen.len()));
                }
            }
        }
    }
}

/// Whether a module of the opened folder is reached by a link below that.
fn is_linked(system: &dyn System, workspace: &Workspace, real: &Path, listing: &Listing) -> bool {
    let Ok(below) = listing.folder.strip_prefix(&workspace.folder) else {
        return false;
    };
    let own = system.canonicalize(&listing.folder);
    own.is_ok_and(|own| own != real.join(below))
}

/// What of the places that gopls reads is reached by a link, in words.
fn links(system: &dyn System, workspace: &Workspace, chart: &mut Chart) {
    let mut places = vec![("the folder", workspace.folder.clone())];
    if let Ok(env) = workspace.go().env(system) {
        let gopath = std::env::split_paths(&env.gopath).map(|path| ("GOPATH", path));
        let others = [
            ("GOROOT", &env.goroot),
            ("GOMODCACHE", &env.gomodcache),
            ("GOCACHE", &env.gocache),
        ];
        places.extend(gopath);
        places.extend(others.map(|(name, path)| (name, PathBuf::from(path))));
    }
    for (name, path) in places {
        if let Ok(real) = system.canonicalize(&path)
            && real != clean(&path)
        {
            let (path, real) = (path.display(), real.display());
            chart.see(format!("{name} is {path}, which without links is {real}"));
        }
    }
}

/// A folder that go knows by one name, and the tree of the editor has by another.
struct Seen {
    by_go: PathBuf,
    by_editor: PathBuf,
}

impl Seen {
    /// The folders of a listing's packages that are also in the opened folder by a name that go does not know.
    fn of(system: &dyn System, folder: &Path, real: &Path, listing: &Listing) -> Vec<Self> {
        let all = listing.folders.iter().take(MOST);
        all.filter_map(|by_go| {
            let inside = system.canonicalize(by_go).ok()?;
            let by_editor = clean(&folder.join(inside.strip_prefix(real).ok()?));
            // A link to another package of the same listing is a package of its own, and both are healthy.
            let is_other = by_editor != *by_go && !listing.folders.contains(&by_editor);
            is_other.then(|| Self {
                by_go: by_go.clone(),
                by_editor,
            })
        })
        .collect()
    }
}

fn finding(workspace: &Workspace, listing: &Listing, first: &Seen, count: usize) -> Finding {
    let (editor, go) = (first.by_editor.display(), first.by_go.display());
    let finding = Finding::new(
        Code::SymlinkMismatch,
        format!("{editor} is {go} to gopls, which does not follow links."),
        "What is opened by the one name is no file of the package that gopls has by the other: definitions are \
         null, a rename forgets files. Through goplens the names are exchanged in each message, and all works.",
    )
    .severity(Severity::Info)
    .about(format!("{editor} {go}"))
    .evidence(format!("go list in {}: the package is in {go}", listing.folder.display()))
    .evidence(format!(
        "the opened folder {} has the same folder as {editor}",
        workspace.folder.display()
    ));
    let finding = match count {
        1 => finding,
        more => finding.evidence(format!("so it is with {more} packages")),
    };
    finding.fix(
        "Have one name everywhere",
        Action::Hand(format!(
            "Open the files below {go}, or write the path in go.mod or go.work so that it leads to {editor}."
        )),
    )
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::testing::{Module, examined, is_whole};

    fn module(replacement: &str) -> Module {
        let module = Module::new(&[
            (
                "real/app/a.go",
                "package app\n\nimport _ \"example.com/lib\"\n",
            ),
            ("real/lib/go.mod", "module example.com/lib\n\ngo 1.24\n"),
            ("real/lib/lib.go", "package lib\n"),
        ]);
        let replacement = replacement.replace("ROOT", &module.path(".").display().to_string());
        let go_mod = format!(
            "module example.com/app\n\ngo 1.24\n\nrequire example.com/lib v0.0.0\n\n\
             replace example.com/lib => {replacement}\n"
        );
        module.write("real/app/go.mod", &go_mod);
        module.link("link", "real");
        module
    }

    fn examined_in(module: &Module, folder: &str) -> Chart {
        let mut workspace = module.workspace();
        workspace.folder = module.path(folder);
        examined(&Spellings, workspace)
    }

    #[test]
    fn a_library_that_is_replaced_by_its_real_path_has_two_names() {
        let module = module("ROOT/real/lib");
        let chart = examined_in(&module, "link");
        let (editor, go) = (module.path("link/lib"), module.path("real/lib"));
        let subject = format!("{} {}", editor.display(), go.display());
        is_whole(&chart.findings[0], Code::SymlinkMismatch, &subject);
        assert_eq!(chart.findings[0].severity, Severity::Info);
        assert!(
            chart.facts[0].starts_with("the folder is "),
            "{:?}",
            chart.facts
        );
        assert_eq!(examined_in(&module, "real").findings, []);
        // What lies outside of the opened folder, its tree does not show by another name.
        assert_eq!(examined_in(&module, "link/app").findings, []);
    }

    #[test]
    fn one_name_everywhere_is_no_fault() {
        let module = module("../lib");
        for folder in ["real", "link", "link/app"] {
            assert_eq!(examined_in(&module, folder).findings, [], "{folder}");
        }
    }

    #[test]
    fn a_link_to_a_package_of_the_same_module_is_a_package_of_its_own() {
        let module = Module::new(&[
            ("go.mod", crate::testing::PLAIN),
            ("a.go", "package a\n\nimport _ \"example.com/a/twin\"\n"),
            ("one/one.go", "package one\n"),
        ]);
        module.link("twin", "one");
        assert_eq!(examined_in(&module, "").findings, []);
    }
}
