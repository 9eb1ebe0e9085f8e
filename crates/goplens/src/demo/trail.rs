//! Follows the session's trace, and prints it between the demo's own remarks.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anstyle::Style;
use protocol::traffic::OWN_ID;
use trace::{Follower, Formatter, Record, RecordKind, Requests, SessionSummary};
use wire::Id;

/// How long the trace may lag behind the session before the demo goes on without it. The trace is
/// written behind a queue, by another process.
const LAG: Duration = Duration::from_secs(2);

/// The pause between two looks at the trace.
const PAUSE: Duration = Duration::from_millis(2);

/// The trace of one goplens.
pub(super) struct Trail {
    state: PathBuf,
    pid: u32,
    follower: Option<Follower>,
    /// How many messages it had so far.
    messages: u64,
    /// Whether it was once waited for in vain.
    lagging: bool,
    /// `None` where nothing is to be printed.
    printer: Option<Printer>,
}

/// What makes a line of a record.
#[derive(Debug)]
struct Printer {
    formatter: Formatter,
    requests: Requests,
}

impl Trail {
    /// The trace that the goplens with this process id will write below this state directory.
    pub(super) fn new(state: &Path, pid: u32, printed: bool) -> Self {
        Self {
            state: state.to_owned(),
            pid,
            follower: None,
            messages: 0,
            lagging: false,
            printer: printed.then(|| Printer {
                // The colours are taken out again where they would not be seen.
                formatter: Formatter::new(true),
                requests: Requests::default(),
            }),
        }
    }

    /// Prints something that the client was told, in lines.
    pub(super) fn quote(&self, words: &str) {
        if self.printer.is_some() {
            for line in words.lines() {
                anstream::println!("    {line}");
            }
        }
    }

    /// Prints what the demo is about to do.
    pub(super) fn remark(&self, words: &str) {
        if self.printer.is_some() {
            let bold = Style::new().bold();
            anstream::println!("{bold}— {words}{bold:#}");
        }
    }

    /// Prints what the trace holds by now.
    pub(super) fn print(&mut self) {
        while let Some(record) = self.next() {
            self.messages += u64::from(record.kind != RecordKind::Event && !is_own(&record));
        }
    }

    /// Prints until the trace has so many messages: those that the client has sent and received
    /// stand in it, or will soon.
    pub(super) fn print_through(&mut self, messages: u64) {
        let end = Instant::now() + LAG;
        self.print();
        while self.messages < messages && !self.lagging {
            thread::sleep(PAUSE);
            self.print();
            self.lagging = Instant::now() >= end;
        }
    }

    /// Prints the rest, and gives the session as it describes itself; `None` where there is no
    /// trace.
    pub(super) fn finish(mut self) -> Option<SessionSummary> {
        let end = Instant::now() + LAG;
        while Instant::now() < end {
            self.print();
            if self.follower.as_ref().is_some_and(Follower::is_over) {
                break;
            }
            thread::sleep(PAUSE);
        }
        self.summary()
    }

    /// The next record, printed.
    fn next(&mut self) -> Option<Record> {
        if self.follower.is_none() {
            let folder = self.summary()?.folder;
            self.follower = Follower::open(&folder).ok();
        }
        // A trace that cannot be read is told by the report, which has no session then.
        let line = self.follower.as_mut()?.poll().ok()??;
        if let Some(printer) = &mut self.printer {
            let asked = printer.requests.see(&line.record);
            anstream::println!("{}", printer.formatter.format(&line.record, &asked));
        }
        Some(line.record)
    }

    fn summary(&self) -> Option<SessionSummary> {
        let sessions = trace::sessions(&self.state).ok()?.sessions;
        sessions
            .into_iter()
            .find(|session| session.info.pid == self.pid)
    }
}

/// Whether it is what goplens asked gopls itself, or the answer: the client sees neither.
fn is_own(record: &Record) -> bool {
    matches!(&record.id, Some(Id::Text(id)) if id.starts_with(OWN_ID))
}
