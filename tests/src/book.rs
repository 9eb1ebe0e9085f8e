//! What a session sent and received, in order.

use bytes::Bytes;
use serde_json::Value;
use wire::Id;

/// A message, as one end saw it.
#[derive(Clone, Debug)]
pub struct Note {
    /// Its body.
    pub body: Bytes,
    /// Its method, unless it is a response.
    pub method: Option<String>,
    /// Its id, unless it is a notification or the answer to what could not be read.
    pub id: Option<Id>,
}

impl Note {
    /// Reads as much of a body as the books need.
    pub fn read(body: Bytes) -> Self {
        let (method, id) = match wire::scan(&body) {
            Ok(head) => (head.method.as_deref().map(str::to_owned), head.id),
            Err(_) => (None, None),
        };
        Self { body, method, id }
    }

    /// Whether it asks for a response.
    pub fn is_request(&self) -> bool {
        self.method.is_some() && self.id.is_some()
    }

    /// Whether it answers a request, or what could not be read as one.
    pub fn is_response(&self) -> bool {
        self.method.is_none()
    }

    /// The body, as JSON.
    ///
    /// # Panics
    ///
    /// Where it is none.
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            let start = &self.body[..self.body.len().min(200)];
            panic!("not JSON ({error}): {}", String::from_utf8_lossy(start))
        })
    }
}

/// One session's messages, each direction in its order.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// What the client sent, those frames left out that goplens must not hand on.
    pub sent: Vec<Note>,
    /// What the client received.
    pub received: Vec<Note>,
    /// Responses that the client gets besides those to its requests: their ids, or none. Most are
    /// for frames that goplens refuses.
    pub refusals: Vec<Option<Id>>,
    /// Bytes that the client received and that belong to no frame with the usual header.
    pub garbage: Vec<Bytes>,
    /// The beginning of a frame within which the stream ended.
    pub unfinished: Bytes,
    /// The other end has closed its stream.
    pub eof: bool,
}

impl Book {
    /// The notifications and requests of this method that were received.
    pub fn received_of<'a>(&'a self, method: &'a str) -> impl Iterator<Item = &'a Note> {
        let wanted = move |note: &&Note| note.method.as_deref() == Some(method);
        self.received.iter().filter(wanted)
    }

    /// The responses that were received to the request of this id.
    pub fn responses<'a>(&'a self, id: &'a Id) -> impl Iterator<Item = &'a Note> {
        let wanted = move |note: &&Note| note.is_response() && note.id.as_ref() == Some(id);
        self.received.iter().filter(wanted)
    }
}
