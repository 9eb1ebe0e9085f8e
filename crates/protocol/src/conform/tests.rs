//! Messages that fit, messages that do not, and how that is told.

use serde_json::{Value, json};

use super::*;
use crate::Direction::ClientToServer;

/// A message of this method that goes the way it should, with these params or this result.
fn body(method: &Method, kind: Kind, part: &Value) -> Vec<u8> {
    let body = match kind {
        Kind::Request => {
            json!({ "jsonrpc": "2.0", "id": 1, "method": method.as_str(), "params": part })
        }
        Kind::Notification => {
            json!({ "jsonrpc": "2.0", "method": method.as_str(), "params": part })
        }
        Kind::Response => json!({ "jsonrpc": "2.0", "result": part, "id": 1 }),
    };
    body.to_string().into_bytes()
}

/// What is wrong with a message, a sentence each.
fn said(method: &Method, kind: Kind, direction: Direction, body: &[u8]) -> Vec<String> {
    let part_of = None;
    let violations = check(&Said {
        body,
        method,
        kind,
        direction,
        part_of,
    });
    violations.iter().map(Violation::to_string).collect()
}

#[test]
fn the_capability_that_took_gopls_down() {
    let requests = json!({ "range": true, "full": 1 });
    let params = json!({
        "processId": 1, "rootUri": null, "capabilities": { "textDocument": { "semanticTokens": {
            "requests": requests, "tokenTypes": [], "tokenModifiers": [], "formats": ["relative"],
        } } },
    });
    let body = body(&Method::INITIALIZE, Kind::Request, &params);
    assert_eq!(
        said(&Method::INITIALIZE, Kind::Request, ClientToServer, &body),
        [
            "`capabilities.textDocument.semanticTokens.requests.full` is a number, where the \
          protocol has a boolean or an object"
        ]
    );
}
