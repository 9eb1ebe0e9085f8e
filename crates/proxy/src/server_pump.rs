//! From the server to the client.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Instant, SystemTime};

use base64::Engine;
use bytes::{Bytes, BytesMut};
use protocol::traffic::{Batch, Event, EventName, Item, Kind, Message};
use protocol::{Direction, Method, Side};
use serde_json::{Value, json};
use system::{Sink, Source};
use tokio::sync::mpsc::UnboundedReceiver;
use wire::{Fault, Frame, Framer, Head, HeaderError, Rejection, Skimmer, Step};

use crate::client_pump::{READ, cancelled, make_room, read};
use crate::outbox::Outbox;
use crate::outcome::outcome;
use crate::own::Level;
use crate::rewriter::{Decision, Fate, Incoming};
use crate::shared::{Own, Shared, lock};
use crate::{LARGEST_CLAIMED, LARGEST_UNCLAIMED, Pending};

/// How many bytes may wait for a client that does not read, before gopls is read no further.
const BACKLOG: usize = 256 * 1024;

/// Why nothing more comes from the server.
#[derive(Debug)]
pub(crate) enum Ending {
    /// Its stream ended, or broke.
    Eof,
    /// Its stream can be read no more.
    Lost(HeaderError),
    /// The client takes nothing more.
    ClientGone,
}

/// Reads the server, writes the client.
pub(crate) struct ServerPump {
    source: Source,
    buffer: BytesMut,
    framer: Framer,
    large: Option<Skimmer>,
    inbox: UnboundedReceiver<Own>,
    out: Outbox,
    batch: Vec<Item>,
    shared: Arc<Shared>,
}

impl ServerPump {
    pub(crate) fn new(source: Source, shared: Arc<Shared>, inbox: UnboundedReceiver<Own>) -> Self {
        Self {
            source,
            buffer: BytesMut::with_capacity(READ),
            framer: Framer::default(),
            large: None,
            inbox,
            out: Outbox::default(),
            batch: Vec::new(),
            shared,
        }
    }

    /// Pumps until the server's end. Dropping the future loses nothing.
    pub(crate) async fn run(&mut self, sink: &mut Sink) -> Ending {
        loop {
            tokio::select! {
                biased;
                result = self.out.write_some(sink), if !self.out.is_empty() => {
                    if result.is_err() {
                        return Ending::ClientGone;
                    }
                }
                result = read(&mut self.source, &mut self.buffer), if self.out.len() < BACKLOG => {
                    if !matches!(result, Ok(1..)) {
                        return Ending::Eof;
                    }
                    if let Some(error) = self.take_frames() {
                        return Ending::Lost(error);
                    }
                }
                Some(own) = self.inbox.recv(), if self.large.is_none() => self.take_own(own),
            }
        }
    }

    /// Writes what is still to be written, with what goplens itself has to say besides. In the
    /// middle of a frame nothing can be added: the client would take it for the frame's end.
    pub(crate) async fn flush(&mut self, sink: &mut Sink) {
        while self.large.is_none()
            && let Ok(own) = self.inbox.try_recv()
        {
            self.take_own(own);
        }
        while !self.out.is_empty() {
            if self.out.write_some(sink).await.is_err() {
                return;
            }
        }
    }

    fn take_own(&mut self, own: Own) {
        self.out.push_body(&own.body);
        self.batch.push(Item::Message(own.message));
        self.feed();
    }

    fn feed(&mut self) {
        if !self.batch.is_empty() {
            let items = std::mem::take(&mut self.batch);
            self.shared.tap.feed(Batch {
                time: SystemTime::now(),
                items,
            });
        }
    }

    fn take_frames(&mut self) -> Option<HeaderError> {
        let now = Instant::now();
        self.shared.server_spoke(now);
        let mut lost = None;
        loop {
            let shared = &self.shared;
            let hold = || {
                let claimed = shared.pending.any_held() || shared.rewriters.want_from_server();
                if claimed {
                    LARGEST_CLAIMED
                } else {
                    LARGEST_UNCLAIMED
                }
            };
            match self.framer.next(&mut self.buffer, hold) {
                Step::More(missing) => {
                    make_room(&mut self.buffer, missing);
                    break;
                }
                Step::Frame(frame) => self.frame(frame, now),
                Step::Large { bytes, .. } => {
                    self.out.push(bytes);
                    self.large = Some(Skimmer::default());
                }
                Step::Chunk { bytes, last } => self.chunk(bytes, last, now),
                Step::Skipped { bytes, error } => self.skipped(&bytes, &error),
                Step::Lost(error) => {
                    lost = Some(error);
                    break;
                }
            }
        }
        self.feed();
        lost
    }

    fn frame(&mut self, frame: Frame, now: Instant) {
        let body = frame.body();
        let mut skimmer = Skimmer::default();
        let head = match head(&body, &mut skimmer) {
            Ok(head) => head,
            Err(rejection) => return self.unreadable(frame, rejection.fault),
        };
        let (mut message, request) = self.note(&head, now);
        message.size = body.len() as u64;
        message.body = Some(body.clone());
        message.checked = body.len() < SKIMMED;
        if request.as_ref().is_some_and(|request| request.answered) {
            // The client has its answer already.
            return;
        }
        let decision = self.decide(&head, &message, &body, request.as_ref());
        for name in &decision.broken {
            self.shared.say(
                Level::Error,
                &format!("{name} failed and is switched off; messages pass without it"),
            );
        }
        if !decision.by.is_empty() {
            return self.rewritten(message, decision, frame);
        }
        self.batch.push(Item::Message(message));
        self.out.push(frame.bytes);
    }

    /// Keeps the books of a message, and gives the request that it answers.
    fn note(&mut self, head: &Head<'_>, now: Instant) -> (Message, Option<Pending>) {
        let shared = self.shared.clone();
        let mut message = Message {
            direction: Direction::ServerToClient,
            kind: Kind::Notification,
            method: head.method.as_deref().map(Method::new),
            id: head.id.clone(),
            size: 0,
            body: None,
            latency: None,
            outcome: None,
            checked: false,
            made_here: false,
        };
        match (&message.method, &head.id) {
            (Some(method), Some(id)) => {
                message.kind = Kind::Request;
                let params = head.params.map(Bytes::copy_from_slice);
                let pending = Pending::new(method.clone(), now, params);
                shared.pending.insert(Side::Server, id.clone(), pending);
            }
            (Some(method), None) => {
                if *method == Method::CANCEL_REQUEST
                    && let Some(id) = head.params.and_then(cancelled)
                {
                    shared.pending.cancel(Side::Server, id);
                }
            }
            (None, id) => {
                message.kind = Kind::Response;
                let id = id
                    .clone()
                    .expect("a message without a method and an id was rejected");
                let Some(request) = shared.pending.take(Side::Client, id.clone()) else {
                    self.event(
                        EventName::Unmatched,
                        json!({ "direction": Direction::ServerToClient,
                            "id": crate::own::id_value(Some(&id)) }),
                    );
                    return (message, None);
                };
                message.latency = Some(now.saturating_duration_since(request.started));
                message.outcome = Some(outcome(head, &request));
                shared.slow.answered(Side::Client, &request);
                if let Some(late) = crate::timeout::late(Side::Client, &id, &request, now) {
                    self.batch.push(Item::Event(late));
                }
                match request.method {
                    Method::INITIALIZE => shared.phase.initialized.store(true, Ordering::Relaxed),
                    Method::SHUTDOWN => *lock(&shared.shutdown) = None,
                    _ => {}
                }
                message.method = Some(request.method.clone());
                return (message, Some(request));
            }
        }
        (message, None)
    }

    fn decide(
        &self,
        head: &Head<'_>,
        message: &Message,
        body: &Bytes,
        request: Option<&Pending>,
    ) -> Decision {
        let Some(method) = &message.method else {
            return Decision::default();
        };
        if !self
            .shared
            .rewriters
            .want(Direction::ServerToClient, method)
        {
            return Decision::default();
        }
        let incoming = Incoming {
            direction: Direction::ServerToClient,
            method,
            id: head.id.as_ref(),
            body,
        };
        self.shared.rewriters.decide(&incoming, request)
    }

    fn rewritten(&mut self, mut message: Message, decision: Decision, frame: Frame) {
        for notification in decision.before {
            self.out.push_body(&notification);
        }
        self.event(
            EventName::Rewrite,
            json!({ "direction": Direction::ServerToClient, "by": decision.by,
                "method": message.method.as_ref().map(Method::as_str) }),
        );
        match decision.fate {
            Fate::Forward => self.out.push(frame.bytes),
            Fate::Replace(new) => {
                self.out.push_body(&new);
                message.size = new.len() as u64;
                message.body = Some(new);
                message.checked = false;
            }
            Fate::Answer(answer) => {
                if let (Some(id), Some(method)) = (&message.id, &message.method) {
                    self.shared.pending.take(Side::Server, id.clone());
                    self.shared
                        .answer_back(Direction::ServerToClient, Some(id), method, answer);
                }
                return;
            }
            Fate::Drop => return,
        }
        self.batch.push(Item::Message(message));
    }

    /// What gopls wrote and nobody can read goes on as it is: the client may know better.
    fn unreadable(&mut self, frame: Frame, fault: Fault) {
        let body = frame.body();
        let encoded = base64::engine::general_purpose::STANDARD.encode(&body);
        self.event(
            EventName::Notice,
            json!({ "text": format!("gopls wrote what is no message: {fault}"),
                "direction": Direction::ServerToClient, "bytes": body.len(), "base64": encoded }),
        );
        self.out.push(frame.bytes);
    }

    /// A client ends at the first byte that is not LSP, so such bytes are left out.
    fn skipped(&mut self, bytes: &[u8], error: &HeaderError) {
        let text = format!(
            "gopls wrote {} bytes between messages, which were left out: {error}",
            bytes.len()
        );
        self.event(
            EventName::Rejected,
            json!({ "direction": Direction::ServerToClient, "reason": error.to_string(),
                "bytes": bytes.len(), "text": String::from_utf8_lossy(bytes) }),
        );
        self.shared.say(Level::Warning, &text);
    }

    fn chunk(&mut self, bytes: Bytes, last: bool, now: Instant) {
        if let Some(skimmer) = &mut self.large {
            skimmer.push(&bytes);
        }
        if let Some(skimmer) = self.large.take_if(|_| last) {
            if skimmer.length() > LARGEST_CLAIMED {
                self.event(
                    EventName::Unchecked,
                    json!({ "direction": Direction::ServerToClient, "bytes": skimmer.length(),
                        "limit": LARGEST_CLAIMED }),
                );
            }
            match wire::scan(skimmer.skeleton()) {
                Ok(head) => {
                    let (mut message, _) = self.note(&head, now);
                    message.size = skimmer.length();
                    self.batch.push(Item::Message(message));
                }
                Err(rejection) => self.event(
                    EventName::Notice,
                    json!({ "text": format!("gopls wrote what is no message: {}", rejection.fault),
                        "direction": Direction::ServerToClient, "bytes": skimmer.length() }),
                ),
            }
        }
        self.out.push(bytes);
    }

    fn event(&mut self, name: EventName, data: Value) {
        self.batch.push(Item::Event(Event { name, data }));
    }
}

/// From this size on, in bytes, a body is skimmed: what gopls writes need not be checked
/// on its way.
const SKIMMED: usize = 16 * 1024;

/// The head of a body that is held whole.
fn head<'a>(body: &'a [u8], skimmer: &'a mut Skimmer) -> Result<Head<'a>, Rejection> {
    if body.len() < SKIMMED {
        return wire::scan(body);
    }
    skimmer.push(body);
    wire::scan(skimmer.skeleton())
}
