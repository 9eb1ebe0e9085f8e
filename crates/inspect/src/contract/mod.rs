//! What the two peers say, held against the protocol and against what they have agreed on.
//!
//! All messages are looked at, by a thread of its own that comes by ten times a second: nobody is woken up
//! for a message, and nobody waits. What comes faster than it is taken is not looked at, but for what the
//! peers say of what they can.

mod agreed;
mod asked;
mod capabilities;
mod lines;
mod needs;
mod opened;
mod positions;
#[cfg(test)]
mod testing;
mod tokens;
mod watcher;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use protocol::Method;
use protocol::traffic::Message;

use crate::contract::watcher::Watcher;
use crate::feed::Signal;
use crate::outlet::Outlet;

/// How often messages are taken.
const PERIOD: Duration = Duration::from_millis(100);

/// How many messages, and how many bytes of them, may wait. A session of an editor has a few hundred a second
/// at the most.
const MOST: usize = 1000;
const MOST_BYTES: usize = 1 << 20;

/// The largest message that is looked at, in bytes: a larger one is not held for that.
const LARGEST: usize = 512 << 10;

/// The end that messages come in by. With it the thread ends.
#[derive(Default)]
pub(crate) struct Contract(Arc<Queue>);

#[derive(Default)]
struct Queue {
    waiting: Mutex<Vec<Entry>>,
    count: AtomicUsize,
    bytes: AtomicUsize,
}

/// A message, and the number of its record; none in the place of those that pass unseen.
type Entry = Option<(Option<u64>, Message)>;

impl Contract {
    /// Starts the thread. What it finds goes to `found`.
    pub(crate) fn start(outlet: Arc<dyn Outlet>, found: Sender<Signal>) -> Self {
        let queue = Arc::new(Queue::default());
        let taken = Arc::downgrade(&queue);
        let started = thread::Builder::new()
            .name("contract".to_owned())
            .spawn(move || run(&taken, &*outlet, &found));
        if let Err(error) = started {
            tracing::warn!("no message is held against the protocol: {error}");
        }
        Self(queue)
    }

    /// What becomes of a message: it is looked at, or it passes unseen and leaves a gap, or it does not matter.
    pub(crate) fn fate(&self, message: &Message) -> Fate {
        let Some(method) = &message.method else {
            return Fate::Unseen;
        };
        if message.made_here || message.is_own_question() {
            return Fate::Unseen;
        }
        let has_room = self.0.count.load(Ordering::Relaxed) < MOST
            && self.0.bytes.load(Ordering::Relaxed) < MOST_BYTES
            && message
                .body
                .as_ref()
                .is_none_or(|body| body.len() <= LARGEST);
        match has_room || is_of_abilities(method) {
            true => Fate::Seen,
            false if lines::are_changed_by(method) => Fate::Missed,
            false => Fate::Unseen,
        }
    }

    /// Takes one that there was room for, with the number of its record; none for one that passes unseen.
    pub(crate) fn take(&self, entry: Entry) {
        let mut waiting = self
            .0
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let Some((_, message)) = &entry else {
            if waiting.last().is_none_or(Option::is_some) {
                waiting.push(None);
            }
            return;
        };
        let size = message.body.as_ref().map_or(0, bytes::Bytes::len);
        self.0.count.fetch_add(1, Ordering::Relaxed);
        self.0.bytes.fetch_add(size, Ordering::Relaxed);
        waiting.push(entry);
    }
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is looked at.
    Seen,
    /// It is not, and what it would have said is not known.
    Missed,
    /// It is not, and nobody misses it.
    Unseen,
}

/// Whether the peers say by it what they can.
fn is_of_abilities(method: &Method) -> bool {
    matches!(
        *method,
        Method::INITIALIZE
            | Method::CLIENT_REGISTER_CAPABILITY
            | Method::CLIENT_UNREGISTER_CAPABILITY
    )
}

fn run(queue: &Weak<Queue>, outlet: &dyn Outlet, found: &Sender<Signal>) {
    let mut watcher = Watcher::default();
    loop {
        thread::sleep(PERIOD);
        let Some(queue) = queue.upgrade() else { return };
        let mut waiting = queue.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = std::mem::take(&mut *waiting);
        queue.count.store(0, Ordering::Relaxed);
        queue.bytes.store(0, Ordering::Relaxed);
        drop(waiting);
        for entry in entries {
            let Some((at, message)) = entry else {
                watcher.lose();
                continue;
            };
            let looked = catch_unwind(AssertUnwindSafe(|| watcher.look(at, &message)));
            let Ok(looked) = looked else {
                outlet.say("a message could not be held against the protocol, nor will others be");
                return;
            };
            for code in looked.full {
                outlet.say(&format!(
                    "{code} was found in {} ways, and what is found beyond is not told",
                    watcher::MOST
                ));
            }
            for finding in looked.findings {
                if found.send(Signal::Found(finding)).is_err() {
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::Direction;
    use protocol::traffic::Kind;

    use super::*;

    fn message(method: Method, size: usize) -> Message {
        Message {
            direction: Direction::ServerToClient,
            kind: Kind::Notification,
            method: Some(method),
            id: None,
            size: size as u64,
            body: Some(vec![b' '; size].into()),
            checked: true,
            latency: None,
            outcome: None,
            asked: None,
            at_server: Default::default(),
            made_here: false,
        }
    }

    #[test]
    fn what_does_not_fit_in_passes_unseen_but_for_what_the_peers_can() {
        let log = || message(Method::WINDOW_LOG_MESSAGE, 10);
        let change = message(Method::TEXT_DOCUMENT_DID_CHANGE, 10);
        let registers = message(Method::CLIENT_REGISTER_CAPABILITY, 10);
        let full = Contract::default();
        for _ in 0..MOST {
            assert_eq!(full.fate(&log()), Fate::Seen);
            full.take(Some((None, log())));
        }
        let heavy = Contract::default();
        heavy.take(Some((
            None,
            message(Method::WINDOW_LOG_MESSAGE, MOST_BYTES),
        )));
        for contract in [full, heavy] {
            assert_eq!(contract.fate(&log()), Fate::Unseen);
            assert_eq!(contract.fate(&change), Fate::Missed);
            assert_eq!(contract.fate(&registers), Fate::Seen);
        }
        let contract = Contract::default();
        let large = |method| message(method, LARGEST + 1);
        assert_eq!(
            contract.fate(&large(Method::WINDOW_LOG_MESSAGE)),
            Fate::Unseen
        );
        assert_eq!(
            contract.fate(&large(Method::TEXT_DOCUMENT_DID_OPEN)),
            Fate::Missed
        );
    }

    #[test]
    fn a_gap_is_kept_in_its_place() {
        let contract = Contract::default();
        for entry in [true, false, false, true] {
            let log = || message(Method::WINDOW_LOG_MESSAGE, 10);
            contract.take(entry.then(|| (None, log())));
        }
        let waiting = contract.0.waiting.lock().unwrap();
        let seen: Vec<bool> = waiting.iter().map(Option::is_some).collect();
        assert_eq!(seen, [true, false, true]);
    }

    #[test]
    fn what_goplens_says_is_not_looked_at() {
        let mut own = message(Method::TEXT_DOCUMENT_DID_CHANGE, 10);
        own.made_here = true;
        assert_eq!(Contract::default().fate(&own), Fate::Unseen);
    }
}
