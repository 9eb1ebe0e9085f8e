//! Makes tables from small models, made up to have what the real ones could have.

use serde_json::{Value, json};

mod types;

use super::model::Model;
use super::{emit, flatten, uris};

/// A model whose only request is `x/y`, with these params.
fn model(params: Value, structures: Value, aliases: Value) -> Model {
    read(json!({
        "requests": [{ "method": "x/y", "messageDirection": "both", "params": params }],
        "notifications": [],
        "structures": structures,
        "enumerations": [{ "name": "Colour", "type": base("string"), "values": [] }],
        "typeAliases": aliases,
    }))
}

fn read(model: Value) -> Model {
    let mut model = serde_json::from_value(model).expect("the model is well-formed");
    flatten::flatten(&mut model).expect("the model has all that it names");
    model
}

/// The rows of the shapes, without comments.
fn shapes(model: &Model) -> anyhow::Result<Vec<String>> {
    let files = emit::files(model)?;
    Ok(files["shapes.rs"]
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with(|first: char| first.is_ascii_digit()))
        .map(str::to_owned)
        .collect())
}

fn base(name: &str) -> Value {
    json!({ "kind": "base", "name": name })
}

fn reference(name: &str) -> Value {
    json!({ "kind": "reference", "name": name })
}

fn array(element: Value) -> Value {
    json!({ "kind": "array", "element": element })
}

fn map(key: Value, value: Value) -> Value {
    json!({ "kind": "map", "key": key, "value": value })
}

fn or(items: &[Value]) -> Value {
    json!({ "kind": "or", "items": items })
}

/// An object without a name, with one field.
fn literal(field: &str, kind: Value) -> Value {
    json!({ "kind": "literal", "value": { "properties": [{ "name": field, "type": kind }] } })
}

fn structure(name: &str, fields: &[(&str, Value)]) -> Value {
    let properties: Vec<Value> = fields
        .iter()
        .map(|(name, kind)| json!({ "name": name, "type": kind }))
        .collect();
    json!({ "name": name, "properties": properties })
}

#[test]
fn what_leads_to_no_uri_is_left_out() {
    let fields = [
        ("a", base("string")),
        ("b", reference("Colour")),
        ("c", array(map(base("string"), base("integer")))),
        ("d", reference("Any")),
        ("e", json!({ "kind": "stringLiteral", "value": "x" })),
        ("f", base("URI")),
    ];
    let any = or(&[
        base("string"),
        array(reference("Any")),
        map(base("string"), reference("Any")),
    ]);
    let model = model(
        reference("S"),
        json!([structure("S", &fields)]),
        json!([{ "name": "Any", "type": any }]),
    );
    assert_eq!(shapes(&model).unwrap(), ["1 = uri;", "2 = { f: 1 };"]);
}

#[test]
fn a_recursive_type_is_a_cycle() {
    let node = structure(
        "Node",
        &[("uri", base("URI")), ("children", array(reference("Node")))],
    );
    let model = model(reference("Node"), json!([node]), json!([]));
    assert_eq!(
        shapes(&model).unwrap(),
        ["1 = [3];", "2 = uri;", "3 = { children: 1, uri: 2 };"]
    );
}

#[test]
fn fields_come_from_all_that_a_structure_extends_and_mixes_in() {
    let mut derived = structure("Derived", &[("own", base("URI"))]);
    derived["extends"] = json!([reference("Base")]);
    derived["mixins"] = json!([reference("Mixin")]);
    let structures = json!([
        derived,
        structure("Base", &[("inherited", base("DocumentUri"))]),
        structure("Mixin", &[("mixed", base("URI"))]),
    ]);
    let model = model(reference("Derived"), structures, json!([]));
    assert_eq!(
        shapes(&model).unwrap(),
        ["1 = uri;", "2 = { inherited: 1, mixed: 1, own: 1 };"]
    );
}

#[test]
fn alternatives_share_one_shape() {
    let one = literal("to", literal("a", base("URI")));
    let other = literal("to", literal("b", base("URI")));
    let tuple = json!({ "kind": "tuple", "items": [base("string"), base("URI")] });
    let model = model(or(&[one, other, base("URI"), tuple]), json!([]), json!([]));
    assert_eq!(
        shapes(&model).unwrap(),
        [
            "1 = uri;",
            "2 = { a: 1, b: 1 };",
            "3 = uri | [1] | { to: 2 };"
        ]
    );
}

#[test]
fn maps_have_uris_in_keys_or_values_or_both() {
    let uri = reference("Uri");
    let aliases = json!([{ "name": "Uri", "type": base("URI") }]);
    for (kind, expected) in [
        (map(uri.clone(), base("string")), vec!["1 = { uri => _ };"]),
        (
            map(uri.clone(), uri.clone()),
            vec!["1 = uri;", "2 = { uri => 1 };"],
        ),
        (
            map(base("string"), uri),
            vec!["1 = uri;", "2 = { _ => 1 };"],
        ),
    ] {
        assert_eq!(
            shapes(&model(kind, json!([]), aliases.clone())).unwrap(),
            expected
        );
    }
}

#[test]
fn a_map_beside_an_object_is_refused_if_both_hold_uris() {
    let object = literal("a", base("URI"));
    let uris = or(&[map(base("URI"), base("string")), object.clone()]);
    let error = shapes(&model(uris, json!([]), json!([]))).unwrap_err();
    assert!(
        error.to_string().contains("cannot be told apart"),
        "{error}"
    );
    let plain = or(&[map(base("string"), base("string")), object]);
    assert!(shapes(&model(plain, json!([]), json!([]))).is_ok());
}

#[test]
fn a_type_that_the_model_does_not_have_is_an_error() {
    let error = shapes(&model(reference("Missing"), json!([]), json!([]))).unwrap_err();
    assert!(
        error.to_string().contains("no type is named Missing"),
        "{error}"
    );
    let mut model = model(base("URI"), json!([]), json!([]));
    let error = uris::name_uris(&mut model).unwrap_err();
    assert!(error.to_string().contains("FileCreate.uri"), "{error}");
}

#[test]
fn where_models_differ_a_value_may_be_of_either_type() {
    let older = model(
        reference("S"),
        json!([structure("S", &[("a", base("URI"))])]),
        json!([]),
    );
    let fields = [("a", array(base("URI"))), ("b", base("URI"))];
    let newer = model(reference("S"), json!([structure("S", &fields)]), json!([]));
    assert_eq!(
        shapes(&Model::join(vec![older, newer])).unwrap(),
        ["1 = uri;", "2 = uri | [1];", "3 = { a: 2, b: 1 };"]
    );
}

#[test]
fn a_row_says_what_the_model_says_of_a_method() {
    let model = read(json!({
        "requests": [{
            "method": "textDocument/doIt",
            "messageDirection": "clientToServer",
            "since": "3.17.1",
            "params": base("URI"),
            "result": array(base("URI")),
            "registrationMethod": "textDocument/it",
            "registrationOptions": base("null"),
        }],
        "notifications": [
            { "method": "$/note", "messageDirection": "both", "since": "3.16 - of a part" },
        ],
        "structures": [],
        "enumerations": [],
        "typeAliases": [],
    }));
    let files = emit::files(&model).unwrap();
    let (_, rows) = files["methods.rs"].split_once("methods! {\n").unwrap();
    assert_eq!(
        rows,
        "    NOTE = \"$/note\":\n        both_ways notification;\n    \
         TEXT_DOCUMENT_DO_IT = \"textDocument/doIt\":\n        \
         client_to_server request since 3 17 params 1 result 2 registers\n            \
         as \"textDocument/it\";\n}\n"
    );
}
