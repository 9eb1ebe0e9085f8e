//! The end of inspection that the traffic comes in by.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::time::SystemTime;

use memchr::memmem;
use protocol::traffic::{AtServer, Batch, Item, Kind, Message, Outcome};
use protocol::{Direction, Method, MethodSet};
use trace::finding::Finding;

use crate::contract::{Contract, Fate};
use crate::event::Learned;
use crate::inspectors::EXPLAINED;
use crate::session;

/// How many bytes of messages may wait to be looked at. Inspection that falls behind by more gives up
/// rather than hold the session's memory.
const MOST: usize = 64 << 20;

/// Takes what the proxy's tap sees and never waits. Clones share it.
#[derive(Clone)]
pub struct Feed(Arc<Inner>);

struct Inner {
    sender: Sender<Signal>,
    /// The methods of which every message is wanted.
    wanted: MethodSet,
    /// The methods of which those responses are wanted that gave nothing.
    explained: MethodSet,
    backlog: Arc<Backlog>,
    contract: Contract,
}

/// What the two ends know of each other.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    /// How many bytes of messages wait.
    pub(crate) waiting: AtomicUsize,
    /// There were too many.
    pub(crate) lost: AtomicBool,
    /// Something was found in a request that failed, so that one that does not fail counts too.
    pub(crate) watching: AtomicBool,
}

/// What comes to the inspecting thread.
#[derive(Debug)]
pub(crate) enum Signal {
    Message {
        at: Option<u64>,
        time: SystemTime,
        message: Message,
    },
    Learned(Learned),
    CheckAgain,
    Found(Finding),
}

/// Messages of a batch that are to be inspected, each with its place in it.
#[derive(Debug)]
pub struct Picked {
    time: SystemTime,
    messages: Vec<(u64, Message)>,
    /// Those that are to be held against the protocol, none for one that there was no room for.
    said: Vec<Option<(u64, Message)>>,
}

impl Feed {
    pub(crate) fn new(
        sender: Sender<Signal>,
        inspectors: MethodSet,
        backlog: Arc<Backlog>,
        contract: Contract,
    ) -> Self {
        Self(Arc::new(Inner {
            sender,
            contract,
            wanted: session::interests().union(&inspectors),
            explained: EXPLAINED.into_iter().collect(),
            backlog,
        }))
    }

    /// Picks what is to be inspected; a bit test for each message tells.
    pub fn pick(&self, batch: &Batch) -> Picked {
        let (mut messages, mut said) = (Vec::new(), Vec::new());
        for (place, item) in (0..).zip(&batch.items) {
            let Item::Message(message) = item else {
                continue;
            };
            if self.wants(message) {
                messages.push((place, message.clone()));
            }
            match self.0.contract.fate(message) {
                Fate::Seen => said.push(Some((place, message.clone()))),
                Fate::Missed => said.push(None),
                Fate::Unseen => {}
            }
        }
        Picked {
            time: batch.time,
            messages,
            said,
        }
    }

    /// Hands on what was picked. `first` is the number of the record of the batch's first item.
    pub fn inspect(&self, first: Option<u64>, picked: Picked) {
        for said in picked.said {
            let number = |place| first.map(|first| first + place);
            let entry = said.map(|(place, message)| (number(place), message));
            self.0.contract.take(entry);
        }
        for (place, message) in picked.messages {
            let size = message.body_at_server().map_or(0, bytes::Bytes::len);
            let backlog = &self.0.backlog;
            if backlog.waiting.fetch_add(size, Ordering::Relaxed) > MOST {
                backlog.lost.store(true, Ordering::Relaxed);
            }
            if backlog.lost.load(Ordering::Relaxed) {
                return;
            }
            let at = first.map(|first| first + place);
            // An inspector that has ended misses nothing.
            let _ = self.0.sender.send(Signal::Message {
                at,
                time: picked.time,
                message,
            });
        }
    }

    /// The user asks for another look at all that was found.
    pub fn check_again(&self) {
        let _ = self.0.sender.send(Signal::CheckAgain);
    }

    /// Something was found outside of inspection, which stays so for the session.
    pub fn found(&self, finding: Finding) {
        let _ = self.0.sender.send(Signal::Found(finding));
    }

    fn wants(&self, message: &Message) -> bool {
        let Some(method) = &message.method else {
            return false;
        };
        // What goplens tells the client, and what the client said in vain, gopls knows nothing of.
        let to_client = message.direction == Direction::ServerToClient;
        let is_at_server = message.at_server != AtServer::Nothing;
        if message.is_own_question() || (message.made_here && to_client) || !is_at_server {
            return false;
        }
        if message.kind == Kind::Response && self.0.explained.contains(method) {
            return match message.outcome {
                Some(Outcome::Null | Outcome::Empty | Outcome::Error) => true,
                Some(Outcome::Ok) => {
                    self.0.backlog.watching.load(Ordering::Relaxed)
                        || leads_out_of_go(method, message)
                }
                _ => false,
            };
        }
        self.0.wanted.contains(method)
    }
}

/// Whether a definition leads to no Go file: those that cgo makes in the build cache have no such name.
fn leads_out_of_go(method: &Method, message: &Message) -> bool {
    let body = message.body_at_server().filter(|body| body.len() < 4096);
    *method == Method::TEXT_DOCUMENT_DEFINITION
        && body.is_some_and(|body| memmem::find(body, b".go\"").is_none())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    fn message(method: Method, outcome: Option<Outcome>, body: &'static str) -> Message {
        Message {
            direction: Direction::ServerToClient,
            kind: match outcome {
                Some(_) => Kind::Response,
                None => Kind::Notification,
            },
            method: Some(method),
            id: None,
            size: body.len() as u64,
            body: Some(body.into()),
            checked: true,
            latency: None,
            outcome,
            asked: None,
            at_server: Default::default(),
            made_here: false,
        }
    }

    #[test]
    fn only_what_matters_is_picked_and_it_keeps_its_number() {
        let (sender, receiver) = channel();
        let feed = Feed::new(
            sender,
            MethodSet::new(),
            Arc::default(),
            Contract::default(),
        );
        let definition = |outcome, body| {
            Item::Message(message(
                Method::TEXT_DOCUMENT_DEFINITION,
                Some(outcome),
                body,
            ))
        };
        let items = vec![
            definition(Outcome::Ok, r#"{"uri":"file:///m/a.go"}"#),
            definition(Outcome::Null, "{}"),
            definition(Outcome::Cancelled, "{}"),
            definition(Outcome::Ok, r#"{"uri":"file:///cache/7a/7ada-d"}"#),
            Item::Message(message(Method::TEXT_DOCUMENT_COMPLETION, None, "{}")),
            Item::Message(message(Method::TEXT_DOCUMENT_DID_OPEN, None, "{}")),
        ];
        let picked = feed.pick(&Batch {
            time: SystemTime::now(),
            items,
        });
        feed.inspect(Some(10), picked);
        let numbers: Vec<_> = receiver
            .try_iter()
            .map(|signal| match signal {
                Signal::Message { at, .. } => at,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(numbers, [Some(11), Some(13), Some(15)]);
    }
}
