//! Each place of a message that names a file, and what only looks like one.

mod gopls;
mod properties;

use serde_json::{Value, json};

use super::*;

const REQUEST: Kind = Kind::Request;
const NOTIFICATION: Kind = Kind::Notification;
const RESPONSE: Kind = Kind::Response;

/// Has to be renamed wherever it stands in what a test checks.
const YES: &str = "file:///link/yes/x.go";

/// Looks the same, and has to stay.
const NO: &str = "file:///link/no/x.go";

/// Calls a folder by another name.
struct Folder(&'static str, &'static str);

impl Folder {
    fn renamed(&self, path: &str) -> Option<String> {
        let rest = path.strip_prefix(self.0)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| format!("{}{rest}", self.1))
    }
}

impl Rename for Folder {
    fn uri(&mut self, uri: &str) -> Option<Cow<'_, str>> {
        let new = self.renamed(uri.strip_prefix("file://")?)?;
        Some(format!("file://{new}").into())
    }

    fn path(&mut self, path: &str) -> Option<Cow<'_, str>> {
        self.renamed(path).map(Cow::Owned)
    }
}

/// A body with these params, or with this result.
fn body(kind: Kind, method: &Method, part: &str) -> String {
    match kind {
        Kind::Request => {
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{part}}}"#)
        }
        Kind::Notification => {
            format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{part}}}"#)
        }
        Kind::Response => format!(r#"{{"jsonrpc":"2.0","result":{part},"id":1}}"#),
    }
}

fn renamed(body: &str, kind: Kind, method: &Method, mut folder: Folder) -> String {
    let splices = rename(body.as_bytes(), method, kind, &mut folder);
    let new = Splice::apply(&splices, body.as_bytes());
    String::from_utf8(new.into()).expect("the names are text")
}

/// Checks that in these params or this result exactly that is renamed which has to be, and that it
/// can be renamed back.
#[track_caller]
fn check(kind: Kind, method: Method, part: Value) {
    check_text(kind, method, &part.to_string());
}

#[track_caller]
fn check_text(kind: Kind, method: Method, part: &str) {
    let body = body(kind, &method, part);
    let there = renamed(&body, kind, &method, Folder("/link", "/real"));
    assert_eq!(there, body.replace("/link/yes", "/real/yes"));
    let back = renamed(&there, kind, &method, Folder("/real", "/link"));
    assert_eq!(back, body);
}

#[test]
fn documents_and_the_places_in_them() {
    check(
        NOTIFICATION,
        Method::TEXT_DOCUMENT_DID_OPEN,
        json!({ "textDocument": { "uri": YES, "languageId": "go", "text": NO, "x": NO } }),
    );
    check(
        RESPONSE,
        Method::TEXT_DOCUMENT_DEFINITION,
        json!([{ "uri": YES, "range": {} }, { "targetUri": YES }, NO]),
    );
    check(
        REQUEST,
        Method::CALL_HIERARCHY_INCOMING_CALLS,
        json!({ "item": { "name": NO, "uri": YES, "data": { "uri": NO } } }),
    );
    check(
        NOTIFICATION,
        Method::TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
        json!({ "uri": YES, "diagnostics": [{
            "message": NO, "source": "/link/no", "data": { "uri": NO },
            "relatedInformation": [{ "location": { "uri": YES }, "message": NO }],
        }] }),
    );
}

#[test]
fn edits() {
    check(
        RESPONSE,
        Method::TEXT_DOCUMENT_RENAME,
        json!({
            "changes": { YES: [{ "newText": NO }], "file:///link/yes/y.go": [] },
            "documentChanges": [
                { "textDocument": { "uri": YES }, "edits": [{ "newText": NO }] },
                { "kind": "rename", "oldUri": YES, "newUri": YES },
            ],
            "changeAnnotations": { NO: { "label": NO } },
        }),
    );
}

#[test]
fn the_workspace() {
    check(
        REQUEST,
        Method::INITIALIZE,
        json!({
            "rootPath": "/link/yes", "rootUri": YES,
            "workspaceFolders": [{ "uri": YES, "name": "/link/no" }],
            "initializationOptions": { "uri": NO, "env": { "GOPATH": "/link/no" } },
        }),
    );
    check(
        NOTIFICATION,
        Method::WORKSPACE_DID_CHANGE_WATCHED_FILES,
        json!({ "changes": [{ "uri": YES, "type": 2 }] }),
    );
}

#[test]
fn what_cannot_name_files_is_not_even_read() {
    let nothing = [
        (RESPONSE, Method::WORKSPACE_CONFIGURATION),
        (NOTIFICATION, Method::WINDOW_LOG_MESSAGE),
        (NOTIFICATION, Method::PROGRESS),
        (RESPONSE, Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL),
        (REQUEST, Method::new("gopls/unknown")),
    ];
    for (kind, method) in nothing {
        check(kind, method, json!({ "uri": NO }));
    }
    let methods = methods();
    for method in [Method::WINDOW_LOG_MESSAGE, Method::new("gopls/unknown")] {
        assert!(!methods.contains(&method), "{method}");
    }
    for method in [Method::TEXT_DOCUMENT_HOVER, Method::new("command/resolve")] {
        assert!(methods.contains(&method), "{method}");
    }
}

#[test]
fn an_error_names_nothing() {
    let method = Method::TEXT_DOCUMENT_REFERENCES;
    let body = r#"{"id":1,"error":{"message":"file:///link","data":[{"uri":"file:///link"}]}}"#;
    let folder = Folder("/link", "/real");
    assert_eq!(renamed(body, RESPONSE, &method, folder), body);
}

#[test]
fn escapes_and_doubled_keys_hide_nothing() {
    let there = |part: &str| {
        let method = Method::TEXT_DOCUMENT_DID_SAVE;
        let body = body(NOTIFICATION, &method, part);
        renamed(&body, NOTIFICATION, &method, Folder("/a/b", "/\"c\n"))
    };
    let right = |part| body(NOTIFICATION, &Method::TEXT_DOCUMENT_DID_SAVE, part);
    assert_eq!(
        there(r#"{"text\u0044ocument":{"\u0075ri":"file:\/\/\/a/\u0062\/x\u0026.go"}}"#),
        right(r#"{"text\u0044ocument":{"\u0075ri":"file:///\"c\n/x&.go"}}"#)
    );
    assert_eq!(
        there(r#"{"textDocument":{"uri":"file:///a/b","uri":"file:///a/b"},"textDocument":{}}"#),
        right(
            r#"{"textDocument":{"uri":"file:///\"c\n","uri":"file:///\"c\n"},"textDocument":{}}"#
        )
    );
    // This is no text, and could not be given back.
    let lone = r#"{"textDocument":{"uri":"file:///a/b/\ud800"}}"#;
    assert_eq!(there(lone), right(lone));
}

#[test]
fn what_is_no_json_stays() {
    let method = Method::TEXT_DOCUMENT_DID_SAVE;
    let right = body(
        NOTIFICATION,
        &method,
        r#"{"textDocument":{"uri":"file:///a"}}"#,
    );
    let cut = (0..right.len()).map(|end| right[..end].to_owned());
    let wrong = [
        format!("{right}}}"),
        format!("[{right}]"),
        right.replace("}}}", "}]}"),
        right.replace(r#""uri""#, "uri"),
        format!(r#"{{"params":{}"#, "[".repeat(20_000)),
    ];
    for body in cut.chain(wrong) {
        let folder = Folder("/a", "/b");
        assert_eq!(renamed(&body, NOTIFICATION, &method, folder), body);
    }
}
