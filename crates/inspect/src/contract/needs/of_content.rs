//! What a client must have said for a server to say something in this way.

use protocol::Method;
use serde_json::Value;

/// What a client must have said for a server to say something in this way.
pub(in crate::contract) struct OfContent {
    /// The messages that may have it: answers to the client, and requests of the server's.
    methods: &'static [Method],
    /// What it is.
    pub(in crate::contract) what: &'static str,
    /// What the client must have said.
    pub(in crate::contract) capability: Capability,
    /// Whether it is in a result, or in the parameters of a request.
    pub(in crate::contract) is_in: fn(&Value) -> bool,
}

/// What a client can say of itself, by JSON pointers into `ClientCapabilities`.
#[derive(Clone, Copy, Debug)]
pub(in crate::contract) enum Capability {
    /// One of them is there and not switched off.
    Any(&'static [&'static str]),
    /// A list has this in it.
    Lists(&'static str, &'static str),
    /// There is no such list, or it has this in it.
    ListsIfAny(&'static str, &'static str),
}

/// What a message of the server's may need.
pub(in crate::contract) fn of_content(method: &Method) -> impl Iterator<Item = &'static OfContent> {
    let all = OF_CONTENT.iter();
    all.filter(move |need| need.methods.contains(method))
}

const LINKS: &str = "links in the place of locations";
const OPERATIONS: &str = "/workspace/workspaceEdit/resourceOperations";

/// The messages that have edits of the workspace.
const EDITS: &[Method] = &[
    Method::TEXT_DOCUMENT_RENAME,
    Method::TEXT_DOCUMENT_CODE_ACTION,
    Method::CODE_ACTION_RESOLVE,
    Method::WORKSPACE_APPLY_EDIT,
];

const fn operation(kind: &'static str, what: &'static str, is_in: fn(&Value) -> bool) -> OfContent {
    OfContent {
        methods: EDITS,
        what,
        capability: Capability::Lists(OPERATIONS, kind),
        is_in,
    }
}

static OF_CONTENT: [OfContent; 13] = [
    OfContent {
        methods: &[Method::TEXT_DOCUMENT_DECLARATION],
        what: LINKS,
        capability: Capability::Any(&["/textDocument/declaration/linkSupport"]),
        is_in: has_links,
    },
    OfContent {
        methods: &[Method::TEXT_DOCUMENT_DEFINITION],
        what: LINKS,
        capability: Capability::Any(&["/textDocument/definition/linkSupport"]),
        is_in: has_links,
    },
    OfContent {
        methods: &[Method::TEXT_DOCUMENT_TYPE_DEFINITION],
        what: LINKS,
        capability: Capability::Any(&["/textDocument/typeDefinition/linkSupport"]),
        is_in: has_links,
    },
    OfContent {
        methods: &[Method::TEXT_DOCUMENT_IMPLEMENTATION],
        what: LINKS,
        capability: Capability::Any(&["/textDocument/implementation/linkSupport"]),
        is_in: has_links,
    },
    OfContent {
        methods: &[Method::TEXT_DOCUMENT_COMPLETION],
        what: "snippets",
        capability: Capability::Any(&["/textDocument/completion/completionItem/snippetSupport"]),
        is_in: |result| {
            let is_snippet = |one: &Value| one["insertTextFormat"] == 2;
            let default = is_snippet(&result["itemDefaults"]);
            let mut items = elements(result).chain(elements(&result["items"]));
            items.any(|item| is_snippet(item) || (default && item["insertTextFormat"].is_null()))
        },
    },
    OfContent {
        methods: &[Method::TEXT_DOCUMENT_DOCUMENT_SYMBOL],
        what: "symbols inside of symbols",
        capability: Capability::Any(&[
            "/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport",
        ]),
        is_in: |result| elements(result).any(|one| !one["selectionRange"].is_null()),
    },
    OfContent {
        methods: &[Method::TEXT_DOCUMENT_CODE_ACTION],
        what: "actions that are more than a command",
        capability: Capability::Any(&["/textDocument/codeAction/codeActionLiteralSupport"]),
        // The `command` of what is one is a text.
        is_in: |result| elements(result).any(|one| !one["command"].is_string()),
    },
    OfContent {
        methods: &[Method::TEXT_DOCUMENT_HOVER],
        what: "Markdown",
        capability: Capability::ListsIfAny("/textDocument/hover/contentFormat", "markdown"),
        is_in: |result| result["contents"]["kind"] == "markdown",
    },
    OfContent {
        methods: EDITS,
        what: "edits of versions of documents (`documentChanges`)",
        // Whoever does something with files takes them in this list, too.
        capability: Capability::Any(&["/workspace/workspaceEdit/documentChanges", OPERATIONS]),
        is_in: |content| {
            let changes = |edit: &Value| edit.get("documentChanges").is_some_and(Value::is_array);
            edits(content).any(changes)
        },
    },
    operation("create", "new files", |content| does(content, "create")),
    operation("rename", "new names of files", |content| {
        does(content, "rename")
    }),
    operation("delete", "files to delete", |content| {
        does(content, "delete")
    }),
    OfContent {
        methods: &[Method::CLIENT_REGISTER_CAPABILITY],
        what: "patterns of files that count from a folder",
        capability: Capability::Any(&["/workspace/didChangeWatchedFiles/relativePatternSupport"]),
        is_in: |params| {
            let mut registrations = elements(&params["registrations"]);
            registrations.any(|one| {
                let mut watchers = elements(&one["registerOptions"]["watchers"]);
                watchers.any(|watcher| watcher["globPattern"].is_object())
            })
        },
    },
];

/// The elements of a list; of anything else none.
fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn has_links(result: &Value) -> bool {
    elements(result).any(|one| !one["targetUri"].is_null())
}

/// What edits the workspace: a result, or what is in it, in its elements or in the parameters of a request.
fn edits(content: &Value) -> impl Iterator<Item = &Value> {
    let inside = elements(content).map(|one| &one["edit"]);
    [content, &content["edit"]].into_iter().chain(inside)
}

/// Whether files are to be created, renamed or deleted.
fn does(content: &Value, kind: &str) -> bool {
    edits(content).any(|edit| {
        let mut changes = elements(&edit["documentChanges"]);
        changes.any(|change| change["kind"] == kind)
    })
}
