//! `goplens drift`: the versions that took part in a session, and all in which they disagreed.

mod taking_part;

#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::{Value, json};
use trace::{Findings, Noted, SessionSummary, State};

use crate::table::{self, plain};
use crate::{chosen, sessions};

/// The exit code where something disagrees.
const DISAGREES: u8 = 1;

/// What the command line says.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The state directory.
    pub(crate) state: PathBuf,
    /// Print one JSON object.
    pub(crate) json: bool,
    /// The session's name or how it begins, instead of the newest.
    pub(crate) session: Option<String>,
}

/// Prints what is on record to `out`; what cannot be read of it is told in `notes`. The exit code is 1
/// where something disagrees, or did when the session ended.
///
/// # Errors
/// Where there is no such session, or a file cannot be read or written. A reader of the output that has
/// seen enough is no error.
pub(crate) fn run(
    options: &Options,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let session = chosen::one(&options.state, options.session.as_deref())?;
    let folder = session.folder.display();
    let Findings { mut all, unread } = Findings::of(&session.folder)
        .with_context(|| format!("cannot read the findings in {folder}"))?;
    if unread > 0 {
        let lines = if unread == 1 { "line" } else { "lines" };
        writeln!(
            notes,
            "goplens: {unread} {lines} of the findings in {folder} cannot be read: another version \
             wrote them"
        )?;
    }
    all.retain(|noted| noted.finding.code.is_drift());
    let disagrees = all.iter().any(Noted::holds);
    let printed = match options.json {
        true => object(session, &all, out),
        false => print(&session, &all, out),
    };
    match printed.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ if disagrees => Ok(DISAGREES.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn object(mut session: SessionSummary, all: &[Noted], out: &mut dyn Write) -> io::Result<()> {
    let unknown = taking_part::unknown(&taking_part::known(&session.info));
    let versions = session.info.versions.take();
    let disagreement = |noted: &Noted| {
        json!({
            "code": noted.finding.code,
            "holds": noted.holds(),
            "time": noted.time,
            "cleared": noted.cleared,
            "finding": noted.finding,
        })
    };
    let disagreements: Vec<Value> = all.iter().map(disagreement).collect();
    let object = json!({
        "session": session,
        "versions": versions,
        "unknown": unknown,
        "disagreements": disagreements,
    });
    serde_json::to_writer_pretty(&mut *out, &object)?;
    writeln!(out)
}

fn print(session: &SessionSummary, all: &[Noted], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "session {}, {}", session.id, sessions::state(session))?;
    writeln!(out)?;
    let known = taking_part::known(&session.info);
    for line in table::lines(&taking_part::rows(&session.info, &known)) {
        writeln!(out, "{line}")?;
    }
    if known.is_empty() {
        let yet = if session.state == State::Live {
            " yet"
        } else {
            ""
        };
        writeln!(
            out,
            "\nThe Go commands were not looked at{yet}, and nothing was compared with them: that is done \
             a second after gopls has started, for folders that are open."
        )?;
    }
    let unknown = taking_part::unknown(&known);
    for sentence in &unknown {
        writeln!(out, "\n{}", plain(sentence))?;
    }
    if !all.is_empty() {
        writeln!(out)?;
        print_disagreements(session, all, out)?;
    }
    if all.iter().any(Noted::holds) {
        return Ok(());
    }
    let any_more = if all.is_empty() { "" } else { " any more" };
    match known.is_empty() || !unknown.is_empty() {
        false => writeln!(out, "\nnothing disagrees{any_more}"),
        true => writeln!(out, "\nnothing that was looked at disagrees{any_more}"),
    }
}

fn print_disagreements(
    session: &SessionSummary,
    all: &[Noted],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut rows = vec![["DISAGREEMENT", "SINCE", "STATE", "WHAT"].map(str::to_owned)];
    rows.extend(all.iter().map(|noted| row(session, noted)));
    // Beneath the titles there is nothing.
    let beneath = [None].into_iter().chain(all.iter().map(Some));
    for (line, noted) in table::lines(&rows).into_iter().zip(beneath) {
        writeln!(out, "{line}")?;
        let Some(Noted { finding, .. }) = noted else {
            continue;
        };
        for fact in &finding.evidence {
            writeln!(out, "    - {}", plain(fact))?;
        }
        if let Some(fix) = finding.fixes.first() {
            writeln!(out, "    {}", plain(&fix.text()))?;
        }
    }
    Ok(())
}

fn row(session: &SessionSummary, noted: &Noted) -> [String; 4] {
    let second = |time: &str| time.get(..19).unwrap_or(time).replace('T', " ");
    let state = match (&noted.cleared, session.state) {
        (Some(time), _) => format!("cleared {}", second(time)),
        (None, State::Live) => "holds".to_owned(),
        (None, State::Ended | State::Killed) => "held to the end".to_owned(),
    };
    let finding = &noted.finding;
    [
        finding.code.to_string(),
        second(&noted.time),
        state,
        finding.title.clone(),
    ]
}
