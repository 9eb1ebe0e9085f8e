//! A newer gopls that this machine knows of, and that the Go here cannot build.

use system::System;
use trace::finding::{Action, Code, Finding, Severity};

use super::module_cache::{self, Builds, Known};
use super::{Versions, matrix};
use crate::variable::Variable;
use crate::version::Version;
use crate::{Check, Workspace};

pub(super) struct GoplsNeedsNewerGo;

impl Check for GoplsNeedsNewerGo {
    fn code(&self) -> Code {
        Code::GoplsNeedsNewerGo
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        look(system, workspace).into_iter().collect()
    }
}

fn look(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let Known {
        version, file, go, ..
    } = module_cache::newest(system, workspace, Builds::No)?;
    let versions = Versions::of(system, workspace);
    let gopls = versions.gopls.as_ref()?;
    let own = versions.go_version.as_deref()?;
    // With another toolchain by name it is that one that builds.
    let env = workspace.go().env(system).ok()?;
    let named = env.gotoolchain.strip_prefix("go");
    let pinned = named.filter(|name| !name.contains('+'));
    let builder = pinned.unwrap_or(own);
    let toolchain = Variable::of(system, workspace, "GOTOOLCHAIN");
    let finding = Finding::new(
        Code::GoplsNeedsNewerGo,
        format!("This machine knows gopls v{version}, and Go {builder} cannot build it."),
        "`go install` of it fails, and with `@latest`, too.",
    )
    .severity(Severity::Info)
    // An editor's look for updates leaves the same in the module cache, and nothing is wrong for now.
    .quietly()
    .about(format!("v{version}"))
    .evidence(gopls.evidence())
    .evidence(format!(
        "{} is in the module cache, and its go.mod has go {go}",
        file.display()
    ))
    .evidence(format!("the go command on PATH is Go {own}"))
    .evidence(toolchain.evidence());
    let finding = toolchain.offer_to_unset(system, workspace, finding);
    let finding = match pinned {
        Some(_) => finding,
        None => finding.fix(
            format!("Install Go {go} or later, and with it gopls v{version}"),
            Action::Hand("Else all stays as it is.".into()),
        ),
    };
    let best = Version::of_go(builder).and_then(matrix::newest_for);
    Some(match best {
        Some(best) if Some(best) > gopls.release() => finding.fix(
            format!("Install the newest gopls that Go {builder} builds"),
            Action::Shell(format!("go install {}@v{best}", module_cache::GOPLS)),
        ),
        _ => finding,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{CACHE, local, machine, with_gopls, workspace};
    use super::*;
    use crate::testing::is_whole;

    #[test]
    fn what_go_cannot_build_is_told_with_what_it_can() {
        let system = with_gopls(local("1.26.8"), "0.24.0", "1.27.0");
        let found = GoplsNeedsNewerGo.run(&system, &workspace("v0.20.0", "go1.26.8"));
        let [finding] = &found[..] else {
            panic!("{found:#?}");
        };
        is_whole(finding, Code::GoplsNeedsNewerGo, "v0.24.0");
        assert!(finding.evidence[1].starts_with(CACHE), "{finding:#?}");
        let install = "go install golang.org/x/tools/gopls@v0.23.0".to_owned();
        let fixes: Vec<_> = finding.fixes.iter().map(|fix| &fix.action).collect();
        assert!(fixes.contains(&&Action::Shell(install)), "{fixes:?}");
    }

    #[test]
    fn of_a_toolchain_by_name_it_is_told_what_that_one_builds() {
        let system = with_gopls(machine("1.27.3", "1.26.8", "go1.26.8"), "0.24.0", "1.27.0");
        let found = GoplsNeedsNewerGo.run(&system, &workspace("v0.20.0", "go1.26.8"));
        let [finding] = &found[..] else {
            panic!("{found:#?}");
        };
        assert!(
            finding.title.ends_with("Go 1.26.8 cannot build it."),
            "{finding:#?}"
        );
        let text = finding.message();
        assert!(!text.contains("Install Go"), "{text}");
        assert!(
            text.contains("go install golang.org/x/tools/gopls@v0.23.0"),
            "{text}"
        );
    }

    #[test]
    fn what_go_builds_or_fetches_a_go_for_is_another_matter() {
        for system in [
            local("1.26.8"),
            with_gopls(local("1.27.3"), "0.24.0", "1.27.0"),
            with_gopls(machine("1.26.8", "1.26.8", "auto"), "0.24.0", "1.27.0"),
            with_gopls(local("1.26.8"), "0.23.0", "1.27.0"),
        ] {
            let workspace = workspace("v0.23.0", "go1.26.8");
            assert_eq!(GoplsNeedsNewerGo.run(&system, &workspace), []);
        }
    }
}
