//! What waits for the writer, bounded in bytes.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use protocol::traffic::{AtServer, Batch, Change, Event, EventName, Item, Rewrite};

use crate::info::{Dropped, Ending};

/// What a record takes in memory besides its body.
const RECORD_COST: usize = size_of::<Item>();
/// What a batch takes besides its records, roughly: its place in the queue, and what the allocator
/// keeps of its parts.
const BATCH_COST: usize = 128;
/// How many batches an idle queue keeps room for.
const IDLE_ROOM: usize = 1024;
/// How much of gopls's stderr may wait.
const STDERR_CAP: usize = 1 << 20;

/// What was read at once, with the number of its first record.
#[derive(Debug)]
pub(super) struct Queued {
    pub(super) first: u64,
    pub(super) batch: Batch,
    /// What it takes in memory; given back by [`Queue::release`].
    pub(super) cost: usize,
}

/// The bytes of gopls's stderr that wait, and how many had no room.
#[derive(Debug, Default)]
pub(super) struct Stderr {
    pub(super) bytes: Vec<u8>,
    pub(super) lost: u64,
}

#[derive(Debug)]
struct State {
    queued: VecDeque<Queued>,
    /// Of all that is queued or in the writer's hand.
    cost: usize,
    next: u64,
    dropped: Dropped,
    stderr: Stderr,
    /// No more is taken in: the session ended, or its folder cannot be written.
    closed: bool,
    ending: Option<Ending>,
    nudged: bool,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    /// The writer waits without a time limit.
    sleeping: AtomicBool,
    cap: usize,
    max_body: usize,
}

/// How much text there is in an event's data; the rest of it is small.
fn text_in(data: &serde_json::Value) -> usize {
    match data {
        serde_json::Value::String(text) => text.len(),
        serde_json::Value::Array(items) => items.iter().map(text_in).sum(),
        serde_json::Value::Object(members) => members.values().map(text_in).sum(),
        _ => 0,
    }
}

/// How much text there is in the record of changes.
fn text_of(rewrite: &Rewrite) -> usize {
    let changes = rewrite.by.iter().flat_map(|(_, changes)| changes);
    changes
        .map(|Change { was, is, at }| was.len() + is.len() + 8 * at.len())
        .sum()
}

impl Queue {
    pub(super) fn new(cap: usize, max_body: usize) -> Self {
        let state = State {
            queued: VecDeque::new(),
            cost: 0,
            next: 1,
            dropped: Dropped::default(),
            stderr: Stderr::default(),
            closed: false,
            ending: None,
            nudged: false,
        };
        Self {
            state: Mutex::new(state),
            sleeping: AtomicBool::new(false),
            cap,
            max_body,
        }
    }

    /// Adds a batch; says the number of its first record, and whether the writer should be woken.
    pub(super) fn push(&self, mut batch: Batch) -> (u64, bool) {
        let count = batch.items.len();
        let mut bodies = 0;
        let mut data = 0;
        for item in &mut batch.items {
            match item {
                Item::Message(message) => {
                    // The record is of the client's end, and what was asked stands in another one: neither
                    // shall hold memory here that nobody counts.
                    message.at_server = AtServer::Same;
                    message.asked = None;
                    message.body.take_if(|body| body.len() > self.max_body);
                    bodies += message.body.as_ref().map_or(0, |body| body.len());
                }
                Item::Rewrite(rewrite) => data += text_of(rewrite),
                Item::Event(event) => data += text_in(&event.data),
            }
        }
        let records = BATCH_COST + count * RECORD_COST + data;
        let mut cost = records + bodies;
        let mut state = self.lock();
        let first = state.next;
        state.next += count as u64;
        if state.closed {
            return (first, false);
        }
        // Whatever its size, a batch that need not wait behind others has room.
        if state.cost > 0 {
            if state.cost + records > self.cap {
                state.dropped.records += count as u64;
                return (first, false);
            }
            if state.cost + cost > self.cap / 4 * 3 && bodies > 0 {
                state.dropped.bodies += take_bodies(&mut batch);
                cost = records;
            }
        }
        state.cost += cost;
        state.queued.push_back(Queued { first, batch, cost });
        let full = state.cost > self.cap / 4 && !state.nudged;
        state.nudged |= full;
        drop(state);
        (first, full || self.is_sleeping())
    }

    /// Adds bytes of gopls's stderr; says whether the writer should be woken.
    pub(super) fn push_stderr(&self, bytes: &[u8]) -> bool {
        let mut state = self.lock();
        if state.closed {
            return false;
        }
        let room = STDERR_CAP.saturating_sub(state.stderr.bytes.len());
        let (kept, lost) = bytes.split_at(bytes.len().min(room));
        state.stderr.bytes.extend_from_slice(kept);
        state.stderr.lost += lost.len() as u64;
        drop(state);
        self.is_sleeping()
    }

    /// Exchanges an empty `hand` for all that waits. What is taken counts until it is released.
    pub(super) fn take(&self, hand: &mut VecDeque<Queued>) -> Stderr {
        let mut state = self.lock();
        state.nudged = false;
        std::mem::swap(&mut state.queued, hand);
        // Its number must be the newest, so the event stands behind what waited when it happened.
        if !state.dropped.is_empty() && state.cost <= self.cap / 2 {
            let event = dropped_event(std::mem::take(&mut state.dropped));
            let first = state.next;
            state.next += 1;
            hand.push_back(Queued {
                first,
                batch: event,
                cost: 0,
            });
        }
        std::mem::take(&mut state.stderr)
    }

    /// Makes room for as much as was written and let go of.
    pub(super) fn release(&self, cost: usize) {
        self.lock().cost -= cost;
    }

    /// Whether nothing waits. Gives memory back that a burst has left.
    pub(super) fn is_empty(&self) -> bool {
        let mut state = self.lock();
        if state.queued.is_empty() {
            state.queued.shrink_to(IDLE_ROOM);
        }
        state.queued.is_empty() && state.stderr.bytes.is_empty() && state.dropped.is_empty()
    }

    /// From now on nothing is taken in.
    pub(super) fn close(&self, ending: Option<Ending>) {
        let mut state = self.lock();
        state.closed = true;
        state.ending = state.ending.take().or(ending);
    }

    /// Forgets what waits, because it cannot be written, and takes no more.
    pub(super) fn give_up(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.queued = VecDeque::new();
        state.stderr = Stderr::default();
        state.dropped = Dropped::default();
    }

    /// How the session ended, once it has.
    pub(super) fn ending(&self) -> Option<Ending> {
        self.lock().ending.clone()
    }

    /// The writer says that it will wait without a time limit, or that it no longer does. It must
    /// look whether the queue is empty between saying so and waiting.
    pub(super) fn set_sleeping(&self, sleeping: bool) {
        self.sleeping.store(sleeping, Ordering::SeqCst);
    }

    fn is_sleeping(&self) -> bool {
        self.sleeping.load(Ordering::SeqCst)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take_bodies(batch: &mut Batch) -> u64 {
    let mut taken = 0;
    for item in &mut batch.items {
        if let Item::Message(message) = item {
            taken += u64::from(message.body.take().is_some());
        }
    }
    taken
}

fn dropped_event(dropped: Dropped) -> Batch {
    let data = serde_json::json!({ "records": dropped.records, "bodies": dropped.bodies });
    let event = Event {
        name: EventName::Dropped,
        data,
    };
    Batch {
        time: SystemTime::now(),
        items: vec![Item::Event(event)],
    }
}
