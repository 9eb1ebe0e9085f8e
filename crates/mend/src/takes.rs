//! What the client can take, by its capabilities.

use serde_json::Value;

/// What the client said that it can take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Takes {
    /// A diagnostic's link (`codeDescription`).
    pub(crate) links: bool,
    /// A diagnostic's places elsewhere (`relatedInformation`).
    pub(crate) related: bool,
    /// Code actions that are more than a command.
    pub(crate) actions: bool,
    /// Edits of documents with a version.
    pub(crate) document_changes: bool,
    /// Edits that make a file.
    pub(crate) create: bool,
}

impl Takes {
    /// As the parameters of `initialize` say.
    pub(crate) fn of(params: &Value) -> Self {
        let capabilities = &params["capabilities"];
        let diagnostics = &capabilities["textDocument"]["publishDiagnostics"];
        let edits = &capabilities["workspace"]["workspaceEdit"];
        let yes = |value: &Value| value.as_bool().unwrap_or(false);
        let operations = edits["resourceOperations"].as_array();
        let document_changes = yes(&edits["documentChanges"]);
        Self {
            links: yes(&diagnostics["codeDescriptionSupport"]),
            related: yes(&diagnostics["relatedInformation"]),
            actions: capabilities["textDocument"]["codeAction"]["codeActionLiteralSupport"]
                .is_object(),
            document_changes,
            create: document_changes
                && operations.is_some_and(|operations| operations.iter().any(|is| is == "create")),
        }
    }
}
