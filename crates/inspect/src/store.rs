//! What holds now.

use std::collections::{BTreeMap, BTreeSet};

use trace::finding::Finding;

use crate::report::Key;

/// The findings that hold, and the documents whose findings have changed.
#[derive(Debug, Default)]
pub(crate) struct Store {
    findings: BTreeMap<Key, Finding>,
    changed: BTreeSet<String>,
}

impl Store {
    /// A finding holds; tells whether that is news.
    pub(crate) fn raise(&mut self, finding: Finding) -> bool {
        let key = Key::of(&finding);
        let same = |old: &Finding| {
            let at = finding.at;
            Finding { at, ..old.clone() } == finding
        };
        if self.findings.get(&key).is_some_and(same) {
            return false;
        }
        self.changed.extend(finding.uri.clone());
        self.findings.insert(key, finding);
        true
    }

    /// What has this key holds no more; gives what did.
    pub(crate) fn clear(&mut self, key: &Key) -> Vec<Finding> {
        let meant = |candidate: &Key| {
            (candidate.code, &candidate.subject) == (key.code, &key.subject)
                && (key.uri.is_none() || candidate.uri == key.uri)
        };
        let mut cleared = Vec::new();
        self.findings.retain(|candidate, finding| {
            let meant = meant(candidate);
            if meant {
                cleared.push(finding.clone());
            }
            !meant
        });
        self.changed
            .extend(cleared.iter().filter_map(|finding| finding.uri.clone()));
        cleared
    }

    /// Nothing holds any more; gives what did.
    pub(crate) fn clear_all(&mut self) -> Vec<Finding> {
        let all: Vec<Finding> = std::mem::take(&mut self.findings).into_values().collect();
        self.changed
            .extend(all.iter().filter_map(|finding| finding.uri.clone()));
        all
    }

    /// Whether nothing holds.
    pub(crate) fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// The documents whose findings have changed since this was asked last, with what they have now.
    pub(crate) fn changes(&mut self) -> Vec<(String, Vec<Finding>)> {
        let changed = std::mem::take(&mut self.changed);
        let of = |uri: &String| {
            let own = self.findings.values();
            own.filter(|finding| finding.uri.as_ref() == Some(uri))
                .cloned()
                .collect()
        };
        changed.iter().map(|uri| (uri.clone(), of(uri))).collect()
    }
}

#[cfg(test)]
mod tests {
    use trace::finding::Code;

    use super::*;

    fn finding(title: &str) -> Finding {
        Finding::new(Code::GoNotFound, title, "B.").place("file:///a", None)
    }

    #[test]
    fn a_finding_is_news_once_and_until_it_says_something_else() {
        let mut store = Store::default();
        assert!(store.raise(finding("A.")));
        let mut again = finding("A.");
        again.at = Some(7);
        assert!(!store.raise(again));
        assert!(store.raise(finding("C.")));
        assert_eq!(store.changes().len(), 1);
        assert_eq!(store.changes().len(), 0);
        let mut key = Key::of(&finding("C."));
        key.uri = None;
        assert_eq!(store.clear(&key).len(), 1);
        assert_eq!(store.changes(), [("file:///a".to_owned(), vec![])]);
        assert_eq!(store.clear(&key).len(), 0);
    }
}
