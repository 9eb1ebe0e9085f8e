//! What an editor says in a session.

use std::fmt;

use serde_json::value::RawValue;
use serde_json::{Value, json};
use wire::Id;

use crate::book::Note;
use crate::module::Module;
use crate::session::Session;

/// A response.
#[derive(Clone, Debug)]
pub struct Response(Note);

impl Response {
    /// All of it.
    pub fn value(&self) -> Value {
        self.0.value()
    }

    /// The bytes of its result.
    ///
    /// # Panics
    ///
    /// Where it has none.
    pub fn result(&self) -> String {
        #[derive(serde::Deserialize)]
        struct Body<'a> {
            #[serde(borrow)]
            result: Option<&'a RawValue>,
        }
        let body: Body<'_> = serde_json::from_slice(&self.0.body).expect("a response is JSON");
        match body.result {
            Some(result) => result.get().to_owned(),
            // A result that is null is read as none.
            None if self.value().get("result").is_some() => "null".to_owned(),
            None => panic!("no result: {self}"),
        }
    }

    /// The code and the message of its error.
    ///
    /// # Panics
    ///
    /// Where it has none.
    pub fn error(&self) -> (i64, String) {
        let error = &self.value()["error"];
        match (error["code"].as_i64(), error["message"].as_str()) {
            (Some(code), Some(message)) => (code, message.to_owned()),
            _ => panic!("no error: {self}"),
        }
    }
}

impl fmt::Display for Response {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&String::from_utf8_lossy(&self.0.body))
    }
}

impl Session {
    /// Sends a request and waits for its response.
    pub fn request(&mut self, method: &str, params: Value) -> Response {
        let id = self.ask(method, params);
        self.answer(&id)
    }

    /// Sends a request; parameters that are null are left out.
    pub fn ask(&mut self, method: &str, params: Value) -> Id {
        self.last_id += 1;
        let id = self.last_id;
        let mut message = json!({ "jsonrpc": "2.0", "id": id, "method": method });
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(message.to_string());
        Id::from(id)
    }

    /// Waits for the response to a request.
    pub fn answer(&self, id: &Id) -> Response {
        let what = format!("the answer to {id}");
        let note = self.wait_for(&what, |book| book.responses(id).next().cloned());
        Response(note)
    }

    /// Sends a notification; parameters that are null are left out.
    pub fn notify(&mut self, method: &str, params: Value) {
        let mut message = json!({ "jsonrpc": "2.0", "method": method });
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(message.to_string());
    }

    /// `initialize` and `initialized`, as an editor with this module open says them.
    pub fn initialize(&mut self, module: &Module) -> Response {
        let response = self.request("initialize", initialize(module));
        self.notify("initialized", json!({}));
        response
    }

    /// Changes the settings, and says so.
    pub fn configure(&mut self, settings: Value) {
        self.set_settings(settings);
        let nothing = json!({ "settings": null });
        self.notify("workspace/didChangeConfiguration", nothing);
    }

    /// Opens a file as it is on disk.
    pub fn open(&mut self, module: &Module, name: &str) {
        let document = json!({
            "uri": module.uri(name),
            "languageId": "go",
            "version": 1,
            "text": module.text(name),
        });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Asks for the definition of what stands at the first `needle` in a file.
    pub fn definition(&mut self, module: &Module, name: &str, needle: &str) -> Response {
        self.request("textDocument/definition", place(module, name, needle))
    }

    /// Fails unless the real gopls lives, and knows what it knows of the sample.
    ///
    /// # Panics
    ///
    /// See above.
    pub fn check_alive(&mut self, module: &Module) {
        let result = self.definition(module, "main.go", "Of(item").result();
        assert!(result.contains("price/price.go"), "{result}");
    }

    /// Waits for a `window/logMessage` with this text in it.
    pub fn logged(&self, text: &str) -> String {
        self.said("window/logMessage", text)
    }

    /// Waits for a `window/logMessage` or `window/showMessage` with this text in it.
    pub fn said(&self, method: &str, text: &str) -> String {
        self.wait_for(&format!("{method} with {text:?}"), |book| {
            book.received_of(method).find_map(|note| {
                let message = note.value()["params"]["message"].as_str()?.to_owned();
                message.contains(text).then_some(message)
            })
        })
    }

    /// `shutdown` and `exit`.
    pub fn shut_down(&mut self) {
        let answer = self.request("shutdown", Value::Null);
        assert_eq!(answer.result(), "null");
        self.notify("exit", Value::Null);
    }
}

/// The parameters of `initialize`.
pub fn initialize(module: &Module) -> Value {
    json!({
        "processId": std::process::id(),
        "clientInfo": { "name": "the tests", "version": "1" },
        "rootUri": module.root_uri(),
        "workspaceFolders": [{ "uri": module.root_uri(), "name": "shop" }],
        "initializationOptions": { "semanticTokens": true },
        "capabilities": {
            "general": { "positionEncodings": ["utf-16"] },
            "window": { "workDoneProgress": true },
            "workspace": {
                "configuration": true,
                "workspaceFolders": true,
                "didChangeConfiguration": { "dynamicRegistration": true },
                "didChangeWatchedFiles": { "dynamicRegistration": true }
            },
            "textDocument": {
                "definition": { "linkSupport": true },
                "hover": { "contentFormat": ["markdown", "plaintext"] },
                "publishDiagnostics": { "versionSupport": false },
                "semanticTokens": {
                    "requests": { "full": { "delta": true }, "range": true },
                    "tokenTypes": ["namespace", "type", "parameter", "variable", "function",
                        "method", "keyword", "comment", "string", "number", "operator"],
                    "tokenModifiers": ["definition", "readonly"],
                    "formats": ["relative"]
                }
            }
        }
    })
}

/// The parameters of a request about the first `needle` in a file.
pub fn place(module: &Module, name: &str, needle: &str) -> Value {
    let (line, character) = module.position(name, needle);
    json!({
        "textDocument": { "uri": module.uri(name) },
        "position": { "line": line, "character": character },
    })
}
