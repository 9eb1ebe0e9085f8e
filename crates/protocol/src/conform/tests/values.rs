//! Messages that fit but for one value: it is found where it is, and nothing else.

use serde_json::json;

use super::changed::Change::Set;
use super::changed::{change, check};
use super::fitting::fitting;
use super::{Part, What, said};

#[test]
fn what_is_of_another_type_is_found() {
    for (name, pointer, value, expected) in [
        (
            "initialize",
            "/capabilities/textDocument/semanticTokens/requests/full",
            json!(1),
            "`capabilities.textDocument.semanticTokens.requests.full` is a number, where the protocol \
             has a boolean or an object",
        ),
        (
            "initialize",
            "/capabilities/textDocument/definition/linkSupport",
            json!("yes"),
            "`capabilities.textDocument.definition.linkSupport` is a string, where the protocol has a \
             boolean",
        ),
        (
            "initialize",
            "/capabilities",
            json!(null),
            "`capabilities` is null, where the protocol has an object",
        ),
        (
            "initialize",
            "/processId",
            json!(1.5),
            "`processId` is 1.5, where the protocol has an integer or null",
        ),
        (
            "initialize",
            "/processId",
            json!(2147483648_u32),
            "`processId` is 2147483648, where the protocol has an integer or null",
        ),
        (
            "capabilities",
            "/capabilities/textDocumentSync/save",
            json!("yes"),
            "`capabilities.textDocumentSync.save` is a string, where the protocol has a boolean or an \
             object",
        ),
        (
            "open",
            "/textDocument/text",
            json!(["package a"]),
            "`textDocument.text` is an array, where the protocol has a string",
        ),
        (
            "change",
            "/contentChanges/0/range/start/line",
            json!(-1),
            "`contentChanges[0].range.start.line` is -1, where the protocol has an unsigned integer",
        ),
        (
            "change",
            "/contentChanges",
            json!({}),
            "`contentChanges` is an object, where the protocol has an array",
        ),
        (
            "definition",
            "/position/line",
            json!(4294967295_u32),
            "`position.line` is 4294967295, where the protocol has an unsigned integer",
        ),
        (
            "definition",
            "/textDocument/uri",
            json!({ "scheme": "file" }),
            "`textDocument.uri` is an object, where the protocol has a URI",
        ),
        (
            "locations",
            "/3/range/start/line",
            json!("1"),
            "`[3].range.start.line` is a string, where the protocol has an unsigned integer",
        ),
        (
            "locations",
            "",
            json!("nowhere"),
            "`result` is a string, where the protocol has an object, an array or null",
        ),
        (
            "hover",
            "/contents",
            json!(1),
            "`contents` is a number, where the protocol has an object, a string or an array",
        ),
        (
            "items",
            "/isIncomplete",
            json!(0),
            "`isIncomplete` is a number, where the protocol has a boolean",
        ),
        (
            "signature",
            "/signatures/0/parameters/0/label",
            json!([2, 7, 9]),
            "`signatures[0].parameters[0].label` is an array of 3, where the protocol has an array of 2",
        ),
        (
            "signature",
            "/signatures/0/parameters/0/label/1",
            json!("7"),
            "`signatures[0].parameters[0].label[1]` is a string, where the protocol has an unsigned \
             integer",
        ),
        (
            "tokens",
            "/data/2",
            json!(null),
            "`data[2]` is null, where the protocol has an unsigned integer",
        ),
        (
            "pulled",
            "/items/0/code",
            json!(true),
            "`items[0].code` is a boolean, where the protocol has an integer or a string",
        ),
        (
            "published",
            "/diagnostics",
            json!(null),
            "`diagnostics` is null, where the protocol has an array",
        ),
        (
            "settings",
            "",
            json!({ "any": 1 }),
            "`result` is an object, where the protocol has an array",
        ),
        (
            "shutdown",
            "",
            json!(true),
            "`result` is a boolean, where the protocol has null",
        ),
        (
            "register",
            "/registrations/1/registerOptions/full",
            json!("yes"),
            "`registrations[1].registerOptions.full` is a string, where the protocol has a boolean or an \
             object",
        ),
    ] {
        check(name, pointer, Set(value), expected);
    }
}

#[test]
fn values_that_the_protocol_does_not_know_are_found_where_it_knows_all() {
    for (name, pointer, value, expected) in [
        (
            "published",
            "/diagnostics/0/severity",
            json!(9),
            "`diagnostics[0].severity` is 9, where the protocol has 1, 2, 3 or 4",
        ),
        (
            "initialize",
            "/trace",
            json!("loud"),
            "`trace` is \"loud\", where the protocol has \"off\", \"messages\" or \"verbose\"",
        ),
        (
            "initialize",
            "/capabilities/workspace/symbol/symbolKind/valueSet/1",
            json!(27),
            "`capabilities.workspace.symbol.symbolKind.valueSet[1]` is 27, where the protocol has the \
             26 values of SymbolKind",
        ),
        (
            "capabilities",
            "/capabilities/textDocumentSync/change",
            json!(3),
            "`capabilities.textDocumentSync.change` is 3, where the protocol has 0, 1 or 2",
        ),
        (
            "hover",
            "/contents/kind",
            json!("html"),
            "`contents.kind` is \"html\", where the protocol has \"plaintext\" or \"markdown\"",
        ),
        (
            "items",
            "/items/0/kind",
            json!(26),
            "`items[0].kind` is 26, where the protocol has the 25 values of CompletionItemKind",
        ),
        (
            "symbols",
            "/0/children/0/kind",
            json!(0),
            "`[0].children[0].kind` is 0, where the protocol has the 26 values of SymbolKind",
        ),
        (
            "watched",
            "/changes/0/type",
            json!(4),
            "`changes[0].type` is 4, where the protocol has 1, 2 or 3",
        ),
        (
            "message",
            "/type",
            json!(0),
            "`type` is 0, where the protocol has 1, 2, 3, 4 or 5",
        ),
    ] {
        check(name, pointer, Set(value), expected);
    }
    // These may have values of their own.
    for (name, pointer, value) in [
        ("folds", "/0/kind", json!("functions")),
        ("action", "/context/only/0", json!("source.addTest")),
        ("open", "/textDocument/languageId", json!("go.mod")),
        (
            "initialize",
            "/capabilities/general/positionEncodings/0",
            json!("utf-7"),
        ),
    ] {
        let mut message = fitting(name);
        change(&mut message.part, pointer, Set(value));
        assert_eq!(said(&message), [""; 0], "{name} at {pointer}");
    }
}

#[test]
fn the_kind_of_an_object_tells_what_it_was_meant_to_be() {
    // It is as far from an object that creates a file, but for its kind.
    let delete = json!({
        "kind": "delete", "uri": "file:///w/a.go", "options": { "overwrite": true },
    });
    check(
        "rename",
        "/documentChanges/1",
        Set(delete),
        "`documentChanges[1].options.overwrite` is not in the protocol's DeleteFileOptions",
    );
}

#[test]
fn a_violation_tells_what_to_put_in_its_place() {
    let mut message = fitting("initialize");
    let place = "/capabilities/textDocument/semanticTokens/requests/full";
    change(&mut message.part, place, Set(json!(1)));
    let body = message.body();
    let violations = message.violations(&body);
    let [violation] = violations.as_slice() else {
        panic!("{violations:?}");
    };
    assert_eq!(
        (violation.part, violation.since),
        (Part::Params, Some((3, 16)))
    );
    assert_eq!(&body[violation.span.clone()], b"1");
    let What::WrongType { expected, .. } = violation.what else {
        panic!("{violation:?}");
    };
    let taken =
        ["true", "1", "null", "\"yes\"", "", "true false"].map(|it| expected.takes(it.as_bytes()));
    assert_eq!(taken, [true, false, false, false, false, false]);
}
