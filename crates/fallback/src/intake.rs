//! Reads what a client sends, so that nothing of it can make tower-lsp fail, hang or stay silent.
//!
//! tower-lsp deserializes every message into lsp-types 0.94. A client that is newer than those
//! types would have its `initialize` refused for one capability that they do not know, and the
//! user would learn nothing. So params are cut down to what the server here reads.

use serde_json::{Map, Value, json};
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use url::Url;

/// What a body turned out to be.
#[derive(Debug)]
pub(crate) enum Intake {
    /// A request or a notification.
    Call(Request),
    /// An answer to a request of the server's. There is none to which one could belong.
    Answer,
    /// Neither; this is what to tell the client.
    Refused(Response),
}

/// Reads one JSON-RPC body.
pub(crate) fn read(body: &[u8]) -> Intake {
    let value: Value = match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(error) => {
            let mut refusal = Error::parse_error();
            refusal.message = format!("goplens cannot read this message: {error}").into();
            return Intake::Refused(Response::from_error(Id::Null, refusal));
        }
    };
    let Value::Object(mut message) = value else {
        return refuse(Id::Null, "a message is a JSON object");
    };
    let id = match message.remove("id").map(serde_json::from_value::<Id>) {
        None => None,
        Some(Ok(id)) => Some(id),
        Some(Err(_)) => return refuse(Id::Null, "an id is an integer, a string or null"),
    };
    // gopls takes a missing version, and no other than this one.
    if message
        .get("jsonrpc")
        .is_some_and(|version| version != "2.0")
    {
        return refuse(id.unwrap_or_default(), "`jsonrpc` is \"2.0\"");
    }
    match message.remove("method") {
        Some(Value::String(method)) => Intake::Call(call(method, id, message.remove("params"))),
        Some(_) => refuse(id.unwrap_or_default(), "a method is a string"),
        None if id.is_some() && is_answer(&message) => Intake::Answer,
        None => refuse(
            id.unwrap_or_default(),
            "a message has a method, or an id and a result or an error",
        ),
    }
}

fn is_answer(message: &Map<String, Value>) -> bool {
    message.contains_key("result") || message.contains_key("error")
}

fn refuse(id: Id, why: &str) -> Intake {
    let mut error = Error::invalid_request();
    error.message = format!("goplens cannot read this message: {why}").into();
    Intake::Refused(Response::from_error(id, error))
}

fn call(method: String, id: Option<Id>, params: Option<Value>) -> Request {
    let params = match method.as_str() {
        "initialize" => {
            let folder = params.as_ref().and_then(folder);
            let links = params.as_ref().is_some_and(takes_links);
            let diagnostics = json!({ "codeDescriptionSupport": links });
            let capabilities = json!({ "textDocument": { "publishDiagnostics": diagnostics } });
            Some(json!({ "capabilities": capabilities, "rootUri": folder }))
        }
        "initialized" => Some(json!({})),
        // Some clients send `null` or `{}`, which tower-lsp would refuse.
        "shutdown" | "exit" => None,
        _ => params,
    };
    let mut request = Request::build(method);
    if let Some(params) = params {
        request = request.params(params);
    }
    if let Some(id) = id {
        request = request.id(id);
    }
    request.finish()
}

/// Whether `initialize` says that the client takes a link in a diagnostic.
fn takes_links(params: &Value) -> bool {
    let said = "/capabilities/textDocument/publishDiagnostics/codeDescriptionSupport";
    params.pointer(said) == Some(&Value::Bool(true))
}

/// The workspace folder that `initialize` names: the first of `workspaceFolders`, else the older
/// `rootUri`, else the oldest, `rootPath`.
fn folder(params: &Value) -> Option<Url> {
    let uri = |value: &Value| Url::parse(value.as_str()?).ok();
    params
        .pointer("/workspaceFolders/0/uri")
        .and_then(uri)
        .or_else(|| params.get("rootUri").and_then(uri))
        .or_else(|| Url::from_file_path(params.get("rootPath")?.as_str()?).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &str) -> Value {
        match read(body.as_bytes()) {
            Intake::Refused(response) => serde_json::to_value(response).unwrap(),
            other => panic!("{body} was not refused: {other:?}"),
        }
    }

    #[test]
    fn what_is_no_json_is_a_parse_error_without_an_id() {
        for body in ["", "{", "\u{feff}{}", "{} x", "{\"method\":\"\n\"}"] {
            let refusal = refusal(body);
            assert_eq!(refusal["error"]["code"], -32700, "{body}");
            assert_eq!(refusal["id"], Value::Null, "{body}");
        }
    }

    #[test]
    fn what_is_no_message_is_an_invalid_request_with_the_id_where_there_is_one() {
        for (body, id) in [
            ("[]", Value::Null),
            ("7", Value::Null),
            ("{}", Value::Null),
            (r#"{"jsonrpc":"2.0","id":7}"#, json!(7)),
            (r#"{"jsonrpc":"2.0","id":"a","method":1}"#, json!("a")),
            (r#"{"jsonrpc":"1.0","id":7,"method":"x"}"#, json!(7)),
            (r#"{"jsonrpc":"2.0","id":true,"method":"x"}"#, Value::Null),
            (r#"{"jsonrpc":"2.0","id":1.5,"method":"x"}"#, Value::Null),
        ] {
            let refusal = refusal(body);
            assert_eq!(refusal["error"]["code"], -32600, "{body}");
            assert_eq!(refusal["id"], id, "{body}");
        }
    }

    #[test]
    fn an_answer_is_told_from_a_request_by_its_fields() {
        for body in [
            r#"{"jsonrpc":"2.0","id":1,"result":null}"#,
            r#"{"jsonrpc":"2.0","id":"1","error":{"code":1,"message":""}}"#,
        ] {
            assert!(matches!(read(body.as_bytes()), Intake::Answer), "{body}");
        }
    }

    #[test]
    fn a_missing_version_is_taken_as_gopls_takes_it() {
        assert!(matches!(
            read(br#"{"id":1,"method":"shutdown"}"#),
            Intake::Call(_)
        ));
    }

    #[test]
    fn the_folder_comes_from_the_newest_field_that_has_one() {
        let cases = [
            (
                json!({"workspaceFolders": [{"uri": "file:///a%20b", "name": ""}], "rootUri": "file:///c"}),
                Some("file:///a%20b"),
            ),
            (
                json!({"workspaceFolders": [], "rootUri": "file:///c"}),
                Some("file:///c"),
            ),
            (
                json!({"workspaceFolders": null, "rootUri": null, "rootPath": "/d e"}),
                Some("file:///d%20e"),
            ),
            (json!({"rootUri": "not a uri"}), None),
            (json!({"rootUri": 7, "workspaceFolders": {}}), None),
            (json!({}), None),
        ];
        for (params, expected) in cases {
            assert_eq!(
                folder(&params).as_ref().map(Url::as_str),
                expected,
                "{params}"
            );
        }
    }
}
