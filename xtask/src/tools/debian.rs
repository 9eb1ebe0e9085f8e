//! What comes as packages of Debian, which only root can install, and only into the system.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::shell;

/// A program, and what it needs besides.
pub(super) struct Packages {
    /// What they are together.
    pub(super) title: &'static str,
    /// What for.
    pub(super) why: &'static str,
    /// The program, by its path.
    pub(super) program: &'static str,
    /// The package that has the program. Another one may have it, too, and stays.
    pub(super) package: &'static str,
    /// The packages that have the rest. The version is the one that the system has.
    pub(super) rest: &'static [&'static str],
}

/// The program of these packages, which are installed where they are not, and says so.
///
/// # Errors
///
/// The system is no Debian, the user is not root, or apt-get fails.
pub(super) fn installed(packages: &Packages) -> Result<PathBuf> {
    let Packages { title, why, .. } = packages;
    let program = PathBuf::from(packages.program);
    let mut missing = missing(packages.rest)?;
    if !program.exists() {
        missing.insert(0, packages.package);
    }
    if missing.is_empty() {
        println!("{title} is there already ({why})");
    } else {
        let list = missing.join(", ");
        ensure!(
            shell::read(shell::command("id").arg("-u"))?.trim() == "0",
            "only root can install Debian's {list}"
        );
        println!("installing {title}, Debian's {list}: {why}");
        let start = Instant::now();
        shell::run(apt_get().arg("update"))?;
        // Where it could not be done without removing something of the user's, it is not done.
        let options = ["install", "--yes", "--no-remove", "--no-install-recommends"];
        shell::run(apt_get().args(options).args(&missing))?;
        let seconds = start.elapsed().as_secs_f64();
        println!("installed {title} in {seconds:.1} s");
    }
    ensure!(program.exists(), "{title} has no {}", program.display());
    Ok(program)
}

/// Those of the packages that are not installed.
fn missing(names: &[&'static str]) -> Result<Vec<&'static str>> {
    let mut missing = Vec::new();
    for name in names {
        let mut query = shell::command("dpkg-query");
        query
            .args(["--show", "--showformat=${db:Status-Status}", name])
            // There it says that it knows no such package.
            .stderr(Stdio::null());
        let output = query
            .output()
            .with_context(|| shell::cannot_start(&query))?;
        if output.stdout != b"installed" {
            missing.push(*name);
        }
    }
    Ok(missing)
}

/// apt-get, that asks nothing, says little, and waits for another one to end.
fn apt_get() -> Command {
    let mut apt_get = shell::command("apt-get");
    apt_get
        .args(["--quiet=2", "--option", "DPkg::Lock::Timeout=120"])
        .args(["--option", "Dpkg::Use-Pty=0"])
        .env("DEBIAN_FRONTEND", "noninteractive");
    apt_get
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_nobody_has_is_missing() {
        // Where there is no dpkg, that is said.
        match missing(&["goplens-has-no-such-package"]) {
            Ok(missing) => assert_eq!(missing, ["goplens-has-no-such-package"]),
            Err(error) => assert!(error.to_string().contains("dpkg-query")),
        }
    }
}
