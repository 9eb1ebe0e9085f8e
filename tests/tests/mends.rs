//! What goplens sets right between a client and the real gopls.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tests::{Module, Response, Session, Setup, gopls_or_skip, initialize};

const FULL: &str = "textDocument/semanticTokens/full";
const DELTA: &str = "textDocument/semanticTokens/full/delta";

/// A module with one file of 10,000 lines, which are short: gopls gives no tokens of a file of more than
/// 100,000 bytes.
fn large_module() -> Module {
    let lines = "_=1+a*3\n".repeat(9_994);
    let text = format!("package main\n\nfunc main() {{}}\n\nfunc f(a int) {{\n{lines}}}\n");
    assert_eq!(text.lines().count(), 10_000);
    Module::of(&[
        ("go.mod", "module example.com/large\n\ngo 1.24\n"),
        ("main.go", &text),
    ])
}

/// A session in which `main.go` is open.
fn begin(module: &Module, setup: Setup, capabilities: impl FnOnce(&mut Value)) -> (Session, Value) {
    let setup = setup.folder(module.path());
    let mut session = setup.settings(json!({ "semanticTokens": true })).start();
    let mut hello = initialize(module);
    capabilities(&mut hello["capabilities"]);
    let answer = session.request("initialize", hello).value();
    session.notify("initialized", json!({}));
    session.open(module, "main.go");
    let provider = answer["result"]["capabilities"]["semanticTokensProvider"].clone();
    (session, provider)
}

/// Puts a line in front of all others.
fn insert_line(session: &mut Session, module: &Module, version: i64) {
    let start = json!({ "line": 0, "character": 0 });
    let typed = json!({
        "textDocument": { "uri": module.uri("main.go"), "version": version },
        "contentChanges": [{ "range": { "start": start, "end": start }, "text": "// more\n" }],
    });
    session.notify("textDocument/didChange", typed);
}

/// Asks for all tokens, or for what changed in these.
fn tokens(session: &mut Session, module: &Module, of: Option<&str>) -> Response {
    let document = json!({ "uri": module.uri("main.go") });
    match of {
        None => session.request(FULL, json!({ "textDocument": document })),
        Some(id) => {
            let params = json!({ "textDocument": document, "previousResultId": id });
            session.request(DELTA, params)
        }
    }
}

#[test]
fn an_edit_of_a_large_file_costs_what_it_is() {
    let Some(gopls) = gopls_or_skip("mends::an_edit_of_a_large_file_costs_what_it_is") else {
        return;
    };
    let module = large_module();
    let (mut session, provider) = begin(&module, Setup::through_goplens(&gopls), |_| {});
    assert_eq!(provider["full"], json!({ "delta": true }), "{provider}");
    let all = tokens(&mut session, &module, None).result();
    let numbers: Value = serde_json::from_str(&all).expect("it is JSON");
    let id = numbers["resultId"].as_str().expect("it has an id");
    assert_eq!(id, "1");
    insert_line(&mut session, &module, 2);
    let changed = tokens(&mut session, &module, Some(id)).result();
    assert!(
        all.len() > 300_000 && changed.len() < 300,
        "{} {changed}",
        all.len()
    );
    assert!(changed.contains("\"edits\":[{"), "{changed}");
    // One that nobody knows any more.
    let again = tokens(&mut session, &module, Some("0")).result();
    assert!(again.contains("\"data\":["), "{}", again.len());
    session.shut_down();
    let ended = session.finish();
    assert_eq!(
        ended.recorded().rewrites("semantic-tokens-answers").len(),
        3
    );
    assert_eq!(ended.recorded().responses(DELTA).len(), 2);
}

#[test]
fn changes_that_nobody_offered_are_all_tokens() {
    let Some(gopls) = gopls_or_skip("mends::changes_that_nobody_offered_are_all_tokens") else {
        return;
    };
    let module = Module::sample();
    let no_deltas = |capabilities: &mut Value| {
        capabilities["textDocument"]["semanticTokens"]["requests"]["full"] = true.into();
    };
    let (mut session, provider) = begin(&module, Setup::through_goplens(&gopls), no_deltas);
    assert_eq!(provider["full"], true, "{provider}");
    let answer = tokens(&mut session, &module, Some("7")).value();
    assert!(answer["result"]["data"][0].is_u64(), "{answer}");
    session.shut_down();
    let ended = session.finish();
    assert!(
        ended
            .recorded()
            .rewrites("semantic-tokens-answers")
            .is_empty()
    );
}

#[test]
fn what_is_switched_off_is_as_gopls_has_it() {
    let Some(gopls) = gopls_or_skip("mends::what_is_switched_off_is_as_gopls_has_it") else {
        return;
    };
    let module = Module::sample();
    let setup = Setup::through_goplens(&gopls).config("[mend]\nsemantic_token_deltas = false\n");
    let (mut session, provider) = begin(&module, setup, |_| {});
    assert_eq!(provider["full"], true, "{provider}");
    let (code, _) = tokens(&mut session, &module, Some("7")).error();
    assert_eq!(code, -32601);
    session.shut_down();
    session.finish();
}

#[test]
fn a_capability_that_gopls_would_not_start_for_is_put_right() {
    let Some(gopls) =
        gopls_or_skip("mends::a_capability_that_gopls_would_not_start_for_is_put_right")
    else {
        return;
    };
    let module = Module::sample();
    let mut hello = initialize(&module);
    hello["capabilities"]["textDocument"]["semanticTokens"]["requests"]["full"] =
        json!({ "delta": 1 });
    let switched_off = "[mend]\nclient_capabilities = false\n";
    for setup in [
        Setup::server_alone(&gopls),
        Setup::through_goplens(&gopls).config(switched_off),
    ] {
        let mut session = setup.folder(module.path()).start();
        let (code, message) = session.request("initialize", hello.clone()).error();
        assert_eq!(code, -32700, "{message}");
        assert!(
            message.contains("[ClientSemanticTokensRequestFullDelta bool]"),
            "{message}"
        );
        session.finish();
    }
    let setup = Setup::through_goplens(&gopls).folder(module.path());
    let mut session = setup.start();
    let answer = session.request("initialize", hello).value();
    let provider = &answer["result"]["capabilities"]["semanticTokensProvider"];
    assert_eq!(
        provider["full"],
        json!({ "delta": true }),
        "it can take what it meant"
    );
    session.notify("initialized", json!({}));
    session.open(&module, "main.go");
    session.check_alive(&module);
    session.shut_down();
    let ended = session.finish();
    assert_eq!(ended.recorded().rewrites("client-capabilities").len(), 1);
    let findings = ended.recorded().events("finding");
    let codes: Vec<_> = findings.iter().map(|finding| &finding["code"]).collect();
    assert_eq!(codes, ["client-capability-invalid"]);
}

#[test]
fn a_request_that_gopls_was_at_work_on_ends_as_cancelled() {
    let Some(gopls) = gopls_or_skip("mends::a_request_that_gopls_was_at_work_on_ends_as_cancelled")
    else {
        return;
    };
    let module = large_module();
    let (mut session, _) = begin(&module, Setup::through_goplens(&gopls), |_| {});
    tokens(&mut session, &module, None);
    let mut mended = false;
    // gopls may have ended it, or not begun.
    for round in 0..500 {
        insert_line(&mut session, &module, round + 2);
        let document = json!({ "uri": module.uri("main.go") });
        let id = session.ask(FULL, json!({ "textDocument": document }));
        thread::sleep(Duration::from_millis(round.unsigned_abs() % 50));
        let cancel = json!({ "id": match &id {
            wire::Id::Number(number) => json!(number),
            wire::Id::Text(text) => json!(text),
        } });
        session.notify("$/cancelRequest", cancel);
        let answer = session.answer(&id);
        if answer.value().get("error").is_none() {
            continue;
        }
        let (code, message) = answer.error();
        assert_eq!(code, -32800, "{message}");
        if message.ends_with("context canceled") {
            mended = true;
            break;
        }
    }
    assert!(mended, "gopls never said that it gave up");
    session.shut_down();
    let ended = session.finish();
    assert_eq!(ended.recorded().rewrites("cancelled").len(), 1);
}
