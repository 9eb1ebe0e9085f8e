//! gopls, as a child of this process.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use crate::{Interrupt, Sink, Source};

/// A running gopls, at the head of a process group of its own: its `go list` children are in it, and
/// they would outlive it otherwise.
pub struct Server {
    child: tokio::process::Child,
    pid: u32,
}

/// The ends of its three pipes.
pub struct Pipes {
    /// To its standard input. It ends when this is dropped, or when this process does, however.
    pub stdin: Sink,
    /// From its standard output.
    pub stdout: Source,
    /// From its standard error.
    pub stderr: Source,
}

/// Starts `program` in this process's folder and environment, with `variable` besides.
///
/// # Errors
///
/// Where it cannot be started.
pub fn spawn(
    program: &Path,
    arguments: &[OsString],
    variable: (&str, &OsString),
) -> io::Result<(Server, Pipes)> {
    let mut command = tokio::process::Command::from(crate::command(program)?);
    command.args(arguments).env(variable.0, variable.1);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn()?;
    let missing = || io::Error::other("a pipe to the child is missing");
    let pipes = Pipes {
        stdin: Sink::of_child(child.stdin.take().ok_or_else(missing)?)?,
        stdout: Source::of_child(child.stdout.take().ok_or_else(missing)?)?,
        stderr: Source::of_child_errors(child.stderr.take().ok_or_else(missing)?)?,
    };
    let pid = child
        .id()
        .ok_or_else(|| io::Error::other("the child has no process id"))?;
    Ok((Server { child, pid }, pipes))
}

impl Server {
    /// Its process id, which is its group's too.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Waits for its end.
    ///
    /// # Errors
    ///
    /// Where the system does not say how it ended.
    pub async fn wait(&mut self) -> io::Result<Ended> {
        self.child.wait().await.map(Ended::from)
    }

    /// Its process group.
    pub fn group(&self) -> Group {
        Group(self.pid)
    }
}

/// The process group of a server: itself and its children. Its telemetry child has a session of its
/// own and is not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group(u32);

impl Group {
    /// Passes a signal on.
    pub fn interrupt(self, interrupt: Interrupt) {
        signal_group(self.0, Some(interrupt));
    }

    /// Ends what is left of it, at once.
    pub fn end(self) {
        signal_group(self.0, None);
    }
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With this code.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

impl Ended {
    /// As a shell tells it: the code, or 128 and the signal.
    pub fn exit_code(self) -> i32 {
        match self {
            Self::Code(code) => code,
            Self::Signal(signal) => 128 + signal,
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(formatter, "exit code {code}"),
            Self::Signal(9) => formatter.write_str("signal 9 (SIGKILL)"),
            Self::Signal(signal) => write!(formatter, "signal {signal}"),
        }
    }
}

impl From<ExitStatus> for Ended {
    fn from(status: ExitStatus) -> Self {
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return Self::Signal(signal);
        }
        Self::Code(status.code().unwrap_or(1))
    }
}

/// Sends a signal to the group that `pid` leads; SIGKILL where none is named. A group that has
/// ended already is no error.
#[cfg(unix)]
fn signal_group(pid: u32, interrupt: Option<Interrupt>) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let signal = match interrupt {
        Some(Interrupt::Terminate) => Signal::TERM,
        Some(Interrupt::Interrupt) => Signal::INT,
        Some(Interrupt::Hangup) => Signal::HUP,
        None => Signal::KILL,
    };
    if let Some(group) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, signal);
    }
}

/// Windows has no groups to signal: the tree of the process is ended.
#[cfg(not(unix))]
fn signal_group(pid: u32, _interrupt: Option<Interrupt>) {
    if let Ok(mut taskkill) = crate::command("taskkill") {
        let _ = taskkill
            .args(["/T", "/F", "/PID", &pid.to_string()])
            .output();
    }
}
