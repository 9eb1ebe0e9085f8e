//! Programs that are run to their end.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::{Call, Output, Real, System};

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

/// How much of what a program writes is kept, in bytes; the rest is read and let go.
const MOST: usize = 16 << 20;

pub(crate) fn run(call: &Call) -> io::Result<Output> {
    let mut command = command(&call.program)?;
    command
        .args(&call.arguments)
        .envs(call.env.iter().map(|(name, value)| (name, value)))
        .stdin(match call.input {
            Some(_) => Stdio::piped(),
            None => Stdio::null(),
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(folder) = &call.folder {
        // As a shell does it: go takes the spelling of its folder from PWD.
        command.current_dir(folder).env("PWD", folder);
    }
    // A group of its own, so that what it starts ends with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let (mut child, _running) = Running::start(&mut command)?;
    // Each pipe has a reader of its own, so that a full one does not hold the program up.
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let input = call.input.clone().zip(child.stdin.take());
    // What the thread gives back is let go of with its handle, at the end of this function.
    let _open = input.map(|(input, mut pipe)| {
        std::thread::spawn(move || {
            // A program that ends before it has read all of it is not to be told more.
            let _ = pipe.write_all(&input);
            pipe
        })
    });
    let status = wait(&mut child, call.limit)?;
    let end = Instant::now() + LEFTOVERS;
    let Some(status) = status else {
        let late = Late {
            after: call.limit,
            stdout: stdout.text(end),
            stderr: stderr.text(end),
        };
        return Err(io::Error::new(io::ErrorKind::TimedOut, late));
    };
    Ok(Output {
        success: status.success(),
        stdout: stdout.text(end),
        stderr: stderr.text(end),
    })
}

/// What a program had written that had not ended in time, and was ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// How long it was waited for.
    pub after: Duration,
    /// What it wrote on its standard output.
    pub stdout: String,
    /// What it wrote on its standard error.
    pub stderr: String,
}

impl Late {
    /// That of a call that failed, if this is why.
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl fmt::Display for Late {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "no end after {} s", self.after.as_secs_f32())
    }
}

impl Error for Late {}

/// How long the pipes of a program that has ended are waited for: what it left running, such as a
/// service that the start-up files of a shell start, can hold them open for ever.
const LEFTOVERS: Duration = Duration::from_millis(200);

/// The reader of a pipe.
struct Collector {
    kept: Arc<Mutex<Vec<u8>>>,
    thread: JoinHandle<()>,
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> Collector {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let keep = kept.clone();
    let thread = std::thread::spawn(move || {
        let Some(mut pipe) = pipe else { return };
        let mut piece = vec![0; 64 << 10];
        loop {
            match pipe.read(&mut piece) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // What was read before an error is still worth having.
                Ok(0) | Err(_) => return,
                Ok(read) => {
                    let mut kept = locked(&keep);
                    let room = MOST.saturating_sub(kept.len());
                    kept.extend_from_slice(&piece[..read.min(room)]);
                }
            }
        }
    });
    Collector { kept, thread }
}

impl Collector {
    /// What came until the pipe was closed, or until `end`.
    fn text(self, end: Instant) -> String {
        while !self.thread.is_finished() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(1));
        }
        String::from_utf8_lossy(&locked(&self.kept)).into_owned()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How it ended; none where it did not in time, and was ended.
fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<std::process::ExitStatus>> {
    let end = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= end {
            end_all(child)?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// How long a program that takes too long may take to put away what it has made, such as the locks that the
/// start-up files of a shell take.
const PUT_AWAY: Duration = Duration::from_millis(200);

/// Ends a program and what it started: it is asked first, and then killed.
fn end_all(child: &mut Child) -> io::Result<()> {
    let end = Instant::now() + PUT_AWAY;
    if terminate(child.id()).is_ok() {
        while child.try_wait()?.is_none() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    // What it started can be there when it is not.
    if kill(child.id()).is_err() && child.try_wait()?.is_none() {
        child.kill()?;
    }
    child.wait()?;
    Ok(())
}

/// The programs that run now, by the id of their process, which is also that of their group.
static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Whether this process is about to end. It changes only while [`RUNNING`] is locked, so that no program
/// is started behind the back of whoever ends them all.
static OVER: AtomicBool = AtomicBool::new(false);

/// Whether this process is about to end, so that what is made now would stay.
pub(crate) fn is_over() -> bool {
    OVER.load(Ordering::Relaxed)
}

/// A program while it runs.
struct Running(u32);

impl Running {
    fn start(command: &mut Command) -> io::Result<(Child, Self)> {
        let mut running = running();
        if is_over() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let child = command.spawn()?;
        running.insert(child.id());
        let own = Self(child.id());
        Ok((child, own))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        running().remove(&self.0);
    }
}

fn running() -> MutexGuard<'static, BTreeSet<u32>> {
    locked(&RUNNING)
}

/// Kills all programs that [`System::run`](crate::System) runs now, with their children, and removes what
/// was made for a while: this process is about to end, and nobody would wait for them.
pub fn end_calls() {
    let running = running();
    OVER.store(true, Ordering::Relaxed);
    for pid in running.iter() {
        // One that has just ended is not there to be killed.
        let _ = kill(*pid);
    }
    drop(running);
    crate::temporary::remove_all();
}

/// Kills a program and what it started: a grandchild that lives on would hold its pipes open.
#[cfg(unix)]
fn kill(pid: u32) -> io::Result<()> {
    signal(pid, rustix::process::Signal::KILL)
}

/// Asks it and what it started to end.
#[cfg(unix)]
fn terminate(pid: u32) -> io::Result<()> {
    signal(pid, rustix::process::Signal::TERM)
}

#[cfg(unix)]
fn signal(pid: u32, signal: rustix::process::Signal) -> io::Result<()> {
    let group = i32::try_from(pid)
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    let group = group.ok_or(io::ErrorKind::InvalidInput)?;
    Ok(rustix::process::kill_process_group(group, signal)?)
}

#[cfg(not(unix))]
fn terminate(_pid: u32) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(unix))]
fn kill(_pid: u32) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
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
        run(&Call::new("sh").args(["-c", script]).limit(limit))
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
        assert_eq!(error.to_string(), "no end after 0.05 s");
    }

    #[test]
    fn what_it_wrote_till_then_is_kept() {
        let script = "echo out; echo err >&2; exec sleep 600";
        let error = shell(script, Duration::from_secs(2)).unwrap_err();
        let late = Late::of(&error).unwrap();
        assert_eq!((&*late.stdout, &*late.stderr), ("out\n", "err\n"));
    }

    #[test]
    fn one_that_takes_too_long_puts_away_what_it_has_made() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("lock");
        let script = "trap 'rm lock' EXIT; echo > lock; sleep 600";
        let call = Call::new("bash").args(["-c", script]).folder(folder.path());
        let error = run(&call.limit(Duration::from_secs(1))).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(!lock.exists());
    }

    #[test]
    fn what_it_started_ends_with_it() {
        let limit = Duration::from_millis(50);
        let error = shell("sleep 600 & sleep 600", limit).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn what_it_leaves_running_is_not_waited_for() {
        let begun = Instant::now();
        let output = shell("sleep 5 & echo out", Duration::from_secs(20)).unwrap();
        assert_eq!(output.stdout, "out\n");
        assert!(begun.elapsed() < Duration::from_secs(4));
    }

    #[test]
    fn it_runs_where_and_with_what_it_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let call = Call::new("sh")
            .args(["-c", "echo $PWD $A"])
            .folder(folder.path())
            .env("A", "b");
        let expected = format!("{} b\n", folder.path().display());
        assert_eq!(run(&call).unwrap().stdout, expected);
    }

    #[test]
    fn what_it_reads_stays_open_until_it_ends() {
        let half = 300_000;
        let script =
            format!("head -c {half} | wc -c; read -t 1 line; test $? -gt 128 && echo open");
        let call = Call::new("bash")
            .args(["-c", &script])
            .input(vec![b'x'; half]);
        assert_eq!(run(&call).unwrap().stdout, "300000\nopen\n");
        // One that reads nothing of it ends as well.
        let call = Call::new("true").input(vec![0; half]);
        assert!(run(&call).unwrap().success);
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        let error = run(&Call::new("/nowhere/go")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
