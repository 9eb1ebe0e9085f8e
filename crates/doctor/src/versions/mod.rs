//! The client, gopls and Go, held against each other.

mod checksum_mismatch;
mod go_newer_than_gopls;
mod go_unsupported_by_gopls;
mod gopls;
mod gopls_needs_newer_go;
mod gopls_outdated;
mod install;
mod matrix;
mod module_cache;
#[cfg(test)]
mod testing;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use system::System;
use trace::finding::Finding;

use crate::driver;
use crate::modfile::statements_of;
use crate::variable::Variable;
use crate::version::Version;
use crate::{Check, GoEnv, Workspace};

pub use gopls::Gopls;
pub use install::Installable;
pub(crate) use module_cache::GOPLS;

/// The checks of versions. A new one is one file and one line. Unlike those of [`crate::ALL`] none hides
/// another, and all are run.
pub const VERSIONS: &[&dyn Check] = &[
    &go_newer_than_gopls::GoNewerThanGopls,
    &go_unsupported_by_gopls::GoUnsupportedByGopls,
    &gopls_needs_newer_go::GoplsNeedsNewerGo,
    &gopls_outdated::GoplsOutdated,
    &checksum_mismatch::GoplsChecksumMismatch,
];

/// What does not fit together, of the versions that take part in a workspace.
pub fn compare(system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
    let checks = VERSIONS.iter();
    checks
        .flat_map(|check| check.run(system, workspace))
        .collect()
}

/// The versions that take part in a workspace, as the trace has them too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Versions {
    /// The name that the client gave itself; empty where it has none.
    pub client: String,
    /// The version that it gave itself.
    pub client_version: Option<String>,
    /// gopls; none before its answer to `initialize`.
    pub gopls: Option<Gopls>,
    /// The go command that gopls starts; none where there is none on its PATH.
    pub go: Option<PathBuf>,
    /// Its own version, such as `1.26.8`; none where it does not say or is not released.
    pub go_version: Option<String>,
    /// What it becomes in the folder by GOTOOLCHAIN and the lines of go.mod and go.work, such as
    /// `go1.27.3`; none where it fails.
    pub selected: Option<String>,
    /// GOTOOLCHAIN, with who set it, in words.
    pub toolchain: String,
    /// The go.mod in force, and the go.work.
    pub files: Vec<Lines>,
}

/// What a go.mod or go.work asks of the go command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lines {
    /// The file.
    pub file: PathBuf,
    /// What is in its `go` line, such as `1.24`.
    pub go: Option<String>,
    /// What is in its `toolchain` line, such as `go1.27.3`.
    pub toolchain: Option<String>,
}

impl Versions {
    /// Those of a workspace. It takes two calls of go, and none the second time.
    pub fn of<'a>(system: &dyn System, workspace: &'a Workspace) -> &'a Self {
        workspace.versions.get_or_init(|| {
            let mut versions = Self {
                client: workspace.client.clone(),
                client_version: workspace.client_version.clone(),
                gopls: workspace.gopls.clone(),
                toolchain: Variable::of(system, workspace, "GOTOOLCHAIN").evidence(),
                ..Self::default()
            };
            // What tells gopls of packages there is not this go.
            if !driver::is_in_force(system, workspace) {
                versions.go = workspace.go_on_path(system);
                versions.go_version = workspace.go().local_version(system, workspace.place());
                if let Ok(env) = workspace.go().env(system) {
                    versions.selected =
                        Some(env.goversion.clone()).filter(|version| !version.is_empty());
                    versions.files = files(system, env);
                }
            }
            versions
        })
    }

    /// Each of them with where it was seen, one a line.
    pub fn evidence(&self) -> Vec<String> {
        let mut facts = Vec::new();
        if !self.client.is_empty() {
            let version = self.client_version.as_deref().unwrap_or_default();
            let client = format!("{} {version}", self.client);
            facts.push(format!("the editor says it is {}", client.trim_end()));
        }
        facts.extend(self.gopls.as_ref().map(Gopls::evidence));
        facts.extend(self.of_go());
        facts
    }

    /// The same of the go command alone.
    fn of_go(&self) -> Vec<String> {
        let mut facts = Vec::new();
        if let (Some(go), Some(version)) = (&self.go, &self.go_version) {
            facts.push(format!("{} on PATH is Go {version}", go.display()));
        }
        let Some(selected) = &self.selected else {
            return facts;
        };
        if self.is_switched() {
            facts.push(format!(
                "go env GOVERSION in the folder: {selected}, since {}",
                self.toolchain
            ));
            facts.extend(self.files.iter().filter_map(Lines::evidence));
        } else {
            facts.push(format!("go env GOVERSION in the folder: {selected}"));
        }
        facts
    }

    /// The version of the go command that gopls runs, where it is a release.
    fn running(&self) -> Option<Version> {
        Version::of_go(self.selected.as_ref()?)
    }

    /// The version of the go command outside of the folder, where it is a release.
    fn outside(&self) -> Option<Version> {
        Version::of_go(self.go_version.as_ref()?)
    }

    /// Whether the go command becomes another one in the folder.
    fn is_switched(&self) -> bool {
        let both = self.running().zip(self.outside());
        both.is_some_and(|(running, outside)| running != outside)
    }

    /// The command that builds a gopls with the Go that gopls runs here.
    fn install(&self, gopls: Version) -> String {
        let install = format!("go install {}@v{gopls}", module_cache::GOPLS);
        match &self.selected {
            Some(selected) if self.is_switched() => format!("GOTOOLCHAIN={selected} {install}"),
            _ => install,
        }
    }
}

impl Lines {
    fn of(system: &dyn System, file: &Path) -> Self {
        let statements = statements_of(system, file);
        let line = |verb| {
            let mut found = statements.iter().filter_map(|one| one.of(verb)?.first());
            found.next().cloned()
        };
        Self {
            file: file.to_owned(),
            go: line("go"),
            toolchain: line("toolchain"),
        }
    }

    fn evidence(&self) -> Option<String> {
        let go = self.go.as_ref().map(|go| format!("go {go}"));
        let toolchain = self.toolchain.as_ref();
        let toolchain = toolchain.map(|toolchain| format!("toolchain {toolchain}"));
        let lines: Vec<String> = go.into_iter().chain(toolchain).collect();
        let all = lines.join(" and ");
        (!all.is_empty()).then(|| format!("{} has {all}", self.file.display()))
    }
}

/// The go.mod and the go.work that are in force.
fn files(system: &dyn System, env: &GoEnv) -> Vec<Lines> {
    let files = [(&env.gomod, "go.mod"), (&env.gowork, "go.work")];
    // In no module the first is the null device, and the second can be `off`.
    let files = files
        .into_iter()
        .filter(|(file, name)| Path::new(file).ends_with(name));
    files
        .map(|(file, _)| Lines::of(system, Path::new(file)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::testing::{machine, workspace};
    use super::*;

    #[test]
    fn all_that_takes_part_is_gathered_with_where_it_was_seen() {
        let go_mod = "module example.com/m\n\ngo 1.24\n\ntoolchain go1.27.3\n";
        let system = machine("1.26.8", "1.27.3", "auto").with_file("/w/go.mod", go_mod);
        let mut workspace = workspace("v0.23.0", "go1.26.8");
        workspace.client = "Neovim".into();
        workspace.client_version = Some("0.11.2".into());
        workspace.env = vec![("GOTOOLCHAIN".into(), "auto".into())];
        let versions = Versions::of(&system, &workspace);
        let lines = Lines {
            file: "/w/go.mod".into(),
            go: Some("1.24".into()),
            toolchain: Some("go1.27.3".into()),
        };
        assert_eq!(versions.files, [lines]);
        assert_eq!(
            versions.evidence(),
            [
                "the editor says it is Neovim 0.11.2",
                "gopls says it is v0.23.0, built by go1.26.8",
                "/go/bin/go on PATH is Go 1.26.8",
                "go env GOVERSION in the folder: go1.27.3, since GOTOOLCHAIN=auto is in `build.env` of \
                 gopls's settings",
                "/w/go.mod has go 1.24 and toolchain go1.27.3",
            ]
        );
    }

    #[test]
    fn under_a_driver_nothing_is_known_of_go() {
        let mut workspace = workspace("v0.23.0", "go1.24.0");
        workspace.env = vec![("GOPACKAGESDRIVER".into(), "/opt/driver".into())];
        let system = machine("1.26.8", "1.26.8", "local");
        assert_eq!(Versions::of(&system, &workspace).selected, None);
        assert_eq!(compare(&system, &workspace), []);
    }
}
