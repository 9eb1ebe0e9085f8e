//! Packages from npm, as a lock file of the project has them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::ensure_installed;
use crate::shell;

/// The packages that a folder of the project has a lock file for.
pub(super) struct Packages {
    /// What they are for; the folder below `target/tools` has the name.
    pub(super) name: &'static str,
    /// The folder with `package.json` and its lock, from the root of the project.
    pub(super) source: &'static str,
    /// Why they are installed.
    pub(super) why: &'static str,
}

impl Packages {
    /// Their `node_modules`, installed where they are not there, and completed by `complete`, which gets the folder
    /// that has it.
    ///
    /// # Errors
    ///
    /// They are not there and npm cannot install them.
    pub(super) fn install(&self, complete: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
        let source = shell::root().join(self.source);
        let tools = shell::target().join("tools").join(self.name);
        let folder = tools.join(lock_of(&source)?);
        let title = format!("npm packages of {}", self.source);
        ensure_installed(&folder, "node_modules", &title, self.why, |folder| {
            for name in ["package.json", "package-lock.json"] {
                fs::copy(source.join(name), folder.join(name))?;
            }
            shell::run(&mut ci(folder))?;
            complete(folder)
        })
    }
}

/// A command that installs what the lock in a folder has, and runs nothing of it.
pub(super) fn ci(folder: &Path) -> Command {
    npm("ci", folder)
}

/// The same where the lock is not whole.
pub(super) fn install(folder: &Path) -> Command {
    npm("install", folder)
}

fn npm(what: &str, folder: &Path) -> Command {
    let mut npm = shell::command("npm");
    npm.args([what, "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(folder);
    npm
}

/// A name for what the lock in a folder has: another one has another.
///
/// # Errors
///
/// There is no lock.
pub(super) fn lock_of(folder: &Path) -> Result<String> {
    let lock = folder.join("package-lock.json");
    let lock = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    Ok(format!("{:016x}", fingerprint(&lock)))
}

/// FNV-1a, to tell one lock file from another in the name of a folder.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
