//! The figures as text: what docs/benchmarks.md and the terminal show.

use std::fmt::Write;
use std::fs;

use super::bodies::Shape;
use super::figures::{Figures, Megabytes};
use super::measure::{Plan, WINDOW};
use super::targets::Target;
use crate::shell;

/// Rows of cells; the first row is the heading.
struct Table(Vec<Vec<String>>);

impl Table {
    /// A table with this heading.
    fn new(heading: &[&str]) -> Table {
        Table(vec![
            heading.iter().map(|cell| (*cell).to_owned()).collect(),
        ])
    }

    /// The table in Markdown, its columns aligned for a terminal too.
    fn render(&self) -> String {
        let columns = self.0.first().map_or(0, Vec::len);
        let width = |column: usize| {
            let cells = self.0.iter().filter_map(|row| row.get(column));
            cells
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
                .max(2)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for (index, row) in self.0.iter().enumerate() {
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                // Names to the left, numbers to the right. Writing to a String cannot fail.
                let _ = match column {
                    0 => write!(text, "| {cell:<width$} "),
                    _ => write!(text, "| {cell:>width$} "),
                };
            }
            text.push_str("|\n");
            if index == 0 {
                for (column, width) in widths.iter().enumerate() {
                    let line = "-".repeat(width + 1);
                    let _ = match column {
                        0 => write!(text, "|{line}-"),
                        _ => write!(text, "|{line}:"),
                    };
                }
                text.push_str("|\n");
            }
        }
        text
    }
}

/// Speed, memory and targets as three tables.
pub(super) fn tables(subjects: &[(&str, Figures)], targets: &[Target]) -> String {
    let mut speed = Table::new(&[
        "",
        "start ms",
        "p50 us",
        "p99 us",
        "messages/s",
        "CPU us",
        "a pair",
    ]);
    let mut large = Table::new(&[
        "MB/s",
        "1 MB numbers",
        "1 MB strings",
        "1 MB names",
        "20 MB numbers",
        "20 MB strings",
        "20 MB names",
        "exact",
    ]);
    let mut memory = Table::new(&["MB now/most", "100,000", "1,000,000", "large"]);
    for (name, figures) in subjects {
        let cpu = |messages: f64| match figures.cpu_us {
            0.0 => "-".to_owned(),
            cpu => format!("{:.2}", cpu * messages),
        };
        speed.0.push(vec![
            (*name).to_owned(),
            format!("{:.1}", figures.start_ms),
            format!("{:.1}", figures.p50_us),
            format!("{:.0}", figures.p99_us),
            format!("{:.0}k", figures.messages_per_second / 1000.0),
            cpu(1.0),
            cpu(2.0),
        ]);
        let mut row = vec![(*name).to_owned()];
        for size in 0..figures.large[0].len() {
            for shape in 0..Shape::ALL.len() {
                row.push(format!("{:.0}", figures.large[shape][size]));
            }
        }
        row.push(if figures.exact { "yes" } else { "no" }.to_owned());
        large.0.push(row);
        if figures.small_memory.peak > 0.0 {
            memory.0.push(vec![
                (*name).to_owned(),
                megabytes(Some(figures.small_memory)),
                megabytes(figures.million_memory),
                megabytes(Some(figures.large_memory)),
            ]);
        }
    }
    let mut goals = Table::new(&["goplens", "limit", "measured", "margin", "reached"]);
    for target in targets {
        goals.0.push(vec![
            target.what.clone(),
            figure(target.limit, target.unit),
            figure(target.measured, target.unit),
            format!("{:+.0} %", target.margin() * 100.0),
            if target.reached() { "yes" } else { "NO" }.to_owned(),
        ]);
    }
    let tables = [speed, large, memory, goals];
    tables
        .iter()
        .map(Table::render)
        .collect::<Vec<_>>()
        .join("\n")
}

/// A figure with its unit, to three digits or so.
fn figure(value: f64, unit: &str) -> String {
    let decimals = if value < 10.0 { 2 } else { 1 };
    format!("{value:.decimals$} {unit}")
}

/// Memory now and at most.
fn megabytes(memory: Option<Megabytes>) -> String {
    match memory {
        Some(memory) => format!("{:.1} / {:.1}", memory.resident, memory.peak),
        None => "-".to_owned(),
    }
}

/// The whole page.
pub(super) fn page(plan: Plan, tables: &str, date: &str) -> String {
    let machine = machine();
    let Plan {
        rounds,
        starts,
        sequential,
        pipelined,
        million,
        large: [one, twenty],
    } = plan;
    format!(
        "# Benchmarks\n\n\
         Made by `cargo xtask bench` on {date}, on {machine}.\n\n\
         {tables}\n\
         ## What is measured\n\n\
         A client sends requests to a stand-in for gopls that answers at once: directly, through \
         a relay of two threads that copy bytes, and through goplens with its trace and its inspection on, without and with a map of paths, the trace written \
         to the disk of the build. All sessions of a round are open at the same time; they take \
         turns in short slices, in an order that changes with each round, and the next one waits \
         until the one before has come to rest. Each figure is the median of {rounds} rounds.\n\n\
         The row of no proxy tells how fast the machine is. The limits in milliseconds, microseconds \
         and megabytes a second were set on one that has 6170k messages a second there; one that is \
         slower by much misses them.\n\n\
         - **start**: from before the process is started to the whole answer to `initialize`; \
           {starts} starts a round.\n\
         - **p50, p99**: {sequential} requests, each sent after the answer to the one before. \
           A request (a definition) has about 190 bytes, its answer about 160.\n\
         - **messages/s**: {pipelined} requests, at most {WINDOW} of them unanswered. A message is \
           one frame in one direction, so a request and its response are two.\n\
         - **CPU**: processor time of all threads of what stands between, the writer of the trace \
           included and what it puts off awaited, divided by the same messages; `a pair` of request \
           and response is twice that. Client and stand-in are not in it.\n\
         - **MB/s**: {one} responses of 1 MB and {twenty} of 20 MB for each of three shapes: \
           numbers as of semantic tokens, strings as of completion items, and names of files as of \
           references, 10,000 in 1 MB. **exact**: one of each was compared byte for byte. A MB \
           is 1,000,000 bytes.\n\
         - **mapped**: goplens with a `[[paths.map]]` by which the name in each request and each \
           answer, and all those of the last shape, change on their way, each change on record.\n\
         - **memory**: resident now and at most (VmRSS and VmHWM), after the {pipelined} requests, \
           after {million}, and after the large responses. The trace's queue holds 2 MiB at most, and \
           what it took once the allocator keeps: goplens grows by that when the queue is full for \
           the first time, be it before the first reading or after it, and by no more.\n\
         - **held against the protocol**: each message is, in a thread that it does not wait for; \
           the median of 501 rounds of 1,000 definitions with their answers.\n\
         - **launcher**: the program that `goplens setup` has the user's Go build; the medians of 201 \
           starts of goplens with and without it.\n\
         - **first finding**: the real gopls on a small workspace in which something is wrong, with \
           and without goplens, 5 times each in turn. From before the process is started to what \
           gopls shows of it (the empty answer, a diagnostic, or the end of the load where it shows \
           nothing), and to goplens's diagnostic; the medians, subtracted.\n"
    )
}

/// Processor, cores, memory and kernel of this machine.
fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let after = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        let value = line.and_then(|line| line.split_once(':'));
        value.map_or("unknown".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let model = after(&read("/proc/cpuinfo"), "model name");
    let memory = after(&read("/proc/meminfo"), "MemTotal");
    let kibibytes: f64 = memory.trim_end_matches(" kB").parse().unwrap_or(0.0);
    let gigabytes = kibibytes * 1024.0 / 1e9;
    let kernel = read("/proc/sys/kernel/osrelease").trim().to_owned();
    let rust = shell::read(shell::command("rustc").arg("--version")).unwrap_or_default();
    let rust = rust
        .split_whitespace()
        .take(2)
        .collect::<Vec<_>>()
        .join(" ");
    format!("{cores} cores of {model}, {gigabytes:.0} GB, Linux {kernel}, {rust}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_aligned_markdown() {
        let mut table = Table::new(&["", "p50"]);
        table.0.push(vec!["relay".into(), "9.7".into()]);
        assert_eq!(
            table.render(),
            "|       | p50 |\n|-------|----:|\n| relay | 9.7 |\n"
        );
    }

    #[test]
    fn the_machine_is_described() {
        assert!(machine().contains("cores of"));
    }
}
