//! Programs that are run to their end.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Output, Real, System};

/// A command for `program`, for callers that need more of it than [`System::run`](crate::System)
/// offers. It is the one place that makes any.
///
/// A bare name is looked up in the absolute folders of PATH alone: in a relative one, which an empty
/// element is too, the program would be one that the workspace brings along. Go refuses those as
/// well (package `os/exec`, `ErrDot`).
///
/// # Errors
///
/// Where a bare name is not found.
#[expect(
    clippy::disallowed_methods,
    reason = "this is where processes come from"
)]
pub fn command(program: impl AsRef<Path>) -> io::Result<Command> {
    let program = program.as_ref();
    if program.components().count() > 1 {
        return Ok(Command::new(program));
    }
    let path = Real.var("PATH").unwrap_or_default();
    let name = format!("{}{}", program.display(), std::env::consts::EXE_SUFFIX);
    let found = std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
        .find(|path| Real.is_executable(path));
    let missing = || {
        let text = format!("{} is in no absolute folder of PATH", program.display());
        io::Error::new(io::ErrorKind::NotFound, text)
    };
    found.map(Command::new).ok_or_else(missing)
}

pub(crate) fn run(program: &OsStr, arguments: &[&str], limit: Duration) -> io::Result<Output> {
    let mut command = command(program)?;
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn()?;
    // Each pipe has a reader of its own, so that a full one does not hold the program up.
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let status = wait(&mut child, limit)?;
    let text = |reader: std::thread::JoinHandle<Vec<u8>>| {
        String::from_utf8_lossy(&reader.join().unwrap_or_default()).into_owned()
    };
    Ok(Output {
        success: status.success(),
        stdout: text(stdout),
        stderr: text(stderr),
    })
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read before an error is still worth having.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}

fn wait(child: &mut Child, limit: Duration) -> io::Result<std::process::ExitStatus> {
    let end = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if Instant::now() >= end {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("no end after {} s", limit.as_secs_f32()),
            ));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether this user may run the file.
#[cfg(unix)]
pub(crate) fn may_execute(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
}

/// Windows knows no such right: the name's ending decides.
#[cfg(not(unix))]
pub(crate) fn may_execute(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("exe"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, limit: Duration) -> io::Result<Output> {
        run(OsStr::new("sh"), &["-c", script], limit)
    }

    #[test]
    fn what_a_program_says_is_kept_apart() {
        let output = shell("echo out; echo err >&2; exit 3", Duration::from_secs(20)).unwrap();
        let expected = Output {
            success: false,
            stdout: "out\n".into(),
            stderr: "err\n".into(),
        };
        assert_eq!(output, expected);
    }

    #[test]
    fn more_than_a_pipe_holds_does_not_hang() {
        let output = shell("head -c 300000 /dev/zero", Duration::from_secs(20)).unwrap();
        assert_eq!(output.stdout.len(), 300_000);
    }

    #[test]
    fn a_program_without_end_is_ended() {
        let error = shell("exec sleep 600", Duration::from_millis(50)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        let error = run(OsStr::new("/nowhere/go"), &[], Duration::from_secs(1)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
