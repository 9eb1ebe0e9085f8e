//! One thing that failed, and what was found.

use std::time::Instant;

use doctor::source::{self, Token};
use doctor::{Failed, Workspace};
use protocol::Method;
use trace::finding::{Finding, Position, Range};

use crate::report::Key;
use crate::session::Session;
use crate::shift::shift;

/// A request that failed, or the load of a workspace, and what was found.
#[derive(Debug)]
pub(super) struct Case {
    /// Its number, by which it is known while it is looked into.
    pub(super) number: u64,
    /// When it failed.
    pub(super) begun: Instant,
    /// What was asked; nothing where a load failed.
    pub(super) method: Option<Method>,
    /// Where; nothing where a load failed.
    pub(super) failed: Option<Failed>,
    /// The URI of the folder of which the load failed.
    pub(super) folder: Option<String>,
    /// The record of the answer.
    pub(super) at: Option<u64>,
    /// What stands at the place, and where that is now.
    token: Option<Token>,
    /// Where it was when this was looked into last.
    asked: Option<Range>,
    findings: Vec<Found>,
    again: bool,
}

/// A finding as it was found, and as it is shown.
#[derive(Debug)]
struct Found {
    first: Finding,
    shown: Finding,
}

impl Case {
    /// A request that failed.
    pub(super) fn of(
        failed: Failed,
        token: Token,
        method: Option<Method>,
        at: Option<u64>,
        begun: Instant,
    ) -> Self {
        Self {
            method,
            token: Some(token),
            failed: Some(failed),
            at,
            folder: None,
            ..Self::of_load(String::new(), begun)
        }
    }

    /// The load of a folder that failed.
    pub(super) fn of_load(folder: String, begun: Instant) -> Self {
        Self {
            number: 0,
            begun,
            method: None,
            failed: None,
            folder: Some(folder),
            at: None,
            token: None,
            asked: None,
            findings: Vec::new(),
            again: false,
        }
    }

    /// What the checks look at, from now on.
    pub(super) fn workspace(&mut self, session: &Session) -> Option<Workspace> {
        self.asked = self.range();
        let uri = self.failed.as_ref().map(|failed| &failed.uri);
        let uri = uri.or(self.folder.as_ref()).map(String::as_str);
        let mut workspace = session.workspace(uri, self.failed.clone())?;
        let before = self.findings.iter().map(|found| found.first.clone());
        workspace.before = before.collect();
        Some(workspace)
    }

    fn range(&self) -> Option<Range> {
        self.token.as_ref().map(|token| token.range)
    }

    /// Whether something was found.
    pub(super) fn is_explained(&self) -> bool {
        !self.findings.is_empty()
    }

    /// What tells it from others: the place, what stands there, and what gopls said.
    pub(super) fn name(&self) -> String {
        match (&self.failed, &self.token) {
            (Some(failed), Some(token)) => {
                let error = failed.error.as_deref().unwrap_or_default();
                let line = token.range.start.line;
                format!("{} {line} {} {error}", failed.uri, token.text)
            }
            _ => self.folder.clone().unwrap_or_default(),
        }
    }

    /// Whether it comes of pointing at things, which happens all the time, rather than of asking for one.
    pub(super) fn is_of_pointing(&self) -> bool {
        self.method == Some(Method::TEXT_DOCUMENT_HOVER)
    }

    /// Whether another one failed in the same file with the same words.
    pub(super) fn is_same_failure(&self, other: &Self) -> bool {
        match (&self.failed, &other.failed) {
            (Some(one), Some(other)) => one.uri == other.uri && one.error == other.error,
            _ => false,
        }
    }

    /// Whether it is about a document.
    pub(super) fn is_in(&self, uri: &str) -> bool {
        self.failed.as_ref().is_some_and(|failed| failed.uri == uri)
    }

    /// Whether it is about what stands at this place.
    pub(super) fn is_at(&self, uri: &str, position: Position) -> bool {
        let holds = |range: Range| range.start <= position && position <= range.end;
        self.is_in(uri) && self.range().is_some_and(holds)
    }

    /// Whether it was looked into before.
    pub(super) fn is_looked_at_again(&self) -> bool {
        self.again
    }

    /// The document changed: moves the place with its text, and tells whether it is still there. The
    /// text itself is taken up by [`refresh`](Self::refresh).
    pub(super) fn edit(&mut self, changed: Option<Range>, text: &str) -> bool {
        let (Some(failed), Some(token)) = (&mut self.failed, &mut self.token) else {
            return true;
        };
        let Some(changed) = changed else {
            // The whole text was replaced: the place is the same if the same stands there.
            let now = source::token_at(text, failed.position);
            return (now.text, now.range) == (token.text.clone(), token.range);
        };
        let place = Range::new(failed.position, failed.position);
        let (Some(range), Some(place)) = (
            shift(token.range, changed, text),
            shift(place, changed, text),
        ) else {
            return false;
        };
        let before = std::mem::replace(&mut token.range, range);
        failed.position = place.start;
        for found in &mut self.findings {
            for finding in [&mut found.first, &mut found.shown] {
                if finding.range == Some(before) {
                    finding.range = Some(range);
                }
            }
        }
        true
    }

    /// A finding of what was asked, where its place is now.
    fn now(&self, finding: Finding) -> Finding {
        let moved = finding.range.is_some() && finding.range == self.asked;
        Finding {
            range: if moved { self.range() } else { finding.range },
            at: self.at,
            ..finding
        }
    }

    /// Its findings in a document, to be shown where they are now.
    pub(super) fn shown_in(&self, uri: &str) -> Vec<Finding> {
        let shown = self.findings.iter().map(|found| &found.shown);
        shown
            .filter(|finding| finding.uri.as_deref() == Some(uri))
            .cloned()
            .collect()
    }

    /// Takes up what is known now.
    pub(super) fn refresh(&mut self, session: &Session) {
        self.again = true;
        if let Some(failed) = &mut self.failed {
            failed.diagnostics = session.published.of(&failed.uri);
            if let Some(text) = session.documents.text(&failed.uri) {
                text.clone_into(&mut failed.text);
            }
        }
    }

    /// What holds now; gives what is new about it. What was looked at more closely stays as it is while
    /// it is found in the same words.
    pub(super) fn found(&mut self, findings: Vec<Finding>) -> Vec<Finding> {
        let mut before = std::mem::take(&mut self.findings);
        let mut news = Vec::new();
        for finding in findings {
            let finding = self.now(finding);
            let same = before.iter().position(|found| found.first == finding);
            self.findings.push(match same {
                Some(place) => before.swap_remove(place),
                None => {
                    news.push(finding.clone());
                    Found {
                        first: finding.clone(),
                        shown: finding,
                    }
                }
            });
        }
        news
    }

    /// What a closer look has said of a finding that is the same but for its place, at its place.
    pub(super) fn closer_look_at(&self, finding: &Finding) -> Option<Finding> {
        let at = |known: &Finding| Finding {
            range: finding.range,
            at: finding.at,
            ..known.clone()
        };
        let found = self.findings.iter();
        let same = found.filter(|found| found.shown != found.first && at(&found.first) == *finding);
        same.map(|found| at(&found.shown)).next()
    }

    /// A closer look came of a finding; gives it where its place is now.
    pub(super) fn replace(&mut self, key: &Key, finding: Finding) -> Finding {
        let finding = self.now(finding);
        let mut all = self.findings.iter_mut();
        if let Some(found) = all.find(|found| Key::of(&found.shown) == *key) {
            found.shown = finding.clone();
        }
        finding
    }

    /// What its findings are told from others by.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key> {
        self.findings.iter().map(|found| Key::of(&found.shown))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use trace::finding::Code;

    use super::*;

    const URI: &str = "file:///m/a.go";

    fn case() -> Case {
        let failed = Failed {
            uri: URI.into(),
            path: "/m/a.go".into(),
            text: "package a\n\nvar x = helper()\n".into(),
            position: Position::new(2, 10),
            error: None,
            answer: None,
            diagnostics: vec![],
        };
        let method = Method::TEXT_DOCUMENT_DEFINITION;
        let token = source::token_at(&failed.text, failed.position);
        let mut case = Case::of(failed, token, Some(method), Some(7), Instant::now());
        let finding = Finding::new(Code::ImportCycle, "A.", "B.");
        case.found(vec![finding.place(URI, Some(range(2, 8, 14)))]);
        case
    }

    fn range(line: u32, from: u32, to: u32) -> Range {
        Range::new(Position::new(line, from), Position::new(line, to))
    }

    #[test]
    fn it_moves_with_the_text_until_its_place_is_touched() {
        let mut case = case();
        assert!(case.edit(Some(range(1, 0, 0)), "// é\n"));
        assert!(case.is_at(URI, Position::new(3, 8)));
        assert_eq!(case.shown_in(URI)[0].range, Some(range(3, 8, 14)));
        assert!(!case.edit(Some(range(3, 10, 10)), "x"));
        let mut case = self::case();
        assert!(case.edit(None, "package b\n\nvar y = helper()\n"));
        assert!(!case.edit(None, "package b\n\nvar y = other_()\n"));
    }

    #[test]
    fn what_is_found_again_is_no_news_and_keeps_its_closer_look() {
        let mut case = case();
        let first = case.shown_in(URI).remove(0);
        let key = Key::of(&first);
        let closer = Finding {
            title: "A, closer.".into(),
            ..first.clone()
        };
        case.replace(&key, closer.clone());
        assert!(case.found(vec![first]).is_empty());
        assert_eq!(case.shown_in(URI), [closer]);
        assert!(case.found(vec![]).is_empty());
        assert_eq!(case.keys().count(), 0);
    }
}
