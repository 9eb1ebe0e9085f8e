//! What it costs to hold messages against the protocol, which is done off their path.

use anyhow::{Context, Result};

use super::targets::{Target, at_most};
use crate::shell;

/// Measures it, in microseconds for a definition and its answer: a program of its own does, so that
/// xtask can make the tables that `protocol` is built from whatever state they are in.
///
/// # Errors
///
/// The program cannot be built or does not print a number.
pub(super) fn measure() -> Result<f64> {
    let mut program = shell::cargo();
    program.args(["run", "--quiet", "--release", "--package", "protocol"]);
    let said = shell::read(program.args(["--example", "conform-cost"]))?;
    let said = said.trim();
    said.parse()
        .with_context(|| format!("conform-cost prints no number but {said:?}"))
}

/// The target for it.
pub(super) fn target(measured: f64) -> Target {
    at_most(
        "a definition and its answer held against the protocol: at most 2 us",
        "us",
        measured,
        2.0,
    )
}
