//! `goplens tail`: a session's trace, one line a message, while it grows.

mod show;

#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use trace::{Filter, Follower, SessionSummary, State};

use crate::chosen::{self, list};
use show::Show;

/// How long to wait before looking again at a session that goes on.
const PAUSE: Duration = Duration::from_millis(50);
/// How long to wait before looking again for the next session.
const NEXT_PAUSE: Duration = Duration::from_millis(200);

/// What the command line says.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The state directory.
    pub(crate) state: PathBuf,
    /// After the end of the session wait for the next.
    pub(crate) follow: bool,
    /// Print the records as they are in the trace.
    pub(crate) json: bool,
    /// The session's name or how it begins, instead of the newest.
    pub(crate) session: Option<String>,
    /// The terms of the filter.
    pub(crate) filter: Vec<String>,
    /// Colour the lines.
    pub(crate) colour: bool,
}

/// Prints what was recorded so far, and what is recorded from then on until the session ends.
///
/// # Errors
/// Where the filter means nothing, there is no such session, or a file cannot be read or written.
/// A reader of the output that has seen enough is no error.
pub(crate) fn run(options: &Options, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let filter = Filter::parse(&options.filter)?;
    // A trace has many lines; it is flushed when all that is there has been printed.
    let mut out = io::BufWriter::new(out);
    match print(options, &filter, &mut out) {
        Err(error) if is_closed(&error) => Ok(ExitCode::SUCCESS),
        result => result.map(|()| ExitCode::SUCCESS),
    }
}

fn print(options: &Options, filter: &Filter, out: &mut impl Write) -> anyhow::Result<()> {
    let (state, wanted) = (&options.state, options.session.as_deref());
    let mut session = match options.follow {
        false => chosen::one(state, wanted)?,
        true => match chosen::find(state, wanted)? {
            Some(session) => session,
            None => next(state, "")?,
        },
    };
    loop {
        print_session(&session, options, filter, out)?;
        if !options.follow {
            return Ok(());
        }
        session = next(&options.state, &session.id)?;
    }
}

/// Waits for the session that started next after the one of this name.
fn next(state: &Path, after: &str) -> anyhow::Result<SessionSummary> {
    loop {
        let newer = list(state)?
            .into_iter()
            .rfind(|session| session.id.as_str() > after);
        match newer {
            Some(session) => return Ok(session),
            None => std::thread::sleep(NEXT_PAUSE),
        }
    }
}

fn print_session(
    session: &SessionSummary,
    options: &Options,
    filter: &Filter,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let folder = &session.folder;
    let unreadable = || format!("cannot read the session in {}", folder.display());
    let mut follower = Follower::open(folder).with_context(unreadable)?;
    let mut show = Show::new(filter, options.json, options.colour);
    if !options.json {
        writeln!(out, "session {}", session.id)?;
    }
    loop {
        while let Some(line) = follower.poll().with_context(unreadable)? {
            if let Some(text) = show.line(line) {
                writeln!(out, "{text}")?;
            }
        }
        out.flush()?;
        if follower.is_over() {
            break;
        }
        std::thread::sleep(PAUSE);
    }
    if !options.json {
        writeln!(out, "{}", how_it_ended(&options.state, &session.id)?)?;
        out.flush()?;
    }
    Ok(())
}

/// What the session says of its end, which is known only now.
fn how_it_ended(state: &Path, id: &str) -> anyhow::Result<String> {
    let session = list(state)?.into_iter().find(|session| session.id == id);
    Ok(match session {
        Some(session) if session.state == State::Ended => {
            let ended = session.info.ended.unwrap_or_default();
            format!("session ended: {}", ended.text)
        }
        Some(_) => "session ended: goplens was killed".to_owned(),
        None => "session ended: its folder was removed".to_owned(),
    })
}

/// Whether the output's reader went away, as `head` does.
fn is_closed(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
