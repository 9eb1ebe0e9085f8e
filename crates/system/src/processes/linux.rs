//! Processes as `/proc` shows them.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use super::{Activity, Descendant};

pub(super) fn is_alive(pid: u32) -> bool {
    Stat::of(pid).is_some_and(|stat| !matches!(stat.state, 'Z' | 'X'))
}

pub(super) fn activity(pid: u32) -> Option<Activity> {
    let stat = Stat::of(pid)?;
    Some(Activity {
        name: stat.name,
        state: stat.state,
        cpu: ticks(stat.cpu_ticks),
        memory: stat.resident_pages * rustix::param::page_size() as u64,
        descendants: descendants(pid),
    })
}

fn descendants(pid: u32) -> Vec<Descendant> {
    let mut children: HashMap<u32, Vec<(u32, Stat)>> = HashMap::new();
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    for other in entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()) {
        if let Some(stat) = Stat::of(other) {
            children.entry(stat.parent).or_default().push((other, stat));
        }
    }
    let uptime = uptime();
    let mut found = Vec::new();
    let mut parents = vec![pid];
    while let Some(parent) = parents.pop() {
        for (child, stat) in children.remove(&parent).unwrap_or_default() {
            parents.push(child);
            found.push(Descendant {
                pid: child,
                command: command(child).unwrap_or(stat.name),
                age: uptime.saturating_sub(ticks(stat.start_ticks)),
            });
        }
    }
    found.sort_by_key(|descendant| descendant.pid);
    found
}

/// What `/proc/PID/stat` tells (man 5 proc).
struct Stat {
    name: String,
    state: char,
    parent: u32,
    cpu_ticks: u64,
    start_ticks: u64,
    resident_pages: u64,
}

impl Stat {
    fn of(pid: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name stands in parentheses and may hold any character, these too.
        let (before, after) = (text.find('(')?, text.rfind(')')?);
        let fields: Vec<&str> = text[after + 1..].split_ascii_whitespace().collect();
        let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
        Some(Self {
            name: text[before + 1..after].to_owned(),
            state: fields.first()?.chars().next()?,
            parent: u32::try_from(number(4)?).ok()?,
            cpu_ticks: number(14)? + number(15)?,
            start_ticks: number(22)?,
            resident_pages: number(24)?,
        })
    }
}

/// The command line; `None` where the kernel shows none, as for a process that has ended.
fn command(pid: u32) -> Option<String> {
    let raw = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let text = String::from_utf8_lossy(&raw);
    let line = text.trim_end_matches('\0').replace('\0', " ");
    (!line.is_empty()).then_some(line)
}

fn uptime() -> Duration {
    let text = fs::read_to_string("/proc/uptime").unwrap_or_default();
    let seconds = text
        .split(' ')
        .next()
        .and_then(|seconds| seconds.parse().ok());
    Duration::from_secs_f64(seconds.unwrap_or(0.0))
}

fn ticks(ticks: u64) -> Duration {
    Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}
