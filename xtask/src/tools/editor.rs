//! VS Code itself, to be used in a browser: code-server, Debian's Chromium, and goplens's own extension.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use super::npm::{self, Packages};
use crate::shell;

/// The `node_modules` with code-server, a Node that runs it, what drives a browser, and the client library.
///
/// # Errors
///
/// It is not there and npm cannot install it.
pub(crate) fn code_server() -> Result<PathBuf> {
    let packages = Packages {
        name: "code-server",
        source: "tests/code-server",
        why: "the tests look at goplens in VS Code itself",
    };
    packages.install(|folder| {
        // VS Code has packages of its own, which a script of code-server's would bring, and a lock that is not quite
        // in step with them.
        let code = folder.join("node_modules/code-server/lib/vscode");
        shell::run(npm::install(&code).arg("--omit=dev"))
    })
}

/// Chromium: the one on PATH, else Debian's, which only root can install.
///
/// # Errors
///
/// Why there is none.
pub(crate) fn chromium() -> Result<PathBuf> {
    ensure!(
        cfg!(all(target_os = "linux", target_arch = "x86_64")),
        "the Node that would run VS Code for it is for Linux on x86-64"
    );
    if let Some(chromium) = on_path("chromium") {
        println!("{} is there already", chromium.display());
        return Ok(chromium);
    }
    let user = shell::read(shell::command("id").arg("-u"))?;
    ensure!(user.trim() == "0", "only root can install Debian's");
    ensure!(on_path("apt-get").is_some(), "there is no apt-get");
    println!("installing chromium by apt-get: VS Code is driven in a browser");
    for arguments in [
        &["update", "-qq"][..],
        &[
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            "chromium",
        ],
    ] {
        let mut apt = shell::command("apt-get");
        apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        shell::run(&mut apt)?;
    }
    on_path("chromium").context("the package has no chromium")
}

/// Checks and packs the extension; gives the .vsix.
///
/// # Errors
///
/// Its packages cannot be installed, or it does not hold what is asked of it.
pub(crate) fn extension() -> Result<PathBuf> {
    let source = shell::root().join("editors/vscode");
    let lock = npm::lock_of(&source)?;
    // It goes with the packages, which are those of this lock where it says so.
    let mark = source.join("node_modules/.installed-by-xtask");
    if fs::read_to_string(&mark).is_ok_and(|of| of == lock) {
        println!("the packages that build the extension are there already");
    } else {
        shell::run(&mut npm::ci(&source))?;
        fs::write(&mark, lock)?;
    }
    for script in ["lint", "test", "package"] {
        let mut npm = shell::command("npm");
        npm.args(["run", "--silent", script]).current_dir(&source);
        shell::run(&mut npm)?;
    }
    Ok(source.join("goplens.vsix"))
}

/// Where PATH has a program.
fn on_path(name: &str) -> Option<PathBuf> {
    let path = shell::environment("PATH")?;
    let mut programs = std::env::split_paths(&path).map(|folder| folder.join(name));
    programs.find(|program| program.is_file())
}
