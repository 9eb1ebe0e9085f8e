//! The texts of the documents that the client has open.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::SystemTime;

use bytes::Bytes;
use inspect::Encoding;
use inspect::session::Document;
use serde_json::{Value, json};

/// Keeps the texts up to date on a thread of its own. Nearly always nobody asks for one, and an edit in a
/// large text takes longer than a message may.
pub(crate) struct Texts(Sender<Job>);

enum Job {
    Encoding(Encoding),
    /// With the body of the `didOpen`.
    Open(String, Bytes),
    /// With that of the `didChange`.
    Change(String, Bytes),
    Close(String),
    /// What makes the text whole at gopls, and for whom.
    Tell(String, Told, Sender<Option<Bytes>>),
    /// How alike two documents are, and for whom.
    Compare([String; 2], Sender<Likeness>),
}

/// How alike the texts of two documents are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// The same, of the same version.
    Same,
    /// The same, but of another version.
    SameText,
    /// Different, or one of them is not known.
    Different,
}

/// What gopls is told of a document, which it calls so.
pub(crate) enum Told {
    /// That it is open.
    Open(String),
    /// That its whole text has changed.
    Change(String),
}

/// A document, and what its client says it is written in.
struct Text {
    document: Document,
    language: Value,
}

impl Texts {
    pub(crate) fn start() -> Self {
        let (jobs, receiver) = channel();
        // Without it no text is known.
        let _ = thread::Builder::new()
            .name("texts".to_owned())
            .spawn(move || run(&receiver));
        Self(jobs)
    }

    pub(crate) fn set_encoding(&self, encoding: Encoding) {
        let _ = self.0.send(Job::Encoding(encoding));
    }

    pub(crate) fn open(&self, client: &str, body: Bytes) {
        let _ = self.0.send(Job::Open(client.to_owned(), body));
    }

    pub(crate) fn change(&self, client: &str, body: Bytes) {
        let _ = self.0.send(Job::Change(client.to_owned(), body));
    }

    pub(crate) fn close(&self, client: &str) {
        let _ = self.0.send(Job::Close(client.to_owned()));
    }

    /// What gopls has to be told of a document for it to have its text, after all that was said before;
    /// `None` where the text is not known.
    pub(crate) fn tell(&self, client: &str, told: Told) -> Option<Bytes> {
        let (answer, answered) = channel();
        let job = Job::Tell(client.to_owned(), told, answer);
        self.0.send(job).ok()?;
        answered.recv().ok()?
    }

    /// How alike two documents are, after all that was said before.
    pub(crate) fn likeness(&self, one: &str, other: &str) -> Likeness {
        let (answer, answered) = channel();
        let job = Job::Compare([one, other].map(str::to_owned), answer);
        // Without the thread no text is known.
        let sent = self.0.send(job).ok();
        let likeness = sent.and_then(|()| answered.recv().ok());
        likeness.unwrap_or(Likeness::Different)
    }
}

fn run(jobs: &Receiver<Job>) {
    let mut encoding = Encoding::default();
    let mut texts: HashMap<String, Text> = HashMap::new();
    for job in jobs {
        let done = AssertUnwindSafe(|| work(job, &mut texts, &mut encoding));
        if catch_unwind(done).is_err() {
            // None of them can be relied on any more.
            texts.clear();
        }
    }
}

fn work(job: Job, texts: &mut HashMap<String, Text>, encoding: &mut Encoding) {
    match job {
        Job::Encoding(agreed) => *encoding = agreed,
        Job::Open(client, body) => {
            texts.insert(client, Text::opened(&params(&body)));
        }
        Job::Change(client, body) => {
            if let Some(text) = texts.get_mut(&client) {
                text.document.change(&params(&body), *encoding);
            }
        }
        Job::Close(client) => {
            texts.remove(&client);
        }
        Job::Tell(client, told, answer) => {
            // Whoever asked waits for nothing else.
            let _ = answer.send(texts.get(&client).and_then(|text| text.told(&told)));
        }
        Job::Compare(clients, answer) => {
            let [one, other] = clients.map(|client| texts.get(&client));
            let likeness = one.zip(other).map(|(one, other)| one.likeness(other));
            let _ = answer.send(likeness.unwrap_or(Likeness::Different));
        }
    }
}

impl Text {
    fn opened(params: &Value) -> Self {
        Self {
            document: Document::opened(params, SystemTime::UNIX_EPOCH),
            language: params["textDocument"]["languageId"].clone(),
        }
    }

    fn likeness(&self, other: &Self) -> Likeness {
        let [own, others] = [self, other].map(|text| &text.document);
        if own.text.is_none() || own.text != others.text {
            Likeness::Different
        } else if own.version != others.version {
            Likeness::SameText
        } else {
            Likeness::Same
        }
    }

    fn told(&self, told: &Told) -> Option<Bytes> {
        let Document { version, text, .. } = &self.document;
        let text = text.as_ref()?;
        Some(match told {
            Told::Open(server) => {
                let params = json!({ "textDocument": {
                    "uri": server, "languageId": self.language, "version": version, "text": text } });
                notification("textDocument/didOpen", &params)
            }
            Told::Change(server) => {
                let params = json!({
                    "textDocument": { "uri": server, "version": version },
                    "contentChanges": [{ "text": text }],
                });
                notification("textDocument/didChange", &params)
            }
        })
    }
}

/// A `didClose` of what gopls calls so.
pub(crate) fn close(server: &str) -> Bytes {
    let params = json!({ "textDocument": { "uri": server } });
    notification("textDocument/didClose", &params)
}

fn params(body: &[u8]) -> Value {
    let message = serde_json::from_slice::<Value>(body);
    message.map_or(Value::Null, |mut message| message["params"].take())
}

/// A notification of goplens's own.
pub(crate) fn notification(method: &str, params: &Value) -> Bytes {
    let message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
    message.to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(version: i64, line: u32, text: &str) -> Bytes {
        let start = json!({ "line": line, "character": 0 });
        let params = json!({
            "textDocument": { "uri": "file:///a", "version": version },
            "contentChanges": [{ "range": { "start": start, "end": start }, "text": text }],
        });
        notification("textDocument/didChange", &params)
    }

    fn opened() -> Texts {
        let texts = Texts::start();
        let opened = json!({ "textDocument": {
            "uri": "file:///a", "languageId": "go", "version": 1, "text": "end" } });
        texts.open("file:///a", notification("textDocument/didOpen", &opened));
        texts
    }

    #[test]
    fn the_text_is_what_the_client_has() {
        let texts = opened();
        texts.change("file:///a", change(2, 0, "x"));
        texts.change("file:///a", change(3, 0, "y"));
        let told = |told: Told| {
            let body = texts.tell("file:///a", told).unwrap();
            serde_json::from_slice::<Value>(&body).unwrap()["params"].clone()
        };
        let document = json!({ "uri": "file:///b", "version": 3 });
        let changes = json!([{ "text": "yxend" }]);
        let expected = json!({ "textDocument": document, "contentChanges": changes });
        assert_eq!(told(Told::Change("file:///b".into())), expected);
        let document = json!({
            "uri": "file:///b", "languageId": "go", "version": 3, "text": "yxend" });
        let expected = json!({ "textDocument": document });
        assert_eq!(told(Told::Open("file:///b".into())), expected);
    }

    #[test]
    fn a_text_that_is_not_known_is_not_made_up() {
        let texts = opened();
        let told = || texts.tell("file:///a", Told::Open("file:///b".into()));
        assert!(told().is_some());
        texts.change("file:///a", change(2, 7, "x"));
        assert_eq!(told(), None, "the change lies outside of the text");
        texts.close("file:///a");
        assert_eq!(told(), None);
    }
}
