//! Findings among the diagnostics that gopls publishes.

use std::sync::Arc;

use protocol::{Direction, Method, MethodSet};
use proxy::{Incoming, Pending, Rewriter, Verdict};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::Board;
use crate::splice;

/// Adds the findings of a document to what gopls publishes of it: a publication replaces all that was
/// shown before, whoever found it.
pub(crate) struct Inject(pub(crate) Arc<Board>);

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    params: Params<'a>,
}

#[derive(Deserialize)]
struct Params<'a> {
    uri: String,
    version: Option<i64>,
    #[serde(borrow)]
    diagnostics: &'a RawValue,
}

impl Rewriter for Inject {
    fn name(&self) -> &'static str {
        "inject"
    }

    fn methods(&self, direction: Direction) -> MethodSet {
        match direction {
            Direction::ServerToClient => {
                MethodSet::new().with(Method::TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
            }
            Direction::ClientToServer => MethodSet::new(),
        }
    }

    fn rewrite(&self, message: &Incoming<'_>, _request: Option<&Pending>) -> Verdict {
        let Ok(Message { params }) = serde_json::from_slice::<Message<'_>>(message.body) else {
            return Verdict::Forward;
        };
        let theirs = params.diagnostics.get();
        let ours = self.0.published(&params.uri, params.version, theirs);
        match splice::append(message.body, theirs, &ours) {
            Some(splice) => Verdict::Splice(vec![splice]),
            None => Verdict::Forward,
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use trace::finding::{Code, Finding};

    use super::*;
    use crate::testing::{rewrite, spliced};

    fn publish(inject: &Inject, body: &str) -> Verdict {
        let method = Method::TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS;
        rewrite(inject, Direction::ServerToClient, &method, body, None)
    }

    #[test]
    fn only_a_document_with_findings_is_changed_and_only_its_array() {
        let inject = Inject(Arc::default());
        let uri = "file:///m/a.go";
        let found = Finding::new(Code::ImportCycle, "A.", "B.");
        inject.0.show(uri, uri, vec![found]);
        let other = r#"{"params":{"uri":"file:///m/b.go","diagnostics":[]}}"#;
        assert_eq!(publish(&inject, other), Verdict::Forward);
        assert_eq!(publish(&inject, "{}"), Verdict::Forward);
        let body = r#"{"odd": 1E5, "params":{"uri":"file:///m/a.go", "diagnostics": [ ] },"z":2}"#;
        let new = spliced(&publish(&inject, body), body);
        assert!(new.starts_with(
            r#"{"odd": 1E5, "params":{"uri":"file:///m/a.go", "diagnostics": [ {"code":"import-cycle""#
        ));
        assert!(new.ends_with(r#"}] },"z":2}"#), "{new}");
    }
}
