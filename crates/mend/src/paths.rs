//! The names of files, turned into what each peer calls them.

use std::collections::HashMap;
use std::sync::Arc;

use paths::{Spellings, Tree};
use protocol::names::{self, Rename};
use protocol::traffic::Kind;
use protocol::{Direction, MethodSet};
use proxy::{Incoming, Pending, Rewriter, Verdict};

/// Changes the URIs in messages, and nothing else: to gopls those that it does not know to those that it
/// does, and back to the client's in what gopls says.
pub(crate) struct Paths(pub(crate) Arc<Spellings>);

impl Rewriter for Paths {
    fn name(&self) -> &'static str {
        "paths"
    }

    fn methods(&self, _direction: Direction) -> MethodSet {
        MethodSet::all()
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
                names::rename(body, method, kind, direction, &mut ToServer(&self.0))
            }
            Direction::ServerToClient => {
                let request = request.filter(|_| kind == Kind::Response);
                let place = request.and_then(Pending::place);
                let mut to_client = ToClient {
                    spellings: &self.0,
                    tree: place.and_then(|place| self.0.tree_of(&place.uri)),
                    known: HashMap::new(),
                };
                names::rename(body, method, kind, direction, &mut to_client)
            }
        };
        match splices.is_empty() {
            true => Verdict::Forward,
            false => Verdict::Splice(splices),
        }
    }
}

struct ToServer<'a>(&'a Spellings);

impl Rename for ToServer<'_> {
    fn uri(&mut self, uri: &str) -> Option<Arc<str>> {
        self.0.to_server(uri).map(Arc::from)
    }

    fn path(&mut self, path: &str) -> Option<Arc<str>> {
        self.0.path_to_server(path).map(Arc::from)
    }
}

struct ToClient<'a> {
    spellings: &'a Spellings,
    /// The folder with two spellings that was asked about.
    tree: Option<Tree>,
    /// What was found for this message: gopls names one file many times.
    known: HashMap<String, Option<Arc<str>>>,
}

impl Rename for ToClient<'_> {
    fn uri(&mut self, uri: &str) -> Option<Arc<str>> {
        if let Some(known) = self.known.get(uri) {
            return known.clone();
        }
        let client = self.spellings.to_client(uri, self.tree.as_ref());
        let client = client.map(Arc::from);
        self.known.insert(uri.to_owned(), client.clone());
        client
    }

    fn path(&mut self, path: &str) -> Option<Arc<str>> {
        self.spellings.path_to_client(path).map(Arc::from)
    }
}
