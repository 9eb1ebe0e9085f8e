//! One file that is open under two names.

use std::sync::Arc;

use protocol::{Direction, Method, MethodSet};
use proxy::{Incoming, Pending, Rewriter, Verdict};
use serde_json::Value;

use crate::asked::Asked;
use crate::desk::{Desk, Touched};
use crate::splice;
use crate::texts::Likeness;

/// Gives gopls the text of the document that a person does something with, where gopls has that of the
/// same file under another name.
///
/// What an editor asks on its own, of all that is in sight and after each publication, gives gopls no other
/// text: with both documents in sight the two would take turns without end, and the one that is typed in
/// would lose to the one that is only seen. It is answered by the text that gopls has where that is the same.
pub(crate) struct Twice(pub(crate) Arc<Desk>);

/// `ErrorCodes.ContentModified` of the protocol, which editors keep silent about.
const CONTENT_MODIFIED: i64 = -32801;

/// What editors ask on their own of each document in sight.
const AUTOMATIC: [Method; 12] = [
    Method::TEXT_DOCUMENT_CODE_LENS,
    Method::TEXT_DOCUMENT_DIAGNOSTIC,
    Method::TEXT_DOCUMENT_DOCUMENT_COLOR,
    Method::TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT,
    Method::TEXT_DOCUMENT_DOCUMENT_LINK,
    Method::TEXT_DOCUMENT_DOCUMENT_SYMBOL,
    Method::TEXT_DOCUMENT_FOLDING_RANGE,
    Method::TEXT_DOCUMENT_INLAY_HINT,
    Method::TEXT_DOCUMENT_INLINE_VALUE,
    Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
    Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA,
    Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE,
];

/// `CodeActionTriggerKind.Automatic` of the protocol.
const AUTOMATIC_TRIGGER: u64 = 2;

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
        let Some((client, _)) = asked.document else {
            return Verdict::Forward;
        };
        let is_enough: fn(Likeness) -> bool = if AUTOMATIC.contains(message.method) {
            |likeness| likeness != Likeness::Different
        } else if is_automatic_action(message) {
            // An edit is for a version.
            |likeness| likeness == Likeness::Same
        } else {
            return match self.0.touch(&client) {
                Touched::Now(whole) => Verdict::Before(vec![whole], Box::new(Verdict::Forward)),
                Touched::Last | Touched::Unknown => Verdict::Forward,
            };
        };
        if is_enough(self.0.likeness(&client)) {
            return Verdict::Forward;
        }
        let text = format!("gopls has the text of another document of the same file as {client}");
        let answer = splice::error(message.id, CONTENT_MODIFIED, &text);
        answer.map_or(Verdict::Forward, Verdict::Answer)
    }
}

/// Whether a message asks for code actions that nobody asked the editor for.
fn is_automatic_action(message: &Incoming<'_>) -> bool {
    if *message.method != Method::TEXT_DOCUMENT_CODE_ACTION {
        return false;
    }
    let request = serde_json::from_slice::<Value>(message.body);
    request.is_ok_and(|request| {
        request["params"]["context"]["triggerKind"].as_u64() == Some(AUTOMATIC_TRIGGER)
    })
}
