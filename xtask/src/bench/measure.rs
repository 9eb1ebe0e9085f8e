//! One round: each subject's session is open at the same time, and they take turns in short
//! slices, so that whatever else the machine does meets them all alike.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use super::bodies::Shape;
use super::client::Session;
use super::process::{self, Memory};
use super::subjects::Subject;

/// How much is done in a round.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// Rounds; the tables show the median of them.
    pub(super) rounds: usize,
    /// Sessions that are started only to time their start.
    pub(super) starts: usize,
    /// Small requests, one after the other.
    pub(super) sequential: usize,
    /// Small requests, many at once.
    pub(super) pipelined: usize,
    /// Small requests after which the memory is looked at again.
    pub(super) million: usize,
    /// Responses of each large size: of 1 MB, and of 20 MB.
    pub(super) large: [usize; 2],
}

impl Plan {
    /// What docs/benchmarks.md is made from.
    pub(super) const FULL: Plan = Plan {
        rounds: 5,
        starts: 20,
        sequential: 20_000,
        pipelined: 100_000,
        million: 1_000_000,
        large: [40, 5],
    };
    /// A look in half a minute.
    pub(super) const QUICK: Plan = Plan {
        rounds: 2,
        starts: 5,
        sequential: 4_000,
        pipelined: 20_000,
        million: 60_000,
        large: [8, 2],
    };
}

/// Requests without an answer in the pipelined part.
pub(super) const WINDOW: usize = 256;
/// The sizes of the large results, in bytes.
pub(super) const SIZES: [usize; 2] = [1_000_000, 20_000_000];
/// How many turns each subject gets in a part.
const SLICES: usize = 20;

/// What one round gave for one subject.
#[derive(Clone, Debug, Default)]
pub(super) struct Round {
    /// From the start of the process to the answer to `initialize`.
    pub(super) starts: Vec<Duration>,
    /// Each sequential request.
    pub(super) sequential: Vec<Duration>,
    /// All pipelined requests together.
    pub(super) pipelined: Duration,
    /// How many messages those were, requests and responses.
    pub(super) messages: usize,
    /// Processor time of the subject meanwhile, none where there is no proxy.
    pub(super) cpu: Duration,
    /// Bytes and time of each large response, by shape and size.
    pub(super) large: [[Vec<(usize, Duration)>; SIZES.len()]; Shape::ALL.len()],
    /// Whether each byte of the large responses came through as it was.
    pub(super) exact: bool,
    /// After the sequential and the pipelined requests.
    pub(super) small_memory: Memory,
    /// After a million requests, for those of which it is asked.
    pub(super) million_memory: Option<Memory>,
    /// After the large responses.
    pub(super) large_memory: Memory,
}

/// A subject with its session and the processes that belong to it.
struct Open<'a> {
    subject: &'a Subject,
    session: Session,
    round: Round,
}

impl Open<'_> {
    /// The processes of the subject, as they are now.
    fn processes(&self) -> Vec<u32> {
        let mut processes = process::tree(self.session.process());
        if let Some(daemon) = &self.subject.daemon {
            processes.extend(process::tree(daemon.0.id()));
        }
        processes
    }
}

/// Runs one round with the subjects in this order and gives back what it gave for each.
///
/// # Errors
///
/// A session fails; the error names the subject.
pub(super) fn round(plan: Plan, subjects: &[&Subject], folder: &Path) -> Result<Vec<Round>> {
    let mut starts = vec![Vec::new(); subjects.len()];
    for _ in 0..plan.starts {
        for (subject, starts) in subjects.iter().zip(&mut starts) {
            let session = start(subject, folder)?;
            starts.push(session.start);
            end(subject, session)?;
        }
    }
    let mut open = Vec::new();
    for (subject, starts) in subjects.iter().zip(starts) {
        let session = start(subject, folder)?;
        let round = Round {
            starts,
            exact: true,
            ..Round::default()
        };
        open.push(Open {
            subject,
            session,
            round,
        });
    }
    each(&mut open, |open| {
        open.session.sequential(500, &mut Vec::new())
    })?;
    for _ in 0..SLICES {
        each(&mut open, |open| {
            let count = plan.sequential / SLICES / open.subject.portion;
            open.session.sequential(count, &mut open.round.sequential)
        })?;
    }
    for _ in 0..SLICES {
        each(&mut open, |open| {
            pipelined(open, plan.pipelined / SLICES / open.subject.portion)
        })?;
    }
    each(&mut open, |open| {
        open.round.small_memory = process::memory(&open.processes());
        Ok(())
    })?;
    each(&mut open, |open| million(open, plan))?;
    each(&mut open, exact)?;
    for (size, repeats) in plan.large.into_iter().enumerate() {
        for _ in 0..repeats {
            each(&mut open, |open| large(open, size))?;
        }
    }
    each(&mut open, |open| {
        open.round.large_memory = process::memory(&open.processes());
        Ok(())
    })?;
    let mut rounds = Vec::new();
    for Open {
        subject,
        session,
        round,
    } in open
    {
        end(subject, session)?;
        rounds.push(round);
    }
    Ok(rounds)
}

/// Starts a session of a subject.
fn start(subject: &Subject, folder: &Path) -> Result<Session> {
    let session = Session::start(&mut subject.command(folder)?);
    session.with_context(|| format!("{} does not start", subject.name))
}

/// Ends a session of a subject.
fn end(subject: &Subject, session: Session) -> Result<()> {
    if subject.ends {
        let ended = session.end();
        ended.with_context(|| format!("{} does not end", subject.name))?;
    }
    Ok(())
}

/// Gives each subject its turn, and waits until it has come to rest before the next.
fn each(open: &mut [Open], mut turn: impl FnMut(&mut Open) -> Result<()>) -> Result<()> {
    for open in open {
        turn(open).with_context(|| format!("{} failed", open.subject.name))?;
        process::settle(&open.processes());
    }
    Ok(())
}

/// One slice of pipelined requests, and the processor time that it took in the end.
fn pipelined(open: &mut Open, count: usize) -> Result<()> {
    let processes = open.processes();
    let before = process::cpu(&processes);
    open.round.pipelined += open.session.pipelined(count, WINDOW)?;
    open.round.messages += 2 * count;
    process::settle(&processes);
    open.round.cpu += process::cpu(&processes).saturating_sub(before);
    Ok(())
}

/// Goes on to a million requests and looks at the memory.
fn million(open: &mut Open, plan: Plan) -> Result<()> {
    if open.subject.million {
        let more = plan.million.saturating_sub(plan.pipelined);
        open.session.pipelined(more, WINDOW)?;
        let processes = open.processes();
        process::settle(&processes);
        open.round.million_memory = Some(process::memory(&processes));
    }
    Ok(())
}

/// Compares one large response of each kind; they are made, too, before they are timed.
fn exact(open: &mut Open) -> Result<()> {
    for shape in Shape::ALL {
        for size in SIZES {
            open.round.exact &= open
                .session
                .large_is_exact(shape, size, open.subject.mapped)?;
        }
    }
    Ok(())
}

/// One large response of each shape.
fn large(open: &mut Open, size: usize) -> Result<()> {
    for (index, shape) in Shape::ALL.into_iter().enumerate() {
        let (bytes, time) = open.session.large(shape, SIZES[size])?;
        open.round.large[index][size].push((bytes, time));
    }
    Ok(())
}
