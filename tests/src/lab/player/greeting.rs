//! What the editor says of itself.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::lab::stage::Stage;

/// The parameters of `initialize`, as an editor of today has them.
pub(super) fn initialize(stage: &Stage) -> Value {
    let folder = |folder: &PathBuf| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        json!({ "uri": stage.spelt.uri(folder), "name": name })
    };
    let folders: Vec<Value> = stage.folders.iter().map(folder).collect();
    let root = folders.first().map(|folder| folder["uri"].clone());
    let mut greeting = json!({
        "processId": std::process::id(),
        "clientInfo": { "name": stage.client, "version": "1.99" },
        "rootUri": root,
        "workspaceFolders": if folders.is_empty() { Value::Null } else { folders.into() },
        "initializationOptions": stage.settings,
        "capabilities": {
            "general": { "positionEncodings": ["utf-16"] },
            "window": { "workDoneProgress": true, "showDocument": { "support": true } },
            "workspace": {
                "applyEdit": true,
                "configuration": true,
                "workspaceFolders": true,
                "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create"] },
                "didChangeConfiguration": { "dynamicRegistration": true },
                "didChangeWatchedFiles": { "dynamicRegistration": true },
            },
            "textDocument": {
                "definition": { "linkSupport": true },
                "hover": { "contentFormat": ["markdown", "plaintext"] },
                "rename": { "prepareSupport": true },
                "publishDiagnostics": {
                    "relatedInformation": true,
                    "versionSupport": false,
                    "codeDescriptionSupport": true,
                    "dataSupport": true,
                    "tagSupport": { "valueSet": [1, 2] },
                },
                "codeAction": {
                    "codeActionLiteralSupport": {
                        "codeActionKind": { "valueSet": ["", "quickfix", "refactor", "source"] },
                    },
                    "isPreferredSupport": true,
                    "dataSupport": true,
                    "resolveSupport": { "properties": ["edit"] },
                },
            },
        },
    });
    for (path, value) in &stage.capabilities {
        let capabilities = &mut greeting["capabilities"];
        *path
            .split('.')
            .fold(capabilities, |outer, key| &mut outer[key]) = value.clone();
    }
    greeting
}
