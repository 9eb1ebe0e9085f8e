//! Messages that fit but for one thing, which is found where it is, and nothing else.

use serde_json::{Value, json};

use super::fitting::{ALL, fitting};
use super::said;

/// Changes a message at a place, which is a JSON pointer.
enum Change {
    /// Something else stands there.
    Set(Value),
    /// The member is missing.
    Drop,
    /// The member is called otherwise.
    Call(&'static str),
}

use Change::{Call, Drop, Set};

fn change(part: &mut Value, pointer: &str, change: Change) {
    let (up, key) = pointer.rsplit_once('/').unwrap_or_default();
    let object = part.pointer_mut(up).expect("the place is there");
    match (object, change) {
        (whole, Set(value)) if pointer.is_empty() => *whole = value,
        (Value::Object(members), Set(value)) => {
            members.insert(key.to_owned(), value);
        }
        (Value::Array(elements), Set(value)) => {
            elements[key.parse::<usize>().expect("it is an index")] = value;
        }
        (Value::Object(members), change) => {
            let old = members.remove(key).expect("the member is there");
            if let Call(name) = change {
                members.insert(name.to_owned(), old);
            }
        }
        (other, _) => panic!("nothing of {other} can be changed so"),
    }
}

/// Checks that the message fits, and that it says this alone once it is changed.
#[track_caller]
fn check(name: &str, pointer: &str, changes: Change, expected: &str) {
    let mut message = fitting(name);
    assert_eq!(said(&message), [""; 0], "{name} as it is");
    change(&mut message.part, pointer, changes);
    assert_eq!(said(&message), [expected], "{name} at {pointer:?}");
}

#[test]
fn messages_that_fit_say_nothing() {
    for name in ALL {
        assert_eq!(said(&fitting(name)), [""; 0], "{name}");
    }
}

#[test]
fn what_is_missing_is_found() {
    let missing = "is missing, where the protocol requires it";
    for (name, pointer, path) in [
        ("initialize", "/capabilities", "capabilities"),
        ("initialize", "/processId", "processId"),
        (
            "initialize",
            "/workspaceFolders/0/name",
            "workspaceFolders[0].name",
        ),
        (
            "initialize",
            "/capabilities/textDocument/semanticTokens/formats",
            "capabilities.textDocument.semanticTokens.formats",
        ),
        ("capabilities", "/capabilities", "capabilities"),
        (
            "capabilities",
            "/capabilities/semanticTokensProvider/legend/tokenTypes",
            "capabilities.semanticTokensProvider.legend.tokenTypes",
        ),
        ("open", "/textDocument/version", "textDocument.version"),
        ("change", "/contentChanges/0/text", "contentChanges[0].text"),
        ("watched", "/changes/0/type", "changes[0].type"),
        ("definition", "/position", "position"),
        ("locations", "/3/range/start/line", "[3].range.start.line"),
        (
            "links",
            "/0/targetSelectionRange",
            "[0].targetSelectionRange",
        ),
        ("hover", "/contents/value", "contents.value"),
        ("items", "/items/0/label", "items[0].label"),
        (
            "items",
            "/items/0/textEdit/replace",
            "items[0].textEdit.replace",
        ),
        (
            "symbols",
            "/0/children/0/selectionRange",
            "[0].children[0].selectionRange",
        ),
        (
            "action",
            "/context/diagnostics/0/message",
            "context.diagnostics[0].message",
        ),
        (
            "actions",
            "/1/edit/documentChanges/1/newUri",
            "[1].edit.documentChanges[1].newUri",
        ),
        (
            "rename",
            "/documentChanges/0/textDocument/uri",
            "documentChanges[0].textDocument.uri",
        ),
        ("pulled", "/items", "items"),
        ("progress", "/token", "token"),
        (
            "register",
            "/registrations/0/registerOptions/watchers",
            "registrations[0].registerOptions.watchers",
        ),
        (
            "register",
            "/registrations/1/registerOptions/legend",
            "registrations[1].registerOptions.legend",
        ),
        ("applied", "/applied", "applied"),
    ] {
        check(name, pointer, Drop, &format!("`{path}` {missing}"));
    }
}

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
            "/capabilities/general",
            json!(null),
            "`capabilities.general` is null, where the protocol has an object",
        ),
        (
            "initialize",
            "/processId",
            json!(1.5),
            "`processId` is 1.5, where the protocol has an integer or null",
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
fn what_is_spelt_otherwise_is_found_once() {
    for (name, pointer, called, expected) in [
        (
            "definition",
            "/textDocument",
            "textDocumnet",
            "`textDocumnet` is not in the protocol's DefinitionParams, which has `textDocument`",
        ),
        (
            "definition",
            "/position/character",
            "Character",
            "`position.Character` is not in the protocol's Position, which has `character`",
        ),
        (
            "initialize",
            "/capabilities/textDocument",
            "textdocument",
            "`capabilities.textdocument` is not in the protocol's ClientCapabilities, which has \
             `textDocument`",
        ),
        (
            "locations",
            "/1/uri",
            "url",
            "`[1].url` is not in the protocol's Location, which has `uri`",
        ),
        (
            "symbols",
            "/0/children",
            "childs",
            "`[0].childs` is not in the protocol's DocumentSymbol",
        ),
        (
            "hints",
            "/0/label/0/value",
            "valeu",
            "`[0].label[0].valeu` is not in the protocol's InlayHintLabelPart, which has `value`",
        ),
        (
            "published",
            "/diagnostics/0/severity",
            "severty",
            "`diagnostics[0].severty` is not in the protocol's Diagnostic, which has `severity`",
        ),
        (
            "configuration",
            "/items/0/scopeUri",
            "scopeURI",
            "`items[0].scopeURI` is not in the protocol's ConfigurationItem, which has `scopeUri`",
        ),
    ] {
        check(name, pointer, Call(called), expected);
    }
}

#[test]
fn what_is_not_in_the_protocol_is_found() {
    for (name, pointer, of) in [
        (
            "initialize",
            "/capabilities/telepathy",
            "ClientCapabilities",
        ),
        (
            "initialize",
            "/capabilities/general/telepathy",
            "GeneralClientCapabilities",
        ),
        ("open", "/textDocument/telepathy", "TextDocumentItem"),
        ("action", "/range/telepathy", "Range"),
        ("links", "/0/telepathy", "LocationLink"),
        ("items", "/items/0/telepathy", "CompletionItem"),
        ("folds", "/0/telepathy", "FoldingRange"),
        ("progress", "/value/telepathy", "WorkDoneProgressEnd"),
        ("message", "/telepathy", "ShowMessageParams"),
        (
            "capabilities",
            "/capabilities/telepathy",
            "ServerCapabilities",
        ),
    ] {
        let path = pointer[1..].replace("/0", "[0]").replace('/', ".");
        let path = path.replace("0.", "[0].");
        let expected = format!("`{path}` is not in the protocol's {of}");
        check(name, pointer, Set(json!([1])), &expected);
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
