//! `goplens sessions`: what was recorded on this machine, the newest first.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use trace::{SessionSummary, State, sessions};

use crate::table;

/// What the command line says.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The state directory.
    pub(crate) state: PathBuf,
    /// Print a JSON array.
    pub(crate) json: bool,
}

const TITLES: [&str; 10] = [
    "SESSION", "STARTED", "TOOK", "STATE", "GOPLS", "GO", "CLIENT", "FOLDER", "MESSAGES", "SIZE",
];

/// Prints the list to `out`; folders that are no sessions are named in `notes`.
///
/// # Errors
/// Where the list cannot be read or written. A reader that has seen enough is no error.
pub(crate) fn run(
    options: &Options,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let state = options.state.display();
    let list =
        sessions(&options.state).with_context(|| format!("cannot list the sessions in {state}"))?;
    for note in &list.notes {
        writeln!(notes, "goplens: not a session: {note}")?;
    }
    let printed = if options.json {
        json(&list.sessions, out)
    } else if list.sessions.is_empty() {
        writeln!(out, "no session is recorded in {state}")
    } else {
        table(&list.sessions, SystemTime::now(), out)
    };
    match printed.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn json(list: &[SessionSummary], out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, list)?;
    writeln!(out)
}

fn table(list: &[SessionSummary], now: SystemTime, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = vec![TITLES.map(str::to_owned)];
    rows.extend(list.iter().map(|session| row(session, now)));
    table::lines(&rows)
        .iter()
        .try_for_each(|line| writeln!(out, "{line}"))
}

fn row(session: &SessionSummary, now: SystemTime) -> [String; TITLES.len()] {
    let info = &session.info;
    let or_dash = |text: Option<&str>| text.unwrap_or("-").to_owned();
    let client = info.client.as_ref().map(ToString::to_string);
    let folder = info
        .folders
        .first()
        .map(|uri| uri.trim_start_matches("file://"));
    [
        session.id.clone(),
        or_dash(info.start.get(..19)).replace('T', " "),
        or_dash(session.duration(now).map(took).as_deref()),
        state(session),
        or_dash(info.gopls.as_deref()),
        or_dash(info.go.as_deref()),
        or_dash(client.as_deref()),
        or_dash(folder),
        info.messages.to_string(),
        size(session.size),
    ]
}

/// Whether it goes on, and else how it ended.
pub(crate) fn state(session: &SessionSummary) -> String {
    let ended = session.info.ended.as_ref();
    match session.state {
        State::Live => "live".to_owned(),
        State::Killed => "killed".to_owned(),
        State::Ended => match ended.and_then(|ended| ended.code) {
            Some(code) => format!("ended {code}"),
            None => "ended".to_owned(),
        },
    }
}

/// `1.5s`, `2m05s`, `3h02m`.
fn took(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..60 => format!("{:.1}s", duration.as_secs_f64()),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds / 60 % 60),
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn output(json: bool) -> (String, String) {
        let state = tempfile::tempdir().unwrap();
        let make = |id: &str, info: &str| {
            let folder = state.path().join("sessions").join(id);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("session.json"), info).unwrap();
        };
        make(
            "20261123T170533.000Z-7",
            r#"{"start":"2026-11-23T17:05:33Z","end":"2026-11-23T17:07:38Z","ended":{"code":2,"text":"exit code 2"},"gopls":"v0.23.0","go":"go1.26.8","client":{"name":"vim"},"folders":["file:///w/mod"],"messages":57}"#,
        );
        make("20261122T170533.000Z-8", "{}");
        make("broken", "");
        let (mut out, mut notes) = (Vec::new(), Vec::new());
        let options = Options {
            state: state.path().to_owned(),
            json,
        };
        run(&options, &mut out, &mut notes).unwrap();
        (
            String::from_utf8(out).unwrap(),
            String::from_utf8(notes).unwrap(),
        )
    }

    #[test]
    fn a_table_with_what_is_known() {
        let (out, notes) = output(false);
        let words: Vec<Vec<&str>> = out
            .lines()
            .map(|l| l.split_whitespace().collect())
            .collect();
        let ended = "20261123T170533.000Z-7 2026-11-23 17:05:33 2m05s ended 2 v0.23.0 go1.26.8 vim /w/mod 57 0.2 kB";
        assert_eq!(words[1].join(" "), ended);
        if cfg!(unix) {
            let killed = "20261122T170533.000Z-8 - - killed - - - - 0 0.0 kB";
            assert_eq!(words[2].join(" "), killed);
        }
        assert!(notes.contains("broken: session.json: "), "{notes}");
    }

    #[test]
    fn json_is_an_array_of_all_that_is_known() {
        let (out, _) = output(true);
        let list: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(list[0]["id"], "20261123T170533.000Z-7");
        assert_eq!(list[0]["state"], "ended");
        assert_eq!(list[0]["ended"]["code"], 2);
        assert_eq!(list.as_array().unwrap().len(), 2);
    }
}
