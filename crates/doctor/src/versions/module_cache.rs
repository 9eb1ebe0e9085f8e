//! What the module cache knows of gopls: which releases somebody asked for here, and what they are.

use std::path::{Path, PathBuf};

use system::System;

use super::Versions;
use crate::modfile::statements_of;
use crate::version::Version;
use crate::{GoEnv, Workspace};

/// The module of gopls.
pub(crate) const GOPLS: &str = "golang.org/x/tools/gopls";

/// How many entries of a folder of the cache are looked at.
const MOST: usize = 4096;

/// A release of gopls that the module cache knows of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Its version.
    pub(super) version: Version,
    /// The file that tells of it.
    pub(super) file: PathBuf,
    /// The `go` line of its go.mod.
    pub(super) go: Version,
    /// Whether the Go here can build it.
    pub(super) builds: Builds,
}

/// Whether a Go can build a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builds {
    /// It can, or another one is fetched that can.
    Yes,
    /// It is too old, and no other one may take its place.
    No,
    /// That depends on what is not known here.
    Unknown,
}

/// The folder of the cache that tells of the versions of gopls.
pub(super) fn folder(env: &GoEnv) -> PathBuf {
    let download = Path::new(&env.gomodcache).join("cache/download");
    download.join(GOPLS).join("@v")
}

/// The newest release that is newer than the gopls that runs, and that the Go here builds or does not, as
/// asked for. `None` where there is none, and where the gopls that runs is no release.
pub(super) fn newest(system: &dyn System, workspace: &Workspace, builds: Builds) -> Option<Known> {
    let running = workspace.gopls.as_ref()?.release()?;
    let env = workspace.go().env(system).ok()?;
    let versions = Versions::of(system, workspace);
    let folder = folder(env);
    let entries = system.list(&folder, MOST).ok()?;
    let known = entries.iter().filter_map(|entry| {
        let name = entry.name.to_str()?;
        let version = Version::of_gopls(name.strip_suffix(".info")?)?;
        let statements = statements_of(system, &folder.join(format!("v{version}.mod")));
        let mut lines = statements.iter().filter_map(|one| one.of("go")?.first());
        let go = Version::of_go(lines.next()?)?;
        Some(Known {
            version,
            file: folder.join(name),
            go,
            builds: can_build(versions, env, go),
        })
    });
    known
        .filter(|known| known.version > running && known.builds == builds)
        .max_by_key(|known| known.version)
}

/// Whether the go command outside of the folder builds a module with this `go` line.
fn can_build(versions: &Versions, env: &GoEnv, line: Version) -> Builds {
    let by = |go: Option<Version>| match go {
        Some(go) if go >= line => Builds::Yes,
        Some(_) => Builds::No,
        None => Builds::Unknown,
    };
    let own = by(versions.outside());
    match env.gotoolchain.as_str() {
        "local" => own,
        toolchain if toolchain.ends_with("auto") => match own {
            // It fetches a newer one, if it may.
            Builds::No if env.goproxy != "off" => Builds::Yes,
            Builds::No => Builds::Unknown,
            own => own,
        },
        toolchain => by(Version::of_go(toolchain)),
    }
}
