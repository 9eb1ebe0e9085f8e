//! What the launcher costs that `goplens setup` has the user's Go build: a process that becomes goplens.

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};

use super::figures::median;
use super::subjects::Place;
use super::targets::{Target, at_most};
use crate::shell;

/// How often each of the two is started.
const STARTS: usize = 201;

/// Measures it, and gives the target for it.
///
/// # Errors
///
/// The launcher cannot be built, or one of the two cannot be started.
pub(super) fn target(place: &Place) -> Result<Target> {
    let goplens = shell::target().join("release/goplens");
    let home = place.join("home");
    fs::create_dir_all(home.join(".config/Code/User"))
        .with_context(|| format!("cannot make {}", home.display()))?;
    let go_cache = shell::read(shell::command("go").args(["env", "GOCACHE"]))?;
    let mut setup = shell::command(&goplens);
    setup
        .args(["setup", "vscode"])
        .env("HOME", &home)
        .env("GOCACHE", go_cache.trim())
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_DATA_HOME");
    shell::read(&mut setup)?;
    let launcher = home.join(".local/share/goplens/launcher/gopls");
    let (mut direct, mut through) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        direct.push(start(&goplens)?);
        through.push(start(&launcher)?);
    }
    Ok(at_most(
        "start through the launcher: at most 3 ms more",
        "ms",
        median(through) - median(direct),
        3.0,
    ))
}

/// How long it takes to say its version, in milliseconds.
fn start(program: &Path) -> Result<f64> {
    let begun = Instant::now();
    shell::read(shell::command(program).arg("--version"))?;
    Ok(begun.elapsed().as_secs_f64() * 1000.0)
}
