//! Messages that fit but for one member that is missing, too many or spelt otherwise: it is found
//! where it is, and nothing else.

use serde_json::{Value, json};

use super::fitting::{ALL, fitting};
use super::said;

/// Changes a message at a place, which is a JSON pointer.
pub(super) enum Change {
    /// Something else stands there.
    Set(Value),
    /// The member is missing.
    Drop,
    /// The member is called otherwise.
    Call(&'static str),
}

use Change::{Call, Drop, Set};

pub(super) fn change(part: &mut Value, pointer: &str, change: Change) {
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
pub(super) fn check(name: &str, pointer: &str, changes: Change, expected: &str) {
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
            "/textDocument",
            "TEXTDOCUMENT",
            "`TEXTDOCUMENT` is not in the protocol's DefinitionParams, which has `textDocument`",
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
