//! What the demo says at its end.

use std::fmt::Write;

use serde_json::{Value, json};
use trace::{MethodSummary, SessionSummary};

use super::gopls::Gopls;
use super::play::Played;

/// All that the demo learned.
pub(super) struct Report {
    pub(super) gopls: Gopls,
    pub(super) played: Played,
    /// The session as its own folder describes it; `None` where it has none.
    pub(super) session: Option<SessionSummary>,
}

impl Report {
    /// Whether every answer was right and the trace is there.
    pub(super) fn is_good(&self) -> bool {
        self.played.failures.is_empty()
    }

    /// The report for a reader.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        if let Some(session) = &self.session {
            text.push_str(&table(session));
            text.push('\n');
            text.push_str(&whereabouts(session));
        }
        for failure in &self.played.failures {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "WRONG: {failure}");
        }
        if self.is_good() {
            text.push_str("Every answer was right.\n");
        }
        text
    }

    /// The report for a program.
    pub(super) fn json(&self) -> Value {
        let (gopls, why) = match &self.gopls {
            Gopls::Real(path) => (Some(path.to_string_lossy()), None),
            Gopls::StandIn(why) => (None, Some(why)),
        };
        let session = self.session.as_ref();
        json!({
            "gopls": gopls,
            "stand_in": why,
            "server": self.played.server,
            "failures": self.played.failures,
            "methods": session.map(|session| &session.info.methods),
            "session": session.map(|session| &session.id),
            "folder": session.map(|session| session.folder.to_string_lossy()),
        })
    }
}

/// Where the trace is, and how to see it again.
pub(super) fn whereabouts(session: &SessionSummary) -> String {
    format!(
        "The trace is {}\nSee it again: goplens tail --session {}\n",
        session.folder.join("trace.jsonl").display(),
        session.id
    )
}

/// One row a method.
fn table(session: &SessionSummary) -> String {
    let headings = ["method", "count", "p50", "p99", "slowest", "outcomes"].map(str::to_owned);
    let rows: Vec<[String; 6]> = [headings]
        .into_iter()
        .chain(
            session
                .info
                .methods
                .iter()
                .map(|(name, method)| row(name, method)),
        )
        .collect();
    let widths: [usize; 6] = std::array::from_fn(|column| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or_default()
    });
    let mut text = String::new();
    for row in rows {
        let [method, count, p50, p99, slowest, outcomes] = row;
        let line = format!(
            "{method:<0$}  {count:>1$}  {p50:>2$}  {p99:>3$}  {slowest:>4$}  {outcomes}",
            widths[0], widths[1], widths[2], widths[3], widths[4]
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn row(name: &str, method: &MethodSummary) -> [String; 6] {
    let time = |micros: Option<u64>| micros.map(duration).unwrap_or_default();
    let outcomes: Vec<String> = method
        .outcomes
        .iter()
        .map(|(outcome, count)| format!("{count} {outcome}"))
        .collect();
    [
        name.to_owned(),
        method.count.to_string(),
        time(method.p50_us),
        time(method.p99_us),
        time(method.max_us),
        outcomes.join(", "),
    ]
}

/// Three digits, in the unit that fits.
fn duration(micros: u64) -> String {
    match micros {
        0..1_000 => format!("{micros} us"),
        1_000..1_000_000 => scaled(micros as f64 / 1e3, "ms"),
        _ => scaled(micros as f64 / 1e6, "s"),
    }
}

fn scaled(value: f64, unit: &str) -> String {
    let decimals = match value {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    format!("{value:.decimals$} {unit}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use trace::{SessionInfo, State};

    use super::*;

    fn report(failures: &[&str]) -> Report {
        let definition = MethodSummary {
            count: 11,
            p50_us: Some(870),
            p99_us: Some(1_234_000),
            max_us: Some(1_234_000),
            outcomes: BTreeMap::from([("null".to_owned(), 1), ("ok".to_owned(), 10)]),
        };
        let opened = MethodSummary {
            count: 1,
            ..MethodSummary::default()
        };
        let info = SessionInfo {
            methods: BTreeMap::from([
                ("textDocument/definition".to_owned(), definition),
                ("textDocument/didOpen".to_owned(), opened),
            ]),
            ..SessionInfo::default()
        };
        Report {
            gopls: Gopls::StandIn("there is no Go".to_owned()),
            played: Played {
                server: "s".to_owned(),
                failures: failures.iter().map(|&failure| failure.to_owned()).collect(),
            },
            session: Some(SessionSummary {
                id: "20260101-1".to_owned(),
                folder: "/s/20260101-1".into(),
                state: State::Ended,
                size: 0,
                info,
            }),
        }
    }

    #[test]
    fn the_text_has_a_row_for_each_method_and_says_where_the_trace_is() {
        assert_eq!(
            report(&[]).text(),
            "\
method                   count     p50     p99  slowest  outcomes
textDocument/definition     11  870 us  1.23 s   1.23 s  1 null, 10 ok
textDocument/didOpen         1

The trace is /s/20260101-1/trace.jsonl
See it again: goplens tail --session 20260101-1
Every answer was right.
"
        );
    }

    #[test]
    fn a_wrong_answer_is_named_and_spoils_it() {
        let report = report(&["hover says nothing"]);
        assert!(!report.is_good());
        assert!(report.text().ends_with("WRONG: hover says nothing\n"));
        assert_eq!(report.json()["failures"], json!(["hover says nothing"]));
    }

    #[test]
    fn the_json_has_the_same_figures() {
        let json = report(&[]).json();
        assert_eq!(json["methods"]["textDocument/definition"]["p50_us"], 870);
        assert_eq!(json["stand_in"], "there is no Go");
        assert_eq!(json["gopls"], Value::Null);
        assert_eq!(json["session"], "20260101-1");
    }

    #[test]
    fn durations_have_three_digits() {
        for (micros, text) in [
            (0, "0 us"),
            (999, "999 us"),
            (1_000, "1.00 ms"),
            (9_999, "10.0 ms"),
            (123_456, "123 ms"),
            (1_500_000, "1.50 s"),
            (120_000_000, "120 s"),
        ] {
            assert_eq!(duration(micros), text);
        }
    }
}
