//! Which gopls can be installed.

use std::time::Duration;

use system::{Call, System};
use trace::finding::{Action, Finding};

use super::{matrix, module_cache};
use crate::checks::usual_go;
use crate::installation::go_on_path;
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
    /// What has to be done first where there is no go that could install it, in a sentence.
    pub go_first: Option<String>,
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
        let older = instead_of_newest(version, toolchain);
        let older = older.map(|(line, why)| (line, Some(why)));
        let (line, why_older) = older.unwrap_or_else(|| (INSTALL.to_owned(), None));
        Self {
            line,
            why_older,
            go_first: go_first(system),
        }
    }

    /// The finding with its command as a fix, and before that what the command needs.
    pub fn offer(self, finding: Finding, title: &str) -> Finding {
        // Of what is wrong it says nothing, and is no evidence.
        let title = match self.why_older {
            Some(why) => format!("{title} ({why})"),
            None => title.to_owned(),
        };
        let finding = match self.go_first {
            Some(how) => finding.fix("See that there is a go on PATH", Action::Hand(how)),
            None => finding,
        };
        finding.fix(title, Action::Shell(self.line))
    }
}

/// How a go gets on PATH, where there is none.
fn go_first(system: &dyn System) -> Option<String> {
    if go_on_path(system).is_some() {
        return None;
    }
    Some(match usual_go(system) {
        Some(go) => format!(
            "There is one at {}: add its folder to PATH where the editor is started, and start it anew.",
            go.display()
        ),
        None => "Install Go, add its folder to PATH, and start the editor anew.".to_owned(),
    })
}

/// The newest gopls that a Go builds, where it cannot build the newest that is known here and may fetch no Go
/// that can. `go_version` and `toolchain` are what `go env` says of GOVERSION and GOTOOLCHAIN; a Go before
/// 1.21, which has no GOTOOLCHAIN, fetches none. Gives the command and why.
fn instead_of_newest(go_version: &str, toolchain: &str) -> Option<(String, String)> {
    if !matches!(toolchain, "" | "local") {
        return None;
    }
    let (older, newest) = (
        matrix::newest_for(Version::of_go(go_version)?)?,
        matrix::newest(),
    );
    (older < newest).then(|| {
        (
            format!("go install {}@v{older}", module_cache::GOPLS),
            format!("the newest gopls, v{newest}, cannot be built by {go_version}, which is here"),
        )
    })
}

#[cfg(all(test, unix))]
mod tests {
    use system::made_up::MadeUp;
    use trace::finding::{Code, Fix};

    use super::*;

    #[test]
    fn without_go_that_comes_first() {
        let bare = MadeUp::default().with_var("PATH", "/bin");
        let fixes = |system: &MadeUp| {
            let finding = Finding::new(Code::GoplsNotFound, "A.", "B.");
            let fixes = Installable::of(system)
                .offer(finding, "Install gopls")
                .fixes;
            fixes.iter().map(Fix::text).collect::<Vec<_>>()
        };
        let [first, install] = &fixes(&bare)[..] else {
            panic!("{:?}", fixes(&bare));
        };
        assert!(
            first.contains("Install Go, add its folder to PATH"),
            "{first}"
        );
        assert!(install.ends_with(INSTALL), "{install}");
        let elsewhere = bare.with_program("/usr/local/go/bin/go", "");
        assert!(fixes(&elsewhere)[0].contains("/usr/local/go/bin/go"));
        let there = elsewhere.with_program("/bin/go", "");
        assert_eq!(fixes(&there).len(), 1);
    }

    #[test]
    fn the_newest_is_replaced_only_where_it_cannot_be_built() {
        let install = |go, toolchain| instead_of_newest(go, toolchain).map(|(line, _)| line);
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
