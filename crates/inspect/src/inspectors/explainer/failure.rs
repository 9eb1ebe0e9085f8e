//! Which requests failed, and which have just nothing to say.

use std::path::PathBuf;
use std::time::Duration;

use doctor::source::{self, Token, TokenKind};
use doctor::{Diagnostic, Failed};
use protocol::Method;
use protocol::traffic::Outcome;
use serde::Deserialize;
use serde_json::Value;
use trace::finding::Position;

use crate::event::Seen;
use crate::inspectors::document_out_of_sync::is_beyond;
use crate::session::Session;

/// The place that a response is about, in the client's spelling and UTF-16 units.
pub(super) fn place(session: &Session, seen: &Seen) -> Option<(String, Position)> {
    let asked: Value = serde_json::from_slice(seen.message.asked.as_deref()?).ok()?;
    let uri = asked["textDocument"]["uri"].as_str()?.to_owned();
    let position = Position::deserialize(&asked["position"]).ok()?;
    let text = session.documents.text(&uri).unwrap_or_default();
    Some((uri, session.peers.encoding.to_utf16(text, position)))
}

/// What failed, and what stands there, if the response means that something did. It does not where there is nothing to be found
/// at the place, where the client has lost interest, and where the kind of request often has no answer.
pub(super) fn read(session: &Session, seen: &Seen) -> Option<(Failed, Token)> {
    let (uri, position) = place(session, seen)?;
    let path = doctor::file_path(&uri)?;
    if path.extension()? != "go" {
        return None;
    }
    let error = error(&seen.body);
    let answer = leads_out_of_go(&seen.body);
    if seen.message.outcome == Some(Outcome::Ok) && answer.is_none() {
        return None;
    }
    if seen.message.outcome == Some(Outcome::Error) && !is_failure(&error, &seen.body) {
        return None;
    }
    if has_changed_since(session, seen, &uri) {
        return None;
    }
    let text = session.documents.text(&uri)?.to_owned();
    let silent = error.is_none();
    let token = source::token_at(&text, position);
    if answer.is_some() && token.qualifier.as_deref() != Some("C") {
        return None;
    }
    match token.kind {
        TokenKind::Nothing => return None,
        TokenKind::Builtin if silent => return None,
        _ => {}
    }
    let diagnostics = session.published.of(&uri);
    if silent && !is_expected(seen.message.method.as_ref()?, &diagnostics) {
        return None;
    }
    let failed = Failed {
        uri,
        path,
        text,
        position,
        error,
        answer,
        diagnostics,
    };
    Some((failed, token))
}

/// How far apart the times may be of what was read at once.
const TOGETHER: Duration = Duration::from_millis(20);

/// Whether the document was edited while the request waited: what gopls answers is about another text then,
/// and whoever types is not waiting for it.
fn has_changed_since(session: &Session, seen: &Seen, uri: &str) -> bool {
    let latency = seen.message.latency.unwrap_or_default();
    let Some(asked) = seen.time.checked_sub(latency) else {
        return false;
    };
    let document = session.documents.get(uri);
    document.is_some_and(|document| document.changed > asked + TOGETHER)
}

fn error(body: &Value) -> Option<String> {
    let error = body.get("error").filter(|error| !error.is_null())?;
    Some(error["message"].as_str().unwrap_or_default().to_owned())
}

/// Errors that say nothing about the workspace: the client cancelled, the text changed meanwhile, the
/// place is not there.
fn is_failure(error: &Option<String>, body: &Value) -> bool {
    let error = error.as_deref().unwrap_or_default();
    let code = body["error"]["code"].as_i64();
    !(matches!(code, Some(-32801..=-32800))
        || error.contains("context canceled")
        || is_beyond(error))
}

/// Many a type has no implementation, and many a name no type: only where gopls finds fault with the
/// file is nothing a failure.
fn is_expected(method: &Method, diagnostics: &[Diagnostic]) -> bool {
    match *method {
        Method::TEXT_DOCUMENT_IMPLEMENTATION | Method::TEXT_DOCUMENT_TYPE_DEFINITION => {
            !diagnostics.is_empty()
        }
        _ => true,
    }
}

/// The file that a definition leads to, where it is no Go file.
fn leads_out_of_go(body: &Value) -> Option<PathBuf> {
    let locations = body["result"].as_array().into_iter().flatten();
    let mut uris = locations.filter_map(|one| one["uri"].as_str().or(one["targetUri"].as_str()));
    let uri = uris.find(|uri| !uri.ends_with(".go"))?;
    doctor::file_path(uri)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn who_cancels_has_not_failed() {
        for (code, message, fails) in [
            (-32800, "", false),
            (-32801, "content modified", false),
            (0, "context canceled", false),
            (0, "column is beyond end of line", false),
            (0, "no package metadata for file file:///a.go", true),
            (0, "no views", true),
        ] {
            let body = json!({ "error": { "code": code, "message": message } });
            assert_eq!(is_failure(&error(&body), &body), fails, "{message}");
        }
    }

    #[test]
    fn a_type_without_implementation_is_no_failure() {
        let none = is_expected(&Method::TEXT_DOCUMENT_IMPLEMENTATION, &[]);
        assert!(!none);
        assert!(is_expected(&Method::TEXT_DOCUMENT_DEFINITION, &[]));
    }
}
