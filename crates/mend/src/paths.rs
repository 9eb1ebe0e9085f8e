//! The names of files, turned into what each peer calls them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use paths::{Spellings, Tree};
use protocol::names::{self, Rename};
use protocol::traffic::Kind;
use protocol::{Direction, Method, MethodSet};
use proxy::{Incoming, Pending, Rewriter, Verdict};

/// Changes the URIs in messages, and nothing else: to gopls those that it does not know to those that it
/// does, and back to the client's in what gopls says.
pub(crate) struct Paths(pub(crate) Arc<Spellings>);

/// The messages by which the client names its workspace folders.
const FOLDERS: [Method; 2] = [
    Method::INITIALIZE,
    Method::WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
];

impl Rewriter for Paths {
    fn name(&self) -> &'static str {
        "paths"
    }

    fn methods(&self, _direction: Direction) -> MethodSet {
        names::methods()
    }

    fn sleeps(&self) -> bool {
        !self.0.awake()
    }

    fn rewrite(&self, message: &Incoming<'_>, request: Option<&Pending>) -> Verdict {
        let Incoming {
            body,
            method,
            kind,
            direction,
            ..
        } = *message;
        let splices = match direction {
            Direction::ClientToServer => {
                let mut to_server = ToServer {
                    spellings: &self.0,
                    folders: FOLDERS.contains(method),
                };
                names::rename(body, method, kind, &mut to_server)
            }
            Direction::ServerToClient => {
                let mut to_client = ToClient {
                    spellings: &self.0,
                    tree: request.and_then(|request| self.tree_of(request)),
                    known: HashMap::new(),
                    last: Default::default(),
                };
                names::rename(body, method, kind, &mut to_client)
            }
        };
        match splices.is_empty() {
            true => Verdict::Forward,
            false => Verdict::Splice(splices),
        }
    }
}

impl Paths {
    /// The folder with two spellings that a request of the client's is about.
    fn tree_of(&self, request: &Pending) -> Option<Tree> {
        if !self.0.any_tree() {
            return None;
        }
        let body = [b"{\"params\":", &request.params.as_ref()?[..], b"}"].concat();
        let mut asked = Asked {
            spellings: &self.0,
            tree: None,
        };
        names::rename(&body, &request.method, Kind::Request, &mut asked);
        asked.tree
    }
}

/// Changes nothing, and looks for the first document that lies in a folder with two spellings.
struct Asked<'a> {
    spellings: &'a Spellings,
    tree: Option<Tree>,
}

impl Rename for Asked<'_> {
    fn uri(&mut self, uri: &str) -> Option<Cow<'_, str>> {
        self.tree = self.tree.take().or_else(|| self.spellings.tree_of(uri));
        None
    }

    fn path(&mut self, _path: &str) -> Option<Cow<'_, str>> {
        None
    }
}

struct ToServer<'a> {
    spellings: &'a Spellings,
    /// Whether the names are those of workspace folders.
    folders: bool,
}

impl Rename for ToServer<'_> {
    fn uri(&mut self, uri: &str) -> Option<Cow<'_, str>> {
        let server = match self.folders {
            true => self.spellings.folder_to_server(uri),
            false => self.spellings.to_server(uri),
        };
        server.map(Cow::Owned)
    }

    fn path(&mut self, path: &str) -> Option<Cow<'_, str>> {
        self.spellings.path_to_server(path).map(Cow::Owned)
    }
}

struct ToClient<'a> {
    spellings: &'a Spellings,
    /// The folder with two spellings that was asked about.
    tree: Option<Tree>,
    /// What was found for this message: gopls names one file many times.
    known: HashMap<String, Option<String>>,
    /// The name before, of which nearly all messages have one only.
    last: (String, Option<String>),
}

impl Rename for ToClient<'_> {
    fn uri(&mut self, uri: &str) -> Option<Cow<'_, str>> {
        if self.last.0 != uri {
            let known = self.known.get(uri).cloned();
            let client = known.unwrap_or_else(|| self.spellings.to_client(uri, self.tree.as_ref()));
            let last = std::mem::replace(&mut self.last, (uri.to_owned(), client));
            self.known.insert(last.0, last.1);
        }
        self.last.1.as_deref().map(Cow::Borrowed)
    }

    fn path(&mut self, path: &str) -> Option<Cow<'_, str>> {
        self.spellings.path_to_client(path).map(Cow::Owned)
    }
}
