//! The releases of gopls that `cargo xtask test` installs, each with the Go that built it.

use std::fs;
use std::path::PathBuf;

use crate::binaries::{root, skip};
use crate::machine::variable;

/// A release of gopls.
#[derive(Clone, Debug)]
pub struct Release {
    /// Its version, without the `v`.
    pub version: String,
    /// The program.
    pub gopls: PathBuf,
    /// The installation of the Go that built it.
    pub goroot: PathBuf,
}

/// Those that the list has that `GOPLENS_TEST_RELEASES` names, else the one that `cargo xtask test` wrote: a
/// line `VERSION<tab>GOPLS<tab>GOROOT` each. None where there is no list.
///
/// # Panics
///
/// Where the list cannot be understood.
fn releases() -> Vec<Release> {
    let list = variable("GOPLENS_TEST_RELEASES")
        .map_or_else(|| root().join("target/xtask-releases.tsv"), PathBuf::from);
    let text = fs::read_to_string(list).unwrap_or_default();
    let release = |line: &str| {
        let mut fields = line.split('\t');
        let mut field = || fields.next().expect("a line has three fields");
        Release {
            version: field().to_owned(),
            gopls: field().into(),
            goroot: field().into(),
        }
    };
    text.lines().map(release).collect()
}

/// The same, and at least one. Where there is none, the test of this name counts as skipped and has to return.
pub fn releases_or_skip(test: &str) -> Option<Vec<Release>> {
    let all = releases();
    if all.is_empty() {
        skip(test, "there is no list of releases of gopls");
        return None;
    }
    Some(all)
}

impl Release {
    /// The release of this version, if it is there.
    pub fn of(version: &str) -> Option<Self> {
        releases().into_iter().find(|one| one.version == version)
    }

    /// A PATH that has the Go that built it before all that `path` has.
    pub fn path(&self, path: &str) -> String {
        format!("{}:{path}", self.goroot.join("bin").display())
    }
}
