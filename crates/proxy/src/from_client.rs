//! From the client to the server: everything is checked, because one bad frame ends gopls.

use std::sync::atomic::Ordering;
use std::time::Instant;

use base64::Engine;
use bytes::Bytes;
use protocol::traffic::{EventName, Message};
use protocol::{Direction, Method, Side};
use serde_json::{Value, json};
use wire::{Frame, Head, Header, HeaderError, Id, Looks, Rejection, Skimmer};

use crate::own::Level;
use crate::pump::{Core, Policy};
use crate::shared::{Shared, lock};
use crate::{LARGEST_CHECKED, Pending};

/// The policy of this direction.
#[derive(Debug, Default)]
pub(crate) struct FromClient {
    /// What the client said before gopls answered `initialize`, for the server that would take
    /// gopls's place.
    unanswered: Vec<Bytes>,
    /// How much that is, in bytes.
    kept: u64,
    exit: bool,
}

impl Policy for FromClient {
    const DIRECTION: Direction = Direction::ClientToServer;

    const BACKLOG: usize = 1 << 20;

    fn hold(&self, _shared: &Shared, _start: &[u8]) -> u64 {
        LARGEST_CHECKED
    }

    fn frame(&mut self, core: &mut Core, frame: Frame, now: Instant) {
        let body = frame.body();
        let head = match wire::scan(&body) {
            Ok(head) => head,
            Err(rejection) => return reject(core, &body, rejection),
        };
        self.keep(core, &body);
        let params = head.params.map(|params| body.slice_ref(params));
        let (mut message, request) = self.note(core, &head, params, now);
        message.size = body.len() as u64;
        message.body = Some(body.clone());
        message.checked = true;
        let frame = if frame.header.readable {
            frame
        } else {
            readable(core, &frame)
        };
        core.forward(frame, &head, message, request.as_ref());
    }

    fn large_begins(&mut self, core: &mut Core, bytes: Bytes, header: Header) {
        if header.readable {
            return core.pass_bytes(bytes);
        }
        note_header(core, &bytes);
        core.pass_bytes(wire::canonical_header(header.size).into());
    }

    fn large_ends(&mut self, core: &mut Core, skimmer: &Skimmer, now: Instant) {
        let mut data = json!({ "bytes": skimmer.length(), "limit": LARGEST_CHECKED });
        let skeleton = Bytes::copy_from_slice(skimmer.skeleton());
        if let Ok(head) = wire::scan(&skeleton) {
            let (mut message, _) = self.note(core, &head, None, now);
            data["method"] = message.method.as_ref().map(Method::as_str).into();
            message.size = skimmer.length();
            core.record(message);
        }
        core.event(EventName::Unchecked, data);
    }

    fn skipped(&mut self, core: &mut Core, bytes: &[u8], error: &HeaderError) {
        let text = format!(
            "{} bytes between messages were left out: {error}",
            bytes.len()
        );
        refuse(core, bytes, &error.to_string(), Some(-32700));
        core.shared.error_to_client(None, -32700, &text);
        core.say(Level::Warning, &text);
    }

    fn is_over(&self) -> bool {
        self.exit
    }
}

impl FromClient {
    /// What the client said and nobody has answered, for the server that takes gopls's place.
    pub(crate) fn unanswered(self, shared: &Shared) -> Vec<Bytes> {
        let mut unanswered = self.unanswered;
        unanswered.retain(|body| match wire::scan(body) {
            Ok(Head {
                id: Some(id),
                method: Some(_),
                ..
            }) => shared
                .pending
                .take(Side::Client, id)
                .is_some_and(|request| !request.answered),
            _ => true,
        });
        unanswered
    }

    fn keep(&mut self, core: &Core, body: &Bytes) {
        if core.shared.phase.initialized.load(Ordering::Relaxed) {
            if self.kept > 0 {
                // Nobody will take gopls's place any more.
                self.unanswered = Vec::new();
                self.kept = 0;
            }
        } else if self.kept + body.len() as u64 <= LARGEST_CHECKED {
            self.kept += body.len() as u64;
            self.unanswered.push(body.clone());
        }
    }

    /// Keeps the books of a message that is going to be forwarded; gives the request that it answers.
    fn note(
        &mut self,
        core: &mut Core,
        head: &Head<'_>,
        params: Option<Bytes>,
        now: Instant,
    ) -> (Message, Option<Pending>) {
        let mut message = core.message(head);
        let shared = &core.shared;
        match (&message.method, &head.id) {
            (Some(method), Some(id)) => {
                match *method {
                    Method::INITIALIZE => shared.begin(),
                    Method::SHUTDOWN => {
                        shared.phase.shutting_down.store(true, Ordering::Relaxed);
                        *lock(&shared.shutdown) = Some((id.clone(), now));
                    }
                    _ => {}
                }
                let mut pending = Pending::new(method.clone(), now, params);
                pending.claimed = shared.rewriters.hold(Direction::ServerToClient, method);
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
            (None, _) => {
                let request = core.settle(Side::Server, head, &mut message, now);
                return (message, request);
            }
        }
        (message, None)
    }
}

/// What is left when the client's stream ends inside of a frame.
pub(crate) fn end_of_stream(core: &mut Core) {
    if !core.framer.at_boundary(&core.buffer) {
        let rest = core.buffer.split().freeze();
        refuse(
            core,
            &rest,
            "the client's stream ended inside of a frame",
            None,
        );
        core.feed();
    }
}

/// A frame that gopls would die of is not handed on. The client is told, and so is gopls if it waits
/// for just this answer.
fn reject(core: &mut Core, body: &Bytes, rejection: Rejection) {
    let Rejection { fault, id, looks } = rejection;
    let text = format!("a message was not handed on to gopls, which would have ended: {fault}");
    refuse(core, body, &fault.to_string(), Some(fault.code()));
    let pending = &core.shared.pending;
    let asked_by_server = match (&id, looks) {
        (Some(id), Looks::Answer) => pending.take(Side::Server, id.clone()),
        _ => None,
    };
    // An error with this id would be taken for the answer to a request of the client's own.
    let ambiguous = |id: &&Id| looks != Looks::Request && pending.contains(Side::Client, id);
    match (&id, asked_by_server) {
        (Some(id), Some(request)) => {
            let text = format!("the client's answer could not be read: {fault}");
            core.shared.error_to_server(id, &request, &text);
        }
        _ => {
            let id = id.as_ref().filter(|id| !ambiguous(id));
            core.shared.error_to_client(id, fault.code(), &text);
        }
    }
    core.say(Level::Warning, &text);
}

/// How much of what was refused is put on record, in bytes.
const SHOWN: usize = 64 * 1024;

/// Puts on record what was not handed on.
fn refuse(core: &mut Core, bytes: &[u8], reason: &str, code: Option<i64>) {
    let mut data = json!({ "reason": reason, "code": code, "bytes": bytes.len() });
    let start = &bytes[..bytes.len().min(SHOWN)];
    match std::str::from_utf8(start) {
        Ok(text) => data["text"] = text.into(),
        Err(_) => {
            data["base64"] = base64::engine::general_purpose::STANDARD
                .encode(start)
                .into();
        }
    }
    core.event(EventName::Rejected, data);
}

/// The frame with a header that gopls reads.
fn readable(core: &mut Core, frame: &Frame) -> Frame {
    note_header(core, &frame.bytes[..frame.header.length]);
    let mut bytes = wire::canonical_header(frame.header.size);
    let header = Header {
        length: bytes.len(),
        readable: true,
        ..frame.header
    };
    bytes.extend_from_slice(&frame.bytes[frame.header.length..]);
    Frame {
        bytes: bytes.into(),
        header,
    }
}

fn note_header(core: &mut Core, header: &[u8]) {
    core.event(
        EventName::Header,
        json!({ "header": String::from_utf8_lossy(header) }),
    );
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
