//! A gopls that is there and does not start.

use std::path::Path;
use std::time::Duration;

use system::System;
use trace::finding::{Code, Finding, Severity};

use crate::Installable;

/// That the system did not start this program.
pub fn not_started(system: &dyn System, gopls: &Path, error: &str) -> Finding {
    let title = format!("gopls could not be started: {error}.");
    install(system, finding(title).evidence(is(gopls)))
}

/// That it ended before it answered `initialize`: how it ended, and what it said on its standard error.
pub fn ended_early(system: &dyn System, gopls: &Path, how: &str, last_words: &[String]) -> Finding {
    let title = "gopls ended before it answered the editor's first request.";
    let finding = finding(title)
        .evidence(is(gopls))
        .evidence(format!("it ended with {how}"));
    install(system, with(finding, last_words))
}

/// That it runs and does not answer `initialize`: how long it was waited for, and what it said meanwhile on its
/// standard error.
pub(crate) fn silent(
    system: &dyn System,
    gopls: &Path,
    waited: Duration,
    last_words: &[String],
) -> Finding {
    let title = "gopls does not answer the editor's first request.";
    let finding = finding(title)
        .evidence(is(gopls))
        .evidence(format!("no answer within {} s", waited.as_secs()));
    install(system, with(finding, last_words))
}

/// That it serves, and does not say which one it is.
pub(crate) fn without_version(system: &dyn System, gopls: &Path, waited: Duration) -> Finding {
    let cause = "What goplens knows of its versions it knows from there, and the Go extension asks it, too.";
    let title = "`gopls version` does not end.";
    let finding = Finding::new(Code::GoplsCannotStart, title, cause)
        .severity(Severity::Warning)
        .evidence(is(gopls))
        .evidence(format!("no end within {} s", waited.as_secs()));
    install(system, finding)
}

fn is(gopls: &Path) -> String {
    format!("the program is {}", gopls.display())
}

fn with(finding: Finding, last_words: &[String]) -> Finding {
    if last_words.is_empty() {
        return finding.evidence("it said nothing on its standard error");
    }
    let mut finding = finding.evidence("it said on its standard error:");
    finding.evidence.extend_from_slice(last_words);
    finding
}

fn finding(title: impl Into<String>) -> Finding {
    Finding::new(
        Code::GoplsCannotStart,
        title,
        "Without gopls there is nothing that could answer the editor.",
    )
}

fn install(system: &dyn System, finding: Finding) -> Finding {
    Installable::of(system).offer(finding, "Install gopls anew")
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;
    use trace::finding::Action;

    use super::*;

    #[test]
    fn what_the_go_here_cannot_build_is_no_reason_why_it_ended() {
        let said = "go1.24.5\nlocal\n";
        let system = MadeUp::default().with_command("go env GOVERSION GOTOOLCHAIN", said);
        let words = ["panic: x".to_owned()];
        let finding = ended_early(&system, Path::new("/bin/gopls"), "exit status 3", &words);
        let evidence = [
            "the program is /bin/gopls",
            "it ended with exit status 3",
            "it said on its standard error:",
            "panic: x",
        ];
        assert_eq!(finding.evidence, evidence);
        let note = "cannot be built by go1.24.5";
        let fixes = finding.fixes.iter();
        assert!(fixes.last().unwrap().title.contains(note), "{finding:#?}");
    }

    #[test]
    fn what_is_offered_the_go_here_can_build() {
        let install = |said: &str| {
            let system = MadeUp::default().with_command("go env GOVERSION GOTOOLCHAIN", said);
            let finding = not_started(&system, Path::new("/gopls"), "no such file");
            finding.fixes.last().unwrap().action.clone()
        };
        for (said, version) in [
            ("go1.24.5\nlocal\n", "v0.20.0"),
            ("go1.24.5\nauto\n", "latest"),
            ("", "latest"),
        ] {
            let line = format!("go install golang.org/x/tools/gopls@{version}");
            assert_eq!(install(said), Action::Shell(line));
        }
    }
}
