//! What others than the two peers say in a session.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use bytes::Bytes;
use protocol::traffic::{Message, OWN_ID};
use protocol::{Method, Side};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use wire::Id;

use crate::{Pending, PendingTable};

/// A message of goplens's own, on its way into a pump.
pub(crate) enum Own {
    /// It is made already.
    Made { message: Message, body: Bytes },
    /// It is made when its turn comes.
    Late(Box<dyn FnOnce() -> Vec<Bytes> + Send>),
    /// A request to gopls, whose answer goes to whoever asks.
    Question(Question),
}

/// What is put before gopls when no request of the client's waits.
pub(crate) struct Question {
    method: Method,
    params: Value,
    answer: Sender<Bytes>,
}

impl Question {
    /// It is not asked: whoever waits hears so at once.
    pub(crate) fn refuse(self) {
        drop(self.answer);
    }

    /// The request, under an id that `is_taken` by none that waits.
    pub(crate) fn put(self, is_taken: impl Fn(&Id) -> bool) -> (Id, Bytes, Pending) {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let (id, name) = loop {
            let name = format!("{OWN_ID}{}", COUNT.fetch_add(1, Ordering::Relaxed));
            let id = Id::from(name.as_str());
            if !is_taken(&id) {
                break (id, name);
            }
        };
        let body = json!({
            "jsonrpc": "2.0", "id": name, "method": self.method.as_str(), "params": self.params,
        });
        let mut pending = Pending::new(self.method, Instant::now(), None);
        pending.asked_here = Some(self.answer);
        (id, body.to_string().into(), pending)
    }
}

/// The two ends of what is said in a session, of which the session takes one.
pub struct Channel {
    pub(crate) speaker: Speaker,
    pub(crate) client_inbox: UnboundedReceiver<Own>,
    pub(crate) server_inbox: UnboundedReceiver<Own>,
}

impl Default for Channel {
    fn default() -> Self {
        let (to_client, client_inbox) = unbounded_channel();
        let (to_server, server_inbox) = unbounded_channel();
        let speaker = Speaker {
            pending: Arc::default(),
            to_client,
            to_server,
        };
        Self {
            speaker,
            client_inbox,
            server_inbox,
        }
    }
}

impl Channel {
    /// The other end.
    pub fn speaker(&self) -> Speaker {
        self.speaker.clone()
    }
}

/// Speaks in a session, from any thread. When the session is over, nobody listens.
#[derive(Clone)]
pub struct Speaker {
    pub(crate) pending: Arc<PendingTable>,
    pub(crate) to_client: UnboundedSender<Own>,
    pub(crate) to_server: UnboundedSender<Own>,
}

impl Speaker {
    /// Sends the client the notification that `make` gives, if it gives one. It is made when its turn
    /// among the messages to the client comes, so that it can go by all that gopls has said before.
    pub fn tell_client(&self, make: impl FnOnce() -> Option<Bytes> + Send + 'static) {
        // A session that is over has nobody left to tell.
        let make = move || Vec::from_iter(make());
        let _ = self.to_client.send(Own::Late(Box::new(make)));
    }

    /// Sends gopls the notifications that `make` gives. They are made when their turn among the messages
    /// to gopls comes, so that they can go by all that the client has said before.
    pub fn tell_server(&self, make: impl FnOnce() -> Vec<Bytes> + Send + 'static) {
        // A session that is over has nobody left to tell.
        let _ = self.to_server.send(Own::Late(Box::new(make)));
    }

    /// Asks gopls something that it answers in about a millisecond, and waits for the body of the
    /// answer; the client never sees it. `None` where gopls is not up, a request of the client's
    /// waits for it, or no answer comes in time.
    pub fn ask(&self, method: Method, params: Value, limit: Duration) -> Option<Bytes> {
        let (answer, answered): (_, Receiver<Bytes>) = channel();
        let question = Question {
            method,
            params,
            answer,
        };
        self.to_server.send(Own::Question(question)).ok()?;
        answered.recv_timeout(limit).ok()
    }

    /// The requests of both peers that wait for an answer, the oldest first; those of goplens itself
    /// are not among them.
    pub fn waiting(&self) -> Vec<(Side, Id, Pending)> {
        let mut waiting = self.pending.waiting();
        waiting.retain(|(_, _, pending)| pending.asked_here.is_none());
        waiting
    }
}

impl fmt::Debug for Speaker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Speaker")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_waits_is_not_given_again() {
        let table = PendingTable::default();
        let ask = || {
            let (answer, _) = channel();
            let question = Question {
                method: Method::WORKSPACE_EXECUTE_COMMAND,
                params: Value::Null,
                answer,
            };
            question.put(|id| table.contains(Side::Client, id))
        };
        let (first, body, pending) = ask();
        assert_eq!(wire::scan(&body).unwrap().id.as_ref(), Some(&first));
        table.insert(Side::Client, first.clone(), pending);
        assert!(!table.client_waits(), "it is not the client's");
        assert_ne!(ask().0, first);
    }

    #[test]
    fn who_is_refused_hears_so_at_once() {
        let (answer, answered) = channel();
        let question = Question {
            method: Method::WORKSPACE_EXECUTE_COMMAND,
            params: Value::Null,
            answer,
        };
        question.refuse();
        assert!(answered.recv().is_err());
    }
}
