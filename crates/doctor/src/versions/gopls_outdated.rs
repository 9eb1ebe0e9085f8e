//! A gopls that is older than one that this machine knows of.

use system::System;
use trace::finding::{Action, Code, Finding, Severity};

use super::module_cache::{self, Builds};
use crate::{Check, Workspace};

pub(super) struct GoplsOutdated;

impl Check for GoplsOutdated {
    fn code(&self) -> Code {
        Code::GoplsOutdated
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        look(system, workspace).into_iter().collect()
    }
}

fn look(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let newer = module_cache::newest(system, workspace, Builds::Yes)?;
    let gopls = workspace.gopls.as_ref()?;
    let version = newer.version;
    let finding = Finding::new(
        Code::GoplsOutdated,
        format!(
            "gopls {} runs, and this machine knows v{version}.",
            gopls.version
        ),
        "The newer one, or word of it, was fetched here before, and the editor starts the older one.",
    )
    .severity(Severity::Info)
    .about(format!("v{version}"))
    .evidence(gopls.evidence())
    .evidence(format!("{} is in the module cache", newer.file.display()));
    Some(finding.fix(
        format!("Install gopls v{version}, then restart the language server"),
        Action::Shell(format!("go install {}@v{version}", module_cache::GOPLS)),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{CACHE, local, machine, with_gopls, workspace};
    use super::*;
    use crate::testing::is_whole;

    #[test]
    fn the_newest_that_go_builds_is_told() {
        let system = with_gopls(local("1.26.8"), "0.24.0", "1.27.0");
        let system = with_gopls(with_gopls(system, "0.23.0", "1.26.0"), "0.21.1", "1.25");
        let found = GoplsOutdated.run(&system, &workspace("v0.20.0", "go1.26.8"));
        let [finding] = &found[..] else {
            panic!("{found:#?}");
        };
        is_whole(finding, Code::GoplsOutdated, "v0.23.0");

        let auto = with_gopls(machine("1.26.8", "1.26.8", "auto"), "0.24.0", "1.27.0");
        let found = GoplsOutdated.run(&auto, &workspace("v0.23.0", "go1.26.8"));
        assert_eq!(found[0].subject, "v0.24.0");
    }

    #[test]
    fn without_a_newer_release_there_is_nothing_to_say() {
        let system = with_gopls(local("1.26.8"), "0.23.0", "1.26.0")
            .with_file(&format!("{CACHE}/v0.24.0-pre.1.info"), "{}")
            .with_file(&format!("{CACHE}/v0.24.0-pre.1.mod"), "go 1.26\n")
            // Without its go.mod nobody knows what builds it.
            .with_file(&format!("{CACHE}/v0.25.0.info"), "{}");
        for gopls in ["v0.23.0", "v0.24.0", "(devel)"] {
            assert_eq!(
                GoplsOutdated.run(&system, &workspace(gopls, "go1.26.8")),
                []
            );
        }
    }
}
