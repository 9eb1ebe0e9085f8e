//! Why something failed.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use system::System;
use trace::finding::{Action, Finding};

use crate::load::Load;
use crate::overlay::Overlay;
use crate::{ALL, Check, Workspace, driver, file_path};

/// After this time no further check is begun. Where each question to go takes seconds, on a file system
/// that hangs for one, the answer would be of no use any more, and others wait.
const LIMIT: Duration = Duration::from_secs(20);

/// The last fix where gopls takes no notice of the others.
pub const RESTART: &str = "Then restart the language server";

/// The only fix that is left then.
pub(crate) const RESTART_ALONE: &str = "Restart the language server";

/// How that is done.
pub(crate) const HOW_TO_RESTART: &str = "In VS Code: `Go: Restart Language Server`.";

/// The title where all else is done.
const MENDED: &str = "What kept gopls from loading is mended, and gopls has taken no notice of it.";

/// What is wrong, by the first check that finds anything: what keeps gopls from loading a workspace
/// makes all that comes behind it look broken too, and would only hide the cause.
pub fn explain(system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
    if driver::is_in_force(system, workspace) {
        return Vec::new();
    }
    match Overlay::of(system, workspace) {
        Some(overlay) => explain_by(ALL, LIMIT, &overlay, workspace),
        None => explain_by(ALL, LIMIT, system, workspace),
    }
}

fn explain_by(
    checks: &[&dyn Check],
    limit: Duration,
    system: &dyn System,
    workspace: &Workspace,
) -> Vec<Finding> {
    // Where the time is over nothing is known, and least of all that something is mended.
    let Some(found) = first(checks, limit, system, workspace) else {
        return Vec::new();
    };
    if found.is_empty() {
        return unnoticed(system, workspace);
    }
    match has_no_view(system, workspace) {
        true => found.into_iter().map(with_restart).collect(),
        false => found,
    }
}

/// The folders of which gopls says in its words that it could make no view.
pub fn without_view(said: &str) -> impl Iterator<Item = PathBuf> {
    said.lines().filter_map(|line| {
        let (_, rest) = line.split_once("failed to load view for ")?;
        file_path(rest.split_once(": ")?.0)
    })
}

/// Whether gopls could make no view at all, or none of this folder, in its own words.
fn has_no_view(system: &dyn System, workspace: &Workspace) -> bool {
    workspace.gopls_said("no views").is_some() || is_without_view(system, workspace)
}

/// Whether gopls says that it could make no view of this folder: of another one that is open it may say so, too.
fn is_without_view(system: &dyn System, workspace: &Workspace) -> bool {
    let said = workspace.said.iter();
    let mut folders = said.flat_map(|said| without_view(said));
    let real = |folder: &Path| system.canonicalize(folder).ok();
    folders.any(|folder| {
        folder == workspace.folder
            || real(&folder).is_some_and(|found| Some(found) == real(&workspace.folder))
    })
}

/// Such a gopls tries again when a document is opened, and neither on a file that is mended nor on new
/// settings (measured with 0.23).
fn with_restart(finding: Finding) -> Finding {
    if has_restart(&finding) {
        return finding;
    }
    let how = "gopls has no view, and tries again only when a file is opened.".to_owned();
    finding.fix(RESTART, Action::Hand(how))
}

/// What was found before and is mended since, where gopls goes on without a view: it has taken no notice, and
/// each request fails as before.
fn unnoticed(system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
    let before = || workspace.before.iter().filter(|found| has_restart(found));
    let loads = || {
        let mut all = Load::all(system, workspace).iter();
        all.all(|load| load.words.is_none())
    };
    let is_so = before().next().is_some() && is_without_view(system, workspace) && loads();
    before().filter(|_| is_so).map(mended).collect()
}

/// Whether one of its fixes is a restart.
fn has_restart(finding: &Finding) -> bool {
    let mut fixes = finding.fixes.iter();
    fixes.any(|fix| fix.title == RESTART || fix.title == RESTART_ALONE)
}

fn mended(before: &Finding) -> Finding {
    if before.title == MENDED {
        return before.clone();
    }
    let cause = "gopls has no view, and tries again only when a file is opened.";
    Finding {
        title: MENDED.to_owned(),
        cause: cause.to_owned(),
        evidence: vec![format!("before it was: {}", before.title)],
        fixes: Vec::new(),
        ..before.clone()
    }
    .fix(RESTART_ALONE, Action::Hand(HOW_TO_RESTART.to_owned()))
}

/// What the first check finds that finds anything; none where the time is over before.
fn first(
    checks: &[&dyn Check],
    limit: Duration,
    system: &dyn System,
    workspace: &Workspace,
) -> Option<Vec<Finding>> {
    let begun = Instant::now();
    for check in checks {
        if begun.elapsed() >= limit {
            return None;
        }
        let found = check.run(system, workspace);
        if !found.is_empty() {
            return Some(found);
        }
    }
    Some(Vec::new())
}

/// What takes longer and says more of something that [`explain`] found: the finding that is to take its
/// place.
pub fn look_closer(system: &dyn System, workspace: &Workspace, found: &Finding) -> Option<Finding> {
    let check = ALL.iter().find(|check| check.code() == found.code)?;
    match Overlay::of(system, workspace) {
        Some(overlay) => check.look_closer(&overlay, workspace, found),
        None => check.look_closer(system, workspace, found),
    }
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;
    use trace::finding::Code;

    use super::*;

    /// Takes a while and finds this.
    struct Made(Option<Code>);

    impl Check for Made {
        fn code(&self) -> Code {
            Code::NoModule
        }

        fn run(&self, _system: &dyn System, _workspace: &Workspace) -> Vec<Finding> {
            std::thread::sleep(Duration::from_millis(20));
            let found = self.0.map(|code| Finding::new(code, "A.", "B."));
            found.into_iter().collect()
        }
    }

    fn codes(limit: u64) -> Option<Vec<Code>> {
        let checks: [&dyn Check; 4] = [
            &Made(None),
            &Made(None),
            &Made(Some(Code::NoModule)),
            &Made(Some(Code::GoModInvalid)),
        ];
        let limit = Duration::from_millis(limit);
        let found = first(&checks, limit, &MadeUp::default(), &Workspace::new("/w"))?;
        Some(found.into_iter().map(|finding| finding.code).collect())
    }

    #[test]
    fn where_a_driver_tells_gopls_of_packages_go_explains_nothing() {
        let module = crate::testing::Module::new(&[(
            "a.go",
            "package a\n\nimport \"b.com/c\"\n\nvar _ = c.D\n",
        )]);
        let said = [(
            "\"b.com/c\"",
            "could not import b.com/c (no required module)",
        )];
        let mut workspace = module.failed("a.go", "D", None, &said);
        assert!(!explain(&system::Real, &workspace).is_empty());
        workspace.env = vec![("GOPACKAGESDRIVER".into(), "/opt/driver".into())];
        assert!(explain(&system::Real, &workspace).is_empty());
    }

    #[test]
    fn a_gopls_without_a_view_has_to_be_restarted() {
        let mut workspace = Workspace::new("/w");
        let system = MadeUp::default();
        assert!(!has_no_view(&system, &workspace));
        for (folder, is_without) in [("/other", false), ("/w", true)] {
            let said = format!("failed to load view for file://{folder}: err: go command required");
            workspace.said = vec![said];
            assert_eq!(has_no_view(&system, &workspace), is_without, "{folder}");
        }
        let finding = with_restart(Finding::new(Code::GoNotFound, "A.", "B."));
        assert!(finding.message().contains("restart the language server"));
        assert_eq!(with_restart(finding.clone()), finding);
    }

    #[test]
    fn what_is_mended_is_told_of_until_gopls_has_a_view() {
        let module = crate::testing::Module::plain();
        let mut workspace = module.failing("a.go", "A");
        let before = with_restart(Finding::new(Code::GoFlagsInvalid, "A.", "B.").about("GOFLAGS"));
        workspace.before = vec![before, Finding::new(Code::NoModule, "C.", "D.")];
        workspace.said = vec!["failed to load view for file:///other: err: x".into()];
        assert_eq!(explain(&system::Real, &workspace), []);
        let uri = crate::file_uri(&workspace.folder).unwrap();
        workspace.said = vec![format!("failed to load view for {uri}: err: x")];
        let found = explain(&system::Real, &workspace);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(
            (found[0].code, &*found[0].subject),
            (Code::GoFlagsInvalid, "GOFLAGS")
        );
        assert!(found[0].message().contains("before it was: A."));
        workspace.before.clone_from(&found);
        assert_eq!(explain(&system::Real, &workspace), found);
        workspace.said.clear();
        assert_eq!(explain(&system::Real, &workspace), []);
    }

    #[test]
    fn the_first_that_is_found_counts() {
        assert_eq!(codes(60_000), Some(vec![Code::NoModule]));
    }

    #[test]
    fn what_takes_too_long_is_given_up() {
        assert_eq!(codes(10), None);
    }
}
