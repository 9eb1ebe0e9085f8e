//! The least that anything between client and server can do: two threads that copy bytes.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::process::{ExitCode, Stdio};
use std::thread;

use anyhow::{Context, Result};

use super::frames::CHUNK;
use crate::shell;

/// Starts the program that the arguments name and copies stdio to it and from it, until it ends.
///
/// # Errors
///
/// There is no argument, or the program cannot be started.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let (program, arguments) = arguments.split_first().context("bench-relay PROGRAM ...")?;
    let mut command = shell::command(program);
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command
        .spawn()
        .with_context(|| shell::cannot_start(&command))?;
    let to_server = child.stdin.take().context("no pipe to the server")?;
    let from_server = child.stdout.take().context("no pipe from the server")?;
    let input = File::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    let output = File::from(std::io::stdout().as_fd().try_clone_to_owned()?);
    thread::spawn(move || copy(input, to_server));
    copy(from_server, output);
    let code = child.wait()?.code().unwrap_or(1);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// Copies until the end of `from` or until nobody reads `to`. Reads and writes, and not
/// `std::io::copy`, which on Linux would let the kernel splice and so do no proxy's work.
fn copy(mut from: impl Read, mut to: impl Write) {
    let mut buffer = vec![0; CHUNK];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return,
            Ok(read) => {
                if to.write_all(&buffer[..read]).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}
