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
const AUTOMATIC: [Method; 13] = [
    Method::TEXT_DOCUMENT_CODE_LENS,
    Method::TEXT_DOCUMENT_DIAGNOSTIC,
    Method::TEXT_DOCUMENT_DOCUMENT_COLOR,
    Method::TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT,
    Method::TEXT_DOCUMENT_DOCUMENT_LINK,
    Method::TEXT_DOCUMENT_DOCUMENT_SYMBOL,
    Method::TEXT_DOCUMENT_FOLDING_RANGE,
    // The mouse need only rest there.
    Method::TEXT_DOCUMENT_HOVER,
    Method::TEXT_DOCUMENT_INLAY_HINT,
    Method::TEXT_DOCUMENT_INLINE_VALUE,
    Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
    Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA,
    Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE,
];

/// What the Go extension of VS Code runs on its own when a document comes to the front (`goPackageOutline.ts`).
const OUTLINE: &str = "gopls.package_symbols";

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
        let used = use_of(message);
        if matches!(used, Use::Person) {
            return self.take(&client);
        }
        match (used, self.0.likeness(&client)) {
            // No text that is in use gives way, and what is shown of the file goes to the front with it.
            (Use::Front, Likeness::Same | Likeness::SameText) => return self.take(&client),
            (Use::Sight, Likeness::Same | Likeness::SameText) => return Verdict::Forward,
            // An edit is for a version.
            (Use::Edit, Likeness::Same) => return Verdict::Forward,
            _ => {}
        }
        let text = format!("gopls has the text of another document of the same file as {client}");
        let answer = splice::error(message.id, CONTENT_MODIFIED, &text);
        answer.map_or(Verdict::Forward, Verdict::Answer)
    }
}

impl Twice {
    /// gopls gets the text of a document, where it has another one's.
    fn take(&self, client: &str) -> Verdict {
        match self.0.touch(client) {
            Touched::Now(whole) => Verdict::Before(vec![whole], Box::new(Verdict::Forward)),
            Touched::Last | Touched::Unknown => Verdict::Forward,
        }
    }
}

/// For what an editor asks.
enum Use {
    /// Somebody does something with the document.
    Person,
    /// It has come to the front.
    Front,
    /// It is in sight.
    Sight,
    /// It is in sight, and somebody may want to edit it.
    Edit,
}

fn use_of(message: &Incoming<'_>) -> Use {
    let params = || {
        let message = serde_json::from_slice::<Value>(message.body);
        message.map_or(Value::Null, |mut message| message["params"].take())
    };
    match message.method {
        &Method::TEXT_DOCUMENT_CODE_ACTION
            if params()["context"]["triggerKind"].as_u64() == Some(AUTOMATIC_TRIGGER) =>
        {
            Use::Edit
        }
        &Method::WORKSPACE_EXECUTE_COMMAND if params()["command"] == OUTLINE => Use::Front,
        method if AUTOMATIC.contains(method) => Use::Sight,
        _ => Use::Person,
    }
}
