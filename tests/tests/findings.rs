//! Findings in a session with the real gopls: beside gopls's own diagnostics, with fixes that mend what is
//! wrong, and gone when they have.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

use std::fs;

use serde_json::{Value, json};
use tests::{Book, Module, Session, Setup, gopls_or_skip, initialize, place};

/// A workspace whose go.work leaves out the module that the other one needs.
fn workspace() -> Module {
    Module::of(&[
        ("go.work", "go 1.24\n\nuse ./app\n"),
        ("app/go.mod", "module example.com/app\n\ngo 1.24\n"),
        (
            "app/main.go",
            "package main\n\nimport \"example.com/lib\"\n\nfunc main() { lib.Greet(undefined) }\n",
        ),
        ("lib/go.mod", "module example.com/lib\n\ngo 1.24\n"),
        (
            "lib/lib.go",
            "package lib\n\n// Greet greets.\nfunc Greet(any) {}\n",
        ),
    ])
}

/// What VS Code's client can take of diagnostics, code actions and edits.
fn capabilities(module: &Module) -> Value {
    let mut params = initialize(module);
    let text = &mut params["capabilities"]["textDocument"];
    text["publishDiagnostics"] =
        json!({ "codeDescriptionSupport": true, "relatedInformation": true });
    text["codeAction"] = json!({
        "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } },
        "dataSupport": true,
        "resolveSupport": { "properties": ["edit"] },
    });
    params["capabilities"]["workspace"]["workspaceEdit"] =
        json!({ "documentChanges": true, "resourceOperations": ["create"] });
    params
}

fn start(gopls: &std::path::Path, module: &Module, config: &str) -> Session {
    let mut session = Setup::through_goplens(gopls)
        .config(config)
        .env("GOPROXY", "off")
        .folder(module.path())
        .start();
    session.request("initialize", capabilities(module));
    session.notify("initialized", json!({}));
    session.open(module, "app/main.go");
    session
}

/// The diagnostics that a document has now.
fn diagnostics(book: &Book, uri: &str) -> Option<Vec<Value>> {
    let published = book.received_of("textDocument/publishDiagnostics");
    let of = published
        .map(tests::Note::value)
        .filter(|message| message["params"]["uri"] == uri);
    Some(
        of.last()?["params"]["diagnostics"]
            .as_array()
            .unwrap()
            .clone(),
    )
}

fn of_source(diagnostics: &[Value], goplens: bool) -> Vec<Value> {
    let own = |one: &&Value| (one["source"] == "goplens") == goplens;
    diagnostics.iter().filter(own).cloned().collect()
}

/// Waits until a document has a finding beside something of gopls's.
fn found(session: &Session, uri: &str) -> Value {
    session.wait_for("a finding beside gopls's diagnostics", |book| {
        let all = diagnostics(book, uri)?;
        let theirs = of_source(&all, false);
        (!theirs.is_empty()).then(|| of_source(&all, true).pop())?
    })
}

/// A session in such a workspace, in which a definition has failed and a finding is shown.
fn start_with_finding(gopls: &std::path::Path, config: &str) -> (Module, Session) {
    let module = workspace();
    let mut session = start(gopls, &module, config);
    session.definition(&module, "app/main.go", "Greet(");
    found(&session, &module.uri("app/main.go"));
    (module, session)
}

#[test]
fn a_fix_that_is_offered_mends_what_was_found() {
    let Some(gopls) = gopls_or_skip("findings::a_fix_that_is_offered_mends_what_was_found") else {
        return;
    };
    let module = workspace();
    let mut session = start(&gopls, &module, "");
    let greet = place(&module, "app/main.go", "Greet(");
    let nothing = session.request("textDocument/definition", greet.clone());
    assert_eq!(nothing.result(), "null");

    let uri = module.uri("app/main.go");
    let finding = session.wait_for("the finding", |book| {
        of_source(&diagnostics(book, &uri)?, true).pop()
    });
    assert_eq!(finding["code"], "go-work-does-not-list-module");
    let link = finding["codeDescription"]["href"].as_str().unwrap();
    let page = link.strip_prefix("file://").unwrap();
    let page = fs::read_to_string(page).unwrap();
    assert!(page.starts_with("# go-work-does-not-list-module\n"));

    let asked = json!({
        "textDocument": greet["textDocument"],
        "range": finding["range"],
        "context": { "diagnostics": [finding], "only": ["quickfix"] },
    });
    let actions = session.request("textDocument/codeAction", asked).value();
    let actions = actions["result"].as_array().unwrap().clone();
    let is_own = |action: &&Value| action["data"].get("goplens").is_some();
    let own: Vec<&Value> = actions.iter().filter(is_own).collect();
    let resolved = session.request("codeAction/resolve", own[0].clone());
    assert_eq!(&resolved.value()["result"], own[0], "it has all it needs");
    let edit = &own[0]["edit"]["documentChanges"][0];
    assert_eq!(edit["textDocument"]["uri"], module.uri("go.work"));
    let again = own.last().unwrap();
    assert_eq!(again["command"]["command"], "goplens.check_again");

    // As the editor does it.
    let text = module.text("go.work");
    let (change, at) = (&edit["edits"][0], |end: &str| {
        let line = edit["edits"][0]["range"][end]["line"].as_u64().unwrap();
        let lines = text.split_inclusive('\n').take(line as usize);
        let character = &edit["edits"][0]["range"][end]["character"];
        lines.map(str::len).sum::<usize>() + character.as_u64().unwrap() as usize
    });
    let mut new = text.clone();
    new.replace_range(at("start")..at("end"), change["newText"].as_str().unwrap());
    fs::write(module.file("go.work"), new).unwrap();
    let changed = json!({ "changes": [{ "uri": module.uri("go.work"), "type": 2 }] });
    session.notify("workspace/didChangeWatchedFiles", changed);
    session.wait_for("the finding's end", |book| {
        of_source(&diagnostics(book, &uri)?, true)
            .is_empty()
            .then_some(())
    });
    let answer = session.request("textDocument/definition", greet).result();
    assert!(answer.contains("lib/lib.go"), "{answer}");
    session.shut_down();
    let ended = session.finish();
    let events: Vec<&str> = ended
        .recorded()
        .records
        .iter()
        .filter_map(|record| record.event.as_deref())
        .filter(|event| ["finding", "cleared"].contains(event))
        .collect();
    assert_eq!(events, ["finding", "cleared"]);
}

#[test]
fn what_gopls_publishes_stays_beside_what_was_found() {
    let test = "findings::what_gopls_publishes_stays_beside_what_was_found";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let (module, mut session) = start_with_finding(&gopls, "");
    let uri = module.uri("app/main.go");
    // An edit elsewhere: gopls publishes anew, and the finding moves with its place.
    let start = json!({ "line": 1, "character": 0 });
    let change = json!({ "range": { "start": start, "end": start }, "text": "// typed\n" });
    let typed = json!({ "textDocument": { "uri": uri, "version": 2 }, "contentChanges": [change] });
    session.notify("textDocument/didChange", typed);
    session.wait_for("the finding a line below", |book| {
        let all = diagnostics(book, &uri)?;
        let own = of_source(&all, true).pop()?;
        let theirs = of_source(&all, false);
        let moved = own["range"]["start"]["line"] == 5;
        (moved && theirs.iter().any(|one| one["range"]["start"]["line"] == 3)).then_some(())
    });
    session.shut_down();
    session.finish();
}

#[test]
fn a_hover_tells_of_a_finding_only_where_it_is_asked_to() {
    let test = "findings::a_hover_tells_of_a_finding_only_where_it_is_asked_to";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    for (config, tells) in [("", false), ("[hover]\nannotate = true\n", true)] {
        let (module, mut session) = start_with_finding(&gopls, config);
        let main = place(&module, "app/main.go", "main()");
        let hover = session.request("textDocument/hover", main).result();
        assert!(hover.contains("func main()"), "{hover}");
        assert_eq!(hover.contains("goplens: "), tells, "{hover}");
        session.shut_down();
        session.finish();
    }
}

#[test]
fn another_look_is_taken_when_the_user_asks_for_it() {
    let test = "findings::another_look_is_taken_when_the_user_asks_for_it";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let (module, mut session) = start_with_finding(&gopls, "");
    let uri = module.uri("app/main.go");
    // Nobody tells of this change.
    fs::write(
        module.file("go.work"),
        "go 1.24\n\nuse (\n\t./app\n\t./lib\n)\n",
    )
    .unwrap();
    let command = json!({ "command": "goplens.check_again", "arguments": [] });
    let answer = session.request("workspace/executeCommand", command);
    assert_eq!(answer.result(), "null");
    session.wait_for("the finding's end", |book| {
        of_source(&diagnostics(book, &uri)?, true)
            .is_empty()
            .then_some(())
    });
    session.shut_down();
    session.finish();
}
