//! A go command that is newer than the Go that built gopls.

use system::System;
use trace::finding::{Action, Code, Finding, Severity};

use super::{Versions, matrix};
use crate::version::Version;
use crate::{Check, Workspace};

pub(super) struct GoNewerThanGopls;

impl Check for GoNewerThanGopls {
    fn code(&self) -> Code {
        Code::GoNewerThanGopls
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let versions = Versions::of(system, workspace);
        look(versions).into_iter().collect()
    }
}

fn look(versions: &Versions) -> Option<Finding> {
    let gopls = versions.gopls.as_ref()?;
    let built_by = gopls.built_by.as_deref()?;
    let running = versions.running()?;
    if !running.is_later_series(Version::of_go(built_by)?) {
        return None;
    }
    let go = versions.selected.as_deref()?;
    let mut finding = Finding::new(
        Code::GoNewerThanGopls,
        format!("gopls was built by {built_by}, and the go command here is {go}."),
        "gopls checks types by the rules of the Go that built it. What is new in the language since then \
         looks wrong to it, in the code here as in the standard library, and it does not say why.",
    )
    .severity(Severity::Warning)
    .about(format!("{built_by} {go}"))
    .evidence(gopls.evidence());
    for fact in versions.of_go() {
        finding = finding.evidence(fact);
    }
    let title = "Build gopls anew with this Go, then restart the language server";
    // One that is newer than what is known here is not to be exchanged for an older one.
    let newest = gopls.release().max(matrix::newest_for(running));
    Some(match (gopls.release(), newest) {
        (Some(_), Some(newest)) => finding.fix(title, Action::Shell(versions.install(newest))),
        _ => finding.fix(title, Action::Hand("This one is no release.".into())),
    })
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::super::testing::{local, machine, workspace};
    use super::*;
    use crate::testing::is_whole;

    fn found(system: &MadeUp, gopls: &str, built_by: &str) -> Option<(Finding, String)> {
        let mut found = GoNewerThanGopls.run(system, &workspace(gopls, built_by));
        let finding = found.pop()?;
        let how = match &finding.fixes[0].action {
            Action::Shell(line) => line.clone(),
            other => format!("{other:?}"),
        };
        Some((finding, how))
    }

    #[test]
    fn a_newer_release_of_go_is_found_and_what_is_mended_in_one_is_not() {
        let (finding, how) = found(&local("1.26.8"), "v0.19.1", "go1.24.2").unwrap();
        is_whole(&finding, Code::GoNewerThanGopls, "go1.24.2 go1.26.8");
        assert_eq!(how, "go install golang.org/x/tools/gopls@v0.23.0");
        for (go, built_by) in [
            ("1.26.8", "go1.26.0"),
            ("1.26.0", "go1.26.8"),
            ("1.25.1", "go1.26.0"),
            ("1.27rc1", "go1.26.0"),
            ("1.26.8", "devel go1.25-abc"),
        ] {
            assert_eq!(
                found(&local(go), "v0.23.0", built_by),
                None,
                "{go} {built_by}"
            );
        }
        assert_eq!(
            GoNewerThanGopls.run(&local("1.26.8"), &Workspace::new("/w")),
            []
        );
    }

    #[test]
    fn the_go_that_the_folder_asks_for_counts() {
        let system = machine("1.26.8", "1.27.3", "auto").with_file(
            "/w/go.mod",
            "module example.com/m\n\ngo 1.24\n\ntoolchain go1.27.3\n",
        );
        let (finding, how) = found(&system, "v0.23.0", "go1.26.8").unwrap();
        assert_eq!(
            finding.evidence,
            [
                "gopls says it is v0.23.0, built by go1.26.8",
                "/go/bin/go on PATH is Go 1.26.8",
                "go env GOVERSION in the folder: go1.27.3, since GOTOOLCHAIN is set nowhere",
                "/w/go.mod has go 1.24 and toolchain go1.27.3",
            ]
        );
        let expected = "GOTOOLCHAIN=go1.27.3 go install golang.org/x/tools/gopls@v0.24.0";
        assert_eq!(how, expected);
    }

    #[test]
    fn nobody_is_sent_back_to_an_older_gopls() {
        let (_, how) = found(&local("1.28.0"), "v0.25.1", "go1.27.0").unwrap();
        assert_eq!(how, "go install golang.org/x/tools/gopls@v0.25.1");
        let (_, how) = found(&local("1.27.0"), "(devel)", "go1.26.0").unwrap();
        assert!(how.contains("no release"), "{how}");
    }
}
