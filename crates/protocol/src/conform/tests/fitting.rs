//! Messages that fit, to be changed by tests.

use serde_json::{Value, json};

use super::{Direction, Kind, Method};
use crate::Direction::{ClientToServer, ServerToClient};

/// A message that fits: what it is, and its params or its result.
#[derive(Clone, Debug)]
pub(super) struct Fitting {
    pub(super) method: Method,
    pub(super) kind: Kind,
    pub(super) direction: Direction,
    pub(super) part: Value,
}

fn request(method: Method, part: Value) -> Fitting {
    Fitting {
        method,
        kind: Kind::Request,
        direction: ClientToServer,
        part,
    }
}

fn answer(method: Method, part: Value) -> Fitting {
    Fitting {
        kind: Kind::Response,
        direction: ServerToClient,
        ..request(method, part)
    }
}

fn notification(method: Method, direction: Direction, part: Value) -> Fitting {
    Fitting {
        kind: Kind::Notification,
        direction,
        ..request(method, part)
    }
}

fn position() -> Value {
    json!({ "line": 1, "character": 2 })
}

fn range() -> Value {
    json!({ "start": position(), "end": position() })
}

fn location() -> Value {
    json!({ "uri": "file:///w/a.go", "range": range() })
}

/// A place in a document, which most requests have.
fn place() -> Value {
    json!({ "textDocument": { "uri": "file:///w/a.go" }, "position": position() })
}

fn diagnostic() -> Value {
    json!({
        "range": range(), "severity": 1, "code": "UndeclaredName", "source": "compiler",
        "message": "undefined: x", "tags": [1], "data": { "any": 1 },
        "codeDescription": { "href": "https://pkg.go.dev/x" },
        "relatedInformation": [{ "location": location(), "message": "here" }],
    })
}

fn edit() -> Value {
    json!({
        "documentChanges": [
            { "textDocument": { "uri": "file:///w/a.go", "version": null },
              "edits": [{ "range": range(), "newText": "x" }] },
            { "kind": "rename", "oldUri": "file:///w/a.go", "newUri": "file:///w/b.go",
              "options": { "overwrite": true } },
        ],
    })
}

fn capabilities() -> Value {
    json!({
        "workspace": { "applyEdit": true, "symbol": { "symbolKind": { "valueSet": [1, 26] } },
            "workspaceEdit": { "resourceOperations": ["create"], "failureHandling": "undo" } },
        "textDocument": {
            "definition": { "linkSupport": true },
            "hover": { "contentFormat": ["markdown", "plaintext"] },
            "semanticTokens": {
                "requests": { "range": {}, "full": { "delta": true } },
                "tokenTypes": ["type"], "tokenModifiers": [], "formats": ["relative"],
            },
        },
        "general": { "positionEncodings": ["utf-16"] },
        "experimental": { "progressMessageStyles": ["log"] },
    })
}

/// The messages by the words that tests call them by.
pub(super) fn fitting(name: &str) -> Fitting {
    match name {
        "initialize" => request(
            Method::INITIALIZE,
            json!({
                "processId": 1, "rootUri": null, "capabilities": capabilities(), "trace": "off",
                "clientInfo": { "name": "Visual Studio Code", "version": "1.105.1" },
                "workspaceFolders": [{ "uri": "file:///w", "name": "w" }],
                "initializationOptions": { "anything": [1] },
            }),
        ),
        "capabilities" => answer(
            Method::INITIALIZE,
            json!({
                "capabilities": {
                    "textDocumentSync": { "openClose": true, "change": 2, "save": {} },
                    "completionProvider": { "triggerCharacters": ["."] },
                    "renameProvider": { "prepareProvider": true },
                    "semanticTokensProvider": {
                        "legend": { "tokenTypes": ["type"], "tokenModifiers": [] },
                        "range": true, "full": true,
                    },
                },
                "serverInfo": { "name": "gopls" },
            }),
        ),
        "open" => notification(
            Method::TEXT_DOCUMENT_DID_OPEN,
            ClientToServer,
            json!({ "textDocument": {
                "uri": "file:///w/a.go", "languageId": "go", "version": 1, "text": "package a",
            } }),
        ),
        "change" => notification(
            Method::TEXT_DOCUMENT_DID_CHANGE,
            ClientToServer,
            json!({
                "textDocument": { "uri": "file:///w/a.go", "version": 2 },
                "contentChanges": [
                    { "range": range(), "rangeLength": 0, "text": "x" },
                    { "text": "package a" },
                ],
            }),
        ),
        "watched" => notification(
            Method::WORKSPACE_DID_CHANGE_WATCHED_FILES,
            ClientToServer,
            json!({ "changes": [{ "uri": "file:///w/a.go", "type": 2 }] }),
        ),
        "definition" => request(Method::TEXT_DOCUMENT_DEFINITION, place()),
        "locations" => answer(
            Method::TEXT_DOCUMENT_DEFINITION,
            json!([location(), location(), location(), location()]),
        ),
        "links" => answer(
            Method::TEXT_DOCUMENT_DEFINITION,
            json!([{
                "targetUri": "file:///w/a.go", "targetRange": range(),
                "targetSelectionRange": range(), "originSelectionRange": range(),
            }]),
        ),
        "hover" => answer(
            Method::TEXT_DOCUMENT_HOVER,
            json!({ "contents": { "kind": "markdown", "value": "x" }, "range": range() }),
        ),
        "completion" => request(
            Method::TEXT_DOCUMENT_COMPLETION,
            json!({
                "textDocument": { "uri": "file:///w/a.go" }, "position": position(),
                "context": { "triggerKind": 2, "triggerCharacter": "." },
            }),
        ),
        "items" => answer(
            Method::TEXT_DOCUMENT_COMPLETION,
            json!({ "isIncomplete": true, "items": [{
                "label": "x", "kind": 3, "insertTextFormat": 2, "preselect": true,
                "textEdit": { "newText": "x", "insert": range(), "replace": range() },
                "additionalTextEdits": [{ "range": range(), "newText": "x" }], "data": null,
            }] }),
        ),
        "signature" => answer(
            Method::TEXT_DOCUMENT_SIGNATURE_HELP,
            json!({ "signatures": [{
                "label": "f(x int)", "parameters": [{ "label": [2, 7] }, { "label": "x" }],
            }], "activeSignature": 0, "activeParameter": 0 }),
        ),
        "symbols" => answer(
            Method::TEXT_DOCUMENT_DOCUMENT_SYMBOL,
            json!([{
                "name": "A", "kind": 23, "range": range(), "selectionRange": range(),
                "children": [{
                    "name": "b", "kind": 8, "range": range(), "selectionRange": range(),
                }],
            }]),
        ),
        "action" => request(
            Method::TEXT_DOCUMENT_CODE_ACTION,
            json!({
                "textDocument": { "uri": "file:///w/a.go" }, "range": range(),
                "context": { "diagnostics": [diagnostic()], "triggerKind": 1, "only": ["quickfix"] },
            }),
        ),
        "actions" => answer(
            Method::TEXT_DOCUMENT_CODE_ACTION,
            json!([
                { "title": "x", "command": "gopls.x", "arguments": [1] },
                { "title": "x", "kind": "quickfix", "diagnostics": [diagnostic()], "edit": edit(),
                  "command": { "title": "x", "command": "gopls.x" } },
            ]),
        ),
        "tokens" => answer(
            Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
            json!({ "resultId": "1", "data": [0, 1, 2, 3, 4] }),
        ),
        "hints" => answer(
            Method::TEXT_DOCUMENT_INLAY_HINT,
            json!([{ "position": position(), "label": [{ "value": "int" }], "kind": 1 }]),
        ),
        "folds" => answer(
            Method::TEXT_DOCUMENT_FOLDING_RANGE,
            json!([{ "startLine": 0, "endLine": 3, "kind": "imports" }]),
        ),
        "rename" => answer(Method::TEXT_DOCUMENT_RENAME, edit()),
        "pulled" => answer(
            Method::TEXT_DOCUMENT_DIAGNOSTIC,
            json!({ "kind": "full", "items": [diagnostic()] }),
        ),
        "published" => notification(
            Method::TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
            ServerToClient,
            json!({ "uri": "file:///w/a.go", "version": 1, "diagnostics": [diagnostic()] }),
        ),
        "progress" => notification(
            Method::PROGRESS,
            ServerToClient,
            json!({ "token": "1", "value": { "kind": "end", "message": "done" } }),
        ),
        "message" => notification(
            Method::WINDOW_SHOW_MESSAGE,
            ServerToClient,
            json!({ "type": 3, "message": "x" }),
        ),
        "register" => Fitting {
            direction: ServerToClient,
            ..request(
                Method::CLIENT_REGISTER_CAPABILITY,
                json!({ "registrations": [
                    { "id": "1", "method": "workspace/didChangeWatchedFiles", "registerOptions": {
                        "watchers": [{ "globPattern": "**/*.go", "kind": 7 }] } },
                    { "id": "2", "method": "textDocument/semanticTokens", "registerOptions": {
                        "documentSelector": [{ "language": "go" }], "full": true,
                        "legend": { "tokenTypes": [], "tokenModifiers": [] } } },
                    { "id": "3", "method": "x/y", "registerOptions": { "any": 1 } },
                ] }),
            )
        },
        "configuration" => Fitting {
            direction: ServerToClient,
            ..request(
                Method::WORKSPACE_CONFIGURATION,
                json!({ "items": [{ "scopeUri": "file:///w", "section": "gopls" }] }),
            )
        },
        "settings" => Fitting {
            direction: ClientToServer,
            ..answer(Method::WORKSPACE_CONFIGURATION, json!([{ "any": 1 }, null]))
        },
        "applied" => Fitting {
            direction: ClientToServer,
            ..answer(Method::WORKSPACE_APPLY_EDIT, json!({ "applied": true }))
        },
        "shutdown" => answer(Method::SHUTDOWN, json!(null)),
        other => panic!("no message is called {other:?}"),
    }
}

/// All those words.
pub(super) const ALL: [&str; 28] = [
    "initialize",
    "capabilities",
    "open",
    "change",
    "watched",
    "definition",
    "locations",
    "links",
    "hover",
    "completion",
    "items",
    "signature",
    "symbols",
    "action",
    "actions",
    "tokens",
    "hints",
    "folds",
    "rename",
    "pulled",
    "published",
    "progress",
    "message",
    "register",
    "configuration",
    "settings",
    "applied",
    "shutdown",
];
