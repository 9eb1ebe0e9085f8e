//! All that failed and is still of interest.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use trace::finding::Finding;

use super::about::About;
use super::case::Case;
use crate::report::{Key, Report};
use crate::session::Session;

/// How many that nothing was found for are kept, for another look when more is known; the oldest gives
/// way.
const MOST_UNEXPLAINED: usize = 8;

/// How long they are: gopls publishes what is wrong with a file a second after it has failed in it.
const INTEREST: Duration = Duration::from_secs(10);

/// How far apart places are looked into that are only pointed at.
const POINTING: Duration = Duration::from_secs(2);

/// The cases, and the order in which they are to be looked into.
#[derive(Debug, Default)]
pub(super) struct Cases {
    all: Vec<Case>,
    waiting: VecDeque<u64>,
    count: u64,
    /// When somebody pointed at something that was looked into.
    pointed: Option<Instant>,
}

impl Cases {
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn get(&mut self, number: u64) -> Option<&mut Case> {
        self.all.iter_mut().find(|case| case.number == number)
    }

    /// Something failed. It is looked into, unless nothing was found for just this a moment ago, or it
    /// comes of pointing here and there in a file that is explained already.
    ///
    /// A case that is met again keeps what is known of it, so that nothing flickers.
    pub(super) fn add(&mut self, mut case: Case) {
        self.forget(case.begun);
        let name = case.name();
        if let Some(old) = self.all.iter_mut().find(|old| old.name() == name) {
            // The same again: what was found is looked at again, and what was not is not.
            old.at = case.at;
            if old.is_explained() && !self.waiting.contains(&old.number) {
                self.waiting.push_back(old.number);
            }
            return;
        }
        if case.is_of_pointing() {
            let explained = |old: &Case| old.is_explained() && old.is_same_failure(&case);
            let lately =
                |pointed: Instant| case.begun.saturating_duration_since(pointed) < POINTING;
            if self.all.iter().any(explained) || self.pointed.is_some_and(lately) {
                return;
            }
            self.pointed = Some(case.begun);
        }
        let unexplained = self.all.iter().filter(|case| !case.is_explained());
        if unexplained.count() >= MOST_UNEXPLAINED
            && let Some(oldest) = self.all.iter().position(|case| !case.is_explained())
        {
            self.all.remove(oldest);
        }
        self.count += 1;
        case.number = self.count;
        self.waiting.push_back(case.number);
        self.all.push(case);
    }

    /// The load of some folder failed; gopls does not always say of which.
    pub(super) fn add_load(&mut self, session: &Session, now: Instant) {
        for folder in session.folders.all() {
            let known = |case: &Case| case.folder.as_ref() == Some(&folder.uri);
            if !self.all.iter().any(known) {
                self.add(Case::of_load(folder.uri.clone(), now));
            }
        }
    }

    /// Those that it is about are looked into as if they had just failed, with what is known now. Those
    /// that nobody cares for any more are forgotten.
    pub(super) fn look_again(&mut self, session: &Session, about: &About, now: Instant) {
        self.forget(now);
        for case in &mut self.all {
            if about.is_about(case) {
                case.refresh(session);
                if !self.waiting.contains(&case.number) {
                    self.waiting.push_back(case.number);
                }
            }
        }
    }

    /// The next to be looked into.
    pub(super) fn next(&mut self) -> Option<&mut Case> {
        while let Some(number) = self.waiting.pop_front() {
            if let Some(place) = self.all.iter().position(|case| case.number == number) {
                return self.all.get_mut(place);
            }
        }
        None
    }

    /// These are over: what they found is cleared, unless another found it too.
    pub(super) fn close(&mut self, over: impl Fn(&Case) -> bool, report: &mut Report) {
        self.keep(|case| !over(case), report);
    }

    /// Only these stay.
    pub(super) fn keep(&mut self, mut stays: impl FnMut(&mut Case) -> bool, report: &mut Report) {
        let (stay, over): (Vec<Case>, Vec<Case>) = std::mem::take(&mut self.all)
            .into_iter()
            .map(|mut case| (stays(&mut case), case))
            .fold(Default::default(), |(mut stay, mut over), (stays, case)| {
                if stays { &mut stay } else { &mut over }.push(case);
                (stay, over)
            });
        self.all = stay;
        self.clear(over.iter().flat_map(Case::keys), report);
    }

    /// What holds for a case now. Gives what is new about it.
    pub(super) fn found(
        &mut self,
        number: u64,
        findings: Vec<Finding>,
        report: &mut Report,
    ) -> Vec<Finding> {
        let Some(case) = self.all.iter_mut().find(|case| case.number == number) else {
            return Vec::new();
        };
        let before: Vec<Key> = case.keys().collect();
        let first = !case.is_looked_at_again() || before.is_empty();
        let mut news = case.found(findings);
        let now: Vec<Key> = case.keys().collect();
        if let (Some(method), Some(failed), true) = (&case.method, &case.failed, first) {
            let codes: Vec<&str> = now.iter().map(|key| key.code.as_str()).collect();
            if !codes.is_empty() || !case.is_looked_at_again() {
                report.explained(method, &failed.uri, codes);
            }
        }
        news.retain_mut(|finding| !self.adopt(number, finding, report));
        // An older case with the same findings is the same fault, met again.
        let met_again = |old: &Case| {
            old.number != number && old.is_explained() && old.keys().all(|key| now.contains(&key))
        };
        self.all.retain(|old| !met_again(old));
        self.clear(before.into_iter().filter(|key| !now.contains(key)), report);
        news
    }

    /// Where the same was found for another place already, what a closer look has said of it holds here
    /// too.
    fn adopt(&mut self, number: u64, finding: &Finding, report: &mut Report) -> bool {
        let known = |case: &Case| case.closer_look_at(finding);
        let others = self.all.iter().filter(|case| case.number != number);
        let Some(shown) = others.into_iter().find_map(known) else {
            return false;
        };
        if let Some(case) = self.all.iter_mut().find(|case| case.number == number) {
            case.replace(&Key::of(finding), shown.clone());
        }
        report.raise(shown);
        true
    }

    /// A closer look came of a finding.
    pub(super) fn replace(&mut self, key: &Key, finding: Finding, report: &mut Report) {
        let mut all = self.all.iter_mut();
        if let Some(case) = all.find(|case| case.keys().any(|own| own == *key)) {
            let finding = case.replace(key, finding);
            if Key::of(&finding) != *key {
                report.clear_key(key.clone());
            }
            report.raise_in(finding, case.folder.clone());
        }
    }

    /// What was found of this document, to be shown where it is now.
    pub(super) fn shown_in(&self, uri: &str) -> Vec<Finding> {
        self.all
            .iter()
            .flat_map(|case| case.shown_in(uri))
            .collect()
    }

    /// Nobody cares any more for what failed long ago and was not explained.
    fn forget(&mut self, now: Instant) {
        let young = |case: &Case| now.saturating_duration_since(case.begun) < INTEREST;
        let waiting = &self.waiting;
        self.all
            .retain(|case| case.is_explained() || young(case) || waiting.contains(&case.number));
    }

    fn clear(&self, keys: impl IntoIterator<Item = Key>, report: &mut Report) {
        for key in keys {
            if !self
                .all
                .iter()
                .any(|case| case.keys().any(|own| own == key))
            {
                report.clear_key(key);
            }
        }
    }
}
