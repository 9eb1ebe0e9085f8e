//! The one place in the tests that reads the environment and makes commands.

use std::ffi::{OsStr, OsString};
use std::process::Command;

/// An environment variable, where it is set and not empty.
#[expect(
    clippy::disallowed_methods,
    reason = "the tests look at goplens from outside and do not go through its crates"
)]
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// A command that runs `program`.
#[expect(
    clippy::disallowed_methods,
    reason = "the tests start processes as an editor does"
)]
pub fn command(program: impl AsRef<OsStr>) -> Command {
    Command::new(program)
}

/// The arguments of a helper program, its own name not among them.
#[expect(
    clippy::disallowed_methods,
    reason = "the helper programs are no part of goplens"
)]
pub fn arguments() -> impl Iterator<Item = OsString> {
    std::env::args_os().skip(1)
}
