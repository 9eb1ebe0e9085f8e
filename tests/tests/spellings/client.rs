//! An editor that says the URIs that it is told to say.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tests::{Book, Ended, Session, Setup};

/// An open document, as the editor has it.
struct Document {
    version: i64,
    text: String,
}

/// An editor with a session.
pub(crate) struct Client {
    /// The session, for what is not said here.
    pub(crate) session: Session,
    documents: BTreeMap<String, Document>,
}

impl Client {
    /// One that has opened these folders.
    pub(crate) fn start(setup: Setup, folders: &[&str]) -> Self {
        // What depends on how much time there is would not be the same in two sessions.
        let settings = json!({
            "semanticTokens": true, "hints": { "parameterNames": true }, "diagnosticsDelay": "50ms",
            "completeUnimported": false,
            "completionBudget": "0s",
        });
        let mut session = setup.settings(settings.clone()).start();
        let initialized = session.request("initialize", initialize(folders, &settings));
        initialized.result();
        session.notify("initialized", json!({}));
        Self {
            session,
            documents: BTreeMap::new(),
        }
    }

    /// Opens a document in Go.
    pub(crate) fn open(&mut self, uri: &str, text: &str) {
        self.open_as("go", uri, text);
    }

    /// Opens a document.
    pub(crate) fn open_as(&mut self, language: &str, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        let opened = json!({ "textDocument": document });
        self.session.notify("textDocument/didOpen", opened);
        let text = text.to_owned();
        let document = Document { version: 1, text };
        self.documents.insert(uri.to_owned(), document);
    }

    /// Closes one.
    pub(crate) fn close(&mut self, uri: &str) {
        self.documents.remove(uri).unwrap();
        let closed = json!({ "textDocument": { "uri": uri } });
        self.session.notify("textDocument/didClose", closed);
    }

    /// Types: the first `old` becomes `new`.
    pub(crate) fn edit(&mut self, uri: &str, old: &str, new: &str) {
        let document = self.documents.get_mut(uri).unwrap();
        let at = document.text.find(old).unwrap();
        let start = position(&document.text, at);
        let end = position(&document.text, at + old.len());
        document.text.replace_range(at..at + old.len(), new);
        document.version += 1;
        let change = json!({ "range": { "start": start, "end": end }, "text": new });
        let changed = json!({
            "textDocument": { "uri": uri, "version": document.version },
            "contentChanges": [change],
        });
        self.session.notify("textDocument/didChange", changed);
    }

    /// The place of a text in an open document: its cursor is at the `^` or in front.
    pub(crate) fn place(&self, uri: &str, needle: &str) -> Value {
        let text = &self.documents[uri].text;
        let (before, behind) = needle.split_once('^').unwrap_or(("", needle));
        let found = text.find(&format!("{before}{behind}"));
        let at = found.unwrap_or_else(|| panic!("{needle} is not in {uri}"));
        json!({
            "textDocument": { "uri": uri },
            "position": position(text, at + before.len()),
        })
    }

    /// Asks about a place in an open document.
    pub(crate) fn ask(&mut self, method: &str, uri: &str, needle: &str) -> Value {
        let mut params = self.place(uri, needle);
        if method == "textDocument/references" {
            params["context"] = json!({ "includeDeclaration": true });
        }
        self.request(method, params)
    }

    /// The URI and the line, from 1, of the only place where something is defined.
    pub(crate) fn definition(&mut self, uri: &str, needle: &str) -> (String, u64) {
        let answer = self.ask("textDocument/definition", uri, needle);
        match answer["result"].as_array().map(Vec::as_slice) {
            Some([place]) => {
                let uri = place["uri"].as_str().unwrap().to_owned();
                let line = place["range"]["start"]["line"].as_u64().unwrap();
                (uri, line + 1)
            }
            _ => panic!("{needle} in {uri} has not one definition: {answer}"),
        }
    }

    /// Asks, and gives the `result` or the `error` of the answer.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        let mut answer = self.session.request(method, params).value();
        let fields = answer.as_object_mut().unwrap();
        fields.retain(|name, _| name == "result" || name == "error");
        answer
    }

    /// Tells of a file on disk: 1 it is new, 2 it has changed, 3 it has gone.
    pub(crate) fn watched(&mut self, uri: &str, kind: u8) {
        let changes = json!({ "changes": [{ "uri": uri, "type": kind }] });
        self.session
            .notify("workspace/didChangeWatchedFiles", changes);
    }

    /// Leaves in good order.
    pub(crate) fn end(mut self) -> Ended {
        self.session.shut_down();
        self.session.finish()
    }
}

/// What is shown in the documents now by gopls, or by goplens.
pub(crate) fn shown(book: &Book, by_goplens: bool) -> BTreeMap<String, Vec<Value>> {
    let mut sets: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for note in book.received_of("textDocument/publishDiagnostics") {
        let mut message = note.value();
        let params = &mut message["params"];
        let uri = params["uri"].as_str().unwrap().to_owned();
        let all = params["diagnostics"].as_array_mut().unwrap();
        all.retain(|one| (one["source"] == "goplens") == by_goplens);
        match std::mem::take(all) {
            all if all.is_empty() => sets.remove(&uri),
            all => sets.insert(uri, all),
        };
    }
    sets
}

/// Waits until a finding of this code is shown in a document, or in none.
pub(crate) fn wait_for_finding(client: &Client, code: &str, wanted: Option<&str>) {
    client
        .session
        .wait_for(&format!("{code} in {wanted:?}"), |book| {
            let shown = shown(book, true);
            let of_code = |all: &Vec<Value>| all.iter().any(|one| one["code"] == code);
            let found: Vec<_> = shown.iter().filter(|(_, all)| of_code(all)).collect();
            match wanted {
                Some(uri) => found.iter().any(|(shown, _)| *shown == uri).then_some(()),
                None => found.is_empty().then_some(()),
            }
        });
}

/// An offset as the protocol has it.
fn position(text: &str, at: usize) -> Value {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    json!({
        "line": text[..at].matches('\n').count(),
        "character": text[start..at].encode_utf16().count(),
    })
}

/// What an editor of today can take, and these folders.
fn initialize(folders: &[&str], settings: &Value) -> Value {
    let listed: Vec<_> = folders
        .iter()
        .map(|uri| json!({ "uri": uri, "name": uri.rsplit('/').next() }))
        .collect();
    let root_path = folders.first().and_then(|uri| uri.strip_prefix("file://"));
    json!({
        "processId": std::process::id(),
        "clientInfo": { "name": "the tests", "version": "1" },
        "rootUri": folders.first(),
        "rootPath": root_path,
        "workspaceFolders": listed,
        "initializationOptions": settings,
        "capabilities": {
            "general": { "positionEncodings": ["utf-16"] },
            "window": { "workDoneProgress": true, "showDocument": { "support": true } },
            "workspace": {
                "applyEdit": true,
                "configuration": true,
                "workspaceFolders": true,
                "workspaceEdit": {
                    "documentChanges": true,
                    "resourceOperations": ["create", "rename"],
                },
                "didChangeConfiguration": { "dynamicRegistration": true },
                "didChangeWatchedFiles": {
                    "dynamicRegistration": true,
                    "relativePatternSupport": true,
                },
            },
            "textDocument": {
                "hover": { "contentFormat": ["markdown"] },
                "rename": { "prepareSupport": true },
                "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
                "publishDiagnostics": {
                    "relatedInformation": true,
                    "codeDescriptionSupport": true,
                    "dataSupport": true,
                },
                "completion": {
                    "completionItem": {
                        "documentationFormat": ["markdown"],
                        "resolveSupport": { "properties": ["documentation"] },
                    },
                },
                "codeAction": {
                    "codeActionLiteralSupport": {
                        "codeActionKind": { "valueSet": ["", "quickfix", "refactor", "source"] },
                    },
                    "dataSupport": true,
                    "resolveSupport": { "properties": ["edit"] },
                },
                "semanticTokens": {
                    "requests": { "full": true, "range": true },
                    "tokenTypes": ["namespace", "type", "parameter", "variable", "function",
                        "method", "keyword", "comment", "string", "number", "operator"],
                    "tokenModifiers": ["definition", "readonly"],
                    "formats": ["relative"],
                },
            },
        },
    })
}
