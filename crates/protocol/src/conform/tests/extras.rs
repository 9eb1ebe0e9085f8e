//! What peers say beyond the protocol is no fault, and is looked at like the rest.

use serde_json::{Value, json};

use super::fitting::{Fitting, fitting};
use super::*;
use crate::Direction::{ClientToServer, ServerToClient};

/// What is wrong with the message of the method to which this was added.
fn with(name: &str, key: &str, value: Value) -> Vec<String> {
    let mut message = fitting(name);
    message.part[key] = value;
    said(&message)
}

fn of(method: &'static str, kind: Kind, direction: Direction, part: Value) -> Vec<String> {
    let method = Method::new(method);
    said(&Fitting {
        method,
        kind,
        direction,
        part,
    })
}

#[test]
fn vscode_go_sends_what_is_selected() {
    let place = &fitting("definition").part;
    for method in ["textDocument/hover", "textDocument/typeDefinition"] {
        let with = |range: Value| {
            let mut part = place.clone();
            part["range"] = range;
            of(method, Kind::Request, ClientToServer, part)
        };
        let position = &place["position"];
        assert_eq!(with(json!({ "start": position, "end": position })), [""; 0]);
        assert_eq!(
            with(json!({ "start": position, "end": { "line": 1 } })),
            ["`range.end.character` is missing, where the protocol requires it"]
        );
    }
    assert_eq!(
        with("definition", "range", json!({})),
        ["`range` is not in the protocol's DefinitionParams"]
    );
}

#[test]
fn gopls_asks_the_user_for_a_command() {
    let fields =
        json!([{ "id": "a", "description": "b", "type": { "kind": "bool" }, "required": true }]);
    let answers = json!([{ "id": "a", "value": true }]);
    let command = json!({
        "command": "gopls.x", "arguments": [1], "formFields": fields, "formAnswers": answers,
    });
    for (method, kind, direction) in [
        ("command/resolve", Kind::Request, ClientToServer),
        ("command/resolve", Kind::Response, ServerToClient),
        ("workspace/executeCommand", Kind::Request, ClientToServer),
    ] {
        assert_eq!(of(method, kind, direction, command.clone()), [""; 0]);
        let mut wrong = command.clone();
        wrong["formAnswers"] = json!([{ "id": 1, "value": true }]);
        assert_eq!(
            of(method, kind, direction, wrong),
            ["`formAnswers[0].id` is a number, where the protocol has a string"]
        );
    }
    assert_eq!(
        of("command/resolve", Kind::Request, ServerToClient, command),
        ["`command/resolve` came from the server, where the protocol has it from the client"]
    );
    let query = json!({ "source": "x", "query": "" });
    let list = "interactive/listEnum";
    assert_eq!(of(list, Kind::Request, ClientToServer, query), [""; 0]);
    let entries = json!([{ "value": "x", "description": "x" }]);
    assert_eq!(of(list, Kind::Response, ServerToClient, entries), [""; 0]);
}

#[test]
fn gopls_answers_with_a_kind_that_is_empty() {
    assert_eq!(with("pulled", "kind", json!("")), [""; 0]);
    assert_eq!(
        with("pulled", "kind", json!("half")),
        ["`kind` is \"half\", where the protocol has \"full\""]
    );
}

#[test]
fn the_protocol_went_on() {
    let mut message = fitting("initialize");
    let capabilities = &mut message.part["capabilities"];
    capabilities["workspace"]["textDocumentContent"] = json!({ "dynamicRegistration": true });
    let document = &mut capabilities["textDocument"];
    document["filters"] = json!({ "relativePatternSupport": true });
    document["diagnostic"] = json!({ "markupMessageSupport": true });
    document["completion"] = json!({ "completionList": { "applyKindSupport": true } });
    assert_eq!(said(&message), [""; 0]);
    message.part["capabilities"]["textDocument"]["filters"] = json!(true);
    assert_eq!(
        said(&message),
        ["`capabilities.textDocument.filters` is a boolean, where the protocol has an object"]
    );

    let mut message = fitting("published");
    message.part["diagnostics"][0]["message"] = json!({ "kind": "markdown", "value": "x" });
    assert_eq!(said(&message), [""; 0]);
    let content = "workspace/textDocumentContent";
    let uri = json!({ "uri": "gopls:x" });
    assert_eq!(
        of(content, Kind::Request, ClientToServer, uri.clone()),
        [""; 0]
    );
    let refresh = "workspace/textDocumentContent/refresh";
    assert_eq!(of(refresh, Kind::Request, ServerToClient, uri), [""; 0]);
    let workspace = json!({ "textDocumentContent": { "schemes": ["gopls"] } });
    let mut message = fitting("capabilities");
    message.part["capabilities"]["workspace"] = workspace;
    assert_eq!(said(&message), [""; 0]);
    assert_eq!(with("items", "applyKind", json!({ "data": 1 })), [""; 0]);
}

#[test]
fn parts_of_a_result_are_looked_at_where_it_is_known_of_what_they_are_parts() {
    let mut message = fitting("progress");
    message.part["value"] = json!([{ "uri": 1 }]);
    assert_eq!(said(&message), [""; 0]);
    let violations = check(&Said {
        body: &message.body(),
        method: &message.method,
        kind: message.kind,
        direction: message.direction,
        part_of: Some(&Method::TEXT_DOCUMENT_REFERENCES),
    });
    let paths = Vec::from_iter(violations.iter().map(|it| it.path.as_str()));
    assert_eq!(paths, ["value[0].range", "value[0].uri"]);
}
