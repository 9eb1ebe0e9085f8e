//! The documents that the client has open, and which of them gopls has.

use std::sync::Arc;

use bytes::Bytes;
use inspect::Encoding;
use paths::{Changed, Renaming, Spellings, Use};
use serde_json::json;

use crate::Board;
use crate::texts::{self, Likeness, Texts, Told};

/// Keeps, for each file that gopls has open, that it has the text of the document that the client used
/// last, under whatever name that is.
pub struct Desk {
    pub(crate) spellings: Arc<Spellings>,
    board: Arc<Board>,
    texts: Texts,
}

/// Whose text gopls has of a file, when the client uses a document that it is open as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Touched {
    /// That document's, or nobody knows of another one.
    Last,
    /// That document's, once it is told this.
    Now(Bytes),
    /// Another one's, and that document's is not known.
    Unknown,
}

impl Desk {
    /// One on which nothing lies.
    pub fn new(spellings: Arc<Spellings>, board: Arc<Board>) -> Self {
        Self {
            spellings,
            board,
            texts: Texts::start(),
        }
    }

    /// Documents get other names at gopls: what gopls is to be told.
    pub fn rename(&self, renamings: Vec<Renaming>) -> Vec<Bytes> {
        let mut bodies = Vec::new();
        for renaming in renamings {
            let client = renaming.client.clone();
            let told = Told::Open(renaming.known.server.to_string());
            // A document whose text is not known keeps its name: gopls could not get it back.
            let Some(open) = self.texts.tell(&client, told) else {
                continue;
            };
            let Some((before, after)) = self.spellings.rename(renaming) else {
                continue;
            };
            bodies.extend(match before.names.last() {
                None => Some(texts::close(&before.server)),
                Some(last) => self.whole(&before, last),
            });
            bodies.extend(match after.names.len() {
                1 => Some(open),
                _ => self.whole(&after, &client),
            });
            self.moved(&before);
            self.moved(&after);
        }
        bodies
    }

    /// Files on disk have changed: what gopls is to be told.
    pub fn changed(&self, changes: &[Changed]) -> Bytes {
        let changes = changes.iter();
        let changes = changes.map(|change| json!({ "uri": change.uri, "type": change.kind }));
        let params = json!({ "changes": changes.collect::<Vec<_>>() });
        texts::notification("workspace/didChangeWatchedFiles", &params)
    }

    pub(crate) fn set_encoding(&self, encoding: Encoding) {
        self.texts.set_encoding(encoding);
    }

    /// The client opens a document: what goes to gopls in the place of its `didOpen`, if anything does.
    pub(crate) fn open(&self, client: &str, body: Bytes) -> Option<Bytes> {
        self.texts.open(client, body);
        let used = self.spellings.open(client);
        self.moved(&used);
        // gopls has the file, and would not take a second one.
        let is_second = used.names.len() > 1;
        is_second.then(|| self.whole(&used, client)).flatten()
    }

    /// The client changes a document: what goes to gopls in the place of its `didChange`, if anything does.
    pub(crate) fn change(&self, client: &str, body: Bytes) -> Option<Vec<Bytes>> {
        self.texts.change(client, body);
        // An editor reloads a document when the other one is saved; nobody has gone over to it.
        let likeness = self.likeness_to_other(client);
        if likeness.is_some_and(|likeness| likeness != Likeness::Different) {
            return Some(Vec::new());
        }
        match self.touch(client) {
            Touched::Last => None,
            Touched::Now(whole) => Some(vec![whole]),
            // It would go into the text of another document.
            Touched::Unknown => Some(Vec::new()),
        }
    }

    /// The client closes a document: what goes to gopls in the place of its `didClose`; `None` where that
    /// goes itself.
    pub(crate) fn close(&self, client: &str) -> Option<Vec<Bytes>> {
        self.texts.close(client);
        let used = self.spellings.close(client)?;
        self.moved(&used);
        let next = used.names.last()?;
        // Where another one was used last, gopls has that already.
        let is_news = used.moved.is_some();
        let whole = is_news.then(|| self.whole(&used, next)).flatten();
        Some(Vec::from_iter(whole))
    }

    /// The client uses a document.
    pub(crate) fn touch(&self, client: &str) -> Touched {
        let Some((server, Some(last))) = self.spellings.open_as(client) else {
            return Touched::Last;
        };
        let touched = match self.texts.likeness(client, &last) {
            Likeness::Same => Touched::Last,
            _ => match self.texts.tell(client, Told::Change(server.to_string())) {
                Some(whole) => Touched::Now(whole),
                None => return Touched::Unknown,
            },
        };
        if let Some(used) = self.spellings.touch(client) {
            self.moved(&used);
        }
        touched
    }

    /// How alike a document is to what gopls has of its file.
    pub(crate) fn likeness(&self, client: &str) -> Likeness {
        self.likeness_to_other(client).unwrap_or(Likeness::Same)
    }

    /// The same where gopls has the text of another document of the file; `None` where it has this one's.
    fn likeness_to_other(&self, client: &str) -> Option<Likeness> {
        let (_, last) = self.spellings.open_as(client)?;
        Some(self.texts.likeness(client, &last?))
    }

    fn whole(&self, used: &Use, client: &str) -> Option<Bytes> {
        let told = Told::Change(used.server.to_string());
        self.texts.tell(client, told)
    }

    /// What is said of a file is shown where the client has it now.
    fn moved(&self, used: &Use) {
        if let Some((from, to)) = &used.moved {
            self.board.moved(&used.server, from, to);
        }
    }
}
