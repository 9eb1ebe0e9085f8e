//! A client in a process of its own, so that it can be killed: it starts the server that its first
//! argument names and passes bytes on, both ways.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::{ExitCode, Stdio};
use std::thread;

fn main() -> ExitCode {
    match tests::arguments().next().map(run) {
        Some(Ok(code)) => ExitCode::from(code),
        Some(Err(error)) => {
            eprintln!("relay: {error}");
            ExitCode::FAILURE
        }
        None => {
            eprintln!("usage: relay SERVER");
            ExitCode::FAILURE
        }
    }
}

fn run(server: OsString) -> io::Result<u8> {
    let mut child = tests::command(server)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let to_server = child.stdin.take();
    let mut from_server = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
    thread::spawn(move || to_server.map(|to_server| pass(io::stdin(), to_server)));
    pass(&mut from_server, io::stdout())?;
    let status = child.wait()?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(u8::MAX))
}

/// Passes on what comes, when it comes.
fn pass(mut from: impl Read, mut to: impl Write) -> io::Result<()> {
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match from.read(&mut chunk)? {
            0 => return Ok(()),
            length => to.write_all(&chunk[..length]).and_then(|()| to.flush())?,
        }
    }
}
