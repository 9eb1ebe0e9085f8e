//! What the two pumps and the watch share.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use arc_swap::ArcSwap;
use bytes::Bytes;
use protocol::traffic::{AtServer, Batch, Event, EventName, Item, Kind, Message, Outcome};
use protocol::{Direction, Method};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use wire::Id;

use crate::own::{self, Level};
use crate::rewriter::Rewriters;
use crate::slow::Slow;
use crate::speaker::{Own, Speaker};
use crate::{Pending, PendingTable, Tap, Thresholds};

/// One session's state, as far as more than one pump needs it.
pub(crate) struct Shared {
    pub(crate) pending: Arc<PendingTable>,
    pub(crate) tap: Arc<dyn Tap>,
    pub(crate) rewriters: Rewriters,
    pub(crate) thresholds: Arc<ArcSwap<Thresholds>>,
    pub(crate) phase: Phase,
    /// The client's `shutdown`, while gopls has not answered it.
    pub(crate) shutdown: Mutex<Option<(Id, Instant)>>,
    /// Where gopls's debug server listens, `host:port`.
    pub(crate) debug_address: Mutex<Option<String>>,
    pub(crate) slow: Slow,
    /// How many times gopls's goroutines were fetched.
    pub(crate) dumps: AtomicU32,
    /// What could not be said yet, because the client has not asked to initialize.
    unsaid: Mutex<Vec<(Level, String)>>,
    to_client: UnboundedSender<Own>,
    to_server: UnboundedSender<Own>,
    epoch: Instant,
    /// When gopls last wrote anything, in microseconds since the epoch.
    spoke: AtomicU64,
}

/// How far the session has come.
#[derive(Debug, Default)]
pub(crate) struct Phase {
    /// The client has asked to initialize.
    pub(crate) begun: AtomicBool,
    /// gopls has answered that.
    pub(crate) initialized: AtomicBool,
    /// The client has asked to shut down.
    pub(crate) shutting_down: AtomicBool,
}

impl Shared {
    pub(crate) fn new(
        tap: Arc<dyn Tap>,
        rewriters: Rewriters,
        thresholds: Arc<ArcSwap<Thresholds>>,
        speaker: Speaker,
    ) -> Self {
        let Speaker {
            pending,
            to_client,
            to_server,
        } = speaker;
        Self {
            pending,
            tap,
            rewriters,
            thresholds,
            phase: Phase::default(),
            shutdown: Mutex::default(),
            debug_address: Mutex::default(),
            slow: Slow::default(),
            dumps: AtomicU32::new(0),
            unsaid: Mutex::default(),
            to_client,
            to_server,
            epoch: Instant::now(),
            spoke: AtomicU64::new(0),
        }
    }

    pub(crate) fn server_spoke(&self, now: Instant) {
        let micros = now.saturating_duration_since(self.epoch).as_micros();
        self.spoke
            .store(u64::try_from(micros).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// How long gopls has been silent.
    pub(crate) fn server_silent(&self) -> Duration {
        let spoke = Duration::from_micros(self.spoke.load(Ordering::Relaxed));
        self.epoch.elapsed().saturating_sub(spoke)
    }

    /// Sends the client an error, for a request or for what could not be read as one.
    pub(crate) fn error_to_client(&self, id: Option<&Id>, code: i64, text: &str) {
        let mut message = made(Direction::ServerToClient, Kind::Response);
        message.id = id.cloned();
        message.outcome = Some(Outcome::Error);
        send(&self.to_client, message, own::error(id, code, text));
    }

    /// Sends the server an error in the client's place.
    pub(crate) fn error_to_server(&self, id: &Id, request: &Pending, text: &str) {
        let mut message = made(Direction::ClientToServer, Kind::Response);
        message.id = Some(id.clone());
        message.method = Some(request.method.clone());
        message.outcome = Some(Outcome::Error);
        send(&self.to_server, message, own::error(Some(id), -32603, text));
    }

    /// Answers the client in the server's place, because the server did not: with a result where what
    /// was asked is as good as done, else with an error.
    pub(crate) fn answer_client(&self, id: &Id, request: &Pending, answer: Result<Value, &str>) {
        let mut message = made(Direction::ServerToClient, Kind::Response);
        message.id = Some(id.clone());
        message.method = Some(request.method.clone());
        message.latency = Some(request.started.elapsed());
        let (outcome, body) = match answer {
            Ok(result) => (Outcome::Timeout, own::result(id, result)),
            Err(text) => (Outcome::Error, own::error(Some(id), -32603, text)),
        };
        message.outcome = Some(outcome);
        send(&self.to_client, message, body);
    }

    /// Puts a rewriter's answer on its way back to where the message came from.
    pub(crate) fn answer_back(
        &self,
        from: Direction,
        id: Option<&Id>,
        method: &Method,
        body: Bytes,
    ) {
        let (way, to) = match from {
            Direction::ClientToServer => (Direction::ServerToClient, &self.to_client),
            Direction::ServerToClient => (Direction::ClientToServer, &self.to_server),
        };
        let mut message = made(way, Kind::Response);
        message.id = id.cloned();
        message.method = Some(method.clone());
        let head = wire::scan(&body);
        message.outcome = Some(head.map_or(Outcome::Ok, |head| Outcome::of(&head)));
        message.checked = false;
        send(to, message, body);
    }

    /// The client has asked to initialize: from now on it can be told things.
    pub(crate) fn begin(&self) {
        self.phase.begun.store(true, Ordering::Relaxed);
        for (level, text) in lock(&self.unsaid).drain(..) {
            self.log(level, &text);
        }
    }

    /// Says something in the editor's output channel and in the trace.
    pub(crate) fn say(&self, level: Level, text: &str) {
        self.event(EventName::Notice, json!({ "text": text }));
        self.tell(level, text);
    }

    /// Says something in the editor's output channel, which has a trace of its own.
    pub(crate) fn tell(&self, level: Level, text: &str) {
        if self.phase.begun.load(Ordering::Relaxed) {
            self.log(level, text);
        } else {
            lock(&self.unsaid).push((level, text.to_owned()));
        }
    }

    fn log(&self, level: Level, text: &str) {
        let mut message = made(Direction::ServerToClient, Kind::Notification);
        message.method = Some(Method::WINDOW_LOG_MESSAGE);
        send(
            &self.to_client,
            message,
            own::log_message(level, &format!("goplens: {text}")),
        );
    }

    /// Puts an event on record.
    pub(crate) fn event(&self, name: EventName, data: Value) {
        let items = vec![Item::Event(Event { name, data })];
        self.tap.feed(Batch {
            time: SystemTime::now(),
            items,
        });
    }
}

/// A message of goplens's own, without its body.
fn made(direction: Direction, kind: Kind) -> Message {
    Message {
        direction,
        kind,
        method: None,
        id: None,
        size: 0,
        body: None,
        at_server: AtServer::Same,
        latency: None,
        outcome: None,
        checked: true,
        asked: None,
        made_here: true,
    }
}

fn send(to: &UnboundedSender<Own>, mut message: Message, body: Bytes) {
    message.size = body.len() as u64;
    message.body = Some(body.clone());
    // A pump that has ended has nobody left to write to.
    let _ = to.send(Own::Made { message, body });
}

/// Locks what is never left half written, so that a panic elsewhere does not spread.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
