//! What becomes of a message when the rewriters have seen it.

use std::ops::Range;

use bytes::Bytes;
use protocol::traffic::{AtServer, Item, Kind, Message, Outcome, Rewrite, Then};
use protocol::{Direction, Side};
use wire::{Frame, Head, Id};

use crate::Pending;
use crate::own::Level;
use crate::pump::Core;
use crate::rewriter::{Decision, Fate, Incoming};

impl Core {
    /// Forwards a frame, or what the rewriters make of it. `head` is its head, `message` the record of
    /// it, `request` what it answers.
    pub(crate) fn forward(
        &mut self,
        frame: Frame,
        head: &Head<'_>,
        message: Message,
        request: Option<&Pending>,
    ) {
        let body = frame.body();
        let Some(decision) = self.decide(head, &message, &body, request) else {
            return self.pass(frame, message);
        };
        for name in &decision.broken {
            let text = format!("{name} failed and is switched off; messages pass without it");
            self.say(Level::Error, &text);
        }
        if decision.by.is_empty() {
            return self.pass(frame, message);
        }
        self.rewritten(frame, message, decision);
    }

    fn decide(
        &mut self,
        head: &Head<'_>,
        message: &Message,
        body: &Bytes,
        request: Option<&Pending>,
    ) -> Option<Decision> {
        let method = message.method.as_ref()?;
        let direction = self.direction;
        let incoming = Incoming {
            direction,
            kind: message.kind,
            method,
            id: head.id.as_ref(),
            body,
        };
        // The head is that of the message as it came: with a header made readable, the frame is another one.
        let params = match (direction, head.params, &message.body) {
            (Direction::ClientToServer, Some(params), Some(came)) => {
                Some(protocol::span(came, params))
            }
            _ => None,
        };
        let rewriters = &self.shared.rewriters;
        rewriters.decide(&incoming, params, request, &mut self.changed)
    }

    /// Does what the rewriters decided.
    fn rewritten(&mut self, frame: Frame, mut message: Message, decision: Decision) {
        self.batch.push(Item::Rewrite(Rewrite {
            direction: self.direction,
            method: message.method.clone(),
            id: message.id.clone(),
            by: decision.by,
            before: decision.before.len(),
            then: match decision.fate {
                Fate::Forward | Fate::Replace(_) => Then::Forwarded,
                Fate::Answer(_) => Then::Answered,
                Fate::Drop => Then::Dropped,
            },
        }));
        for body in decision.before {
            self.put_own(body);
        }
        match decision.fate {
            Fate::Forward => self.pass(frame, message),
            Fate::Replace(body) => {
                self.out.push_body(body.clone());
                self.replaced(&mut message, body, decision.params);
                self.batch.push(Item::Message(message));
            }
            // What goes no further stands in the trace all the same.
            Fate::Answer(body) => {
                let (id, method) = (message.id.clone(), message.method.clone());
                self.stopped(&mut message);
                self.record(message);
                if let (Some(id), Some(method)) = (&id, &method) {
                    self.forget(id);
                    self.shared
                        .answer_back(self.direction, Some(id), method, body);
                }
            }
            Fate::Drop => {
                if let (Kind::Request, Some(id)) = (message.kind, &message.id) {
                    self.forget(id);
                }
                self.stopped(&mut message);
                self.record(message);
            }
        }
    }

    /// Puts down that a message goes no further.
    fn stopped(&self, message: &mut Message) {
        if self.direction == Direction::ClientToServer {
            message.at_server = AtServer::Nothing;
        }
    }

    /// Puts down that a message was forwarded with this body, in which its parameters lie here, where that is
    /// known without reading it.
    fn replaced(&self, message: &mut Message, body: Bytes, params: Option<Range<usize>>) {
        if self.direction == Direction::ClientToServer {
            if let (Kind::Request, Some(id)) = (message.kind, &message.id) {
                let params = params.map(|params| body.slice(params)).or_else(|| {
                    let head = wire::scan(&body).ok();
                    let params = head.and_then(|head| head.params);
                    params.map(|params| body.slice_ref(params))
                });
                self.shared
                    .pending
                    .forwarded(Side::Client, id.clone(), params);
            }
            message.at_server = AtServer::Other(body);
            return;
        }
        // An error may have given way to a result.
        if message.outcome == Some(Outcome::Error)
            && let Ok(head) = wire::scan(&body)
        {
            message.outcome = Some(Outcome::of(&head));
        }
        message.size = body.len() as u64;
        if let Some(came) = message.body.replace(body) {
            message.at_server = AtServer::Other(came);
        }
    }

    /// A request that goes no further waits for no answer.
    fn forget(&self, id: &Id) {
        self.shared
            .pending
            .take(self.direction.sender(), id.clone());
    }
}
