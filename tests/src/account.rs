//! Whether a session's books agree: each request has one response, and each message one record.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::Direction;
use trace::{Record, RecordKind};
use wire::Id;

use crate::book::{Book, Note};
use crate::recorded::Recorded;

/// How much of what was sent goplens can have seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Nothing, as it is not there. gopls may end within a frame: what it logs while it shuts down
    /// races with its exit.
    Nothing,
    /// All of it, up to an `exit`.
    Whole,
    /// A beginning of it, and goplens ended in good order.
    Begun,
    /// goplens was killed: neither what it wrote nor what it recorded need be complete.
    Torn,
}

/// Holds a session's messages against each other and against the trace.
pub(crate) fn check(
    book: &Book,
    recorded: Option<&Recorded>,
    extent: Extent,
) -> Result<(), String> {
    if extent != Extent::Torn && !book.garbage.is_empty() {
        return Err(format!("not LSP: {:?}", book.garbage));
    }
    if !matches!(extent, Extent::Torn | Extent::Nothing) && !book.unfinished.is_empty() {
        return Err(format!("it ended within a frame: {:?}", book.unfinished));
    }
    let strange = book
        .received
        .iter()
        .find(|note| asked_by_goplens(note.id.as_ref()));
    if let Some(note) = strange {
        return Err(format!(
            "the client got what goplens had asked for: {note:?}"
        ));
    }
    let exit = |note: &Note| note.method.as_deref() == Some("exit");
    let end = book.sent.iter().position(exit);
    let mut seen = &book.sent[..end.map_or(book.sent.len(), |exit| exit + 1)];
    if let Some(recorded) = recorded {
        let from_client = forwarded(recorded);
        let from_server = recorded.received();
        let from_server: Vec<_> = from_server
            .filter(|record| !answers_goplens(record))
            .collect();
        compare("sent", seen, &from_client, extent == Extent::Whole)?;
        let whole = extent != Extent::Torn;
        compare("received", &book.received, &from_server, whole)?;
        check_numbers(recorded)?;
        check_start(recorded)?;
        if extent == Extent::Begun {
            seen = &seen[..from_client.len().min(seen.len())];
        }
    }
    check_responses(seen, book, extent)
}

/// What may be said before `initialize` is answered: an editor need not look at anything else.
const BEFORE_INITIALIZED: [&str; 5] = [
    "window/showMessage",
    "window/logMessage",
    "telemetry/event",
    "window/showMessageRequest",
    "$/progress",
];

/// goplens says nothing before `initialize` is answered but what may be said.
fn check_start(recorded: &Recorded) -> Result<(), String> {
    let initialized = |record: &&Record| {
        !(record.kind == RecordKind::Response && record.method.as_deref() == Some("initialize"))
    };
    let from_server = recorded.messages(Direction::ServerToClient);
    let early = from_server.take_while(initialized);
    let mut own = early.filter(|record| record.origin.is_some());
    let strange = own.find(|record| {
        let method = record.method.as_deref().unwrap_or_default();
        record.kind != RecordKind::Response && !BEFORE_INITIALIZED.contains(&method)
    });
    match strange {
        Some(record) => Err(format!(
            "it came before `initialize` was answered: {record:?}"
        )),
        None => Ok(()),
    }
}

/// Each request has exactly one response, and nothing else has any.
fn check_responses(seen: &[Note], book: &Book, extent: Extent) -> Result<(), String> {
    let mut balance: BTreeMap<Option<&Id>, i64> = BTreeMap::new();
    for request in seen.iter().filter(|note| note.is_request()) {
        *balance.entry(request.id.as_ref()).or_default() += 1;
    }
    for refused in &book.refusals {
        *balance.entry(refused.as_ref()).or_default() += 1;
    }
    for response in book.received.iter().filter(|note| note.is_response()) {
        *balance.entry(response.id.as_ref()).or_default() -= 1;
    }
    for (id, missing) in balance {
        let id = id.map_or_else(|| "null".to_owned(), Id::to_string);
        if missing > 0 && extent != Extent::Torn {
            return Err(format!("{missing} responses to {id} are missing"));
        }
        if missing < 0 {
            return Err(format!("{} responses to {id} are too many", -missing));
        }
    }
    Ok(())
}

/// The records of what the client sent, without what goplens said in its place.
fn forwarded(recorded: &Recorded) -> Vec<&Record> {
    let messages = recorded.messages(Direction::ClientToServer);
    messages.filter(|record| record.origin.is_none()).collect()
}

/// Whether a record is an answer to a request of goplens's own, which the client never sees.
fn answers_goplens(record: &Record) -> bool {
    record.kind == RecordKind::Response && asked_by_goplens(record.id.as_ref())
}

/// Whether an id is one of those that goplens gives its own requests.
fn asked_by_goplens(id: Option<&Id>) -> bool {
    matches!(id, Some(Id::Text(text)) if text.starts_with("goplens:"))
}

/// The messages and their records are the same, in order. Where not `all` have to be there, one of
/// the two may end earlier.
fn compare(what: &str, notes: &[Note], records: &[&Record], all: bool) -> Result<(), String> {
    for (at, (note, record)) in notes.iter().zip(records).enumerate() {
        compare_one(note, record).map_err(|error| {
            let start = &note.body[..note.body.len().min(300)];
            let body = String::from_utf8_lossy(start);
            format!("message {at} that was {what}, {body}: {error} in {record:?}")
        })?;
    }
    if all && notes.len() != records.len() {
        let next = notes.len().min(records.len());
        return Err(format!(
            "{} messages were {what}, {} recorded; the next ones are {:?} and {:?}",
            notes.len(),
            records.len(),
            notes.get(next),
            records.get(next),
        ));
    }
    Ok(())
}

fn compare_one(note: &Note, record: &Record) -> Result<(), String> {
    let kind = match (&note.method, &note.id) {
        (Some(_), Some(_)) => RecordKind::Request,
        (Some(_), None) => RecordKind::Notification,
        (None, _) => RecordKind::Response,
    };
    if record.kind != kind {
        return Err("another kind".to_owned());
    }
    if record.id != note.id {
        return Err("another id".to_owned());
    }
    if note.method.is_some() && record.method != note.method {
        return Err("another method".to_owned());
    }
    if record.bytes != Some(note.body.len() as u64) {
        return Err("another length".to_owned());
    }
    let body = match (&record.body, &record.body_base64) {
        (Some(body), None) => body.get().as_bytes().to_vec(),
        (None, Some(text)) => STANDARD.decode(text).map_err(|error| error.to_string())?,
        (None, None) if record.truncated => return Ok(()),
        _ => return Err("no body, or two".to_owned()),
    };
    // The trace has one line a record.
    let line = |bytes: &[u8]| -> Vec<u8> {
        let spaces = bytes.iter().map(|byte| match byte {
            b'\n' | b'\r' => b' ',
            byte => *byte,
        });
        spaces.collect::<Vec<u8>>().trim_ascii().to_vec()
    };
    if line(&body) != line(&note.body) {
        return Err("another body".to_owned());
    }
    Ok(())
}

/// The records are numbered from 1 without a gap.
fn check_numbers(recorded: &Recorded) -> Result<(), String> {
    for (expected, record) in (1..).zip(&recorded.records) {
        if record.seq != expected {
            return Err(format!(
                "record {} stands where {expected} should",
                record.seq
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(body: &str) -> Note {
        Note::read(body.to_owned().into())
    }

    fn book(sent: &[&str], received: &[&str]) -> Book {
        Book {
            sent: sent.iter().map(|body| note(body)).collect(),
            received: received.iter().map(|body| note(body)).collect(),
            ..Book::default()
        }
    }

    #[test]
    fn a_missing_and_a_second_response_are_found() {
        let ask = r#"{"id":1,"method":"m"}"#;
        let answer = r#"{"id":1,"result":null}"#;
        let check = |received: &[&str], extent| check(&book(&[ask], received), None, extent);
        assert_eq!(check(&[answer], Extent::Whole), Ok(()));
        assert!(check(&[], Extent::Whole).is_err());
        assert_eq!(check(&[], Extent::Torn), Ok(()));
        assert!(check(&[answer, answer], Extent::Whole).is_err());
        assert!(check(&[answer, r#"{"id":"1","result":null}"#], Extent::Whole).is_err());
    }

    #[test]
    fn what_comes_too_early_is_found() {
        let record = |kind: &str, method: &str, origin: &str| {
            let line = format!(
                r#"{{"seq":1,"time":"","direction":"server-to-client","kind":"{kind}","method":"{method}"{origin}}}"#
            );
            serde_json::from_str::<Record>(&line).unwrap()
        };
        let own = r#","origin":"goplens""#;
        let published = "textDocument/publishDiagnostics";
        let check = |origin: &str, early: &str| {
            check_start(&Recorded {
                folder: "".into(),
                info: Default::default(),
                records: vec![
                    record("notification", early, origin),
                    record("response", "initialize", ""),
                    record("notification", published, own),
                ],
            })
        };
        assert_eq!(check(own, "window/logMessage"), Ok(()));
        assert_eq!(check("", published), Ok(()), "gopls says what it wants");
        assert!(check(own, published).is_err());
    }

    #[test]
    fn only_gopls_itself_may_end_within_a_frame() {
        let mut book = book(&[], &[]);
        book.unfinished = "Content-Length: 139\r\n\r\n".into();
        assert!(check(&book, None, Extent::Whole).is_err());
        assert!(check(&book, None, Extent::Begun).is_err());
        assert_eq!(check(&book, None, Extent::Nothing), Ok(()));
    }

    #[test]
    fn what_goplens_asks_is_not_answered_to_the_client() {
        let answer = r#"{"id":"goplens:1","result":null}"#;
        let complaint = check(&book(&[], &[answer]), None, Extent::Torn).unwrap_err();
        assert!(complaint.starts_with("the client got"), "{complaint}");
        let record = |id: &str| {
            let line = format!(
                r#"{{"seq":1,"time":"","direction":"server-to-client","kind":"response","id":{id}}}"#
            );
            serde_json::from_str::<Record>(&line).unwrap()
        };
        assert!(answers_goplens(&record("\"goplens:1\"")));
        assert!(!answers_goplens(&record("\"goplens\"")));
        assert!(!answers_goplens(&record("1")));
    }

    #[test]
    fn a_refusal_is_a_response_too() {
        let refusal = r#"{"id":null,"error":{"code":-32700,"message":""}}"#;
        let mut book = book(&[], &[refusal]);
        assert!(check(&book, None, Extent::Whole).is_err());
        book.refusals.push(None);
        assert_eq!(check(&book, None, Extent::Whole), Ok(()));
    }

    #[test]
    fn nothing_is_expected_behind_exit() {
        let late = r#"{"id":9,"method":"m"}"#;
        let book = book(&[r#"{"method":"exit"}"#, late], &[]);
        assert_eq!(check(&book, None, Extent::Whole), Ok(()));
    }

    #[test]
    fn a_record_that_differs_is_found() {
        let sent = note("{\"id\":1,\n\"method\":\"m\"}");
        let record = |text: &str| serde_json::from_str::<Record>(text).unwrap();
        let line = r#"{"seq":1,"time":"","direction":"client-to-server","kind":"request",
            "method":"m","id":1,"bytes":22,"body":{"id":1, "method":"m"}}"#;
        assert_eq!(compare_one(&sent, &record(line)), Ok(()));
        for (old, new) in [
            ("\"id\":1,\"bytes\"", "\"id\":\"1\",\"bytes\""),
            ("22", "23"),
            ("\"m\",\"id\"", "\"n\",\"id\""),
            ("{\"id\":1, ", "{\"id\":2, "),
            ("request", "notification"),
        ] {
            let other = line.replacen(old, new, 1);
            assert_ne!(other, line, "{old}");
            assert!(compare_one(&sent, &record(&other)).is_err(), "{new}");
        }
    }
}
