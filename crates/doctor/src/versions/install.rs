//! Which gopls can be installed.

use super::{matrix, module_cache};
use crate::version::Version;

/// The command that puts a gopls where it is found, if the Go here can build the newest.
pub const INSTALL: &str = "go install golang.org/x/tools/gopls@latest";

/// What to install where the newest gopls cannot be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Older {
    /// Why the newest cannot be built, in words.
    pub why: String,
    /// The command that installs one that can.
    pub install: String,
}

/// The newest gopls that a Go builds, where it cannot build the newest that is known here and may fetch no Go
/// that can. `go_version` and `toolchain` are what `go env` says of GOVERSION and GOTOOLCHAIN; a Go before
/// 1.21, which has no GOTOOLCHAIN, fetches none.
pub fn instead_of_newest(go_version: &str, toolchain: &str) -> Option<Older> {
    if !matches!(toolchain, "" | "local") {
        return None;
    }
    let (older, newest) = (
        matrix::newest_for(Version::of_go(go_version)?)?,
        matrix::newest(),
    );
    (older < newest).then(|| Older {
        why: format!("the newest gopls, v{newest}, cannot be built by {go_version}, which is here"),
        install: format!("go install {}@v{older}", module_cache::GOPLS),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_is_replaced_only_where_it_cannot_be_built() {
        let install = |go, toolchain| instead_of_newest(go, toolchain).map(|older| older.install);
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
