//! What a server must have offered for a client to ask for something.

use protocol::Method;
use serde_json::Value;

use crate::contract::agreed::is_on;

/// What a server must have offered for a client to ask for something.
#[derive(Debug)]
pub(in crate::contract) struct OfServer {
    /// What the client asks for.
    pub(super) method: Method,
    /// The member of `ServerCapabilities`.
    pub(in crate::contract) provider: &'static str,
    /// Where in that, as a JSON pointer; empty where it is enough that it is there.
    part: &'static str,
    /// The method whose registration has the options, where it is another one.
    registered: Option<&'static str>,
}

impl OfServer {
    const fn part(mut self, part: &'static str) -> Self {
        self.part = part;
        self
    }

    const fn registered(mut self, method: &'static str) -> Self {
        self.registered = Some(method);
        self
    }

    /// The capability, as a path.
    pub(in crate::contract) fn capability(&self) -> String {
        format!("{}{}", self.provider, self.part.replace('/', "."))
    }

    /// The method by which a server registers for it.
    pub(in crate::contract) fn registration(&self) -> &str {
        self.registered.unwrap_or(self.method.as_str())
    }

    /// Whether a server with these capabilities has offered it.
    pub(in crate::contract) fn is_in(&self, capabilities: &Value) -> bool {
        self.is_in_options(&capabilities[self.provider])
    }

    /// Whether a server that has registered for a method with these options has offered it.
    pub(in crate::contract) fn is_registered(&self, method: &str, options: &Value) -> bool {
        let has_options = || self.part.is_empty() || self.is_in_options(options);
        match self.registered {
            Some(registered) if method == registered => has_options(),
            // Whoever registers for the method itself has it, whatever a capability would say beside it.
            _ => method == self.method.as_str(),
        }
    }

    fn is_in_options(&self, options: &Value) -> bool {
        options.pointer(self.part).is_some_and(is_on)
    }
}

/// What a request of the client's needs.
pub(in crate::contract) fn of_server(method: &Method) -> Option<&'static OfServer> {
    OF_SERVER.iter().find(|need| need.method == *method)
}

const fn offered(method: Method, provider: &'static str) -> OfServer {
    OfServer {
        method,
        provider,
        part: "",
        registered: None,
    }
}

const TOKENS: &str = "textDocument/semanticTokens";

pub(super) static OF_SERVER: [OfServer; 51] = [
    offered(Method::TEXT_DOCUMENT_HOVER, "hoverProvider"),
    offered(Method::TEXT_DOCUMENT_COMPLETION, "completionProvider"),
    offered(Method::COMPLETION_ITEM_RESOLVE, "completionProvider")
        .part("/resolveProvider")
        .registered("textDocument/completion"),
    offered(
        Method::TEXT_DOCUMENT_SIGNATURE_HELP,
        "signatureHelpProvider",
    ),
    offered(Method::TEXT_DOCUMENT_DECLARATION, "declarationProvider"),
    offered(Method::TEXT_DOCUMENT_DEFINITION, "definitionProvider"),
    offered(
        Method::TEXT_DOCUMENT_TYPE_DEFINITION,
        "typeDefinitionProvider",
    ),
    offered(
        Method::TEXT_DOCUMENT_IMPLEMENTATION,
        "implementationProvider",
    ),
    offered(Method::TEXT_DOCUMENT_REFERENCES, "referencesProvider"),
    offered(
        Method::TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT,
        "documentHighlightProvider",
    ),
    offered(
        Method::TEXT_DOCUMENT_DOCUMENT_SYMBOL,
        "documentSymbolProvider",
    ),
    offered(Method::TEXT_DOCUMENT_CODE_ACTION, "codeActionProvider"),
    offered(Method::CODE_ACTION_RESOLVE, "codeActionProvider")
        .part("/resolveProvider")
        .registered("textDocument/codeAction"),
    offered(Method::TEXT_DOCUMENT_CODE_LENS, "codeLensProvider"),
    offered(Method::CODE_LENS_RESOLVE, "codeLensProvider")
        .part("/resolveProvider")
        .registered("textDocument/codeLens"),
    offered(Method::TEXT_DOCUMENT_DOCUMENT_LINK, "documentLinkProvider"),
    offered(Method::DOCUMENT_LINK_RESOLVE, "documentLinkProvider")
        .part("/resolveProvider")
        .registered("textDocument/documentLink"),
    offered(Method::TEXT_DOCUMENT_DOCUMENT_COLOR, "colorProvider"),
    offered(Method::TEXT_DOCUMENT_COLOR_PRESENTATION, "colorProvider")
        .registered("textDocument/documentColor"),
    offered(
        Method::TEXT_DOCUMENT_FORMATTING,
        "documentFormattingProvider",
    ),
    offered(
        Method::TEXT_DOCUMENT_RANGE_FORMATTING,
        "documentRangeFormattingProvider",
    ),
    offered(
        Method::TEXT_DOCUMENT_RANGES_FORMATTING,
        "documentRangeFormattingProvider",
    )
    .part("/rangesSupport")
    .registered("textDocument/rangeFormatting"),
    offered(
        Method::TEXT_DOCUMENT_ON_TYPE_FORMATTING,
        "documentOnTypeFormattingProvider",
    ),
    offered(Method::TEXT_DOCUMENT_RENAME, "renameProvider"),
    offered(Method::TEXT_DOCUMENT_PREPARE_RENAME, "renameProvider")
        .part("/prepareProvider")
        .registered("textDocument/rename"),
    offered(Method::TEXT_DOCUMENT_FOLDING_RANGE, "foldingRangeProvider"),
    offered(
        Method::TEXT_DOCUMENT_SELECTION_RANGE,
        "selectionRangeProvider",
    ),
    offered(
        Method::TEXT_DOCUMENT_LINKED_EDITING_RANGE,
        "linkedEditingRangeProvider",
    ),
    offered(
        Method::TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY,
        "callHierarchyProvider",
    ),
    offered(
        Method::CALL_HIERARCHY_INCOMING_CALLS,
        "callHierarchyProvider",
    )
    .registered("textDocument/prepareCallHierarchy"),
    offered(
        Method::CALL_HIERARCHY_OUTGOING_CALLS,
        "callHierarchyProvider",
    )
    .registered("textDocument/prepareCallHierarchy"),
    offered(
        Method::TEXT_DOCUMENT_PREPARE_TYPE_HIERARCHY,
        "typeHierarchyProvider",
    ),
    offered(Method::TYPE_HIERARCHY_SUPERTYPES, "typeHierarchyProvider")
        .registered("textDocument/prepareTypeHierarchy"),
    offered(Method::TYPE_HIERARCHY_SUBTYPES, "typeHierarchyProvider")
        .registered("textDocument/prepareTypeHierarchy"),
    offered(
        Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
        "semanticTokensProvider",
    )
    .part("/full")
    .registered(TOKENS),
    offered(
        Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA,
        "semanticTokensProvider",
    )
    .part("/full/delta")
    .registered(TOKENS),
    offered(
        Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE,
        "semanticTokensProvider",
    )
    .part("/range")
    .registered(TOKENS),
    offered(Method::TEXT_DOCUMENT_MONIKER, "monikerProvider"),
    offered(Method::TEXT_DOCUMENT_INLINE_VALUE, "inlineValueProvider"),
    offered(
        Method::TEXT_DOCUMENT_INLINE_COMPLETION,
        "inlineCompletionProvider",
    ),
    offered(Method::TEXT_DOCUMENT_INLAY_HINT, "inlayHintProvider"),
    offered(Method::INLAY_HINT_RESOLVE, "inlayHintProvider")
        .part("/resolveProvider")
        .registered("textDocument/inlayHint"),
    offered(Method::TEXT_DOCUMENT_DIAGNOSTIC, "diagnosticProvider"),
    offered(Method::WORKSPACE_DIAGNOSTIC, "diagnosticProvider")
        .part("/workspaceDiagnostics")
        .registered("textDocument/diagnostic"),
    offered(Method::WORKSPACE_SYMBOL, "workspaceSymbolProvider"),
    offered(Method::WORKSPACE_SYMBOL_RESOLVE, "workspaceSymbolProvider")
        .part("/resolveProvider")
        .registered("workspace/symbol"),
    offered(Method::WORKSPACE_EXECUTE_COMMAND, "executeCommandProvider"),
    offered(
        Method::TEXT_DOCUMENT_WILL_SAVE_WAIT_UNTIL,
        "textDocumentSync",
    )
    .part("/willSaveWaitUntil"),
    offered(Method::WORKSPACE_WILL_CREATE_FILES, "workspace").part("/fileOperations/willCreate"),
    offered(Method::WORKSPACE_WILL_RENAME_FILES, "workspace").part("/fileOperations/willRename"),
    offered(Method::WORKSPACE_WILL_DELETE_FILES, "workspace").part("/fileOperations/willDelete"),
];
