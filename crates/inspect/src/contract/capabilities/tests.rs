use serde_json::{Value, json};

use super::*;
use crate::contract::testing::message;

/// A session of two peers that can this.
struct Talk(Agreed);

impl Talk {
    fn of(client: Value, server: Value) -> (Self, Vec<String>) {
        let mut talk = Self(Agreed::default());
        let info = json!({ "name": "vi", "version": "7" });
        let hello = json!({ "params": { "clientInfo": info, "capabilities": client } });
        let early = talk.says(Direction::ClientToServer, &Method::INITIALIZE, hello);
        assert!(early.is_empty());
        let answer = json!({ "result": { "capabilities": server } });
        let method = Method::INITIALIZE;
        let found = talk.says(Direction::ServerToClient, &method, answer);
        (talk, found)
    }

    /// The subjects of what is found in a message.
    fn says(&mut self, direction: Direction, method: &Method, body: Value) -> Vec<String> {
        self.answers(direction, method, body, None)
    }

    fn answers(
        &mut self,
        direction: Direction,
        method: &Method,
        body: Value,
        asked: Option<Value>,
    ) -> Vec<String> {
        let is_response = body.get("params").is_none();
        let kind = match is_response {
            true => Kind::Response,
            false => Kind::Request,
        };
        let message = Message {
            asked: asked.map(|asked| asked.to_string().into()),
            ..message(direction, kind, method, &body)
        };
        self.0.apply(&message);
        let found = unadvertised(&self.0, &message);
        assert!(found.iter().all(|one| !one.evidence.is_empty()));
        found.into_iter().map(|one| one.subject).collect()
    }

    fn asks(&mut self, method: &Method) -> Vec<String> {
        let params = json!({ "params": { "command": "gopls.tidy" } });
        self.says(Direction::ClientToServer, method, params)
    }

    fn demands(&mut self, method: &Method, params: Value) -> Vec<String> {
        let body = json!({ "params": params });
        self.says(Direction::ServerToClient, method, body)
    }
}

#[test]
fn what_the_server_has_not_offered_is_found_until_it_registers_for_it() {
    let server = json!({
        "hoverProvider": true,
        "definitionProvider": {},
        "renameProvider": { "prepareProvider": false },
        "executeCommandProvider": { "commands": ["gopls.vendor"] },
    });
    let (mut talk, found) = Talk::of(json!({}), server);
    assert!(found.is_empty(), "{found:?}");
    for method in [
        Method::TEXT_DOCUMENT_HOVER,
        Method::TEXT_DOCUMENT_DEFINITION,
        Method::TEXT_DOCUMENT_RENAME,
    ] {
        assert!(talk.asks(&method).is_empty(), "{method}");
    }
    let hints = Method::TEXT_DOCUMENT_INLAY_HINT;
    assert_eq!(talk.asks(&hints), ["asked textDocument/inlayHint"]);
    let prepare = Method::TEXT_DOCUMENT_PREPARE_RENAME;
    assert_eq!(talk.asks(&prepare), ["asked textDocument/prepareRename"]);
    let command = Method::WORKSPACE_EXECUTE_COMMAND;
    assert_eq!(talk.asks(&command), ["command gopls.tidy"]);
    let tokens = Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL;
    let delta = Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA;
    assert_eq!(talk.asks(&tokens).len(), 1);
    let registrations = json!([
        { "id": "1", "method": "textDocument/semanticTokens", "registerOptions": { "full": true } },
        { "id": "2", "method": "textDocument/inlayHint" },
        { "id": "3", "method": "workspace/executeCommand", "registerOptions": { "commands": ["gopls.tidy"] } },
    ]);
    talk.demands(
        &Method::CLIENT_REGISTER_CAPABILITY,
        json!({ "registrations": registrations }),
    );
    for method in [&tokens, &hints, &command] {
        assert!(talk.asks(method).is_empty(), "{method}");
    }
    assert_eq!(talk.asks(&delta).len(), 1, "full is not delta");
    let gone = json!({ "unregisterations": [{ "id": "2", "method": "textDocument/inlayHint" }] });
    talk.demands(&Method::CLIENT_UNREGISTER_CAPABILITY, gone);
    assert_eq!(talk.asks(&hints).len(), 1);
}

#[test]
fn it_is_said_which_releases_have_what_this_one_has_not() {
    let mut agreed = Agreed::default();
    agreed.gopls = "v0.16.2".to_owned();
    let evidence = |feature: Feature<'_>| {
        let finding = finding("A.".into(), "B.", "c".into()).elsewhere(&agreed, feature);
        finding.evidence.concat()
    };
    let capability = evidence(Feature::Capability("typeHierarchyProvider"));
    let expected = "gopls says it is v0.16.2; it came between 0.16.2 and 0.19.1";
    assert_eq!(capability, expected);
    assert_eq!(evidence(Feature::Command("gopls.make_coffee")), "");
}

#[test]
fn what_the_client_has_not_said_that_it_can_is_found() {
    let client = json!({
        "workspace": { "applyEdit": true, "didChangeWatchedFiles": { "dynamicRegistration": true } },
        "window": { "showDocument": { "support": false } },
    });
    let (mut talk, _) = Talk::of(client, json!({}));
    let nothing = || json!({});
    assert!(
        talk.demands(&Method::WORKSPACE_APPLY_EDIT, nothing())
            .is_empty()
    );
    for method in [
        Method::WORKSPACE_CONFIGURATION,
        Method::WINDOW_SHOW_DOCUMENT,
        Method::WINDOW_WORK_DONE_PROGRESS_CREATE,
    ] {
        let found = talk.demands(&method, nothing());
        assert_eq!(found, [format!("demanded {method}")]);
    }
    let registrations = json!({ "registrations": [
        { "id": "1", "method": "workspace/didChangeWatchedFiles" },
        { "id": "2", "method": "textDocument/semanticTokens" },
    ] });
    let register = Method::CLIENT_REGISTER_CAPABILITY;
    let found = talk.demands(&register, registrations.clone());
    assert_eq!(found, ["registered textDocument/semanticTokens"]);
    let refusal = json!({ "error": { "code": -32603, "message": "no" } });
    let direction = Direction::ClientToServer;
    let found = talk.answers(direction, &register, refusal, Some(registrations.clone()));
    let both = "refused `workspace/didChangeWatchedFiles`, `textDocument/semanticTokens`";
    assert_eq!(found, [both]);
    let taken = json!({ "result": null });
    let found = talk.answers(direction, &register, taken, Some(registrations));
    assert!(found.is_empty());
}

#[test]
fn an_answer_that_the_client_cannot_take_is_found() {
    let link = json!({ "result": [{ "targetUri": "file:///a" }] });
    let text = json!({ "result": { "contents": "{\"targetUri\":1}" } });
    let definition = Method::TEXT_DOCUMENT_DEFINITION;
    let direction = Direction::ServerToClient;
    let (mut talk, _) = Talk::of(json!({}), json!({}));
    let found = talk.says(direction, &definition, link.clone());
    assert_eq!(
        found,
        ["said textDocument/definition links in the place of locations"]
    );
    let hover = Method::TEXT_DOCUMENT_HOVER;
    assert!(talk.says(direction, &hover, text.clone()).is_empty());
    assert!(talk.says(direction, &definition, text).is_empty());
    let client = json!({ "textDocument": { "definition": { "linkSupport": true } } });
    let (mut talk, _) = Talk::of(client, json!({}));
    assert!(talk.says(direction, &definition, link).is_empty());
}

/// What of gopls's is found to need something that such a client has not said.
fn found(client: Value, method: &Method, content: Value) -> Vec<String> {
    let (mut talk, _) = Talk::of(client, json!({}));
    let found = match method.info().unwrap().may_travel(Direction::ServerToClient) {
        true => talk.demands(method, content),
        false => talk.says(
            Direction::ServerToClient,
            method,
            json!({ "result": content }),
        ),
    };
    let of_content = format!("said {method} ");
    let found = found.iter().filter_map(|one| one.strip_prefix(&of_content));
    found.map(str::to_owned).collect()
}

#[test]
fn each_way_to_say_something_needs_what_the_client_has_said() {
    let item = json!({ "label": "a", "insertTextFormat": 2 });
    let by_default =
        json!({ "itemDefaults": { "insertTextFormat": 2 }, "items": [{ "label": "a" }] });
    let completion = Method::TEXT_DOCUMENT_COMPLETION;
    let symbols = json!([{ "name": "f", "kind": 12, "range": {}, "selectionRange": {} }]);
    let actions =
        json!([{ "title": "a", "command": "b" }, { "title": "c", "command": { "command": "d" } }]);
    let hover = json!({ "contents": { "kind": "markdown", "value": "a" } });
    let edit = json!({ "documentChanges": [{ "textDocument": {}, "edits": [] }] });
    let create = json!({ "documentChanges": [{ "kind": "create", "uri": "file:///a" }] });
    let watchers = json!([{ "globPattern": { "baseUri": "file:///a", "pattern": "*.go" } }]);
    let registrations = json!({ "registrations": [{ "id": "1",
        "method": "workspace/didChangeWatchedFiles", "registerOptions": { "watchers": watchers } }] });
    let snippets = json!({ "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } } });
    let plain = json!({ "textDocument": { "hover": { "contentFormat": ["plaintext"] } } });
    let edits = |of: Value| json!({ "workspace": { "workspaceEdit": of } });
    let changes = || edits(json!({ "documentChanges": true }));
    let creates = || edits(json!({ "resourceOperations": ["create"] }));
    for (method, content, lacks, has) in [
        (&completion, json!([item]), json!({}), snippets.clone()),
        (
            &completion,
            json!({ "items": [item] }),
            json!({}),
            snippets.clone(),
        ),
        (&completion, by_default, json!({}), snippets),
        (
            &Method::TEXT_DOCUMENT_DOCUMENT_SYMBOL,
            symbols,
            json!({}),
            json!({ "textDocument": { "documentSymbol": { "hierarchicalDocumentSymbolSupport": true } } }),
        ),
        (
            &Method::TEXT_DOCUMENT_CODE_ACTION,
            actions,
            json!({}),
            json!({ "textDocument": { "codeAction": { "codeActionLiteralSupport": {} } } }),
        ),
        // Whoever says nothing of it may well take both.
        (&Method::TEXT_DOCUMENT_HOVER, hover, plain, json!({})),
        (
            &Method::TEXT_DOCUMENT_RENAME,
            edit.clone(),
            json!({}),
            changes(),
        ),
        (
            &Method::TEXT_DOCUMENT_RENAME,
            edit.clone(),
            json!({}),
            creates(),
        ),
        (
            &Method::CODE_ACTION_RESOLVE,
            json!({ "edit": edit }),
            json!({}),
            changes(),
        ),
        (
            &Method::WORKSPACE_APPLY_EDIT,
            json!({ "edit": edit }),
            json!({}),
            changes(),
        ),
        (
            &Method::WORKSPACE_APPLY_EDIT,
            json!({ "edit": create }),
            changes(),
            creates(),
        ),
        (
            &Method::CLIENT_REGISTER_CAPABILITY,
            registrations,
            json!({}),
            json!({ "workspace": { "didChangeWatchedFiles": { "relativePatternSupport": true } } }),
        ),
    ] {
        assert_eq!(
            found(lacks, method, content.clone()).len(),
            1,
            "{method}: {content}"
        );
        assert_eq!(
            found(has, method, content.clone()),
            [""; 0],
            "{method}: {content}"
        );
    }
}

#[test]
fn what_any_client_takes_is_not_found() {
    for (method, content) in [
        (
            Method::TEXT_DOCUMENT_DEFINITION,
            json!([{ "uri": "file:///a", "range": {} }]),
        ),
        (
            Method::TEXT_DOCUMENT_COMPLETION,
            json!({ "items": [{ "label": "a", "insertTextFormat": 1 }] }),
        ),
        (
            Method::TEXT_DOCUMENT_COMPLETION,
            json!({ "itemDefaults": { "insertTextFormat": 2 }, "items": [] }),
        ),
        (
            Method::TEXT_DOCUMENT_DOCUMENT_SYMBOL,
            json!([{ "name": "f", "kind": 12, "location": {} }]),
        ),
        (
            Method::TEXT_DOCUMENT_CODE_ACTION,
            json!([{ "title": "a", "command": "b" }]),
        ),
        (Method::TEXT_DOCUMENT_HOVER, json!({ "contents": "a" })),
        (
            Method::TEXT_DOCUMENT_RENAME,
            json!({ "changes": { "file:///a": [] } }),
        ),
        (Method::TEXT_DOCUMENT_RENAME, json!(null)),
        (
            Method::WORKSPACE_APPLY_EDIT,
            json!({ "edit": { "changes": {} } }),
        ),
    ] {
        assert_eq!(
            found(json!({}), &method, content.clone()),
            [""; 0],
            "{method}: {content}"
        );
    }
}

#[test]
fn columns_that_are_counted_otherwise_are_found() {
    let offers = |list: Value| json!({ "general": { "positionEncodings": list } });
    let answers = |encoding: Value| json!({ "positionEncoding": encoding });
    let found = |client, server| !Talk::of(client, server).1.is_empty();
    assert!(!found(offers(json!(["utf-8", "utf-16"])), json!({})));
    assert!(!found(json!({}), answers(json!("utf-16"))));
    assert!(!found(offers(json!(["utf-8"])), answers(json!("utf-8"))));
    assert!(
        !found(offers(json!(["utf-8"])), json!({})),
        "UTF-16 is for all"
    );
    assert!(!found(offers(json!([])), answers(json!("utf-16"))));
    assert!(found(offers(json!(["utf-16"])), answers(json!("utf-8"))));
    assert!(found(json!({}), answers(json!("utf-32"))));
}
