//! From the client to the server.

use std::io;
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
use wire::{Frame, Framer, Head, Header, HeaderError, Id, Rejection, Skimmer, Step};

use crate::outbox::Outbox;
use crate::outcome::outcome;
use crate::own::Level;
use crate::rewriter::{Decision, Fate, Incoming};
use crate::shared::{Own, Shared, lock};
use crate::{LARGEST_CHECKED, Pending};

/// How many bytes may wait for a server that does not read, before the client is read no further.
/// The client's end is only noticed while it is read, so there is some room.
const BACKLOG: usize = 1 << 20;

/// How much is read at once; a pipe holds no more.
pub(crate) const READ: usize = 64 * 1024;

/// How much of what the client said before gopls answered `initialize` is kept for the server that
/// would take gopls's place, in bytes.
const KEPT: usize = 4 << 20;

/// Why nothing more comes from the client.
#[derive(Debug)]
pub(crate) enum Ending {
    /// It said `exit`.
    Exit,
    /// Its stream ended, or broke.
    Eof,
    /// Its stream can be read no more.
    Lost(HeaderError),
    /// gopls takes nothing more.
    ServerGone,
}

/// Reads the client, writes the server.
pub(crate) struct ClientPump {
    pub(crate) source: Source,
    pub(crate) buffer: BytesMut,
    /// What the client said before gopls answered `initialize`.
    pub(crate) unanswered: Vec<Bytes>,
    /// How much that is, in bytes.
    kept: usize,
    framer: Framer,
    large: Option<Skimmer>,
    inbox: UnboundedReceiver<Own>,
    out: Outbox,
    batch: Vec<Item>,
    shared: Arc<Shared>,
    exit: bool,
}

impl ClientPump {
    pub(crate) fn new(source: Source, shared: Arc<Shared>, inbox: UnboundedReceiver<Own>) -> Self {
        Self {
            source,
            buffer: BytesMut::with_capacity(READ),
            unanswered: Vec::new(),
            kept: 0,
            framer: Framer::default(),
            large: None,
            inbox,
            out: Outbox::default(),
            batch: Vec::new(),
            shared,
            exit: false,
        }
    }

    /// Pumps until the client's end. Dropping the future loses nothing.
    pub(crate) async fn run(&mut self, sink: &mut Sink) -> Ending {
        loop {
            tokio::select! {
                biased;
                result = self.out.write_some(sink), if !self.out.is_empty() => {
                    if result.is_err() {
                        return Ending::ServerGone;
                    }
                }
                result = read(&mut self.source, &mut self.buffer), if self.out.len() < BACKLOG => {
                    if !matches!(result, Ok(1..)) {
                        self.end_of_stream();
                        return Ending::Eof;
                    }
                    if let Some(error) = self.take_frames() {
                        return Ending::Lost(error);
                    }
                    if self.exit {
                        return Ending::Exit;
                    }
                }
                Some(own) = self.inbox.recv(), if self.large.is_none() => {
                    self.out.push_body(&own.body);
                    self.batch.push(Item::Message(own.message));
                    self.feed();
                }
            }
        }
    }

    /// Writes what is still to be written.
    ///
    /// # Errors
    ///
    /// Where the server takes nothing more.
    pub(crate) async fn flush(&mut self, sink: &mut Sink) -> io::Result<()> {
        while !self.out.is_empty() {
            self.out.write_some(sink).await?;
        }
        Ok(())
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

    /// Handles all that the buffer holds; gives the error that ends the stream, if one does.
    fn take_frames(&mut self) -> Option<HeaderError> {
        let now = Instant::now();
        let mut lost = None;
        while !self.exit {
            match self.framer.next(&mut self.buffer, || LARGEST_CHECKED) {
                Step::More(missing) => {
                    make_room(&mut self.buffer, missing);
                    break;
                }
                Step::Frame(frame) => self.frame(frame, now),
                Step::Large { bytes, header } => {
                    self.header(&bytes, header);
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
        let head = match wire::scan(&body) {
            Ok(head) => head,
            Err(rejection) => return self.reject(&body, rejection),
        };
        if !self.shared.phase.initialized.load(Ordering::Relaxed) {
            self.keep_unanswered(&body);
        } else if self.kept > 0 {
            // Nobody will take gopls's place any more.
            self.unanswered = Vec::new();
            self.kept = 0;
        }
        let message = self.note(&head, &body, now);
        let decision = self.decide(&head, &message, &body);
        for name in &decision.broken {
            self.shared.say(
                Level::Error,
                &format!("{name} failed and is switched off; messages pass without it"),
            );
        }
        if !decision.by.is_empty() {
            return self.rewritten(message, decision, &body);
        }
        self.batch.push(Item::Message(message));
        if frame.header.readable {
            self.out.push(frame.bytes);
        } else {
            self.header(&frame.bytes.slice(..frame.header.length), frame.header);
            self.out.push(body);
        }
    }

    /// Keeps the books of a message that is going to be forwarded.
    fn note(&mut self, head: &Head<'_>, body: &Bytes, now: Instant) -> Message {
        let params = head.params.map(|params| body.slice_ref(params));
        let mut message = self.note_streamed(head, params, now);
        message.size = body.len() as u64;
        message.body = Some(body.clone());
        message
    }

    /// The same for one whose parameters were not held.
    fn note_streamed(&mut self, head: &Head<'_>, params: Option<Bytes>, now: Instant) -> Message {
        let shared = &self.shared;
        let mut message = Message {
            direction: Direction::ClientToServer,
            kind: Kind::Notification,
            method: head.method.as_deref().map(Method::new),
            id: head.id.clone(),
            size: 0,
            body: None,
            latency: None,
            outcome: None,
            checked: true,
            made_here: false,
        };
        match (&message.method, &head.id) {
            (Some(method), Some(id)) => {
                message.kind = Kind::Request;
                match *method {
                    Method::INITIALIZE => shared.begin(),
                    Method::SHUTDOWN => {
                        shared.phase.shutting_down.store(true, Ordering::Relaxed);
                        *lock(&shared.shutdown) = Some((id.clone(), now));
                    }
                    _ => {}
                }
                let mut pending = Pending::new(method.clone(), now, params);
                pending.claimed = shared.rewriters.want(Direction::ServerToClient, method);
                shared.pending.insert(Side::Client, id.clone(), pending);
            }
            (Some(method), None) => match *method {
                Method::EXIT => self.exit = true,
                Method::CANCEL_REQUEST => {
                    if let Some(id) = head.params.and_then(cancelled) {
                        shared.pending.cancel(Side::Client, id);
                    }
                }
                _ => {}
            },
            (None, id) => {
                message.kind = Kind::Response;
                let id = id
                    .clone()
                    .expect("a message without a method and an id was rejected");
                match shared.pending.take(Side::Server, id.clone()) {
                    Some(request) => {
                        message.latency = Some(now.saturating_duration_since(request.started));
                        message.outcome = Some(outcome(head, &request));
                        shared.slow.answered(Side::Server, &request);
                        shared.slow.answered(Side::Server, &request);
                        if let Some(late) = crate::timeout::late(Side::Server, &id, &request, now) {
                            self.batch.push(Item::Event(late));
                        }
                        message.method = Some(request.method);
                    }
                    None => self.event(
                        EventName::Unmatched,
                        json!({ "direction": Direction::ClientToServer,
                            "id": crate::own::id_value(Some(&id)) }),
                    ),
                }
            }
        }
        message
    }

    fn decide(&self, head: &Head<'_>, message: &Message, body: &Bytes) -> Decision {
        let Some(method) = &message.method else {
            return Decision::default();
        };
        if !self
            .shared
            .rewriters
            .want(Direction::ClientToServer, method)
        {
            return Decision::default();
        }
        let incoming = Incoming {
            direction: Direction::ClientToServer,
            method,
            id: head.id.as_ref(),
            body,
        };
        self.shared.rewriters.decide(&incoming, None)
    }

    /// Does what the rewriters decided.
    fn rewritten(&mut self, mut message: Message, decision: Decision, body: &Bytes) {
        let shared = self.shared.clone();
        for notification in decision.before {
            self.out.push_body(&notification);
        }
        self.event(
            EventName::Rewrite,
            json!({ "direction": Direction::ClientToServer, "by": decision.by,
                "method": message.method.as_ref().map(Method::as_str) }),
        );
        match decision.fate {
            Fate::Forward => self.out.push_body(body),
            Fate::Replace(new) => {
                self.out.push_body(&new);
                message.size = new.len() as u64;
                message.body = Some(new);
                message.checked = false;
            }
            Fate::Answer(answer) => {
                if let (Some(id), Some(method)) = (&message.id, &message.method) {
                    shared.pending.take(Side::Client, id.clone());
                    shared.answer_back(Direction::ClientToServer, Some(id), method, answer);
                }
                return;
            }
            Fate::Drop => return,
        }
        self.batch.push(Item::Message(message));
    }

    /// A frame that gopls would die of is not handed on. The client is told, and so is gopls if it
    /// waits for just this answer.
    fn reject(&mut self, body: &Bytes, rejection: Rejection) {
        let Rejection {
            fault,
            id,
            has_method,
        } = rejection;
        let answered = (!has_method)
            .then_some(id.as_ref())
            .flatten()
            .and_then(|id| Some((id, self.shared.pending.take(Side::Server, id.clone())?)));
        let text = format!("a message was not handed on to gopls, which would have ended: {fault}");
        match answered {
            Some((id, request)) => self.shared.error_to_server(
                id,
                Some(&request),
                &format!("the client's answer could not be read: {fault}"),
            ),
            None => self
                .shared
                .error_to_client(id.as_ref(), fault.code(), &text),
        }
        self.refuse(body, &fault.to_string(), Some(fault.code()));
        self.shared.say(Level::Warning, &text);
    }

    fn skipped(&mut self, bytes: &[u8], error: &HeaderError) {
        let text = format!(
            "{} bytes between messages were left out: {error}",
            bytes.len()
        );
        self.refuse(bytes, &error.to_string(), Some(-32700));
        self.shared.error_to_client(None, -32700, &text);
        self.shared.say(Level::Warning, &text);
    }

    /// Puts on record what was not handed on.
    fn refuse(&mut self, bytes: &[u8], reason: &str, code: Option<i64>) {
        const SHOWN: usize = 64 * 1024;
        let start = &bytes[..bytes.len().min(SHOWN)];
        let mut data = json!({
            "direction": Direction::ClientToServer,
            "reason": reason,
            "code": code,
            "bytes": bytes.len(),
        });
        match std::str::from_utf8(start) {
            Ok(text) => data["text"] = text.into(),
            Err(_) => {
                let encoded = base64::engine::general_purpose::STANDARD.encode(start);
                data["base64"] = encoded.into();
            }
        }
        self.event(EventName::Rejected, data);
    }

    /// Writes a header as gopls wants it, and says so where it was not.
    fn header(&mut self, bytes: &Bytes, header: Header) {
        if header.readable {
            self.out.push(bytes.clone());
            return;
        }
        self.event(
            EventName::Header,
            json!({ "direction": Direction::ClientToServer,
                "header": String::from_utf8_lossy(bytes) }),
        );
        self.out.push(wire::canonical_header(header.size).into());
    }

    /// A piece of a body that is too large to be held.
    fn chunk(&mut self, bytes: Bytes, last: bool, now: Instant) {
        if let Some(skimmer) = &mut self.large {
            skimmer.push(&bytes);
        }
        if let Some(skimmer) = self.large.take_if(|_| last) {
            let skeleton = Bytes::copy_from_slice(skimmer.skeleton());
            let mut data = json!({ "direction": Direction::ClientToServer,
                "limit": LARGEST_CHECKED });
            if let Ok(head) = wire::scan(&skeleton) {
                let mut message = self.note_streamed(&head, None, now);
                data["method"] = message.method.as_ref().map(Method::as_str).into();
                message.size = skimmer.length();
                self.batch.push(Item::Message(message));
            }
            data["bytes"] = skimmer.length().into();
            self.event(EventName::Unchecked, data);
        }
        self.out.push(bytes);
    }

    fn end_of_stream(&mut self) {
        if !self.framer.at_boundary(&self.buffer) {
            let rest = self.buffer.split().freeze();
            self.refuse(&rest, "the client's stream ended inside of a frame", None);
            self.feed();
        }
    }

    fn keep_unanswered(&mut self, body: &Bytes) {
        if self.kept + body.len() <= KEPT {
            self.kept += body.len();
            self.unanswered.push(body.clone());
        }
    }

    fn event(&mut self, name: EventName, data: Value) {
        self.batch.push(Item::Event(Event { name, data }));
    }
}

/// The id in the parameters of `$/cancelRequest`.
pub(crate) fn cancelled(params: &[u8]) -> Option<Id> {
    let params: Value = serde_json::from_slice(params).ok()?;
    match &params["id"] {
        Value::Number(number) => number.as_i64().map(Id::Number),
        Value::String(text) => Some(Id::from(text.as_str())),
        _ => None,
    }
}

/// Reads into a buffer that has room for a whole pipe.
pub(crate) async fn read(source: &mut Source, buffer: &mut BytesMut) -> io::Result<usize> {
    if buffer.capacity() - buffer.len() < READ / 4 {
        buffer.reserve(READ);
    }
    source.read(buffer).await
}

/// Makes room for what is known to be missing, and gives back what a large frame needed.
pub(crate) fn make_room(buffer: &mut BytesMut, missing: usize) {
    if missing > buffer.capacity() - buffer.len() {
        buffer.reserve(missing);
    } else if buffer.is_empty() && buffer.capacity() > 4 * READ {
        *buffer = BytesMut::with_capacity(READ);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_id_is_read_by_value() {
        assert_eq!(cancelled(br#"{"id":7}"#), Some(Id::from(7)));
        assert_eq!(cancelled(br#"{"id":"\u0061"}"#), Some(Id::from("a")));
        assert_eq!(cancelled(br#"{"id":1.5}"#), None);
        assert_eq!(cancelled(b"null"), None);
    }
}
