//! The requests that were asked and not yet answered.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

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
    /// Its parameters as they were forwarded, where a rewriter changed them.
    pub(crate) forwarded: Option<Bytes>,
    /// Whether the asker has cancelled it.
    pub cancelled: bool,
    /// When it took longer than it may, if it did.
    pub timed_out: Option<Instant>,
    /// Whether goplens has answered it already, so that the answer still to come must be dropped.
    pub answered: bool,
    /// Whether a rewriter claimed the response.
    pub claimed: bool,
    /// Who gets the answer where goplens asked.
    pub(crate) asked_here: Option<Sender<Bytes>>,
    /// Its place in the order of all requests; those that were read at once started at one time.
    number: u64,
}

impl Pending {
    /// A request that is being forwarded.
    pub fn new(method: Method, started: Instant, params: Option<Bytes>) -> Self {
        Self {
            method,
            started,
            params,
            forwarded: None,
            cancelled: false,
            timed_out: None,
            answered: false,
            claimed: false,
            asked_here: None,
            number: 0,
        }
    }

    /// Whether it was asked before `other`.
    pub(crate) fn is_ahead_of(&self, other: &Self) -> bool {
        self.number < other.number
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
        self.claimed || self.answered || self.asked_here.is_some()
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
pub(crate) struct PendingTable {
    map: DashMap<(Side, Id), Slot, RandomState>,
    /// How many of the client's answers must be held whole.
    held: AtomicUsize,
    /// How many requests there were.
    count: AtomicU64,
}

/// The requests that wait under one id: one, unless whoever asked reuses ids in flight.
#[derive(Debug)]
struct Slot {
    /// The oldest, which is answered first.
    first: Pending,
    later: VecDeque<Pending>,
}

impl Slot {
    fn all(&self) -> impl Iterator<Item = &Pending> {
        std::iter::once(&self.first).chain(&self.later)
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Pending> {
        std::iter::once(&mut self.first).chain(&mut self.later)
    }
}

impl Default for PendingTable {
    fn default() -> Self {
        // One thread uses it, so a few shards are enough.
        let map = DashMap::with_hasher_and_shard_amount(RandomState::default(), 4);
        Self {
            map,
            held: AtomicUsize::new(0),
            count: AtomicU64::new(0),
        }
    }
}

impl PendingTable {
    /// Whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// Whether any request was answered in the server's place and still waits for the server's own answer.
    pub(crate) fn any_answered(&self) -> bool {
        self.map
            .iter()
            .any(|slot| slot.all().any(|pending| pending.answered))
    }

    /// Whether any answer that is still to come from the server must be held whole.
    pub(crate) fn any_held(&self) -> bool {
        self.held.load(Ordering::Relaxed) > 0
    }

    /// Whether a request of the client's own waits for gopls.
    pub(crate) fn client_waits(&self) -> bool {
        self.map.iter().any(|slot| {
            slot.key().0 == Side::Client && slot.all().any(|pending| pending.asked_here.is_none())
        })
    }

    /// Whether a request of this id waits.
    pub(crate) fn contains(&self, asker: Side, id: &Id) -> bool {
        self.map.contains_key(&(asker, id.clone()))
    }

    /// Whether just this request still waits.
    pub(crate) fn still_waits(&self, asker: Side, id: &Id, request: &Pending) -> bool {
        self.map.get(&(asker, id.clone())).is_some_and(|slot| {
            slot.all()
                .any(|pending| pending.number == request.number && !pending.answered)
        })
    }

    /// A request was asked.
    pub(crate) fn insert(&self, asker: Side, id: Id, mut pending: Pending) {
        if pending.holds() {
            self.held.fetch_add(1, Ordering::Relaxed);
        }
        pending.number = self.count.fetch_add(1, Ordering::Relaxed);
        match self.map.entry((asker, id)) {
            dashmap::Entry::Vacant(entry) => {
                entry.insert(Slot {
                    first: pending,
                    later: VecDeque::new(),
                });
            }
            dashmap::Entry::Occupied(mut entry) => entry.get_mut().later.push_back(pending),
        }
    }

    /// The response came: the request that it answers, or none.
    pub(crate) fn take(&self, asker: Side, id: Id) -> Option<Pending> {
        let dashmap::Entry::Occupied(mut entry) = self.map.entry((asker, id)) else {
            return None;
        };
        let taken = match entry.get_mut().later.pop_front() {
            Some(next) => std::mem::replace(&mut entry.get_mut().first, next),
            None => entry.remove().first,
        };
        if taken.holds() {
            self.held.fetch_sub(1, Ordering::Relaxed);
        }
        Some(taken)
    }

    /// The request that was asked last under this id was forwarded with other parameters.
    pub(crate) fn forwarded(&self, asker: Side, id: Id, params: Option<Bytes>) {
        if let Some(mut slot) = self.map.get_mut(&(asker, id))
            && let Some(last) = slot.all_mut().last()
        {
            last.forwarded = params;
        }
    }

    /// The asker has cancelled.
    pub(crate) fn cancel(&self, asker: Side, id: Id) {
        if let Some(mut slot) = self.map.get_mut(&(asker, id)) {
            slot.all_mut().for_each(|pending| pending.cancelled = true);
        }
    }

    /// goplens answers in the server's place. Gives the request, once.
    pub(crate) fn answer_early(&self, id: &Id) -> Option<Pending> {
        let mut slot = self.map.get_mut(&(Side::Client, id.clone()))?;
        let pending = slot.all_mut().find(|pending| !pending.answered)?;
        if !pending.holds() {
            self.held.fetch_add(1, Ordering::Relaxed);
        }
        pending.answered = true;
        Some(pending.clone())
    }

    /// Marks those that have waited longer than `may_wait` allows, and gives them, the oldest first.
    pub(crate) fn time_out(
        &self,
        now: Instant,
        mut may_wait: impl FnMut(Side, &Method) -> Option<Duration>,
    ) -> Vec<(Side, Id, Pending)> {
        let mut late = Vec::new();
        for mut entry in self.map.iter_mut() {
            let (side, id) = entry.key().clone();
            for pending in entry.value_mut().all_mut() {
                let own = pending.asked_here.is_some();
                if pending.timed_out.is_some() || pending.answered || own {
                    continue;
                }
                let Some(limit) = may_wait(side, &pending.method) else {
                    continue;
                };
                if now.saturating_duration_since(pending.started) >= limit {
                    pending.timed_out = Some(now);
                    late.push((side, id.clone(), pending.clone()));
                }
            }
        }
        late.sort_by_key(|(_, _, pending)| pending.number);
        late
    }

    /// Those that wait, the oldest first.
    pub(crate) fn waiting(&self) -> Vec<(Side, Id, Pending)> {
        let mut waiting = Vec::new();
        for entry in &self.map {
            let (side, id) = entry.key();
            let unanswered = entry.value().all().filter(|pending| !pending.answered);
            waiting.extend(unanswered.map(|pending| (*side, id.clone(), pending.clone())));
        }
        waiting.sort_by_key(|(_, _, pending)| pending.number);
        waiting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_were_read_at_once_keep_their_order() {
        let table = PendingTable::default();
        let now = Instant::now();
        for id in 0..100 {
            let pending = Pending::new(Method::TEXT_DOCUMENT_HOVER, now, None);
            table.insert(Side::Client, Id::from(id), pending);
        }
        let ids: Vec<Id> = table.waiting().into_iter().map(|(_, id, _)| id).collect();
        assert_eq!(ids, (0..100).map(Id::from).collect::<Vec<_>>());
    }

    #[test]
    fn many_requests_under_one_id_cost_no_stack() {
        let table = PendingTable::default();
        for _ in 0..100_000 {
            table.insert(
                Side::Client,
                Id::from(9),
                asked(Method::TEXT_DOCUMENT_HOVER),
            );
        }
        assert_eq!(table.waiting().len(), 100_000);
    }

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
        let waiting = table.waiting();
        assert_eq!(waiting.len(), 3);
        let second = &waiting[1].2;
        assert!(table.still_waits(Side::Client, &Id::from(1), second));
        assert!(waiting[0].2.is_ahead_of(&waiting[1].2));
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
