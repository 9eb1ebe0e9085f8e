//! Follows the session's trace, and prints it between the demo's own remarks.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anstyle::Style;
use protocol::Direction;
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
    /// Whether the trace was once waited for in vain.
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
            lagging: false,
            printer: printed.then(|| Printer {
                // The colours are taken out again where they would not be seen.
                formatter: Formatter::new(true),
                requests: Requests::default(),
            }),
        }
    }

    /// Prints what the demo is about to do.
    pub(super) fn remark(&mut self, words: &str) {
        self.print();
        if self.printer.is_some() {
            let bold = Style::new().bold();
            anstream::println!("{bold}— {words}{bold:#}");
        }
    }

    /// Prints what the trace holds by now.
    pub(super) fn print(&mut self) {
        while self.next().is_some() {}
    }

    /// Prints until the response to this request of the client's has come.
    pub(super) fn print_until(&mut self, id: i64) {
        if self.lagging {
            return self.print();
        }
        let id = Some(Id::Number(id));
        let end = Instant::now() + LAG;
        while Instant::now() < end {
            match self.next() {
                Some(record)
                    if record.kind == RecordKind::Response
                        && record.direction == Some(Direction::ServerToClient)
                        && record.id == id =>
                {
                    return;
                }
                Some(_) => {}
                None => thread::sleep(PAUSE),
            }
        }
        self.lagging = true;
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
