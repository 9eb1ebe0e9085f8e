//! The processes of a session, found by a mark in their environment.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

/// The environment variable that marks all that a session starts.
pub const MARK: &str = "GOPLENS_TEST_MARK";

/// A process, as `/proc` tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub pid: i32,
    /// Its parent's.
    pub parent: i32,
    /// One letter: `R`, `S`, `T` and so on.
    pub state: char,
    /// Its program and arguments, joined by spaces.
    pub command: String,
}

impl Process {
    /// Sends it a signal; one that has ended gets none.
    pub fn signal(&self, signal: Signal) {
        signal_to(self.pid, signal);
    }

    /// Whether all of its threads are stopped now. Before the last one is, the kernel does not take the process for
    /// stopped, and does not wake it up when the one that would do so is gone.
    pub fn is_stopped(&self) -> bool {
        let threads = fs::read_dir(format!("/proc/{}/task", self.pid));
        let mut threads = threads.into_iter().flatten().flatten().peekable();
        let has_any = threads.peek().is_some();
        has_any && threads.all(|thread| state(&thread.path().join("stat")) == Some('T'))
    }
}

/// The processes with this mark that still run. The telemetry children of gopls and go are left
/// out: they have sessions of their own, and end when they are done.
pub fn marked(mark: &str) -> Vec<Process> {
    let entry = format!("{MARK}={mark}");
    all()
        .filter(|process| process.state != 'Z' && !process.command.contains("** telemetry **"))
        .filter(|process| {
            // One that has ended meanwhile, and another user's, cannot be read.
            let environment = fs::read(format!("/proc/{}/environ", process.pid));
            let environment = environment.unwrap_or_default();
            let mut entries = environment.split(|byte| *byte == 0);
            entries.any(|found| found == entry.as_bytes())
        })
        .collect()
}

/// The first process with this parent whose command contains `text`.
pub fn child_of(parent: i32, text: &str) -> Option<Process> {
    all().find(|process| {
        process.parent == parent
            && process.command.contains(text)
            && !process.command.contains("** telemetry **")
    })
}

/// Waits until `condition` holds, and says whether it ever did.
pub fn wait_until(limit: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + limit;
    while !condition() {
        if Instant::now() > end {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
    true
}

pub(crate) fn signal_to(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = rustix::process::kill_process(pid, signal);
    }
}

fn all() -> impl Iterator<Item = Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| read(entry.file_name().to_str()?.parse().ok()?))
}

fn state(stat: &Path) -> Option<char> {
    let stat = fs::read_to_string(stat).ok()?;
    behind_name(&stat)?.chars().next()
}

/// What stands behind the name, which is in parentheses and may hold anything.
fn behind_name(stat: &str) -> Option<&str> {
    Some(stat.rsplit_once(')')?.1.trim_start())
}

fn read(pid: i32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = behind_name(&stat)?.split_whitespace();
    let state = fields.next()?.chars().next()?;
    let parent = fields.next()?.parse().ok()?;
    let command = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let command = String::from_utf8_lossy(&command).replace('\0', " ");
    Some(Process {
        pid,
        parent,
        state,
        command,
    })
}
