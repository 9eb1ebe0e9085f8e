//! Fixes of findings among the code actions of gopls.

use std::sync::Arc;

use protocol::{Direction, Method, MethodSet, Splice};
use proxy::{Incoming, Pending, Rewriter, Verdict};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use trace::finding::Range;

use crate::action::{MARK, actions};
use crate::{Board, splice};

/// Adds the fixes of findings to the answers to `textDocument/codeAction`, and answers
/// `codeAction/resolve` for them, which gopls knows nothing of.
pub(crate) struct CodeActions(pub(crate) Arc<Board>);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    text_document: Document,
    range: Range,
    context: Context,
}

#[derive(Deserialize)]
struct Document {
    uri: String,
}

#[derive(Default, Deserialize)]
struct Context {
    only: Option<Vec<String>>,
}

impl Asked {
    /// Whether fixes of faults are among what is asked for.
    fn wants_fixes(&self) -> bool {
        let only = self.context.only.as_ref();
        only.is_none_or(|kinds| {
            kinds
                .iter()
                .any(|kind| kind.is_empty() || kind == "quickfix")
        })
    }
}

impl Rewriter for CodeActions {
    fn name(&self) -> &'static str {
        "code-actions"
    }

    fn methods(&self, direction: Direction) -> MethodSet {
        MethodSet::new().with(match direction {
            Direction::ServerToClient => Method::TEXT_DOCUMENT_CODE_ACTION,
            Direction::ClientToServer => Method::CODE_ACTION_RESOLVE,
        })
    }

    fn rewrite(&self, message: &Incoming<'_>, request: Option<&Pending>) -> Verdict {
        let verdict = match message.direction {
            Direction::ServerToClient => self.add(message, request),
            Direction::ClientToServer => resolve(message),
        };
        verdict.unwrap_or(Verdict::Forward)
    }
}

impl CodeActions {
    fn add(&self, message: &Incoming<'_>, request: Option<&Pending>) -> Option<Verdict> {
        if !self.0.takes().actions {
            return None;
        }
        let asked: Asked = serde_json::from_slice(request?.params.as_ref()?).ok()?;
        if !asked.wants_fixes() {
            return None;
        }
        let findings = self.0.findings_at(&asked.text_document.uri, asked.range);
        let more: Vec<Value> = findings
            .iter()
            .flat_map(|finding| actions(&self.0, finding))
            .collect();
        if more.is_empty() {
            return None;
        }
        Some(Verdict::Splice(vec![with(message.body, &more)?]))
    }
}

/// A response with more actions. An error, which gopls gives for a file that it has not loaded, gives way
/// to them: the client would show none otherwise, where they are needed most. That the client cancelled,
/// or the text has changed meanwhile, stays: the client asks again.
fn with(body: &[u8], more: &[Value]) -> Option<Splice> {
    #[derive(Deserialize)]
    struct Success<'a> {
        // A plain `Option` would take null for none.
        #[serde(borrow)]
        result: &'a RawValue,
    }
    #[derive(Deserialize)]
    struct Failure<'a> {
        #[serde(borrow)]
        error: &'a RawValue,
    }
    if let Ok(Success { result }) = serde_json::from_slice(body) {
        return splice::append(body, result.get(), more);
    }
    let Failure { error } = serde_json::from_slice(body).ok()?;
    let code = serde_json::from_str::<Value>(error.get()).ok()?["code"].as_i64();
    if matches!(code, Some(-32801..=-32800)) {
        return None;
    }
    let span = protocol::span(body, error.get().as_bytes());
    let key = memchr::memmem::rfind(&body[..span.start], b"\"error\"")?;
    let result = format!("\"result\":{}", splice::appended("[]", more));
    Some(Splice {
        span: key..span.end,
        with: result.into(),
    })
}

/// The answer to `codeAction/resolve` of an action of goplens's own, which has all that it needs.
fn resolve(message: &Incoming<'_>) -> Option<Verdict> {
    let request: Value = serde_json::from_slice(message.body).ok()?;
    let action = &request["params"];
    action["data"].get(MARK)?;
    Some(Verdict::Answer(splice::answer(message.id, action)?))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::time::Instant;

    use bytes::Bytes;
    use serde_json::json;
    use trace::finding::{Code, Finding};

    use super::*;
    use crate::testing::{rewrite, spliced};

    const URI: &str = "file:///m/a.go";

    fn rewriter() -> CodeActions {
        let board = Board::default();
        board.greet(&json!({ "capabilities": { "textDocument": { "codeAction": {
            "codeActionLiteralSupport": {} } } } }));
        board.show(URI, URI, vec![Finding::new(Code::ImportCycle, "A.", "B.")]);
        CodeActions(Arc::new(board))
    }

    fn answered(line: u32, only: Value, body: &'static str) -> Verdict {
        let range = json!({ "start": { "line": line, "character": 0 },
            "end": { "line": line, "character": 0 } });
        let params = json!({ "textDocument": { "uri": URI }, "range": range,
            "context": { "diagnostics": [], "only": only } });
        let method = Method::TEXT_DOCUMENT_CODE_ACTION;
        let params = Bytes::from(params.to_string());
        let request = Pending::new(method.clone(), Instant::now(), Some(params));
        let direction = Direction::ServerToClient;
        rewrite(&rewriter(), direction, &method, body, Some(&request))
    }

    #[test]
    fn fixes_are_added_where_the_finding_is_and_they_are_asked_for() {
        let null = r#"{"id":1,"result": null}"#;
        let new = spliced(&answered(0, Value::Null, null), null);
        let answer: Value = serde_json::from_str(&new).unwrap();
        assert_eq!(answer["result"][0]["kind"], "quickfix");
        assert!(matches!(
            answered(0, json!(["quickfix"]), null),
            Verdict::Splice(_)
        ));
        for (line, only) in [(5, Value::Null), (0, json!(["source.organizeImports"]))] {
            assert_eq!(answered(line, only, null), Verdict::Forward);
        }
    }

    #[test]
    fn an_error_gives_way_to_fixes_and_stays_where_there_are_none() {
        let error = r#"{"jsonrpc":"2.0","error":{"code":0,"message":"\"error\":"},"id":"x"}"#;
        assert_eq!(answered(5, Value::Null, error), Verdict::Forward);
        let new = spliced(&answered(0, Value::Null, error), error);
        let answer: Value = serde_json::from_str(&new).unwrap();
        assert_eq!(answer["id"], "x");
        assert_eq!(answer["result"][0]["kind"], "quickfix");
        assert_eq!(answer.get("error"), None);
        let changed = r#"{"error":{"code":-32801,"message":"content modified"},"id":1}"#;
        assert_eq!(answered(0, Value::Null, changed), Verdict::Forward);
    }

    #[test]
    fn an_own_action_is_resolved_here_and_others_by_gopls() {
        let resolve = |body: &'static str| {
            let direction = Direction::ClientToServer;
            let method = Method::CODE_ACTION_RESOLVE;
            rewrite(&rewriter(), direction, &method, body, None)
        };
        let own = r#"{"id":"x","params":{"title":"t","data":{"goplens":"import-cycle"}}}"#;
        let Verdict::Answer(answer) = resolve(own) else {
            panic!("not answered");
        };
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(
            (&answer["id"], &answer["result"]["title"]),
            (&json!("x"), &json!("t"))
        );
        let gopls = r#"{"id":1,"params":{"title":"t","data":{"command":"gopls.x"}}}"#;
        assert_eq!(resolve(gopls), Verdict::Forward);
        assert_eq!(
            resolve(r#"{"id":1,"params":{"title":"t"}}"#),
            Verdict::Forward
        );
    }
}
