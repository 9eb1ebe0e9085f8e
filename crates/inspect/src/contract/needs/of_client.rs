//! What a client must have said for a server to ask for something.

use protocol::Method;

/// What a client must have said for a server to ask for something.
#[derive(Debug)]
pub(in crate::contract) struct OfClient {
    /// What the server asks for.
    pub(super) method: Method,
    /// Where in `ClientCapabilities`, as a JSON pointer.
    pub(in crate::contract) capability: &'static str,
}

/// What a request of the server's needs.
pub(in crate::contract) fn of_client(method: &Method) -> Option<&'static OfClient> {
    OF_CLIENT.iter().find(|need| need.method == *method)
}

/// The capability by which a client lets a server register for a method, as a path.
pub(in crate::contract) fn registration(method: &str) -> Option<String> {
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

const fn client(method: Method, capability: &'static str) -> OfClient {
    OfClient { method, capability }
}

pub(super) static OF_CLIENT: [OfClient; 11] = [
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
