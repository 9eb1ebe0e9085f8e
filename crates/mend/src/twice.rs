//! One file that is open under two names.

use std::sync::Arc;

use protocol::{Direction, Method, MethodSet};
use proxy::{Incoming, Pending, Rewriter, Verdict};

use crate::asked::Asked;
use crate::desk::{Desk, Touched};

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
            // Besides, only these name a document that is open.
            Direction::ClientToServer => [
                Method::CALL_HIERARCHY_INCOMING_CALLS,
                Method::CALL_HIERARCHY_OUTGOING_CALLS,
                Method::TYPE_HIERARCHY_SUBTYPES,
                Method::TYPE_HIERARCHY_SUPERTYPES,
                Method::WORKSPACE_EXECUTE_COMMAND,
            ]
            .into_iter()
            .chain(Method::known().filter(|method| method.as_str().starts_with("textDocument/")))
            .filter(|method| !own.contains(method))
            .collect(),
        }
    }

    fn sleeps(&self) -> bool {
        !self.0.spellings.any_twice()
    }

    fn rewrite(&self, message: &Incoming<'_>, _request: Option<&Pending>) -> Verdict {
        let asked = Asked::of(&self.0.spellings, message.method, message.body);
        let touched = asked.document.map(|(client, _)| self.0.touch(&client));
        match touched {
            Some(Touched::Now(whole)) => Verdict::Before(vec![whole], Box::new(Verdict::Forward)),
            _ => Verdict::Forward,
        }
    }
}
