//! What is asked in each session, and what was answered.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::Book;

use crate::client::Client;
use crate::names::Names;

/// The two documents that are asked about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum In {
    Library,
    Program,
}
use In::{Library, Program};

/// Questions about a place: the method, the document, where in it, and how many files the answer
/// names at the least.
const PLACES: &[(&str, In, &str, usize)] = &[
    ("definition", Library, "help(name", 1),
    ("definition", Library, "base.C^ount", 1),
    ("definition", Library, "Greet(name", 1),
    ("definition", Library, "/b^ase\"", 1),
    ("definition", Program, "lib.G^reet", 1),
    ("typeDefinition", Library, ".S^ide", 1),
    ("implementation", Library, "Shape interface", 2),
    ("references", Library, "Greet(name", 4),
    ("references", Library, "base.C^ount", 2),
    ("references", Program, "lib.G^reet", 4),
    ("hover", Library, "base.C^ount", 0),
    ("hover", Library, "help(name", 0),
    ("hover", Program, "lib.G^reet", 0),
    ("documentHighlight", Library, "count", 0),
    ("signatureHelp", Library, "help(n^ame", 0),
    ("prepareRename", Library, "Greet(name", 0),
    ("prepareRename", Program, "lib.G^reet", 0),
    ("rename", Library, "Greet(name", 4),
    ("rename", Library, "help(name", 2),
    ("rename", Library, "Square struct", 1),
    ("rename", Program, "lib.G^reet", 4),
    ("completion", Library, "base.C^ount", 0),
    ("completion", Library, "he^lp(name", 0),
    ("completion", Program, "lib.G^reet", 0),
];

/// Questions about a whole document.
const WHOLE: &[(&str, In)] = &[
    ("documentSymbol", Library),
    ("semanticTokens/full", Library),
    ("semanticTokens/full", Program),
    ("foldingRange", Library),
    ("documentLink", Library),
    ("inlayHint", Library),
    ("inlayHint", Program),
    ("codeLens", Library),
];

/// What is asked of an item of a hierarchy.
const HIERARCHIES: &[(&str, &str, &str, usize)] = &[
    (
        "CallHierarchy",
        "Greet(name",
        "callHierarchy/incomingCalls",
        3,
    ),
    (
        "CallHierarchy",
        "Greet(name",
        "callHierarchy/outgoingCalls",
        2,
    ),
    (
        "TypeHierarchy",
        "Square struct",
        "typeHierarchy/supertypes",
        1,
    ),
    (
        "TypeHierarchy",
        "Shape interface",
        "typeHierarchy/subtypes",
        2,
    ),
];

/// Commands of gopls's that take the URI of a document, by the name that they have for it.
const COMMANDS: &[(&str, &str)] = &[
    ("gopls.package_symbols", "URI"),
    ("gopls.list_imports", "URI"),
];

/// What was answered.
pub(crate) struct Answer {
    /// To what.
    pub(crate) what: String,
    /// The document that it was asked about, as gopls knows it.
    pub(crate) asked: Option<String>,
    /// How many files it names at the least.
    pub(crate) files: usize,
    /// The `result` or the `error`, or what the server asked for on the way.
    pub(crate) value: Value,
}

impl Answer {
    /// Whether it is as good as it can be.
    pub(crate) fn is_whole(&self) -> bool {
        let nothing = [Value::Null, json!([]), json!({})];
        let result = self.value.get("result").unwrap_or(&self.value);
        let mut files = BTreeSet::new();
        collect_uris(&self.value, &mut files);
        !nothing.contains(result) && self.value.get("error").is_none() && files.len() >= self.files
    }
}

/// The URIs in all fields that are called so.
fn collect_uris<'a>(value: &'a Value, uris: &mut BTreeSet<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect_uris(item, uris)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| match value {
            Value::String(uri) if name == "uri" => drop(uris.insert(uri)),
            value => collect_uris(value, uris),
        }),
        _ => {}
    }
}

/// One who asks.
pub(crate) struct Asker<'a> {
    pub(crate) client: &'a mut Client,
    pub(crate) names: &'a Names,
    /// The library's file, and the program's, as gopls knows them.
    pub(crate) library: String,
    pub(crate) program: String,
    pub(crate) answers: Vec<Answer>,
}

impl Asker<'_> {
    /// Asks everything.
    pub(crate) fn ask_all(&mut self) {
        for (method, document, needle, files) in PLACES {
            self.place(method, *document, needle, *files);
        }
        for (method, document) in WHOLE {
            self.whole(method, *document);
        }
        for (what, needle, next, files) in HIERARCHIES {
            self.hierarchy(what, needle, next, *files);
        }
        for (command, name) in COMMANDS {
            let params = json!({ "command": command, "arguments": [{ *name: self.library }] });
            self.ask("workspace/executeCommand", params, Library, 0);
        }
        self.code_actions();
        self.add_import();
        self.symbols("Greet");
    }

    /// Asks what an edit of the library's text changes in the program, which is not saved either.
    pub(crate) fn ask_edited(&mut self) {
        for (method, needle, files) in [
            ("definition", "lib.G^reet", 1),
            ("definition", "lib.F^resh", 1),
            ("references", "lib.G^reet", 4),
            ("hover", "lib.F^resh", 0),
            ("completion", "lib.F^resh", 0),
        ] {
            self.place(method, Program, needle, files);
        }
        self.place("references", Library, "Fresh()", 2);
        self.whole("documentSymbol", Library);
        self.symbols("Fresh");
    }

    /// Asks for the actions that mend what is shown in the library's file.
    pub(crate) fn ask_for_fixes(&mut self, shown: &[Value]) {
        let range = shown.first().map(|one| &one["range"]);
        let params = json!({
            "textDocument": { "uri": self.library },
            "range": range,
            "context": { "diagnostics": shown, "only": ["quickfix"] },
        });
        self.ask("textDocument/codeAction", params, Library, 0);
    }

    fn document(&self, document: In) -> String {
        match document {
            Library => self.library.clone(),
            Program => self.program.clone(),
        }
    }

    fn add(&mut self, what: String, asked: Option<String>, files: usize, value: Value) {
        let answer = Answer {
            what,
            asked,
            files,
            value,
        };
        self.answers.push(answer);
    }

    /// Asks with parameters that say what gopls knows the files by.
    fn ask(&mut self, method: &str, params: Value, document: In, files: usize) -> Value {
        let asked = self.document(document);
        let what = format!("{method} {params}");
        let params = self.names.within(&params, Some(&asked));
        let value = self.client.request(method, params);
        self.add(what, Some(asked), files, without_tokens(&value));
        value
    }

    /// The parameters for a place in a document.
    fn at(&self, document: In, needle: &str) -> Value {
        let uri = self.document(document);
        let mut params = self.client.place(&self.names.of(&uri, None), needle);
        params["textDocument"]["uri"] = uri.into();
        params
    }

    fn place(&mut self, method: &str, document: In, needle: &str, files: usize) {
        let mut params = self.at(document, needle);
        match method {
            "references" => params["context"] = json!({ "includeDeclaration": true }),
            "rename" => params["newName"] = "Salute".into(),
            _ => {}
        }
        self.ask(&format!("textDocument/{method}"), params, document, files);
    }

    fn whole(&mut self, method: &str, document: In) {
        let start = json!({ "line": 0, "character": 0 });
        let end = json!({ "line": 5, "character": 0 });
        let mut params = json!({ "textDocument": { "uri": self.document(document) } });
        if method == "inlayHint" {
            params["range"] = json!({ "start": start, "end": end });
        }
        self.ask(&format!("textDocument/{method}"), params, document, 0);
    }

    fn hierarchy(&mut self, what: &str, needle: &str, next: &str, files: usize) {
        let params = self.at(Library, needle);
        let prepared = self.ask(&format!("textDocument/prepare{what}"), params, Library, 1);
        // The item goes back as it came.
        let item = json!({ "item": prepared["result"][0] });
        let value = self.client.request(next, item);
        self.add(next.to_owned(), Some(self.library.clone()), files, value);
    }

    /// Asks for what can be done at a call, and for the edits of what has none yet.
    fn code_actions(&mut self) {
        let at = self.at(Library, "base.C^ount");
        let params = json!({
            "textDocument": at["textDocument"],
            "range": { "start": at["position"], "end": at["position"] },
            "context": { "diagnostics": [] },
        });
        let answer = self.ask("textDocument/codeAction", params, Library, 0);
        let actions = answer["result"].as_array().cloned().unwrap_or_default();
        for action in actions.iter().filter(|action| action["data"].is_object()) {
            let value = self.client.request("codeAction/resolve", action.clone());
            let what = format!("the resolution of {}", action["title"]);
            self.add(what, Some(self.library.clone()), 1, value);
        }
        // What this command makes is asked for by requests of the server.
        let test = actions
            .iter()
            .find(|action| action["kind"] == "source.addTest");
        let mut command = test.map_or(Value::Null, |action| action["command"].clone());
        if let Some(command) = command.as_object_mut() {
            command.remove("title");
        }
        self.execute(
            "a test",
            command,
            &["workspace/applyEdit", "window/showDocument"],
        );
    }

    fn add_import(&mut self) {
        let uri = self.names.of(&self.library, None);
        let argument = json!({ "ImportPath": "sort", "URI": uri });
        let command = json!({ "command": "gopls.add_import", "arguments": [argument] });
        self.execute("an import", command, &["workspace/applyEdit"]);
    }

    /// Runs a command, which is as the client has it, and adds what the server asks for on the way.
    fn execute(&mut self, what: &str, command: Value, asks: &[&str]) {
        let before = self.client.session.book();
        let value = self.client.request("workspace/executeCommand", command);
        let done = value.get("error").is_none();
        self.add(
            format!("the command for {what}"),
            None,
            0,
            json!({ "done": value }),
        );
        for method in asks {
            let known = before.received_of(method).count();
            let what = format!("{method} for {what}");
            let asked = |book: &Book| {
                let note = book.received_of(method).nth(known)?;
                Some(note.value()["params"].clone())
            };
            let asked = done.then(|| self.client.session.wait_for(&what, asked));
            self.add(what, None, 1, asked.unwrap_or_default());
        }
    }

    fn symbols(&mut self, name: &str) {
        let mut value = self
            .client
            .request("workspace/symbol", json!({ "query": name }));
        if let Some(symbols) = value["result"].as_array_mut() {
            symbols.retain(|symbol| symbol["name"] == name);
        }
        self.add(format!("workspace/symbol {name}"), None, 0, value);
    }
}

/// An answer without what only the server can read: the time in semantic tokens, and what it wants back
/// to make the edit of a code action.
fn without_tokens(answer: &Value) -> Value {
    let mut answer = answer.clone();
    match &mut answer["result"] {
        Value::Object(result) => drop(result.remove("resultId")),
        Value::Array(items) => {
            let actions = items.iter_mut().filter(|item| item["title"].is_string());
            let actions = actions.filter_map(Value::as_object_mut);
            actions.for_each(|action| drop(action.remove("data")));
        }
        _ => {}
    }
    answer
}
