//! Walks the shapes of well-known messages: in a list of all the paths to URIs, and beside JSON.

use serde_json::{Value, json};

use super::*;
use crate::{Method, MethodInfo};

fn info(method: &Method) -> &'static MethodInfo {
    method.info().expect("the method is one of the protocol's")
}

/// All the paths to URIs, sorted; a cycle is followed once. `{}` are the keys of a map, `{}=` its
/// values.
fn paths(shape: Option<Shape>) -> Vec<String> {
    fn collect(shape: Shape, path: &str, above: &[Shape], paths: &mut Vec<String>) {
        if above.contains(&shape) {
            return;
        }
        let above = [above, &[shape]].concat();
        for part in shape.parts() {
            match part {
                Part::Uri => paths.push(path.trim_start_matches('.').to_owned()),
                Part::Array(element) => collect(*element, &format!("{path}[]"), &above, paths),
                Part::Object(fields) => {
                    for (name, next) in *fields {
                        collect(*next, &format!("{path}.{name}"), &above, paths);
                    }
                }
                Part::Map { uri_keys, values } => {
                    if *uri_keys {
                        paths.push(format!("{path}{{}}").trim_start_matches('.').to_owned());
                    }
                    if let Some(values) = values {
                        collect(*values, &format!("{path}{{}}="), &above, paths);
                    }
                }
            }
        }
    }
    let mut paths = Vec::new();
    if let Some(shape) = shape {
        collect(shape, "", &[], &mut paths);
    }
    paths.sort();
    paths
}

fn params(method: Method) -> Vec<String> {
    paths(info(&method).params)
}

fn result(method: Method) -> Vec<String> {
    paths(info(&method).result)
}

const NONE: [&str; 0] = [];

/// What a workspace edit holds.
const EDIT: [&str; 5] = [
    "changes{}",
    "documentChanges[].newUri",
    "documentChanges[].oldUri",
    "documentChanges[].textDocument.uri",
    "documentChanges[].uri",
];

/// What a list of diagnostics holds.
const DIAGNOSTICS: [&str; 2] = [
    "[].codeDescription.href",
    "[].relatedInformation[].location.uri",
];

fn below(prefix: &str, paths: &[&str]) -> Vec<String> {
    paths.iter().map(|path| format!("{prefix}{path}")).collect()
}

#[test]
fn navigation() {
    for method in [
        Method::TEXT_DOCUMENT_DEFINITION,
        Method::TEXT_DOCUMENT_DECLARATION,
        Method::TEXT_DOCUMENT_TYPE_DEFINITION,
        Method::TEXT_DOCUMENT_IMPLEMENTATION,
    ] {
        assert_eq!(params(method.clone()), ["textDocument.uri"], "{method}");
        assert_eq!(
            result(method.clone()),
            ["[].targetUri", "[].uri", "uri"],
            "{method}"
        );
        let partial = paths(info(&method).partial_result);
        assert_eq!(partial, ["[].targetUri", "[].uri"], "{method}");
    }
    assert_eq!(result(Method::TEXT_DOCUMENT_REFERENCES), ["[].uri"]);
    assert_eq!(result(Method::TEXT_DOCUMENT_DOCUMENT_LINK), ["[].target"]);
    assert_eq!(
        params(Method::TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY),
        ["textDocument.uri"]
    );
    assert_eq!(
        result(Method::TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY),
        ["[].uri"]
    );
    assert_eq!(params(Method::CALL_HIERARCHY_INCOMING_CALLS), ["item.uri"]);
    assert_eq!(
        result(Method::CALL_HIERARCHY_INCOMING_CALLS),
        ["[].from.uri"]
    );
    assert_eq!(result(Method::CALL_HIERARCHY_OUTGOING_CALLS), ["[].to.uri"]);
}

#[test]
fn symbols() {
    assert_eq!(
        result(Method::TEXT_DOCUMENT_DOCUMENT_SYMBOL),
        ["[].location.uri"]
    );
    assert_eq!(params(Method::WORKSPACE_SYMBOL), NONE);
    assert_eq!(result(Method::WORKSPACE_SYMBOL), ["[].location.uri"]);
    assert_eq!(result(Method::WORKSPACE_SYMBOL_RESOLVE), ["location.uri"]);
}

#[test]
fn results_without_uris() {
    for method in [
        Method::TEXT_DOCUMENT_COMPLETION,
        Method::TEXT_DOCUMENT_HOVER,
        Method::TEXT_DOCUMENT_SELECTION_RANGE,
        Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
        Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA,
        Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE,
        Method::TEXT_DOCUMENT_FORMATTING,
    ] {
        assert_eq!(params(method.clone()), ["textDocument.uri"], "{method}");
        assert_eq!(result(method.clone()), NONE, "{method}");
        assert_eq!(info(&method).result, None, "{method}");
    }
    assert_eq!(params(Method::COMPLETION_ITEM_RESOLVE), NONE);
    assert_eq!(params(Method::WORKSPACE_EXECUTE_COMMAND), NONE);
    assert_eq!(params(Method::CANCEL_REQUEST), NONE);
}

#[test]
fn edits() {
    assert_eq!(params(Method::WORKSPACE_APPLY_EDIT), below("edit.", &EDIT));
    assert_eq!(result(Method::WORKSPACE_APPLY_EDIT), NONE);
    assert_eq!(result(Method::TEXT_DOCUMENT_RENAME), EDIT);
    let action = [
        below("[].diagnostics", &DIAGNOSTICS),
        below("[].edit.", &EDIT),
    ]
    .concat();
    assert_eq!(result(Method::TEXT_DOCUMENT_CODE_ACTION), action);
    let context = below("context.diagnostics", &DIAGNOSTICS);
    let mut expected = [context, vec!["textDocument.uri".to_owned()]].concat();
    expected.sort();
    assert_eq!(params(Method::TEXT_DOCUMENT_CODE_ACTION), expected);
    // The model calls these strings, and their documentation URIs.
    assert_eq!(params(Method::WORKSPACE_DID_CREATE_FILES), ["files[].uri"]);
    assert_eq!(params(Method::WORKSPACE_DID_DELETE_FILES), ["files[].uri"]);
    assert_eq!(
        params(Method::WORKSPACE_WILL_RENAME_FILES),
        ["files[].newUri", "files[].oldUri"]
    );
    assert_eq!(result(Method::WORKSPACE_WILL_RENAME_FILES), EDIT);
}

#[test]
fn diagnostics() {
    let published = [below("diagnostics", &DIAGNOSTICS), vec!["uri".to_owned()]].concat();
    assert_eq!(params(Method::TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS), published);
    let items = below("items", &DIAGNOSTICS);
    let related = below("relatedDocuments{}=.items", &DIAGNOSTICS);
    let pulled = [items, vec!["relatedDocuments{}".to_owned()], related].concat();
    assert_eq!(result(Method::TEXT_DOCUMENT_DIAGNOSTIC), pulled);
    assert_eq!(
        params(Method::WORKSPACE_DIAGNOSTIC),
        ["previousResultIds[].uri"]
    );
}

#[test]
fn the_workspace() {
    assert_eq!(
        params(Method::INITIALIZE),
        ["rootUri", "workspaceFolders[].uri"]
    );
    let registered = paths(
        info(&Method::WORKSPACE_DID_CHANGE_WATCHED_FILES)
            .registration
            .and_then(|registration| registration.options),
    );
    assert_eq!(
        registered,
        [
            "watchers[].globPattern.baseUri",
            "watchers[].globPattern.baseUri.uri"
        ]
    );
    assert_eq!(
        params(Method::WORKSPACE_DID_CHANGE_WATCHED_FILES),
        ["changes[].uri"]
    );
    assert_eq!(result(Method::WORKSPACE_WORKSPACE_FOLDERS), ["[].uri"]);
    assert_eq!(
        params(Method::WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS),
        ["event.added[].uri", "event.removed[].uri"]
    );
    assert_eq!(
        params(Method::WORKSPACE_CONFIGURATION),
        ["items[].scopeUri"]
    );
    assert_eq!(params(Method::WINDOW_SHOW_DOCUMENT), ["uri"]);
}

#[test]
fn documents() {
    for method in [
        Method::TEXT_DOCUMENT_DID_OPEN,
        Method::TEXT_DOCUMENT_DID_CHANGE,
        Method::TEXT_DOCUMENT_DID_SAVE,
        Method::TEXT_DOCUMENT_DID_CLOSE,
    ] {
        assert_eq!(params(method.clone()), ["textDocument.uri"], "{method}");
    }
    assert_eq!(
        params(Method::NOTEBOOK_DOCUMENT_DID_OPEN),
        [
            "cellTextDocuments[].uri",
            "notebookDocument.cells[].document",
            "notebookDocument.uri"
        ]
    );
    assert_eq!(
        params(Method::NOTEBOOK_DOCUMENT_DID_CHANGE),
        [
            "change.cells.data[].document",
            "change.cells.structure.array.cells[].document",
            "change.cells.structure.didClose[].uri",
            "change.cells.structure.didOpen[].uri",
            "change.cells.textContent[].document.uri",
            "notebookDocument.uri",
        ]
    );
    assert_eq!(
        params(Method::NOTEBOOK_DOCUMENT_DID_SAVE),
        ["notebookDocument.uri"]
    );
    assert_eq!(
        params(Method::NOTEBOOK_DOCUMENT_DID_CLOSE),
        ["cellTextDocuments[].uri", "notebookDocument.uri"]
    );
}

/// The URIs of a value, found as a rewriter would: from shape to shape beside the value.
fn uris(value: &Value, shape: Option<Shape>) -> Vec<&str> {
    let Some(shape) = shape else {
        return Vec::new();
    };
    match value {
        Value::String(text) if shape.is_uri() => vec![text],
        Value::Array(elements) => elements
            .iter()
            .flat_map(|it| uris(it, shape.element()))
            .collect(),
        Value::Object(members) => members
            .iter()
            .flat_map(|(key, it)| {
                let key_itself = shape.keys_are_uris().then_some(key.as_str());
                key_itself.into_iter().chain(uris(it, shape.member(key)))
            })
            .collect(),
        _ => Vec::new(),
    }
}

#[test]
fn a_walk_beside_a_message_finds_the_uris_and_nothing_else() {
    let edit = json!({ "label": "x", "edit": {
        "changes": { "file:///a": [{ "newText": "file:///not" }], "file:///b": [] },
        "documentChanges": [
            { "textDocument": { "uri": "file:///c", "version": null }, "edits": [] },
            { "kind": "create", "uri": "file:///d", "options": { "uri": "file:///not" } },
            { "kind": "rename", "oldUri": "file:///e", "newUri": "file:///f" },
            { "kind": "delete", "uri": "file:///g" },
        ],
        "changeAnnotations": { "file:///not": { "label": "file:///not" } },
    } });
    let mut found = uris(&edit, info(&Method::WORKSPACE_APPLY_EDIT).params);
    found.sort_unstable();
    let expected = ["a", "b", "c", "d", "e", "f", "g"].map(|name| format!("file:///{name}"));
    assert_eq!(found, expected);

    let initialize = json!({
        "processId": 1, "rootPath": "/not", "rootUri": "file:///a",
        "initializationOptions": { "uri": "file:///not" },
        "workspaceFolders": [{ "uri": "file:///b", "name": "file:///not" }],
    });
    assert_eq!(
        uris(&initialize, info(&Method::INITIALIZE).params),
        ["file:///a", "file:///b"]
    );

    // Each of the types that a definition may have.
    let definition = info(&Method::TEXT_DOCUMENT_DEFINITION).result;
    assert_eq!(
        uris(&json!({ "uri": "file:///a", "range": {} }), definition),
        ["file:///a"]
    );
    assert_eq!(
        uris(&json!([{ "uri": "file:///a" }]), definition),
        ["file:///a"]
    );
    assert_eq!(
        uris(&json!([{ "targetUri": "file:///a" }]), definition),
        ["file:///a"]
    );
    assert_eq!(uris(&Value::Null, definition), NONE);
    assert_eq!(uris(&json!("file:///not"), definition), NONE);

    // A folder where the protocol allows a URI or a folder.
    let watched = info(&Method::WORKSPACE_DID_CHANGE_WATCHED_FILES).registration;
    let options = json!({ "watchers": [
        { "globPattern": "file:///not" },
        { "globPattern": { "baseUri": "file:///a", "pattern": "file:///not" } },
        { "globPattern": { "baseUri": { "uri": "file:///b", "name": "x" }, "pattern": "x" } },
    ] });
    let found = uris(&options, watched.and_then(|it| it.options));
    assert_eq!(found, ["file:///a", "file:///b"]);
}

#[test]
fn every_shape_leads_to_a_uri_and_none_is_ambiguous() {
    for number in 1..=SHAPES.len() {
        let shape = Shape::numbered(u8::try_from(number).expect("the numbers fit a byte"));
        assert!(!paths(Some(shape)).is_empty(), "{number}");
        let objects = shape
            .parts()
            .iter()
            .filter(|part| matches!(part, Part::Object(_) | Part::Map { .. }))
            .count();
        assert!(objects <= 1, "{number}");
    }
}
