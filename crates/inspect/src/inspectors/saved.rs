//! `document-out-of-sync`: what an editor has saved is not what it has told gopls.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::{Duration, Instant};

use protocol::{Direction, Method, MethodSet};
use trace::finding::{Action, Code, Finding, Position, Range, Severity};

use crate::Inspector;
use crate::event::{Event, Found, Learned, Saved, Seen};
use crate::report::{Look, Report};
use crate::session::Session;

/// How long after a save the file is looked at again where it is not what gopls was told. A formatter that
/// an editor runs on the saved file changes it once more, and the editor needs a moment to take that over.
const AGAIN: Duration = Duration::from_secs(2);

/// How many texts of a document are remembered. A file that has an earlier one was not written since: an editor
/// may write into another file and tell of a save, or be typed in while it writes.
const REMEMBERED: usize = 64;

/// What distinguishes these findings from others about the same document.
const SUBJECT: &str = "saved";

/// Compares each document with its file when it is saved.
#[derive(Default)]
pub(crate) struct SavedDocuments {
    documents: BTreeMap<String, Document>,
}

/// A document that is open.
#[derive(Default)]
struct Document {
    /// The record at which gopls was told its text whole.
    opened: Option<u64>,
    /// That of the last save by which the two were seen to be the same.
    same: Option<u64>,
    /// That of the last save.
    saved: Option<u64>,
    /// When its file is to be looked at, and whether that is for the second time.
    due: Option<(Instant, bool)>,
    raised: bool,
    /// The fingerprints of the texts that it has had: those that its file was seen to have, then the last ones.
    had: VecDeque<u64>,
}

impl Document {
    fn remember(&mut self, text: Option<&str>) {
        self.had.extend(text.map(fingerprint));
        // The first one is that of the last save, or of the file as it was opened.
        if self.had.len() > REMEMBERED {
            self.had.remove(1);
        }
    }
}

impl Inspector for SavedDocuments {
    fn name(&self) -> &'static str {
        "saved"
    }

    fn interests(&self) -> MethodSet {
        MethodSet::new()
            .with(Method::TEXT_DOCUMENT_DID_OPEN)
            .with(Method::TEXT_DOCUMENT_DID_CHANGE)
            .with(Method::TEXT_DOCUMENT_DID_SAVE)
            .with(Method::TEXT_DOCUMENT_DID_CLOSE)
    }

    fn on_event(&mut self, session: &Session, event: &Event<'_>, report: &mut Report) {
        match event {
            Event::Message(seen) if seen.message.direction == Direction::ClientToServer => {
                self.on_message(session, seen, report);
            }
            Event::Learned(Learned::Saved(saved)) => self.on_learned(session, saved, report),
            Event::Tick(now) => self.on_tick(*now, session, report),
            _ => {}
        }
    }
}

impl SavedDocuments {
    fn on_message(&mut self, session: &Session, seen: &Seen, report: &mut Report) {
        let Some(uri) = seen.body["params"]["textDocument"]["uri"].as_str() else {
            return;
        };
        match seen.message.method {
            Some(Method::TEXT_DOCUMENT_DID_OPEN | Method::TEXT_DOCUMENT_DID_CLOSE) => {
                if let Some(document) = self.documents.remove(uri)
                    && document.raised
                {
                    report.clear(Code::DocumentOutOfSync, SUBJECT, Some(uri));
                }
                if seen.message.method == Some(Method::TEXT_DOCUMENT_DID_OPEN) {
                    let mut opened = Document {
                        opened: seen.at,
                        ..Document::default()
                    };
                    opened.remember(session.documents.text(uri));
                    self.documents.insert(uri.to_owned(), opened);
                }
            }
            Some(Method::TEXT_DOCUMENT_DID_CHANGE) => {
                if let Some(document) = self.documents.get_mut(uri) {
                    document.remember(session.documents.text(uri));
                    // What is typed from now on need not be on disk, but it may mend what was found.
                    document.due = document.raised.then(|| (seen.now + AGAIN, true));
                }
            }
            Some(Method::TEXT_DOCUMENT_DID_SAVE) => {
                let document = self.documents.entry(uri.to_owned()).or_default();
                document.saved = seen.at;
                document.due = Some((seen.now, false));
            }
            _ => {}
        }
    }

    fn on_tick(&mut self, now: Instant, session: &Session, report: &mut Report) {
        for (uri, document) in &mut self.documents {
            let Some((due, again)) = document.due else {
                continue;
            };
            if now < due {
                continue;
            }
            document.due = None;
            if let Some((open, text)) = session.documents.get(uri).and_then(|open| {
                let text = open.text.clone()?;
                Some((open, text))
            }) && let Some(path) = doctor::file_path(uri)
            {
                report.look(Look::Saved {
                    uri: uri.clone(),
                    version: open.version,
                    path,
                    text,
                    had: document.had.iter().copied().collect(),
                    again,
                });
            }
        }
    }

    fn on_learned(&mut self, session: &Session, saved: &Saved, report: &mut Report) {
        let Saved {
            uri,
            version,
            found,
            again,
        } = saved;
        let Some(document) = self.documents.get_mut(uri) else {
            return;
        };
        let open = session.documents.get(uri);
        if document.due.is_some() || open.is_none_or(|open| open.version != *version) {
            return;
        }
        if *found == Found::Same {
            document.same = document.saved;
            document.had.clear();
            document.remember(session.documents.text(uri));
        }
        let Found::Other { line } = *found else {
            if std::mem::take(&mut document.raised) {
                report.clear(Code::DocumentOutOfSync, SUBJECT, Some(uri));
            }
            return;
        };
        if !again {
            document.due = Some((Instant::now() + AGAIN, true));
        } else if !document.raised {
            document.raised = true;
            report.raise(parted(uri, line, document));
        }
    }
}

/// The file has another line than the document.
fn parted(uri: &str, line: u32, document: &Document) -> Finding {
    let place = Position::new(line, 0);
    let mut finding = Finding::new(
        Code::DocumentOutOfSync,
        "The editor has saved another text of this file than it has told gopls.",
        "A change was lost on its way to gopls, or another program has changed the file right after it was \
         saved and the editor has not taken that over. What gopls answers is about the text that it was told.",
    )
    .severity(Severity::Warning)
    .about(SUBJECT)
    .evidence(format!(
        "the file on disk differs from line {} on, and did so two seconds after it was saved",
        line + 1
    ));
    let since = match (document.same, document.opened) {
        (Some(same), _) => Some(format!(
            "the two were the same at record {same} of the trace, a save, and have parted since"
        )),
        (None, Some(opened)) => Some(format!(
            "gopls was told the whole text at record {opened} of the trace, and changes since"
        )),
        (None, None) => None,
    };
    if let Some(since) = since {
        finding = finding.evidence(since);
    }
    finding
        .fix(
            "Close the file and open it again",
            Action::Hand("gopls then gets its text whole.".into()),
        )
        .place(uri, Some(Range::new(place, place)))
}

/// What a file has, beside the document and the texts that it has had.
pub(crate) fn compare(document: &str, had: &[u64], file: &str) -> Found {
    match first_difference(document, file) {
        None => Found::Same,
        Some(_) if had.contains(&fingerprint(file)) => Found::Earlier,
        Some(line) => Found::Other { line },
    }
}

/// The lines of a text without what editors keep to themselves: a byte order mark, the ends of lines, and that
/// of the last one.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.trim_start_matches('\u{feff}').lines()
}

/// What tells the lines of a text from those of others.
fn fingerprint(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    lines(text).for_each(|line| line.hash(&mut hasher));
    hasher.finish()
}

/// The first line, from 0, that two texts do not share.
fn first_difference(document: &str, file: &str) -> Option<u32> {
    let (mut ours, mut theirs) = (lines(document), lines(file));
    let mut line = 0;
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => return None,
            (one, other) if one == other => line += 1,
            _ => return Some(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_keep_to_themselves_is_no_difference() {
        let document = "package a\n\nfunc b() {}\n";
        for file in [
            document,
            "\u{feff}package a\n\nfunc b() {}\n",
            "package a\r\n\r\nfunc b() {}\r\n",
            "package a\n\nfunc b() {}",
        ] {
            assert_eq!(first_difference(document, file), None, "{file:?}");
            assert_eq!(first_difference(file, document), None, "{file:?}");
        }
    }

    #[test]
    fn a_file_that_was_not_written_has_an_earlier_text() {
        let had = ["package a\n", "package ab\n"].map(fingerprint);
        let compare = |file| compare("package abc\n", &had, file);
        assert_eq!(compare("package abc"), Found::Same);
        assert_eq!(compare("package a\r\n"), Found::Earlier);
        assert_eq!(compare("package b\n"), Found::Other { line: 0 });
    }

    #[test]
    fn what_the_file_was_seen_to_have_is_not_forgotten() {
        let mut document = Document::default();
        for number in 0..3 * REMEMBERED {
            document.remember(Some(&number.to_string()));
        }
        assert_eq!(document.had.len(), REMEMBERED);
        assert_eq!(document.had.front(), Some(&fingerprint("0")));
        let last = (3 * REMEMBERED - 1).to_string();
        assert_eq!(document.had.back(), Some(&fingerprint(&last)));
    }

    #[test]
    fn the_first_line_that_differs_is_found() {
        let document = "package a\n\nfunc b() {}\n";
        for (file, line) in [
            ("package b\n\nfunc b() {}\n", 0),
            ("package a\nfunc b() {}\n", 1),
            ("package a\n\nfunc b() {}\n\n", 3),
            ("package a\n\nfunc b() {} \n", 2),
            ("", 0),
        ] {
            assert_eq!(first_difference(document, file), Some(line), "{file:?}");
        }
    }
}
