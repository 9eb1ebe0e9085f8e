//! What holds now.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use trace::finding::{Action, Code, Finding, Fix};

use crate::report::Key;

/// What is new about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// It is found for the first time.
    First,
    /// More is known of it, or less.
    Words,
    /// It has moved with the text around it.
    Place,
    /// Nothing.
    None,
}

/// The findings that hold, and the documents whose findings have changed.
#[derive(Debug, Default)]
pub(crate) struct Store {
    findings: BTreeMap<Key, Finding>,
    /// Which inspector found each, by its place in their list.
    finders: BTreeMap<Key, usize>,
    changed: BTreeSet<String>,
    /// Those that were left out when it was shown last, because the same is shown where something has failed.
    left_out: BTreeSet<Key>,
}

impl Store {
    /// A finding of this inspector holds; tells what is new about it.
    pub(crate) fn raise(&mut self, finding: Finding, finder: usize) -> News {
        let key = Key::of(&finding);
        self.finders.insert(key.clone(), finder);
        let same_words = |old: &Finding| {
            let (at, range) = (finding.at, finding.range);
            let old = old.clone();
            Finding { at, range, ..old } == finding
        };
        let news = match self.findings.get(&key) {
            None => News::First,
            Some(old) if !same_words(old) => News::Words,
            Some(old) if old.range != finding.range => News::Place,
            Some(_) => return News::None,
        };
        if !finding.quiet {
            self.changed.extend(finding.uri.clone());
        }
        self.findings.insert(key, finding);
        news
    }

    /// Whether another inspector than this one has found something of this code.
    pub(crate) fn has_of_others(&self, code: Code, finder: usize) -> bool {
        let mut all = self.finders.iter();
        all.any(|(key, one)| key.code == code && *one != finder)
    }

    /// What has this key and was found by this inspector holds no more; gives what did.
    pub(crate) fn clear(&mut self, key: &Key, finder: usize) -> Vec<Finding> {
        let finders = &self.finders;
        let meant = |candidate: &Key| {
            (candidate.code, &candidate.subject) == (key.code, &key.subject)
                && (key.uri.is_none() || candidate.uri == key.uri)
                && finders.get(candidate) == Some(&finder)
        };
        let mut cleared = Vec::new();
        self.findings.retain(|candidate, finding| {
            let meant = meant(candidate);
            if meant {
                cleared.push(finding.clone());
            }
            !meant
        });
        for finding in &cleared {
            self.finders.remove(&Key::of(finding));
        }
        self.changed
            .extend(cleared.iter().filter_map(|finding| finding.uri.clone()));
        cleared
    }

    /// Nobody knows any more whether what an inspector found holds; gives that.
    pub(crate) fn clear_of(&mut self, finder: usize) -> Vec<Finding> {
        let of = self.finders.iter().filter(|(_, one)| **one == finder);
        let keys: Vec<Key> = of.map(|(key, _)| key.clone()).collect();
        keys.iter()
            .flat_map(|key| self.clear(key, finder))
            .collect()
    }

    /// Nothing holds any more; gives what did.
    pub(crate) fn clear_all(&mut self) -> Vec<Finding> {
        let all: Vec<Finding> = std::mem::take(&mut self.findings).into_values().collect();
        self.changed
            .extend(all.iter().filter_map(|finding| finding.uri.clone()));
        all
    }

    /// A file has another text now: findings that would edit it are to be shown anew.
    pub(crate) fn touch(&mut self, uri: &str) {
        let edits = |fix: &Fix| match &fix.action {
            Action::Edit(edits) => edits.iter().any(|edit| edit.uri == uri),
            _ => false,
        };
        let touched = self.findings.values();
        let touched = touched.filter(|finding| finding.fixes.iter().any(edits));
        self.changed
            .extend(touched.filter_map(|finding| finding.uri.clone()));
    }

    /// Whether anything of these codes holds.
    pub(crate) fn has(&self, codes: &[Code]) -> bool {
        self.findings.keys().any(|key| codes.contains(&key.code))
    }

    /// What is shown, in a sentence, to somebody who had it looked for again.
    pub(crate) fn summary(&self) -> String {
        let shown = self.findings.values().filter(|finding| !finding.quiet);
        let codes: BTreeSet<&str> = shown.map(|finding| finding.code.as_str()).collect();
        if codes.is_empty() {
            return "goplens looked again and found nothing wrong".to_owned();
        }
        let codes: Vec<&str> = codes.into_iter().collect();
        format!(
            "goplens looked again, and this still stands: {}",
            codes.join(", ")
        )
    }

    /// Whether nothing holds but what is for the record alone.
    pub(crate) fn shows_nothing(&self) -> bool {
        self.findings.values().all(|finding| finding.quiet)
    }

    /// Whether this one has no place of its own, and the same is shown where something has failed of it. Another
    /// workspace folder can have its own fault of the same kind, in other words.
    fn is_shown_at_its_place(&self, finding: &Finding) -> bool {
        let of_one_kind = |other: &Finding| {
            other.range.is_some()
                && !other.quiet
                && (other.code, &other.subject) == (finding.code, &finding.subject)
                && ((&other.cause, &other.evidence) == (&finding.cause, &finding.evidence)
                    || is_beneath_home_of(other, finding))
        };
        finding.range.is_none() && self.findings.values().any(of_one_kind)
    }

    /// The documents whose findings have changed since this was asked last, with what they have now.
    pub(crate) fn changes(&mut self) -> Vec<(String, Vec<Finding>)> {
        let mut changed = std::mem::take(&mut self.changed);
        if !changed.is_empty() {
            // What is shown elsewhere may have come or gone.
            let all = self.findings.iter().filter(|(_, finding)| !finding.quiet);
            let left_out = all.filter(|(_, finding)| self.is_shown_at_its_place(finding));
            let left_out: BTreeSet<Key> = left_out.map(|(key, _)| key.clone()).collect();
            let turned = self.left_out.symmetric_difference(&left_out);
            changed.extend(turned.filter_map(|key| key.uri.clone()));
            self.left_out = left_out;
        }
        let of = |uri: &String| {
            let own = self.findings.values();
            own.filter(|finding| !finding.quiet && finding.uri.as_ref() == Some(uri))
                .filter(|finding| !self.is_shown_at_its_place(finding))
                .cloned()
                .collect()
        };
        changed.iter().map(|uri| (uri.clone(), of(uri))).collect()
    }
}

/// Whether a finding is in a file beneath the folder whose go.mod or go.work another one is shown at.
fn is_beneath_home_of(finding: &Finding, other: &Finding) -> bool {
    let path = |finding: &Finding| doctor::file_path(finding.uri.as_ref()?);
    let home = path(other);
    let folder = home.as_deref().and_then(Path::parent);
    folder.is_some_and(|folder| path(finding).is_some_and(|path| path.starts_with(folder)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(title: &str) -> Finding {
        Finding::new(Code::GoNotFound, title, "B.").place("file:///a", None)
    }

    #[test]
    fn what_is_for_the_record_alone_is_shown_nowhere() {
        let mut store = Store::default();
        assert_eq!(store.raise(finding("A.").quietly(), 0), News::First);
        assert_eq!(store.changes().len(), 0);
        store.raise(finding("B.").about("b"), 0);
        let shown = store.changes();
        assert_eq!(shown[0].1.len(), 1);
        assert_eq!(shown[0].1[0].title, "B.");
    }

    #[test]
    fn what_is_shown_where_it_has_failed_is_not_shown_once_more() {
        let mut store = Store::default();
        let at_home = finding("A.").about("GOFLAGS");
        let range = Some(trace::finding::Range::default());
        let at_place = at_home.clone().place("file:///b", range);
        let shown = |store: &mut Store| {
            let all = store.changes().into_iter();
            let all = all.map(|(uri, findings)| (uri, findings.len()));
            all.collect::<Vec<_>>()
        };
        let (a, b) = ("file:///a".to_owned(), "file:///b".to_owned());
        store.raise(at_home, 0);
        assert_eq!(shown(&mut store), [(a.clone(), 1)]);
        store.raise(at_place.clone(), 0);
        assert_eq!(shown(&mut store), [(a.clone(), 0), (b.clone(), 1)]);
        store.clear(&Key::of(&at_place), 0);
        assert_eq!(shown(&mut store), [(a, 1), (b, 0)]);
    }

    #[test]
    fn what_has_not_changed_is_not_shown_again() {
        let mut store = Store::default();
        store.raise(finding("A."), 0);
        store.changes();
        let other = Finding::new(Code::ProxyUnreachable, "B.", "C.");
        store.raise(other.place("file:///b", None), 0);
        let shown = store.changes();
        let shown: Vec<&str> = shown.iter().map(|(uri, _)| uri.as_str()).collect();
        assert_eq!(shown, ["file:///b"]);
    }

    #[test]
    fn what_has_failed_in_a_folder_hides_no_other_ones_fault() {
        let of = |folder: &str, file: &str, range| {
            let uri = format!("file:///w/{folder}/{file}");
            let fault = Finding::new(Code::GoNotFound, "A.", "B.");
            fault
                .evidence(format!("in {folder}, by {file}"))
                .place(uri, range)
        };
        let mut store = Store::default();
        store.raise(of("a", "go.mod", None), 0);
        store.raise(of("b", "go.mod", None), 0);
        let range = Some(trace::finding::Range::default());
        store.raise(of("a", "x.go", range), 0);
        let shown = store.changes();
        let of_file = |uri: &str| shown.iter().find(|one| one.0 == uri).map(|one| one.1.len());
        assert_eq!(of_file("file:///w/a/go.mod"), Some(0));
        assert_eq!(of_file("file:///w/a/x.go"), Some(1));
        assert_eq!(of_file("file:///w/b/go.mod"), Some(1));
    }

    #[test]
    fn nothing_is_called_right_while_a_finding_of_any_inspector_is_shown() {
        let mut store = Store::default();
        store.raise(finding("A.").quietly(), 0);
        let nothing = "goplens looked again and found nothing wrong";
        assert_eq!(store.summary(), nothing);
        store.raise(Finding::new(Code::ProxyUnreachable, "B.", "C."), 1);
        store.raise(finding("D.").about("d"), 2);
        let both = "goplens looked again, and this still stands: go-not-found, proxy-unreachable";
        assert_eq!(store.summary(), both);
        store.clear_of(1);
        store.clear_of(2);
        assert_eq!(store.summary(), nothing);
    }

    #[test]
    fn a_finding_is_news_once_and_until_it_says_something_else() {
        let mut store = Store::default();
        assert_eq!(store.raise(finding("A."), 0), News::First);
        let mut again = finding("A.");
        again.at = Some(7);
        assert_eq!(store.raise(again.clone(), 0), News::None);
        again.range = Some(trace::finding::Range::default());
        assert_eq!(store.raise(again, 0), News::Place);
        assert_eq!(store.raise(finding("C."), 0), News::Words);
        assert_eq!(store.changes().len(), 1);
        assert_eq!(store.changes().len(), 0);
        let mut key = Key::of(&finding("C."));
        key.uri = None;
        assert_eq!(store.clear(&key, 1).len(), 0, "what another one has found");
        assert_eq!(store.clear(&key, 0).len(), 1);
        assert_eq!(store.changes(), [("file:///a".to_owned(), vec![])]);
        assert_eq!(store.clear(&key, 0).len(), 0);
        store.raise(finding("A."), 3);
        assert_eq!(store.clear_of(0).len(), 0);
        assert_eq!(store.clear_of(3).len(), 1);
    }
}
