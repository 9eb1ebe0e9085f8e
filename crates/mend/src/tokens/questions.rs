//! What the client asks for and gopls has not.

use std::sync::Arc;

use protocol::{Direction, Method, MethodSet};
use proxy::{Incoming, Pending, Rewriter, Verdict};

use crate::member::{self, Member};
use crate::tokens::Deltas;

/// Asks gopls for all tokens where the client asks for changes, be it that goplens offered them or that
/// the client asks for what nobody offered.
pub(crate) struct Questions(pub(crate) Arc<Deltas>);

impl Rewriter for Questions {
    fn name(&self) -> &'static str {
        "semantic-tokens-questions"
    }

    fn methods(&self, direction: Direction) -> MethodSet {
        match direction {
            Direction::ServerToClient => MethodSet::new(),
            Direction::ClientToServer => {
                MethodSet::new().with(Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA)
            }
        }
    }

    fn sleeps(&self) -> bool {
        self.0.is_given()
    }

    fn rewrite(&self, message: &Incoming<'_>, _request: Option<&Pending>) -> Verdict {
        let [method] = Member::all(message.body, &[], ["method"]);
        let Some(method) = method else {
            return Verdict::Forward;
        };
        let full = Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL;
        let mut splices = vec![method.put(format!("\"{}\"", full.as_str()))];
        let [previous] = Member::all(message.body, &["params"], ["previousResultId"]);
        let previous = previous.map(|previous| previous.value);
        splices.extend(member::left_out(message.body, previous));
        splices.sort_by_key(|splice| splice.span.start);
        Verdict::Splice(splices)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;
    use crate::testing::{rewrite, spliced};

    #[test]
    fn changes_are_asked_for_in_full() {
        let deltas = Arc::<Deltas>::default();
        let questions = Questions(deltas.clone());
        let ask = |body: &str| {
            let method = Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA;
            rewrite(&questions, Direction::ClientToServer, &method, body, None)
        };
        for (body, expected) in [
            (
                r#"{"id":1,"method":"textDocument/semanticTokens/full/delta","params":{"textDocument":{"uri":"u"},"previousResultId":"7"}}"#,
                r#"{"id":1,"method":"textDocument/semanticTokens/full","params":{"textDocument":{"uri":"u"}}}"#,
            ),
            (
                r#"{"params":{"previousResultId":"7", "workDoneToken":1}, "method": "textDocument/semanticTokens/full\/delta"}"#,
                r#"{"params":{ "workDoneToken":1}, "method": "textDocument/semanticTokens/full"}"#,
            ),
            (
                r#"{"method":"textDocument/semanticTokens/full/delta"}"#,
                r#"{"method":"textDocument/semanticTokens/full"}"#,
            ),
        ] {
            assert_eq!(spliced(&ask(body), body), expected);
        }
        assert!(!questions.sleeps());
        deltas.given.store(true, Ordering::Relaxed);
        assert!(questions.sleeps(), "gopls has it");
    }
}
