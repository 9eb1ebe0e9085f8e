//! Becoming another program.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use crate::command;

/// Becomes `program`, with this process's own stdio, folder and environment, and `variable` besides.
/// Where the system can replace a process (Unix) it returns only on an error; elsewhere it waits
/// and gives the program's exit code.
///
/// # Errors
///
/// Where the program cannot be started.
pub fn become_program(
    program: &Path,
    arguments: &[OsString],
    variable: (&str, &OsString),
) -> io::Result<ExitCode> {
    let mut command = command(program)?;
    command.args(arguments).env(variable.0, variable.1);
    replace(command)
}

#[cfg(unix)]
fn replace(mut command: std::process::Command) -> io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

#[cfg(not(unix))]
fn replace(mut command: std::process::Command) -> io::Result<ExitCode> {
    let code = command.status()?.code().unwrap_or(1);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}
