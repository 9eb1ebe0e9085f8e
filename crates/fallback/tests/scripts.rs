//! Whole sessions with the server that only says why there is no gopls.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

use std::path::{Path, PathBuf};

use fallback::Fallback;
use futures::executor::block_on;
use proptest::prelude::*;
use serde_json::{Value, json};
use trace::finding::{Action, Code, Finding};
use url::Url;

struct Editor(Fallback);

impl Editor {
    fn new(files: &[&str]) -> Self {
        let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
        let line = "go install golang.org/x/tools/gopls@latest";
        let reason = Finding::new(Code::GoplsNotFound, "gopls was not found.", "It has to be.")
            .evidence("PATH: /usr/bin has none")
            .fix("Install it", Action::Shell(line.to_owned()));
        let page = Url::parse("file:///pages/gopls-not-found.md").ok();
        let exists = move |path: &Path| files.iter().any(|file| file == path);
        Self(Fallback::new(reason, page, Box::new(exists)))
    }

    fn send(&mut self, message: Value) -> Vec<Value> {
        self.send_bytes(message.to_string().as_bytes())
    }

    fn send_bytes(&mut self, body: &[u8]) -> Vec<Value> {
        block_on(self.0.message(body))
            .iter()
            .map(|body| serde_json::from_slice(body).unwrap())
            .collect()
    }

    fn notify(&mut self, method: &str, params: Value) -> Vec<Value> {
        self.send(json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    /// Sends a request and gives its only response.
    fn ask(&mut self, id: impl Into<Value>, method: &str, params: Value) -> Value {
        let id = id.into();
        let said =
            self.send(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        assert_eq!(said.len(), 1, "{method}: {said:?}");
        assert_eq!(said[0]["id"], id);
        said[0].clone()
    }

    fn start(&mut self, params: Value) -> Vec<Value> {
        assert!(self.ask(0, "initialize", params)["error"].is_null());
        self.notify("initialized", json!({}))
    }

    fn open(&mut self, uri: &str, language: &str, text: &str) -> Vec<Value> {
        let document = json!({"uri": uri, "languageId": language, "version": 3, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}))
    }
}

fn methods(said: &[Value]) -> Vec<&str> {
    said.iter()
        .map(|message| message["method"].as_str().unwrap_or("response"))
        .collect()
}

const MESSAGE: &str = "window/showMessage";
const DIAGNOSTICS: &str = "textDocument/publishDiagnostics";

#[test]
fn a_whole_session_says_why_and_ends_well() {
    let mut editor = Editor::new(&["/w/go.mod"]);
    let folders = json!([{"uri": "file:///w", "name": "w"}]);
    let hello = editor.ask(
        "a",
        "initialize",
        json!({"workspaceFolders": folders, "capabilities": {
            "textDocument": {"publishDiagnostics": {"codeDescriptionSupport": true}}}}),
    );
    assert_eq!(hello["result"]["serverInfo"]["name"], "goplens");
    assert_eq!(
        hello["result"]["serverInfo"]["version"],
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(
        hello["result"]["capabilities"],
        json!({"textDocumentSync": {"openClose": true, "change": 0}})
    );

    let said = editor.notify("initialized", json!({}));
    assert_eq!(methods(&said), [MESSAGE, DIAGNOSTICS]);
    assert_eq!(said[0]["params"]["type"], 1);
    let popup = said[0]["params"]["message"].as_str().unwrap();
    assert!(
        popup.contains("gopls was not found.") && popup.contains("go install"),
        "{popup}"
    );
    assert_eq!(said[1]["params"]["uri"], "file:///w/go.mod");
    let diagnostic = &said[1]["params"]["diagnostics"][0];
    assert_eq!(diagnostic["code"], "gopls-not-found");
    assert_eq!(diagnostic["source"], "goplens");
    assert_eq!(diagnostic["severity"], 1);
    let page = "file:///pages/gopls-not-found.md";
    assert_eq!(diagnostic["codeDescription"]["href"], page);
    assert_eq!(
        diagnostic["range"]["start"],
        json!({"line": 0, "character": 0})
    );
    assert!(
        diagnostic["message"]
            .as_str()
            .unwrap()
            .contains("PATH: /usr/bin has none")
    );

    assert!(
        editor
            .open("file:///w/main.go", "go", "package main\n")
            .is_empty()
    );
    let place = json!({"textDocument": {"uri": "file:///w/main.go"},
                       "position": {"line": 0, "character": 0}});
    let answer = editor.ask(1, "textDocument/definition", place);
    assert_eq!(answer["error"]["code"], -32601);
    assert!(
        answer["error"]["message"]
            .as_str()
            .unwrap()
            .contains("gopls was not found.")
    );
    assert!(
        editor
            .send(json!({"jsonrpc": "2.0", "id": 9, "result": null}))
            .is_empty()
    );

    let answer = editor.ask(2, "shutdown", Value::Null);
    assert_eq!(answer.get("result"), Some(&Value::Null));
    assert_eq!(editor.0.exited(), None);
    assert_eq!(
        editor.ask(3, "textDocument/hover", json!({}))["error"]["code"],
        -32600
    );
    assert!(editor.notify("exit", Value::Null).is_empty());
    assert_eq!(editor.0.exited(), Some(0));
}

#[test]
fn without_go_mod_the_first_go_document_bears_the_diagnostic_and_no_other() {
    let mut editor = Editor::new(&[]);
    assert_eq!(
        methods(&editor.start(json!({"rootUri": null, "capabilities": {}}))),
        [MESSAGE]
    );
    assert!(
        editor
            .open("file:///w/notes.txt", "plaintext", "a")
            .is_empty()
    );
    let said = editor.open("file:///w%20x/%C3%A9%23.go", "go", "package é\n");
    assert_eq!(methods(&said), [DIAGNOSTICS]);
    assert_eq!(said[0]["params"]["uri"], "file:///w%20x/%C3%A9%23.go");
    assert_eq!(said[0]["params"]["version"], 3);
    assert_eq!(
        said[0]["params"]["diagnostics"][0]["range"]["end"],
        json!({"line": 0, "character": 9})
    );
    assert!(
        editor
            .open("file:///w/b.go", "go", "package b\n")
            .is_empty()
    );
}

#[test]
fn a_client_that_never_says_initialized_is_told_at_its_first_document() {
    let mut editor = Editor::new(&["/w/go.work"]);
    editor.ask(
        0,
        "initialize",
        json!({"rootUri": "file:///w/sub", "capabilities": {}}),
    );
    let said = editor.open("file:///w/notes.txt", "plaintext", "a");
    assert_eq!(methods(&said), [MESSAGE, DIAGNOSTICS]);
    assert_eq!(said[1]["params"]["uri"], "file:///w/go.work");
    assert!(editor.notify("initialized", json!({})).is_empty());
}

#[test]
fn capabilities_that_lsp_types_does_not_know_do_not_fail_initialize() {
    let mut editor = Editor::new(&[]);
    let params = json!({"processId": "me", "capabilities": {"textDocument": {"completion": 7}},
                        "workspaceFolders": [{"uri": "file:///w"}], "trace": "loud"});
    assert_eq!(methods(&editor.start(params)), [MESSAGE]);
}

#[test]
fn before_initialize_every_request_is_refused_as_too_early() {
    let mut editor = Editor::new(&[]);
    for method in [
        "textDocument/definition",
        "shutdown",
        "$/x",
        "gopls/x",
        "textDocument/didOpen",
    ] {
        let answer = editor.ask(1, method, json!({}));
        assert_eq!(answer["error"]["code"], -32002, "{method}");
    }
    assert!(editor.open("file:///w/b.go", "go", "").is_empty());
    assert_eq!(
        methods(&editor.start(json!({"capabilities": {}}))),
        [MESSAGE]
    );
}

#[test]
fn exit_without_shutdown_ends_with_one() {
    for started in [false, true] {
        let mut editor = Editor::new(&[]);
        if started {
            editor.start(json!({"capabilities": {}}));
        }
        assert!(
            editor
                .send(json!({"jsonrpc": "2.0", "method": "exit"}))
                .is_empty()
        );
        assert_eq!(editor.0.exited(), Some(1));
        // A late message still meets neither a hang nor a panic.
        assert_eq!(
            editor.ask(1, "textDocument/hover", json!({}))["error"]["code"],
            -32600
        );
        assert!(editor.notify("initialized", json!({})).is_empty());
        assert_eq!(editor.0.exited(), Some(1));
    }
}

#[test]
fn every_request_of_whatever_shape_gets_one_response() {
    let mut editor = Editor::new(&[]);
    editor.start(json!({"capabilities": {}}));
    for (method, code) in [
        ("$/unknown", -32601),
        ("gopls/unknown", -32601),
        ("textDocument/semanticTokens/full", -32601),
        ("initialize", -32600),
        ("textDocument/didOpen", -32600),
        ("$/cancelRequest", -32600),
        ("", -32601),
    ] {
        for params in [json!({}), json!([]), Value::Null, json!("x")] {
            let answer = editor.ask("same", method, params);
            assert_eq!(answer["error"]["code"], code, "{method}");
        }
    }
    for method in [
        "$/cancelRequest",
        "textDocument/didOpen",
        "$/setTrace",
        "textDocument/definition",
    ] {
        assert!(editor.notify(method, json!(7)).is_empty(), "{method}");
    }
}

#[test]
fn garbage_is_answered_and_the_session_goes_on() {
    let mut editor = Editor::new(&[]);
    for (body, code) in [
        (&b"\xff\xfe"[..], -32700),
        (b"{\"a\":", -32700),
        (b"[]", -32600),
        (b"{}", -32600),
    ] {
        let said = editor.send_bytes(body);
        assert_eq!(said.len(), 1);
        assert_eq!(said[0]["error"]["code"], code);
        assert_eq!(said[0].get("id"), Some(&Value::Null));
    }
    assert_eq!(
        methods(&editor.start(json!({"capabilities": {}}))),
        [MESSAGE]
    );
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bodies in prop::collection::vec(any::<Vec<u8>>(), 0..8)) {
        let mut editor = Editor::new(&[]);
        for body in &bodies {
            prop_assert!(editor.send_bytes(body).len() <= 1);
        }
        let said = editor.start(json!({"capabilities": {}}));
        prop_assert_eq!(methods(&said), [MESSAGE]);
    }

    #[test]
    fn any_order_of_messages_gives_each_request_one_response(
        script in prop::collection::vec((0usize..7, any::<bool>()), 0..24),
    ) {
        const METHODS: [&str; 7] = [
            "initialize", "initialized", "textDocument/didOpen", "textDocument/definition",
            "shutdown", "exit", "$/x",
        ];
        let mut editor = Editor::new(&["/w/go.mod"]);
        let params = json!({
            "capabilities": {}, "rootUri": "file:///w",
            "textDocument": {"uri": "file:///w/a.go", "languageId": "go", "version": 1, "text": ""},
        });
        for (index, (method, with_id)) in script.into_iter().enumerate() {
            let mut message =
                json!({"jsonrpc": "2.0", "method": METHODS[method], "params": params});
            if with_id {
                message["id"] = json!(index);
            }
            let said = editor.send(message);
            let responses: Vec<_> = said.iter().filter(|said| said.get("id").is_some()).collect();
            prop_assert_eq!(responses.len(), usize::from(with_id));
            for response in responses {
                prop_assert_eq!(&response["id"], &json!(index));
            }
        }
    }
}
