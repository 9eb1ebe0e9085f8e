//! A go command that is older than what gopls supports.

use system::System;
use trace::finding::{Action, Code, Finding, Severity};

use super::{Versions, matrix};
use crate::version::Version;
use crate::{Check, Workspace};

/// What gopls says of a go command that it has a message for.
const WORDS: &str = "Found Go version 1.";

pub(super) struct GoUnsupportedByGopls;

impl Check for GoUnsupportedByGopls {
    fn code(&self) -> Code {
        Code::GoUnsupportedByGopls
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let versions = Versions::of(system, workspace);
        look(workspace, versions).into_iter().collect()
    }
}

fn look(workspace: &Workspace, versions: &Versions) -> Option<Finding> {
    let gopls = versions.gopls.as_ref()?;
    let release = gopls.release()?;
    let running = versions.running()?;
    let oldest = matrix::oldest_go(release)?;
    if !oldest.is_later_series(running) {
        return None;
    }
    let name = series(running);
    let severity = match running <= matrix::WARNED_OF {
        true => Severity::Warning,
        false => Severity::Info,
    };
    let mut finding = Finding::new(
        Code::GoUnsupportedByGopls,
        format!(
            "The go command here is {name}, and gopls v{release} is made for {} and later.",
            series(oldest)
        ),
        "Nobody tests the two together. Much may work, and what does not work is not mended.",
    )
    .severity(severity)
    .about(format!("v{release} {name}"))
    .evidence(gopls.evidence())
    .evidence(format!(
        "the oldest go command that gopls v{release} supports without a warning is {}",
        series(oldest)
    ));
    if let Some(said) = workspace.gopls_said(WORDS) {
        finding = finding.evidence(format!("gopls says: {said}"));
    }
    for fact in versions.of_go() {
        finding = finding.evidence(fact);
    }
    let title = format!(
        "Install {} or later where the editor finds it",
        series(oldest)
    );
    let how = "gopls stays as it is.".to_owned();
    let finding = finding.fix(title, Action::Hand(how));
    Some(match matrix::newest_for(running) {
        Some(last) => finding.fix(
            format!("Or install the last gopls that supports {name}"),
            Action::Shell(versions.install(last)),
        ),
        None => finding,
    })
}

/// A Go by its number alone.
fn series(go: Version) -> String {
    format!("Go {}.{}", go.major, go.minor)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{local, workspace};
    use super::*;
    use crate::testing::is_whole;

    fn found(go: &str, gopls: &str) -> Option<Finding> {
        let mut workspace = workspace(gopls, "go1.26.8");
        workspace.said = vec!["Found Go version 1.18, which is not supported".into()];
        GoUnsupportedByGopls.run(&local(go), &workspace).pop()
    }

    #[test]
    fn what_gopls_warns_of_weighs_more_than_what_it_has_given_up() {
        for (go, gopls, severity, last) in [
            ("1.18.10", "v0.23.0", Severity::Warning, "v0.14.2"),
            ("1.20.14", "v0.16.2", Severity::Warning, "v0.15.3"),
            ("1.22.10", "v0.20.0", Severity::Info, "v0.16.2"),
            ("1.25.7", "v0.24.0", Severity::Info, "v0.21.1"),
        ] {
            let finding = found(go, gopls).unwrap();
            let minor = &go[..4];
            let subject = format!("{gopls} Go {minor}");
            is_whole(&finding, Code::GoUnsupportedByGopls, &subject);
            assert_eq!(finding.severity, severity);
            let install = format!("go install golang.org/x/tools/gopls@{last}");
            assert_eq!(finding.fixes[1].action, Action::Shell(install));
            assert!(finding.evidence[2].starts_with("gopls says: Found Go"));
        }
    }

    #[test]
    fn what_is_supported_or_not_known_is_not_found() {
        for (go, gopls) in [
            ("1.26.8", "v0.24.0"),
            ("1.21.13", "v0.12.4"),
            ("1.21.13", "v0.16.2"),
            ("1.23.0", "v0.20.0"),
            ("1.18.10", "v0.99.0"),
            ("1.18.10", "(devel)"),
        ] {
            assert_eq!(found(go, gopls), None, "{go} {gopls}");
        }
    }
}
