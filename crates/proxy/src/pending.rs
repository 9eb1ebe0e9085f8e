//! The requests that were asked and not yet answered.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use bytes::Bytes;
use dashmap::DashMap;
use foldhash::fast::RandomState;
use protocol::{Method, Side};
use wire::Id;

/// A request that waits for its response.
#[derive(Clone, Debug)]
pub struct Pending {
    /// What was asked.
    pub method: Method,
    /// When it was forwarded.
    pub started: Instant,
    /// Its parameters as they came; they are read only where somebody wants to know.
    pub params: Option<Bytes>,
    /// Whether the asker has cancelled it.
    pub cancelled: bool,
    /// When it took longer than it may, if it did.
    pub timed_out: Option<Instant>,
    /// Whether goplens has answered it already, so that the answer still to come must be dropped.
    pub answered: bool,
    /// Whether a rewriter claimed the response.
    pub claimed: bool,
    /// Whoever asked reused an id that was in flight: the request before, which is answered first.
    before: Option<Box<Pending>>,
}

impl Pending {
    /// A request that is being forwarded.
    pub fn new(method: Method, started: Instant, params: Option<Bytes>) -> Self {
        Self {
            method,
            started,
            params,
            cancelled: false,
            timed_out: None,
            answered: false,
            claimed: false,
            before: None,
        }
    }

    /// The document and position that it is about, where it is about one.
    pub fn place(&self) -> Option<Place> {
        let params: serde_json::Value = serde_json::from_slice(self.params.as_ref()?).ok()?;
        let number = |field| params["position"][field].as_u64();
        Some(Place {
            uri: params["textDocument"]["uri"].as_str()?.to_owned(),
            position: number("line").zip(number("character")),
        })
    }

    /// Whether the answer must be held whole when it comes.
    fn holds(&self) -> bool {
        self.claimed || self.answered
    }
}

/// What a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The document, in the asker's spelling.
    pub uri: String,
    /// Line and character, from 0, in the encoding that was agreed.
    pub position: Option<(u64, u64)>,
}

/// All of them, of both sides.
///
/// Both sides number from 0 or 1, so the side is part of the key; ids are compared by value.
#[derive(Debug)]
pub struct PendingTable {
    map: DashMap<(Side, Id), Pending, RandomState>,
    /// How many of the client's answers must be held whole.
    held: AtomicUsize,
}

impl Default for PendingTable {
    fn default() -> Self {
        // Both pumps run on one thread; the shards are for the watch, which runs beside them.
        Self {
            map: DashMap::with_hasher_and_shard_amount(RandomState::default(), 4),
            held: AtomicUsize::new(0),
        }
    }
}

impl PendingTable {
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// Whether any answer that is still to come from the server must be held whole.
    pub(crate) fn any_held(&self) -> bool {
        self.held.load(Ordering::Relaxed) > 0
    }

    /// A request was asked.
    pub(crate) fn insert(&self, asker: Side, id: Id, mut pending: Pending) {
        if pending.holds() {
            self.held.fetch_add(1, Ordering::Relaxed);
        }
        match self.map.entry((asker, id)) {
            dashmap::Entry::Vacant(entry) => {
                entry.insert(pending);
            }
            dashmap::Entry::Occupied(mut entry) => {
                std::mem::swap(entry.get_mut(), &mut pending);
                let mut last = entry.get_mut();
                while last.before.is_some() {
                    last = last.before.as_mut().expect("it was just looked at");
                }
                last.before = Some(Box::new(pending));
            }
        }
    }

    /// The response came: the request that it answers, or none.
    pub(crate) fn take(&self, asker: Side, id: Id) -> Option<Pending> {
        let (key, mut pending) = self.map.remove(&(asker, id))?;
        if let Some(before) = oldest(&mut pending) {
            self.map.insert(key, pending);
            pending = before;
        }
        if pending.holds() {
            self.held.fetch_sub(1, Ordering::Relaxed);
        }
        Some(pending)
    }

    /// The asker has cancelled.
    pub(crate) fn cancel(&self, asker: Side, id: Id) {
        if let Some(mut pending) = self.map.get_mut(&(asker, id)) {
            pending.cancelled = true;
        }
    }

    /// goplens answers in the server's place. Gives the request, once.
    pub(crate) fn answer_early(&self, id: &Id) -> Option<Pending> {
        let mut pending = self.map.get_mut(&(Side::Client, id.clone()))?;
        if pending.answered {
            return None;
        }
        if !pending.holds() {
            self.held.fetch_add(1, Ordering::Relaxed);
        }
        pending.answered = true;
        Some(pending.clone())
    }

    /// Marks those that have waited longer than `may_wait` allows, and gives them.
    pub(crate) fn time_out(
        &self,
        now: Instant,
        mut may_wait: impl FnMut(Side, &Method) -> Option<std::time::Duration>,
    ) -> Vec<(Side, Id, Pending)> {
        let mut late = Vec::new();
        for mut entry in self.map.iter_mut() {
            let (side, id) = entry.key().clone();
            let pending = entry.value_mut();
            if pending.timed_out.is_some() || pending.answered {
                continue;
            }
            let Some(limit) = may_wait(side, &pending.method) else {
                continue;
            };
            if now.saturating_duration_since(pending.started) >= limit {
                pending.timed_out = Some(now);
                late.push((side, id, pending.clone()));
            }
        }
        late.sort_by_key(|(_, _, pending)| pending.started);
        late
    }

    /// Those that wait, the oldest first.
    pub(crate) fn waiting(&self) -> Vec<(Side, Id, Pending)> {
        let mut waiting = Vec::new();
        for entry in &self.map {
            let (side, id) = entry.key();
            let mut next = Some(entry.value());
            while let Some(pending) = next {
                if !pending.answered {
                    waiting.push((*side, id.clone(), pending.clone()));
                }
                next = pending.before.as_deref();
            }
        }
        waiting.sort_by_key(|(_, _, pending)| pending.started);
        waiting
    }
}

/// Takes the oldest request that waits under the same id out of the chain behind `pending`.
fn oldest(pending: &mut Pending) -> Option<Pending> {
    let mut last = pending;
    while last.before.as_ref()?.before.is_some() {
        last = last.before.as_mut().expect("it was just looked at");
    }
    last.before.take().map(|before| *before)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn asked(method: Method) -> Pending {
        Pending::new(method, Instant::now(), None)
    }

    #[test]
    fn one_id_means_two_requests_on_two_sides_and_two_spellings_one() {
        let table = PendingTable::default();
        table.insert(Side::Client, Id::from(1), asked(Method::SHUTDOWN));
        table.insert(
            Side::Server,
            Id::from(1),
            asked(Method::WORKSPACE_CONFIGURATION),
        );
        table.insert(
            Side::Client,
            Id::from("1"),
            asked(Method::TEXT_DOCUMENT_HOVER),
        );
        let method = |side, id| table.take(side, id).map(|pending| pending.method);
        assert_eq!(method(Side::Client, Id::from(1)), Some(Method::SHUTDOWN));
        assert_eq!(method(Side::Client, Id::from(1)), None);
        assert_eq!(
            method(Side::Client, Id::from("1")),
            Some(Method::TEXT_DOCUMENT_HOVER)
        );
        assert_eq!(
            method(Side::Server, Id::from(1)),
            Some(Method::WORKSPACE_CONFIGURATION)
        );
        assert!(table.is_empty());
    }

    #[test]
    fn an_id_that_is_reused_in_flight_is_answered_in_order() {
        let table = PendingTable::default();
        let methods = [
            Method::TEXT_DOCUMENT_HOVER,
            Method::TEXT_DOCUMENT_DEFINITION,
            Method::TEXT_DOCUMENT_REFERENCES,
        ];
        for method in &methods {
            table.insert(Side::Client, Id::from(1), asked(method.clone()));
        }
        assert_eq!(table.waiting().len(), 3);
        for method in methods {
            let taken = table
                .take(Side::Client, Id::from(1))
                .map(|pending| pending.method);
            assert_eq!(taken, Some(method));
        }
        assert!(table.is_empty());
    }

    #[test]
    fn an_early_answer_is_given_once_and_its_successor_held() {
        let table = PendingTable::default();
        let id = Id::from(1);
        table.insert(Side::Client, id.clone(), asked(Method::SHUTDOWN));
        assert!(!table.any_held());
        assert!(table.answer_early(&id).is_some());
        assert!(table.answer_early(&id).is_none());
        assert!(table.any_held());
        assert!(table.waiting().is_empty());
        assert!(
            table
                .take(Side::Client, id)
                .is_some_and(|pending| pending.answered)
        );
        assert!(!table.any_held());
    }

    #[test]
    fn a_request_times_out_once() {
        let table = PendingTable::default();
        table.insert(
            Side::Client,
            Id::from(1),
            asked(Method::TEXT_DOCUMENT_HOVER),
        );
        let now = Instant::now();
        let limit = |_: Side, _: &Method| Some(Duration::from_secs(2));
        assert_eq!(table.time_out(now, limit).len(), 0);
        assert_eq!(
            table
                .time_out(now + Duration::from_secs(3), |_, _| None)
                .len(),
            0
        );
        assert_eq!(table.time_out(now + Duration::from_secs(3), limit).len(), 1);
        assert_eq!(table.time_out(now + Duration::from_secs(4), limit).len(), 0);
    }

    #[test]
    fn the_place_is_read_from_the_parameters() {
        let params =
            br#"{"textDocument":{"uri":"file:///m/a.go"},"position":{"line":3,"character":7}}"#;
        let mut pending = asked(Method::TEXT_DOCUMENT_HOVER);
        assert_eq!(pending.place(), None);
        pending.params = Some(Bytes::from_static(params));
        let place = Place {
            uri: "file:///m/a.go".into(),
            position: Some((3, 7)),
        };
        assert_eq!(pending.place(), Some(place));
    }
}
