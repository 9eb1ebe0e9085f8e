//! One file that is open under two names.

use std::sync::Arc;

use protocol::{Direction, Method, MethodSet};
use proxy::{Incoming, Pending, Rewriter, Verdict};

use crate::desk::Desk;
use crate::documents::document;

/// Gives gopls the text of the document that a message is about, where gopls has that of the same file
/// under another name.
pub(crate) struct Twice(pub(crate) Arc<Desk>);

impl Rewriter for Twice {
    fn name(&self) -> &'static str {
        "twice"
    }

    fn methods(&self, direction: Direction) -> MethodSet {
        let own = [
            Method::TEXT_DOCUMENT_DID_OPEN,
            Method::TEXT_DOCUMENT_DID_CHANGE,
            Method::TEXT_DOCUMENT_DID_CLOSE,
        ];
        match direction {
            Direction::ServerToClient => MethodSet::new(),
            Direction::ClientToServer => Method::known()
                .filter(|method| method.as_str().starts_with("textDocument/"))
                .filter(|method| !own.contains(method))
                .collect(),
        }
    }

    fn sleeps(&self) -> bool {
        !self.0.spellings.any_twice()
    }

    fn rewrite(&self, message: &Incoming<'_>, _request: Option<&Pending>) -> Verdict {
        let uri = document(message.body);
        match uri.and_then(|uri| self.0.touch(&uri)) {
            Some(whole) => Verdict::Before(vec![whole], Box::new(Verdict::Forward)),
            None => Verdict::Forward,
        }
    }
}
