//! What an editor says of itself. It is what VS Code sends, without what no step here needs.

use serde_json::{Value, json};
use url::Url;

/// The settings that the client answers `workspace/configuration` with. Semantic tokens are off
/// unless asked for.
pub(super) fn settings() -> Value {
    json!({ "semanticTokens": true })
}

/// The params of `initialize` for a workspace of one folder.
pub(super) fn initialize(folder: &Url) -> Value {
    json!({
        "processId": std::process::id(),
        "clientInfo": { "name": "goplens demo", "version": env!("CARGO_PKG_VERSION") },
        "locale": "en",
        "rootUri": folder,
        "workspaceFolders": [{ "uri": folder, "name": "shop" }],
        "initializationOptions": settings(),
        "trace": "off",
        "capabilities": {
            "general": { "positionEncodings": ["utf-16"] },
            "window": { "workDoneProgress": true, "showMessage": {} },
            "workspace": {
                "applyEdit": true,
                "configuration": true,
                "workspaceFolders": true,
                "didChangeConfiguration": { "dynamicRegistration": true },
                "didChangeWatchedFiles": { "dynamicRegistration": true },
                "semanticTokens": { "refreshSupport": true },
            },
            "textDocument": {
                "synchronization": { "dynamicRegistration": true, "didSave": true },
                "publishDiagnostics": { "relatedInformation": true, "versionSupport": false },
                "definition": { "dynamicRegistration": true, "linkSupport": true },
                "hover": {
                    "dynamicRegistration": true,
                    "contentFormat": ["markdown", "plaintext"],
                },
                "semanticTokens": {
                    "dynamicRegistration": true,
                    "requests": { "range": true, "full": { "delta": true } },
                    "formats": ["relative"],
                    "tokenTypes": TOKEN_TYPES,
                    "tokenModifiers": TOKEN_MODIFIERS,
                    "overlappingTokenSupport": false,
                    "multilineTokenSupport": false,
                },
            },
        },
    })
}

const TOKEN_TYPES: [&str; 23] = [
    "namespace",
    "type",
    "class",
    "enum",
    "interface",
    "struct",
    "typeParameter",
    "parameter",
    "variable",
    "property",
    "enumMember",
    "event",
    "function",
    "method",
    "macro",
    "keyword",
    "modifier",
    "comment",
    "string",
    "number",
    "regexp",
    "operator",
    "decorator",
];

const TOKEN_MODIFIERS: [&str; 10] = [
    "declaration",
    "definition",
    "readonly",
    "static",
    "deprecated",
    "abstract",
    "async",
    "modification",
    "documentation",
    "defaultLibrary",
];
