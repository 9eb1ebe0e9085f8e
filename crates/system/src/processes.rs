//! What a process and its children are doing.

use std::time::Duration;

#[cfg_attr(target_os = "linux", path = "processes/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "processes/ps.rs")]
mod platform;

/// What a process is doing, as far as the system tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// The name of its program, as far as the system keeps it: 15 bytes on Linux.
    pub name: String,
    /// The state's letter: `R` running, `S` sleeping, `D` in the kernel, `T` stopped, `Z` ended.
    pub state: char,
    /// The CPU time that it has used so far.
    pub cpu: Duration,
    /// The memory that it holds, in bytes.
    pub memory: u64,
    /// Its children and theirs.
    pub descendants: Vec<Descendant>,
}

/// A child, or a child's child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descendant {
    /// Its process id.
    pub pid: u32,
    /// Its program and arguments, with spaces between.
    pub command: String,
    /// How long it has been running.
    pub age: Duration,
}

impl Descendant {
    /// The command as a person would recognise it, without its flags: gopls gives `go list` a line of
    /// them.
    pub fn summary(&self) -> String {
        let words = self
            .command
            .split(' ')
            .filter(|word| !word.starts_with('-'));
        let words: Vec<&str> = words.collect();
        words.join(" ").chars().take(100).collect()
    }
}

/// What the process is doing; `None` where there is none, or the system does not tell.
pub fn activity(pid: u32) -> Option<Activity> {
    platform::activity(pid)
}

/// Whether there is such a process that has not ended.
pub fn is_alive(pid: u32) -> bool {
    platform::is_alive(pid)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_seen_with_its_command_until_it_ends() {
        let mut child = crate::command("sleep").unwrap().arg("600").spawn().unwrap();
        let own = std::process::id();
        let end = std::time::Instant::now() + Duration::from_secs(60);
        let seen = loop {
            assert!(std::time::Instant::now() < end, "{:?}", activity(own));
            let activity = activity(own).unwrap();
            let found = activity
                .descendants
                .iter()
                .find(|found| found.pid == child.id());
            // Until it is the other program, a fork has the command of its parent.
            if let Some(found) = found.filter(|found| found.command.ends_with("sleep 600")) {
                break found.clone();
            }
        };
        assert!(seen.age < Duration::from_secs(100), "{seen:?}");
        assert!(is_alive(child.id()));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!is_alive(child.id()));
        let activity = activity(own).unwrap();
        assert!(activity.memory > 100_000, "{activity:?}");
        assert!(
            activity
                .descendants
                .iter()
                .all(|found| found.pid != child.id())
        );
    }

    #[test]
    fn a_process_that_is_not_there_has_no_activity() {
        assert_eq!(activity(u32::MAX), None);
        assert!(!is_alive(u32::MAX));
    }
}
