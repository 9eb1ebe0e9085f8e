//! A gopls that is there and does not start.

use std::path::Path;

use trace::finding::{Action, Code, Finding};

use crate::INSTALL;

/// That the system did not start this program.
pub fn not_started(gopls: &Path, error: &str) -> Finding {
    finding(format!("gopls could not be started: {error}."))
        .evidence(format!("the program is {}", gopls.display()))
}

/// That it ended before it answered `initialize`: how it ended, and what it said on its standard error.
pub fn ended_early(how: &str, last_words: &[String]) -> Finding {
    let title = "gopls ended before it answered the editor's first request.";
    let mut finding = finding(title).evidence(format!("it ended with {how}"));
    if last_words.is_empty() {
        return finding.evidence("it said nothing on its standard error");
    }
    finding = finding.evidence("it said on its standard error:");
    finding.evidence.extend_from_slice(last_words);
    finding
}

fn finding(title: impl Into<String>) -> Finding {
    Finding::new(
        Code::GoplsCannotStart,
        title,
        "Without gopls there is nothing that could answer the editor.",
    )
    .fix("Install gopls anew", Action::Shell(INSTALL.to_owned()))
}
