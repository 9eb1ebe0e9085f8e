//! Which open document a request is about.

use std::borrow::Cow;
use std::sync::Arc;

use paths::{Spellings, Tree};
use protocol::Method;
use protocol::names::{self, Rename};
use protocol::traffic::Kind;

/// The first document in a message of the client's that it has open, and the tree of it or of another file.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// What the client and gopls call the document.
    pub(crate) document: Option<(String, Arc<str>)>,
    /// The folder with two spellings that it lies in.
    pub(crate) tree: Option<Tree>,
}

impl Asked {
    /// Looks for it in the body of a request or a notification.
    pub(crate) fn of(spellings: &Spellings, method: &Method, body: &[u8]) -> Self {
        let mut finder = Finder {
            spellings,
            asked: Self::default(),
        };
        names::rename(body, method, Kind::Request, &mut finder);
        finder.asked
    }

    /// The same by its parameters alone.
    pub(crate) fn of_params(spellings: &Spellings, method: &Method, params: &[u8]) -> Self {
        let body = [b"{\"params\":", params, b"}"].concat();
        Self::of(spellings, method, &body)
    }
}

/// Changes nothing, and looks.
struct Finder<'a> {
    spellings: &'a Spellings,
    asked: Asked,
}

impl Rename for Finder<'_> {
    fn uri(&mut self, uri: &str) -> Option<Cow<'_, str>> {
        let Asked { document, tree } = &mut self.asked;
        if document.is_none() {
            let open = self.spellings.open_as(uri);
            *document = open.map(|(server, _)| (uri.to_owned(), server));
        }
        if tree.is_none() {
            *tree = self.spellings.tree_of(uri);
        }
        None
    }

    fn path(&mut self, _path: &str) -> Option<Cow<'_, str>> {
        None
    }
}
