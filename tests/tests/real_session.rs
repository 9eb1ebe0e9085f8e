//! Sessions with the real gopls: through goplens they are what they are without it.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

use std::path::Path;

use protocol::Direction;
use serde_json::{Value, json};
use tests::{Ended, Module, Session, Setup, gopls_or_skip, place};

/// The identifiers whose definition is asked for: a file and what stands there.
const PLACES: [(&str, &str); 9] = [
    ("main.go", "NewShelf(\"tea\""),
    ("main.go", "Map(shelf"),
    ("main.go", "Of(item"),
    ("main.go", "Describe()"),
    ("main.go", "Println(item"),
    ("main.go", "shelf.Describe"),
    ("stock/stock.go", "Named\n\tItems"),
    ("stock/stock.go", "ToUpper"),
    ("list/list.go", "f(item)"),
];

/// What gopls offers, and goplens in the place of that: a command behind all of gopls's, and changes of
/// semantic tokens.
const OFFERS: [(&str, &str); 2] = [
    (
        "\"gopls.workspace_stats\"",
        "\"gopls.workspace_stats\",\"goplens.check_again\"",
    ),
    ("\"full\":true", "\"full\":{\"delta\":true}"),
];

/// What a session answered, in the order asked.
struct Answers {
    results: Vec<(String, String)>,
    ended: Ended,
}

/// A session as a person has it: look around, type, look again, leave.
fn play(setup: Setup, module: &Module) -> Answers {
    let mut session = setup.settings(json!({ "semanticTokens": true })).start();
    let mut results = Vec::new();
    let mut ask = |session: &mut Session, method: &str, params: Value| {
        let result = session.request(method, params).result();
        // The resultId of semantic tokens is the time.
        let result = match result.split_once("\"data\":") {
            Some((_, data)) => data.to_owned(),
            None => result,
        };
        results.push((method.to_owned(), result));
    };
    let initialized = session.initialize(module);
    for name in ["main.go", "stock/stock.go", "list/list.go"] {
        session.open(module, name);
    }
    for (name, needle) in PLACES {
        ask(
            &mut session,
            "textDocument/definition",
            place(module, name, needle),
        );
    }
    let needle = place(module, "main.go", "Of(item");
    ask(&mut session, "textDocument/hover", needle.clone());
    let document = json!({ "uri": module.uri("main.go") });
    let whole = json!({ "textDocument": document });
    ask(
        &mut session,
        "textDocument/semanticTokens/full",
        whole.clone(),
    );
    let range =
        json!({ "start": { "line": 3, "character": 0 }, "end": { "line": 14, "character": 0 } });
    let part = json!({ "textDocument": document, "range": range });
    ask(&mut session, "textDocument/semanticTokens/range", part);
    ask(&mut session, "textDocument/documentSymbol", whole.clone());

    let start = json!({ "line": 0, "character": 0 });
    let typed = json!({
        "textDocument": { "uri": module.uri("main.go"), "version": 2 },
        "contentChanges": [{ "range": { "start": start, "end": start }, "text": "// “Grüße” 👋\n" }],
    });
    session.notify("textDocument/didChange", typed);
    let mut below = needle;
    below["position"]["line"] = (below["position"]["line"].as_u64().unwrap() + 1).into();
    ask(&mut session, "textDocument/definition", below);
    ask(&mut session, "textDocument/semanticTokens/full", whole);
    session.shut_down();
    results.push(("initialize".to_owned(), initialized.result()));
    Answers {
        results,
        ended: session.finish(),
    }
}

#[test]
fn the_answers_are_those_of_gopls_to_the_byte() {
    let Some(gopls) = gopls_or_skip("real_session::the_answers_are_those_of_gopls_to_the_byte")
    else {
        return;
    };
    let module = Module::sample();
    let alone = play(Setup::server_alone(&gopls).folder(module.path()), &module);
    let through = play(
        Setup::through_goplens(&gopls).folder(module.path()),
        &module,
    );
    assert_eq!((alone.ended.code, through.ended.code), (0, 0));
    assert_eq!(alone.results.len(), through.results.len());
    for (alone, through) in alone.results.iter().zip(&through.results) {
        let (method, mut result) = alone.clone();
        if method == "initialize" {
            for (theirs, ours) in OFFERS {
                assert_eq!(result.matches(theirs).count(), 1, "{result}");
                result = result.replace(theirs, ours);
            }
        }
        assert_eq!((method, result), *through);
    }
    let definitions: Vec<_> = alone
        .results
        .iter()
        .filter(|(method, result)| method == "textDocument/definition" && result != "null")
        .collect();
    assert_eq!(
        definitions.len(),
        PLACES.len() + 1,
        "gopls knows all of them"
    );
    check_record(&through.ended, module.path());
}

/// The trace and `session.json` of such a session.
fn check_record(ended: &Ended, folder: &Path) {
    let recorded = ended.recorded();
    let definitions = recorded.responses("textDocument/definition");
    assert_eq!(definitions.len(), PLACES.len() + 1);
    for record in &definitions {
        assert_eq!(record.outcome.as_deref(), Some("ok"));
        assert!(record.latency_us.is_some());
        assert!(record.body.is_some());
    }
    for event in ["rejected", "header", "unmatched", "dropped", "finding"] {
        let events = recorded.events(event);
        assert!(events.is_empty(), "{events:?}");
    }
    let rewrites = recorded.events("rewrite");
    let rewritten: Vec<_> = rewrites.iter().map(|rewrite| &rewrite["method"]).collect();
    let tokens = "textDocument/semanticTokens/full";
    assert_eq!(
        rewritten,
        ["initialize", tokens, tokens],
        "its offers and ids"
    );
    let exits = recorded.events("server-exit");
    assert_eq!(exits.len(), 1);
    assert_eq!(exits[0]["code"], 0);

    let info = &recorded.info;
    assert!(!info.goplens.is_empty());
    assert_eq!(info.gopls.as_deref(), Some("v0.23.0"));
    for go in [&info.go_built_with, &info.go] {
        assert!(
            go.as_deref().unwrap_or_default().starts_with("go1."),
            "{info:?}"
        );
    }
    let client = info.client.as_ref().map(ToString::to_string);
    assert_eq!(client.as_deref(), Some("the tests 1"));
    assert_eq!(info.folders, [format!("file://{}", folder.display())]);
    assert_eq!(Path::new(&info.cwd), folder);
    assert!(info.end.is_some());
    let ending = info.ended.as_ref().expect("it says how it ended");
    assert_eq!(ending.code, Some(0));
    let messages = [Direction::ClientToServer, Direction::ServerToClient];
    let messages = messages.map(|direction| recorded.messages(direction).count() as u64);
    assert_eq!(info.messages, messages.iter().sum::<u64>());
    let definitions = &info.methods["textDocument/definition"];
    assert_eq!(definitions.count, PLACES.len() as u64 + 1);
    assert_eq!(definitions.outcomes["ok"], PLACES.len() as u64 + 1);
    assert!(definitions.p50_us <= definitions.p99_us && definitions.p99_us <= definitions.max_us);
}

#[test]
fn two_hundred_requests_in_flight_have_an_answer_each() {
    let Some(gopls) =
        gopls_or_skip("real_session::two_hundred_requests_in_flight_have_an_answer_each")
    else {
        return;
    };
    let module = Module::sample();
    let mut session = Setup::through_goplens(gopls).folder(module.path()).start();
    session.initialize(&module);
    session.open(&module, "main.go");
    let single = session.definition(&module, "main.go", "Of(item").result();
    let requests: Vec<_> = (0..200)
        .map(|number| {
            let method = match number % 3 {
                0 => "textDocument/hover",
                _ => "textDocument/definition",
            };
            (
                method,
                session.ask(method, place(&module, "main.go", "Of(item")),
            )
        })
        .collect();
    for (method, id) in requests {
        let result = session.answer(&id).result();
        assert_eq!(
            result == single,
            method == "textDocument/definition",
            "{id}: {result}"
        );
    }
    session.shut_down();
    assert_eq!(session.finish().code, 0);
}

#[test]
fn a_cancelled_request_is_answered_once_and_recorded_as_cancelled() {
    let Some(gopls) = gopls_or_skip(
        "real_session::a_cancelled_request_is_answered_once_and_recorded_as_cancelled",
    ) else {
        return;
    };
    let module = Module::sample();
    let mut session = Setup::through_goplens(gopls).folder(module.path()).start();
    session.initialize(&module);
    session.open(&module, "main.go");
    // The workspace is being loaded, so these wait.
    let ids: Vec<_> = (0..20)
        .map(|_| session.ask("workspace/symbol", json!({ "query": "e" })))
        .collect();
    for id in &ids {
        let wire::Id::Number(number) = id else {
            unreachable!()
        };
        session.notify("$/cancelRequest", json!({ "id": number }));
    }
    let cancelled = ids
        .iter()
        .filter(|id| session.answer(id).value().get("error").is_some())
        .count();
    assert!(cancelled > 0, "gopls answered all of them with a result");
    session.shut_down();
    let ended = session.finish();
    let outcomes = ended.recorded().responses("workspace/symbol");
    let recorded = outcomes
        .iter()
        .filter(|record| record.outcome.as_deref() == Some("cancelled"))
        .count();
    assert_eq!(recorded, cancelled);
}
