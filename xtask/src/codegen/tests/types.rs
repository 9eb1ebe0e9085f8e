//! The types that a model makes.

use serde_json::{Value, json};

use super::{array, base, literal, map, model, or, read, reference, structure};
use crate::codegen::model::Model;
use crate::codegen::types;

/// The rows of a file, without its first lines and without the macro around them.
fn rows(model: &Model, file: &str) -> Vec<String> {
    let files = types::files(model).unwrap();
    let rows = files[file].lines().filter(|line| line.starts_with("    "));
    rows.map(|line| line.trim_start().to_owned()).collect()
}

/// What the params of the only request are, and the structures.
fn written(params: Value, structures: Value, aliases: Value) -> (String, Vec<String>) {
    let model = model(params, structures, aliases);
    let messages = rows(&model, "messages.rs");
    let params = messages[1].strip_prefix("params ").expect("it has params");
    (
        params.trim_end_matches(';').to_owned(),
        rows(&model, "structures.rs"),
    )
}

fn params(params: Value) -> String {
    written(params, json!([]), json!([])).0
}

#[test]
fn each_kind_of_type_has_a_form_of_its_own() {
    assert_eq!(params(base("uinteger")), "uinteger");
    assert_eq!(params(array(base("URI"))), "[URI]");
    assert_eq!(
        params(map(base("DocumentUri"), array(base("string")))),
        "{ DocumentUri => [string] }"
    );
    let tuple = json!({ "kind": "tuple", "items": [base("uinteger"), base("string")] });
    assert_eq!(params(tuple), "(uinteger, string)");
    assert_eq!(
        params(json!({ "kind": "stringLiteral", "value": "a" })),
        "\"a\""
    );
    assert_eq!(
        params(literal("a", array(or(&[base("string"), base("null")])))),
        "{ a: [string | null] }"
    );
}

#[test]
fn what_a_message_leads_to_is_written_and_nothing_else() {
    let structures = json!([
        structure("A", &[("b", reference("B"))]),
        structure("B", &[("a", array(reference("A")))]),
        structure("C", &[]),
    ]);
    let (params, rows) = written(reference("A"), structures, json!([]));
    assert_eq!(params, "A");
    assert_eq!(rows, ["A = { b: B };", "B = { a: [A] };"]);
}

#[test]
fn properties_say_whether_they_may_be_missing_and_since_when_they_are_there() {
    let property = |name: &str, since: &str| json!({ "name": name, "type": base("string"), "optional": true, "since": since });
    let properties = [
        property("a", "3.16.0"),
        property("b", "version 3.12.0."),
        property("c", "3.18.0 - proposed"),
        property("d", "3.16.0 additional type `X`"),
    ];
    let structures = json!([{ "name": "S", "properties": properties }]);
    let (_, rows) = written(reference("S"), structures, json!([]));
    assert_eq!(
        rows,
        [
            "S = { a?: string since 3 16, b?: string since 3 12, c?: string since 3 18, d?: string };"
        ]
    );
}

#[test]
fn what_a_structure_says_itself_goes_before_what_it_takes() {
    let kind = json!({ "kind": "stringLiteral", "value": "x" });
    let mut derived = structure("Derived", &[("kind", kind)]);
    derived["extends"] = json!([reference("Base")]);
    let structures = json!([
        derived,
        structure("Base", &[("kind", base("string")), ("other", base("URI"))]),
    ]);
    let (_, rows) = written(reference("Derived"), structures, json!([]));
    assert_eq!(rows, ["Derived = { kind: \"x\", other: URI };"]);
}

#[test]
fn registration_options_that_are_several_structures_are_one() {
    let model = read(json!({
        "requests": [],
        "notifications": [{
            "method": "a",
            "messageDirection": "both",
            "registrationOptions": { "kind": "and", "items": [reference("A"), reference("B")] },
        }],
        "structures": [
            structure("A", &[("a", base("null"))]),
            structure("B", &[("b", base("null"))]),
        ],
        "enumerations": [],
        "typeAliases": [],
    }));
    assert_eq!(
        rows(&model, "messages.rs"),
        ["\"a\":", "options { a: null, b: null };"]
    );
}

#[test]
fn aliases_are_seen_through_in_choices() {
    let aliases = json!([
        { "name": "Two", "type": or(&[base("string"), base("integer")]) },
        { "name": "Short", "type": base("string") },
        { "name": "LSPAny", "type": or(&[base("null"), array(reference("LSPAny"))]) },
    ]);
    let kinds = [
        (
            or(&[reference("Two"), base("null")]),
            "string | integer | null",
        ),
        (array(reference("Two")), "[Two]"),
        (array(reference("Short")), "[string]"),
        (or(&[reference("LSPAny"), base("null")]), "any"),
    ];
    for (kind, expected) in kinds {
        let (params, rows) = written(kind, json!([]), aliases.clone());
        assert_eq!(params, expected);
        let named = expected.contains("Two");
        let row = named.then(|| "Two = string | integer;".to_owned());
        assert_eq!(rows, Vec::from_iter(row));
    }
}

#[test]
fn a_choice_has_nothing_that_makes_no_difference() {
    let structures = json!([
        structure("Wide", &[("a", or(&[base("string"), base("null")]))]),
        structure("Other", &[("a", base("string")), ("b", base("string"))]),
        structure("List", &[("next", array(reference("List")))]),
        structure("Same", &[("next", array(reference("Same")))]),
    ]);
    let one = literal("a", base("string"));
    let text = json!({ "kind": "stringLiteral", "value": "x" });
    for (alternatives, expected) in [
        (vec![one.clone(), reference("Wide")], "Wide"),
        (vec![reference("Wide"), reference("Other")], "Wide | Other"),
        (vec![base("uinteger"), base("integer")], "integer"),
        (vec![base("string"), text], "string"),
        (vec![reference("List"), reference("Same")], "Same"),
        (vec![array(one), array(reference("Wide"))], "[Wide]"),
    ] {
        let (params, _) = written(or(&alternatives), structures.clone(), json!([]));
        assert_eq!(params, expected);
    }
}

/// A model with two enumerations, which are the result and the params of a request.
fn enumerations(open: bool) -> Model {
    let texts = json!([{ "name": "One", "value": "one" }, { "name": "Two", "value": "two" }]);
    read(json!({
        "requests": [{
            "method": "x",
            "messageDirection": "both",
            "params": reference("Text"),
            "result": reference("Number"),
        }],
        "notifications": [],
        "structures": [],
        "enumerations": [
            { "name": "Text", "type": base("string"), "values": texts, "supportsCustomValues": open },
            { "name": "Number", "type": base("uinteger"), "values": [{ "name": "A", "value": 1 }] },
        ],
        "typeAliases": [],
    }))
}

#[test]
fn enumerations_have_their_values_and_are_open_or_closed() {
    assert_eq!(
        rows(&enumerations(true), "enumerations.rs"),
        ["open Text = \"one\", \"two\";", "closed Number = A 1;"]
    );
    let joined = Model::join(vec![enumerations(true), enumerations(false)]);
    assert_eq!(
        rows(&joined, "enumerations.rs"),
        rows(&enumerations(true), "enumerations.rs")
    );
}

#[test]
fn what_only_one_model_has_may_be_missing() {
    let older = structure("S", &[("both", base("string")), ("old", base("string"))]);
    let newer = structure("S", &[("both", base("null")), ("new", base("string"))]);
    let both = [older, newer].map(|it| model(reference("S"), json!([it]), json!([])));
    assert_eq!(
        rows(&Model::join(both.into()), "structures.rs"),
        ["S = { both: string | null, old?: string, new?: string };"]
    );
}

#[test]
fn a_name_that_the_model_does_not_have_is_an_error() {
    let model = model(reference("Missing"), json!([]), json!([]));
    let error = types::files(&model).unwrap_err();
    assert!(
        error.to_string().contains("no type is named Missing"),
        "{error}"
    );
}
