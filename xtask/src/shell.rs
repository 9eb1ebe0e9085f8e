//! The one place in xtask that starts programs and reads arguments and the environment.
//!
//! Elsewhere in the project that is crate system's alone. A task does not go through it,
//! so that the tasks still build and report when that crate does not compile.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// The arguments that xtask was called with, its own name not among them.
#[expect(
    clippy::disallowed_methods,
    reason = "xtask is a program of its own, with arguments of its own"
)]
pub(crate) fn arguments() -> Vec<OsString> {
    std::env::args_os().skip(1).collect()
}

/// The name that xtask was started by: a copy of it called `bench-server` is that server.
#[expect(
    clippy::disallowed_methods,
    reason = "xtask is a program of its own, with a name of its own"
)]
pub(crate) fn own_name() -> Option<OsString> {
    let first = std::env::args_os().next()?;
    Path::new(&first).file_name().map(OsString::from)
}

/// An environment variable, where it is set and not empty.
#[expect(
    clippy::disallowed_methods,
    reason = "xtask does not build on crate system, whose build it checks"
)]
pub(crate) fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// A command that runs `program`; a name without a slash is looked up in `PATH`.
#[expect(
    clippy::disallowed_methods,
    reason = "a task's work is to run other programs"
)]
pub(crate) fn command(program: impl Into<PathBuf>) -> Command {
    Command::new(program.into())
}

/// What Cargo tells the programs that it runs, and what build scripts look at, such as ring's: passed on to
/// another Cargo, it would have that build anew what is built, each time.
const OF_CARGO: [&str; 7] = [
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_LINKS",
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
];

/// The Cargo that runs xtask, at the root of the project.
pub(crate) fn cargo() -> Command {
    let program = environment("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = command(program);
    cargo.current_dir(root());
    for name in OF_CARGO {
        cargo.env_remove(name);
    }
    cargo
}

/// Runs `command`, its output going where xtask's goes.
///
/// # Errors
///
/// The program cannot be started, or does not end with 0.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_start(command))?;
    if !status.success() {
        bail!("{} ended with {status}", line(command));
    }
    Ok(())
}

/// Runs `command` and gives back its standard output; its standard error goes to xtask's.
///
/// # Errors
///
/// The program cannot be started, does not end with 0, or writes what is not UTF-8.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| cannot_start(command))?;
    if !output.status.success() {
        bail!("{} ended with {}", line(command), output.status);
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("{} wrote what is not UTF-8", line(command)))
}

/// Starts `command`, to be talked with by its standard input and output; what it writes to its standard error is lost.
///
/// # Errors
///
/// The program cannot be started.
pub(crate) fn talk(command: &mut Command) -> Result<Child> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| cannot_start(command))
}

/// The words for a program that cannot be started.
pub(crate) fn cannot_start(command: &Command) -> String {
    format!("cannot start {}", command.get_program().display())
}

/// The command as it would be typed, without its environment.
pub(crate) fn line(command: &Command) -> String {
    let mut line = command.get_program().display().to_string();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.display().to_string());
    }
    line
}

/// The root of the project.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Where builds and tools are kept: `CARGO_TARGET_DIR`, else `target` at the root.
pub(crate) fn target() -> PathBuf {
    match environment("CARGO_TARGET_DIR") {
        Some(directory) => root().join(directory),
        None => root().join("target"),
    }
}
