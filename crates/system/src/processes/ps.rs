//! Processes as `ps` shows them, for the Unixes without `/proc`. Windows has no `ps`, so nothing is
//! known there.

use std::time::Duration;

use super::{Activity, Descendant};
use crate::Call;

pub(super) fn is_alive(pid: u32) -> bool {
    rows().iter().any(|row| row.pid == pid && row.state != 'Z')
}

pub(super) fn activity(pid: u32) -> Option<Activity> {
    let rows = rows();
    let own = rows.iter().find(|row| row.pid == pid)?;
    let mut descendants = Vec::new();
    let mut parents = vec![pid];
    while let Some(parent) = parents.pop() {
        for row in rows.iter().filter(|row| row.parent == parent) {
            parents.push(row.pid);
            descendants.push(Descendant {
                pid: row.pid,
                command: row.command.clone(),
                age: row.age,
            });
        }
    }
    let program = own.command.split(' ').next().unwrap_or_default();
    Some(Activity {
        name: program.rsplit('/').next().unwrap_or_default().to_owned(),
        state: own.state,
        cpu: own.cpu,
        memory: own.memory,
        descendants,
    })
}

struct Row {
    pid: u32,
    parent: u32,
    state: char,
    cpu: Duration,
    memory: u64,
    age: Duration,
    command: String,
}

fn rows() -> Vec<Row> {
    let columns = ["-axo", "pid=,ppid=,state=,time=,rss=,etime=,command="];
    let call = Call::new("ps").args(columns).limit(Duration::from_secs(2));
    let output = crate::process::run(&call);
    output
        .map(|output| output.stdout.lines().filter_map(row).collect())
        .unwrap_or_default()
}

fn row(line: &str) -> Option<Row> {
    let mut fields = line.split_ascii_whitespace();
    Some(Row {
        pid: fields.next()?.parse().ok()?,
        parent: fields.next()?.parse().ok()?,
        state: fields.next()?.chars().next()?,
        cpu: clock(fields.next()?)?,
        memory: fields.next()?.parse::<u64>().ok()? * 1024,
        age: clock(fields.next()?)?,
        command: fields.collect::<Vec<_>>().join(" "),
    })
}

/// `[[days-]hours:]minutes:seconds[.hundredths]`
fn clock(text: &str) -> Option<Duration> {
    let (days, clock) = text.split_once('-').unwrap_or(("0", text));
    let mut seconds = 0.0;
    for part in clock.split(':') {
        seconds = seconds * 60.0 + part.parse::<f64>().ok()?;
    }
    Some(Duration::from_secs_f64(
        seconds + days.parse::<f64>().ok()? * 86_400.0,
    ))
}
