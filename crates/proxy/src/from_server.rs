//! From the server to the client: nothing is checked, and as little as possible is held.

use std::sync::atomic::Ordering;
use std::time::Instant;

use base64::Engine;
use bytes::Bytes;
use protocol::traffic::{EventName, Message};
use protocol::{Direction, Method, Side};
use serde_json::json;
use wire::{Fault, Frame, Head, Header, HeaderError, Rejection, Skimmer};

use crate::from_client::cancelled;
use crate::own::Level;
use crate::pump::{Core, Policy};
use crate::shared::{Shared, lock};
use crate::{LARGEST_CLAIMED, LARGEST_UNCLAIMED, Pending};

/// From this size on, in bytes, a body is skimmed: what gopls writes need not be checked on its way.
const SKIMMED: usize = 16 * 1024;

/// How much of what nobody can read is put on record, in bytes.
const SHOWN: usize = 64 * 1024;

/// The policy of this direction.
#[derive(Debug, Default)]
pub(crate) struct FromServer;

impl Policy for FromServer {
    const DIRECTION: Direction = Direction::ServerToClient;

    const BACKLOG: usize = 256 * 1024;

    fn hold(&self, shared: &Shared, start: &[u8]) -> u64 {
        let claimed = match wire::method_at_start(start) {
            Some(method) => shared
                .rewriters
                .hold(Direction::ServerToClient, &Method::new(method)),
            None => shared.pending.any_held(),
        };
        if claimed {
            LARGEST_CLAIMED
        } else {
            LARGEST_UNCLAIMED
        }
    }

    fn frame(&mut self, core: &mut Core, frame: Frame, now: Instant) {
        core.shared.server_spoke(now);
        let body = frame.body();
        let mut skimmer = Skimmer::default();
        let head = match head(&body, &mut skimmer) {
            Ok(head) => head,
            Err(rejection) => return unreadable(core, frame, rejection.fault),
        };
        let (mut message, request) = note(core, &head, now);
        if request.as_ref().is_some_and(|request| request.answered) {
            // The client has its answer already.
            return;
        }
        message.size = body.len() as u64;
        message.body = Some(body.clone());
        message.checked = body.len() < SKIMMED;
        if let Some(asker) = request
            .as_ref()
            .and_then(|request| request.asked_here.as_ref())
        {
            // Whoever asked may have lost patience.
            let _ = asker.send(body);
            return core.record(message);
        }
        core.forward(frame, &head, message, request.as_ref());
    }

    fn large_begins(&mut self, core: &mut Core, bytes: Bytes, _header: Header) {
        core.shared.server_spoke(Instant::now());
        core.pass_bytes(bytes);
    }

    fn large_ends(&mut self, core: &mut Core, skimmer: &Skimmer, now: Instant) {
        core.shared.server_spoke(now);
        if skimmer.length() > LARGEST_CLAIMED {
            let data = json!({ "bytes": skimmer.length(), "limit": LARGEST_CLAIMED });
            core.event(EventName::Unchecked, data);
        }
        match wire::scan(skimmer.skeleton()) {
            Ok(head) => {
                let (mut message, _) = note(core, &head, now);
                message.size = skimmer.length();
                core.record(message);
            }
            Err(rejection) => {
                let text = format!("gopls wrote what is no message: {}", rejection.fault);
                let data = json!({ "text": text, "bytes": skimmer.length() });
                core.event(EventName::Notice, data);
            }
        }
    }

    /// A client ends at the first byte that is not LSP, so such bytes are left out.
    fn skipped(&mut self, core: &mut Core, bytes: &[u8], error: &HeaderError) {
        let text = format!(
            "gopls wrote {} bytes between messages, which were left out: {error}",
            bytes.len()
        );
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN)]);
        core.event(
            EventName::Rejected,
            json!({ "reason": error.to_string(), "bytes": bytes.len(), "text": start }),
        );
        core.say(Level::Warning, &text);
    }

    fn is_over(&self) -> bool {
        false
    }
}

/// What is left when gopls's stream ends and was not part of a whole message. It is no use to the
/// client, but it may say why gopls ended.
pub(crate) fn end_of_stream(core: &mut Core) -> Option<String> {
    if core.framer.at_boundary(&core.buffer) || core.buffer.is_empty() {
        return None;
    }
    let rest = core.buffer.split();
    let text = String::from_utf8_lossy(&rest[..rest.len().min(SHOWN)]).into_owned();
    let reason = "gopls's stream ended with what is no whole message";
    let data = json!({ "reason": reason, "bytes": rest.len(), "text": text });
    core.event(EventName::Rejected, data);
    core.feed();
    Some(text)
}

/// The head of a body that is held whole.
fn head<'a>(body: &'a [u8], skimmer: &'a mut Skimmer) -> Result<Head<'a>, Rejection> {
    if body.len() < SKIMMED {
        return wire::scan(body);
    }
    skimmer.push(body);
    wire::scan(skimmer.skeleton())
}

/// Keeps the books of a message; gives the request that it answers.
fn note(core: &mut Core, head: &Head<'_>, now: Instant) -> (Message, Option<Pending>) {
    let mut message = core.message(head);
    match (&message.method, &head.id) {
        (Some(method), Some(id)) => {
            let params = head.params.map(Bytes::copy_from_slice);
            let pending = Pending::new(method.clone(), now, params);
            core.shared
                .pending
                .insert(Side::Server, id.clone(), pending);
            (message, None)
        }
        (Some(method), None) => {
            if *method == Method::CANCEL_REQUEST
                && let Some(id) = head.params.and_then(cancelled)
            {
                core.shared.pending.cancel(Side::Server, id);
            }
            (message, None)
        }
        (None, _) => {
            let request = core.settle(Side::Client, head, &mut message, now);
            match request.as_ref().map(|request| &request.method) {
                Some(&Method::INITIALIZE) => {
                    core.shared.phase.initialized.store(true, Ordering::Relaxed);
                }
                Some(&Method::SHUTDOWN) => *lock(&core.shared.shutdown) = None,
                _ => {}
            }
            (message, request)
        }
    }
}

/// What gopls wrote and nobody can read goes on as it is: the client may know better.
fn unreadable(core: &mut Core, frame: Frame, fault: Fault) {
    let body = frame.body();
    let start = &body[..body.len().min(SHOWN)];
    let encoded = base64::engine::general_purpose::STANDARD.encode(start);
    let text = format!("gopls wrote what is no message: {fault}");
    let data = json!({ "text": text, "bytes": body.len(), "base64": encoded });
    core.event(EventName::Notice, data);
    core.pass_bytes(frame.bytes);
}
