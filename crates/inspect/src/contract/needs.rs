//! Which capability each message needs; the protocol's model says it in prose only.

use protocol::Method;

/// What a server must have offered for a client to ask for something.
#[derive(Debug)]
pub(super) struct OfServer {
    /// What the client asks for.
    method: Method,
    /// The member of `ServerCapabilities`.
    pub(super) provider: &'static str,
    /// Where in that, as a JSON pointer; empty where it is enough that it is there.
    pub(super) part: &'static str,
    /// The method by which a server registers for it.
    pub(super) registered: &'static str,
}

impl OfServer {
    /// The capability, as a path.
    pub(super) fn capability(&self) -> String {
        format!("{}{}", self.provider, self.part.replace('/', "."))
    }
}

/// What a client must have said for a server to ask for something.
#[derive(Debug)]
pub(super) struct OfClient {
    /// What the server asks for.
    method: Method,
    /// Where in `ClientCapabilities`, as a JSON pointer.
    pub(super) capability: &'static str,
}

/// What a client must have said for a server to answer in this way.
#[derive(Debug)]
pub(super) struct OfAnswer {
    /// What the client has asked for.
    method: Method,
    /// The bytes by which such an answer is known. With the quotes around it, a name is no part of a text.
    pub(super) mark: &'static str,
    /// What that is.
    pub(super) what: &'static str,
    /// Where in `ClientCapabilities`, as a JSON pointer.
    pub(super) capability: &'static str,
}

/// What an answer to this method may need.
pub(super) fn of_answer(method: &Method) -> impl Iterator<Item = &'static OfAnswer> {
    OF_ANSWER.iter().filter(move |need| need.method == *method)
}

/// What a request of the client's needs.
pub(super) fn of_server(method: &Method) -> Option<&'static OfServer> {
    OF_SERVER.iter().find(|need| need.method == *method)
}

/// What a request of the server's needs.
pub(super) fn of_client(method: &Method) -> Option<&'static OfClient> {
    OF_CLIENT.iter().find(|need| need.method == *method)
}

const fn server(
    method: Method,
    provider: &'static str,
    part: &'static str,
    registered: &'static str,
) -> OfServer {
    OfServer {
        method,
        provider,
        part,
        registered,
    }
}

const fn client(method: Method, capability: &'static str) -> OfClient {
    OfClient { method, capability }
}

const TOKENS: &str = "textDocument/semanticTokens";

static OF_SERVER: [OfServer; 40] = [
    server(
        Method::TEXT_DOCUMENT_HOVER,
        "hoverProvider",
        "",
        "textDocument/hover",
    ),
    server(
        Method::TEXT_DOCUMENT_COMPLETION,
        "completionProvider",
        "",
        "textDocument/completion",
    ),
    server(
        Method::COMPLETION_ITEM_RESOLVE,
        "completionProvider",
        "/resolveProvider",
        "textDocument/completion",
    ),
    server(
        Method::TEXT_DOCUMENT_SIGNATURE_HELP,
        "signatureHelpProvider",
        "",
        "textDocument/signatureHelp",
    ),
    server(
        Method::TEXT_DOCUMENT_DECLARATION,
        "declarationProvider",
        "",
        "textDocument/declaration",
    ),
    server(
        Method::TEXT_DOCUMENT_DEFINITION,
        "definitionProvider",
        "",
        "textDocument/definition",
    ),
    server(
        Method::TEXT_DOCUMENT_TYPE_DEFINITION,
        "typeDefinitionProvider",
        "",
        "textDocument/typeDefinition",
    ),
    server(
        Method::TEXT_DOCUMENT_IMPLEMENTATION,
        "implementationProvider",
        "",
        "textDocument/implementation",
    ),
    server(
        Method::TEXT_DOCUMENT_REFERENCES,
        "referencesProvider",
        "",
        "textDocument/references",
    ),
    server(
        Method::TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT,
        "documentHighlightProvider",
        "",
        "textDocument/documentHighlight",
    ),
    server(
        Method::TEXT_DOCUMENT_DOCUMENT_SYMBOL,
        "documentSymbolProvider",
        "",
        "textDocument/documentSymbol",
    ),
    server(
        Method::TEXT_DOCUMENT_CODE_ACTION,
        "codeActionProvider",
        "",
        "textDocument/codeAction",
    ),
    server(
        Method::CODE_ACTION_RESOLVE,
        "codeActionProvider",
        "/resolveProvider",
        "textDocument/codeAction",
    ),
    server(
        Method::TEXT_DOCUMENT_CODE_LENS,
        "codeLensProvider",
        "",
        "textDocument/codeLens",
    ),
    server(
        Method::CODE_LENS_RESOLVE,
        "codeLensProvider",
        "/resolveProvider",
        "textDocument/codeLens",
    ),
    server(
        Method::TEXT_DOCUMENT_DOCUMENT_LINK,
        "documentLinkProvider",
        "",
        "textDocument/documentLink",
    ),
    server(
        Method::DOCUMENT_LINK_RESOLVE,
        "documentLinkProvider",
        "/resolveProvider",
        "textDocument/documentLink",
    ),
    server(
        Method::TEXT_DOCUMENT_DOCUMENT_COLOR,
        "colorProvider",
        "",
        "textDocument/documentColor",
    ),
    server(
        Method::TEXT_DOCUMENT_FORMATTING,
        "documentFormattingProvider",
        "",
        "textDocument/formatting",
    ),
    server(
        Method::TEXT_DOCUMENT_RANGE_FORMATTING,
        "documentRangeFormattingProvider",
        "",
        "textDocument/rangeFormatting",
    ),
    server(
        Method::TEXT_DOCUMENT_ON_TYPE_FORMATTING,
        "documentOnTypeFormattingProvider",
        "",
        "textDocument/onTypeFormatting",
    ),
    server(
        Method::TEXT_DOCUMENT_RENAME,
        "renameProvider",
        "",
        "textDocument/rename",
    ),
    server(
        Method::TEXT_DOCUMENT_PREPARE_RENAME,
        "renameProvider",
        "/prepareProvider",
        "textDocument/rename",
    ),
    server(
        Method::TEXT_DOCUMENT_FOLDING_RANGE,
        "foldingRangeProvider",
        "",
        "textDocument/foldingRange",
    ),
    server(
        Method::TEXT_DOCUMENT_SELECTION_RANGE,
        "selectionRangeProvider",
        "",
        "textDocument/selectionRange",
    ),
    server(
        Method::TEXT_DOCUMENT_LINKED_EDITING_RANGE,
        "linkedEditingRangeProvider",
        "",
        "textDocument/linkedEditingRange",
    ),
    server(
        Method::TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY,
        "callHierarchyProvider",
        "",
        "textDocument/prepareCallHierarchy",
    ),
    server(
        Method::TEXT_DOCUMENT_PREPARE_TYPE_HIERARCHY,
        "typeHierarchyProvider",
        "",
        "textDocument/prepareTypeHierarchy",
    ),
    server(
        Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
        "semanticTokensProvider",
        "/full",
        TOKENS,
    ),
    server(
        Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA,
        "semanticTokensProvider",
        "/full/delta",
        TOKENS,
    ),
    server(
        Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE,
        "semanticTokensProvider",
        "/range",
        TOKENS,
    ),
    server(
        Method::TEXT_DOCUMENT_MONIKER,
        "monikerProvider",
        "",
        "textDocument/moniker",
    ),
    server(
        Method::TEXT_DOCUMENT_INLINE_VALUE,
        "inlineValueProvider",
        "",
        "textDocument/inlineValue",
    ),
    server(
        Method::TEXT_DOCUMENT_INLAY_HINT,
        "inlayHintProvider",
        "",
        "textDocument/inlayHint",
    ),
    server(
        Method::INLAY_HINT_RESOLVE,
        "inlayHintProvider",
        "/resolveProvider",
        "textDocument/inlayHint",
    ),
    server(
        Method::TEXT_DOCUMENT_DIAGNOSTIC,
        "diagnosticProvider",
        "",
        "textDocument/diagnostic",
    ),
    server(
        Method::WORKSPACE_DIAGNOSTIC,
        "diagnosticProvider",
        "/workspaceDiagnostics",
        "textDocument/diagnostic",
    ),
    server(
        Method::WORKSPACE_SYMBOL,
        "workspaceSymbolProvider",
        "",
        "workspace/symbol",
    ),
    server(
        Method::WORKSPACE_SYMBOL_RESOLVE,
        "workspaceSymbolProvider",
        "/resolveProvider",
        "workspace/symbol",
    ),
    server(
        Method::WORKSPACE_EXECUTE_COMMAND,
        "executeCommandProvider",
        "",
        "workspace/executeCommand",
    ),
];

static OF_CLIENT: [OfClient; 11] = [
    client(Method::WORKSPACE_APPLY_EDIT, "/workspace/applyEdit"),
    client(Method::WORKSPACE_CONFIGURATION, "/workspace/configuration"),
    client(
        Method::WORKSPACE_WORKSPACE_FOLDERS,
        "/workspace/workspaceFolders",
    ),
    client(
        Method::WORKSPACE_SEMANTIC_TOKENS_REFRESH,
        "/workspace/semanticTokens/refreshSupport",
    ),
    client(
        Method::WORKSPACE_CODE_LENS_REFRESH,
        "/workspace/codeLens/refreshSupport",
    ),
    client(
        Method::WORKSPACE_INLAY_HINT_REFRESH,
        "/workspace/inlayHint/refreshSupport",
    ),
    client(
        Method::WORKSPACE_INLINE_VALUE_REFRESH,
        "/workspace/inlineValue/refreshSupport",
    ),
    client(
        Method::WORKSPACE_DIAGNOSTIC_REFRESH,
        "/workspace/diagnostics/refreshSupport",
    ),
    client(
        Method::WORKSPACE_FOLDING_RANGE_REFRESH,
        "/workspace/foldingRange/refreshSupport",
    ),
    client(
        Method::WINDOW_WORK_DONE_PROGRESS_CREATE,
        "/window/workDoneProgress",
    ),
    client(Method::WINDOW_SHOW_DOCUMENT, "/window/showDocument/support"),
];

const LINKS: &str = "links in the place of locations";

static OF_ANSWER: [OfAnswer; 5] = [
    OfAnswer {
        method: Method::TEXT_DOCUMENT_DECLARATION,
        mark: "\"targetUri\":",
        what: LINKS,
        capability: "/textDocument/declaration/linkSupport",
    },
    OfAnswer {
        method: Method::TEXT_DOCUMENT_DEFINITION,
        mark: "\"targetUri\":",
        what: LINKS,
        capability: "/textDocument/definition/linkSupport",
    },
    OfAnswer {
        method: Method::TEXT_DOCUMENT_TYPE_DEFINITION,
        mark: "\"targetUri\":",
        what: LINKS,
        capability: "/textDocument/typeDefinition/linkSupport",
    },
    OfAnswer {
        method: Method::TEXT_DOCUMENT_IMPLEMENTATION,
        mark: "\"targetUri\":",
        what: LINKS,
        capability: "/textDocument/implementation/linkSupport",
    },
    OfAnswer {
        method: Method::TEXT_DOCUMENT_COMPLETION,
        mark: "\"insertTextFormat\":2",
        what: "snippets",
        capability: "/textDocument/completion/completionItem/snippetSupport",
    },
];

/// The capability by which a client lets a server register for a method, as a path.
pub(super) fn registration(method: &str) -> Option<String> {
    let (namespace, name) = method.split_once('/')?;
    let member = match (namespace, name) {
        (
            "textDocument",
            "didOpen" | "didChange" | "didSave" | "didClose" | "willSave" | "willSaveWaitUntil",
        ) => "synchronization",
        ("textDocument", "prepareCallHierarchy") => "callHierarchy",
        ("textDocument", "prepareTypeHierarchy") => "typeHierarchy",
        ("textDocument", "documentColor") => "colorProvider",
        (
            "workspace",
            "didChangeConfiguration" | "didChangeWatchedFiles" | "symbol" | "executeCommand",
        ) => name,
        ("textDocument", name) => name,
        _ => return None,
    };
    Some(format!("{namespace}.{member}.dynamicRegistration"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_method_stands_once_and_is_registered_as_the_model_says() {
        for (place, need) in OF_SERVER.iter().enumerate() {
            assert!(
                std::ptr::eq(of_server(&need.method).unwrap(), need),
                "{place}"
            );
            let registration = need.method.info().and_then(|info| info.registration);
            if let Some(registration) = registration {
                assert_eq!(registration.method, need.registered, "{}", need.method);
            }
        }
        for need in &OF_CLIENT {
            assert!(
                std::ptr::eq(of_client(&need.method).unwrap(), need),
                "{}",
                need.method
            );
        }
    }

    #[test]
    fn the_capability_to_register_is_a_path() {
        let path = |method| registration(method);
        let expected = "textDocument.synchronization.dynamicRegistration";
        assert_eq!(path("textDocument/didSave").as_deref(), Some(expected));
        let expected = "workspace.didChangeWatchedFiles.dynamicRegistration";
        assert_eq!(
            path("workspace/didChangeWatchedFiles").as_deref(),
            Some(expected)
        );
        assert_eq!(path("workspace/didChangeWorkspaceFolders"), None);
    }
}
