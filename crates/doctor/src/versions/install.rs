//! Which gopls can be installed.

use std::time::Duration;

use system::{Call, System};
use trace::finding::{Action, Finding};

use super::{matrix, module_cache};
use crate::version::Version;

/// The command that puts a gopls where it is found, if the Go here can build the newest.
const INSTALL: &str = "go install golang.org/x/tools/gopls@latest";

/// How long `go env` may take.
const LIMIT: Duration = Duration::from_secs(5);

/// The newest gopls that the Go here can build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installable {
    /// The command that installs it.
    pub line: String,
    /// Why it is not the newest that there is, in words, where it is not.
    pub why_older: Option<String>,
}

impl Installable {
    /// By what the go on PATH says of itself; where it says nothing, the newest.
    pub fn of(system: &dyn System) -> Self {
        // In a module that asks for another Go, that one is not fetched for this.
        let ask = Call::new("go")
            .args(["env", "GOVERSION", "GOTOOLCHAIN"])
            .env("GOPROXY", "off")
            .limit(LIMIT);
        let said = system.run(&ask).ok().filter(|output| output.success);
        let said = said.map_or(String::new(), |output| output.stdout);
        let mut lines = said.lines().map(str::trim);
        let (version, toolchain) = (lines.next().unwrap_or(""), lines.next().unwrap_or(""));
        instead_of_newest(version, toolchain).unwrap_or_else(|| Self {
            line: INSTALL.to_owned(),
            why_older: None,
        })
    }

    /// The finding with its command as a fix.
    pub fn offer(self, finding: Finding, title: &str) -> Finding {
        let finding = match self.why_older {
            Some(why) => finding.evidence(why),
            None => finding,
        };
        finding.fix(title, Action::Shell(self.line))
    }
}

/// The newest gopls that a Go builds, where it cannot build the newest that is known here and may fetch no Go
/// that can. `go_version` and `toolchain` are what `go env` says of GOVERSION and GOTOOLCHAIN; a Go before
/// 1.21, which has no GOTOOLCHAIN, fetches none.
fn instead_of_newest(go_version: &str, toolchain: &str) -> Option<Installable> {
    if !matches!(toolchain, "" | "local") {
        return None;
    }
    let (older, newest) = (
        matrix::newest_for(Version::of_go(go_version)?)?,
        matrix::newest(),
    );
    (older < newest).then(|| Installable {
        line: format!("go install {}@v{older}", module_cache::GOPLS),
        why_older: Some(format!(
            "the newest gopls, v{newest}, cannot be built by {go_version}, which is here"
        )),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_is_replaced_only_where_it_cannot_be_built() {
        let install = |go, toolchain| instead_of_newest(go, toolchain).map(|older| older.line);
        for (go, version) in [("go1.26.8", "v0.23.0"), ("go1.20.14", "v0.15.3")] {
            let expected = format!("go install golang.org/x/tools/gopls@{version}");
            assert_eq!(install(go, "local"), Some(expected));
        }
        assert!(install("go1.20.14", "").is_some());
        for (go, toolchain) in [
            ("go1.26.8", "auto"),
            ("go1.26.8", "go1.27.0"),
            ("go1.27.0", "local"),
            ("devel", "local"),
        ] {
            assert_eq!(install(go, toolchain), None, "{go} {toolchain}");
        }
    }
}
