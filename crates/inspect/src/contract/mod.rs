//! What the two peers say, held against the protocol and against what they have agreed on.
//!
//! All messages are looked at, by a thread of its own that comes by ten times a second: nobody is woken up
//! for a message, and nobody waits. What comes faster than it is taken is not looked at, but for what the
//! peers say of what they can.

mod agreed;
mod capabilities;
mod lines;
mod needs;
mod positions;
mod tokens;
mod watcher;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
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

/// The end that messages come in by. With it the thread ends.
#[derive(Default)]
pub(crate) struct Contract(Arc<Queue>);

#[derive(Default)]
struct Queue {
    waiting: Mutex<Vec<Entry>>,
    count: AtomicUsize,
    bytes: AtomicUsize,
    /// Whether anything passed unseen.
    missed: AtomicBool,
}

/// A message, and the number of its record.
type Entry = (Option<u64>, Message);

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

    /// Whether a message is to be looked at: one that a peer wrote, while there is room.
    pub(crate) fn wants(&self, message: &Message) -> bool {
        if message.made_here || message.is_own_question() || message.method.is_none() {
            return false;
        }
        let has_room = self.0.count.load(Ordering::Relaxed) < MOST
            && self.0.bytes.load(Ordering::Relaxed) < MOST_BYTES;
        let is_wanted = has_room || message.method.as_ref().is_some_and(is_of_abilities);
        if !is_wanted {
            self.0.missed.store(true, Ordering::Relaxed);
        }
        is_wanted
    }

    /// Takes one that is wanted.
    pub(crate) fn take(&self, at: Option<u64>, message: Message) {
        let size = message.body.as_ref().map_or(0, bytes::Bytes::len);
        self.0.count.fetch_add(1, Ordering::Relaxed);
        self.0.bytes.fetch_add(size, Ordering::Relaxed);
        let mut waiting = self
            .0
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        waiting.push((at, message));
    }
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
        for (at, message) in entries {
            let looked = catch_unwind(AssertUnwindSafe(|| watcher.look(at, &message)));
            let Ok(findings) = looked else {
                outlet.say("a message could not be held against the protocol, nor will others be");
                return;
            };
            for finding in findings {
                if found.send(Signal::Found(finding)).is_err() {
                    return;
                }
            }
        }
        if queue.missed.swap(false, Ordering::Relaxed) {
            watcher.lose();
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
        let registers = message(Method::CLIENT_REGISTER_CAPABILITY, 10);
        let contract = Contract::default();
        for _ in 0..MOST {
            assert!(contract.wants(&log()));
            contract.take(None, log());
        }
        assert!(!contract.wants(&log()));
        assert!(contract.wants(&registers));
        let contract = Contract::default();
        contract.take(None, message(Method::WINDOW_LOG_MESSAGE, MOST_BYTES));
        assert!(!contract.wants(&log()));
        assert!(contract.wants(&registers));
    }

    #[test]
    fn what_goplens_says_is_not_looked_at() {
        let mut own = message(Method::WINDOW_LOG_MESSAGE, 10);
        own.made_here = true;
        assert!(!Contract::default().wants(&own));
    }
}
