//! VS Code itself, to be used in a browser: code-server, Debian's Chromium, and goplens's own extension.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, ensure};

use super::debian;
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
        // VS Code has packages of its own, which a script of code-server's would bring. Its locks are not whole, so
        // that `npm ci` refuses them.
        let code = folder.join("node_modules/code-server/lib/vscode");
        for folder in [code.join("extensions"), code] {
            shell::run(npm::install(&folder).arg("--omit=dev"))?;
        }
        Ok(())
    })
}

/// Debian's Chromium.
///
/// # Errors
///
/// Why there is none.
pub(crate) fn chromium() -> Result<PathBuf> {
    ensure!(
        cfg!(all(target_os = "linux", target_arch = "x86_64")),
        "the Node that would run VS Code for it is for Linux on x86-64"
    );
    debian::installed(&debian::Packages {
        title: "Chromium",
        why: "VS Code is driven in a browser",
        program: "/usr/bin/chromium",
        package: "chromium",
        rest: &[],
    })
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
