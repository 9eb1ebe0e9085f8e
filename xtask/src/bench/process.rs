//! What the kernel says of a process: its processor time and its memory.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use super::server;

/// Memory of one or more processes, in KiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Memory {
    /// What is resident now.
    pub(super) resident: u64,
    /// The most that ever was.
    pub(super) peak: u64,
}

/// A process and its descendants, the stand-in server left out.
pub(super) fn tree(root: u32) -> Vec<u32> {
    let mut found = Vec::new();
    let mut next = vec![root];
    while let Some(process) = next.pop() {
        if name(process) != server::NAME {
            found.push(process);
        }
        for thread in threads(process) {
            let children = fs::read_to_string(format!("/proc/{process}/task/{thread}/children"));
            let children = children.unwrap_or_default();
            next.extend(
                children
                    .split_whitespace()
                    .filter_map(|pid| pid.parse::<u32>().ok()),
            );
        }
    }
    found
}

/// The processor time of all living threads of these processes, to the nanosecond.
/// A thread that has ended is not in it.
pub(super) fn cpu(processes: &[u32]) -> Duration {
    let mut nanoseconds = 0;
    for process in processes {
        for thread in threads(*process) {
            let statistics = fs::read_to_string(format!("/proc/{process}/task/{thread}/schedstat"));
            let running = statistics.ok().and_then(|text| first_number(&text));
            nanoseconds += running.unwrap_or(0);
        }
    }
    Duration::from_nanos(nanoseconds)
}

/// The memory of these processes together.
pub(super) fn memory(processes: &[u32]) -> Memory {
    let mut memory = Memory::default();
    for process in processes {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        memory.resident += field(&status, "VmRSS:");
        memory.peak += field(&status, "VmHWM:");
    }
    memory
}

/// Waits until these processes use no processor time, so that what they put off is counted
/// for them and does not slow down the next; for half a second at most, as some never rest.
pub(super) fn settle(processes: &[u32]) {
    const STEP: Duration = Duration::from_millis(2);
    let start = Instant::now();
    let mut before = cpu(processes);
    while start.elapsed() < Duration::from_millis(500) {
        thread::sleep(STEP);
        let now = cpu(processes);
        if now.saturating_sub(before) < STEP / 50 {
            return;
        }
        before = now;
    }
}

/// The name of a process, its first 15 bytes.
fn name(process: u32) -> String {
    let name = fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
    name.trim_end().to_owned()
}

/// The ids of the threads of a process.
fn threads(process: u32) -> Vec<String> {
    let Ok(entries) = fs::read_dir(format!("/proc/{process}/task")) else {
        return Vec::new();
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.collect()
}

/// The number after a field's name in a `status` file.
fn field(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(first_number).unwrap_or(0)
}

/// The first word of a text, if it is a number.
fn first_number(text: &str) -> Option<u64> {
    text.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_memory_and_spends_time() {
        let me = [std::process::id()];
        assert_eq!(tree(me[0]).first(), Some(&me[0]));
        let memory = memory(&me);
        assert!(memory.resident > 0 && memory.peak >= memory.resident);

        let before = cpu(&me);
        let mut sum = 0_u64;
        while cpu(&me) <= before {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
    }

    #[test]
    fn a_process_that_is_gone_has_nothing() {
        let nobody = [u32::MAX];
        assert_eq!(memory(&nobody), Memory::default());
        assert_eq!(cpu(&nobody), Duration::ZERO);
    }

    #[test]
    fn fields_are_read() {
        assert_eq!(field("Name:\tx\nVmRSS:\t  1234 kB\n", "VmRSS:"), 1234);
        assert_eq!(field("Name:\tx\n", "VmRSS:"), 0);
    }
}
