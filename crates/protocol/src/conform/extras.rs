//! What healthy peers say beyond the protocol's tables, each with where it was read or seen.
//!
//! "3.18.2" is the protocol as gopls 0.24 and VS Code's client library 10.1 are made from it
//! (microsoft/vscode-languageserver-node, release/protocol/3.18.2): the tables have an earlier 3.18.
//!
//! What the protocol calls anything needs no row: settings, `experimental`, `data`, the arguments and
//! the results of gopls's commands.

use crate::Direction::{self, ClientToServer, ServerToClient};
use crate::conform::{Expectation, scalar};
use crate::types::structures::*;
use crate::types::*;

/// What the params or the result may be where the protocol has none: clients write something empty
/// rather than nothing.
pub(super) const NOTHING: &Type = kind!(null | {} | ());

types! {
    // JSON-RPC 2.0, section 5.1.
    ResponseError = { code: integer, message: string, data?: any };

    // gopls 0.22 (internal/protocol/form.go) and vscode-go (extension/src/language/form.ts).
    InteractiveCommand = {
        command: string,
        arguments?: [any],
        formFields?: [FormField],
        formAnswers?: [FormAnswer],
        workDoneToken?: ProgressToken,
    };
    FormField = {
        id: string,
        description: string,
        type: any,
        required: boolean,
        default?: any,
        error?: string,
    };
    FormAnswer = { id: string, value: any };
    ListEnumParams = { source: string, config?: any, query: string };
    FormEnumEntry = { value: string, description: string };

    // 3.18.2.
    TextDocumentContentParams = { uri: DocumentUri };
    TextDocumentContentResult = { text: string };
}

/// A request that the protocol's table does not have.
pub(super) struct Request {
    method: &'static str,
    /// Which way it travels.
    pub(super) direction: Direction,
    /// What it and its answer are to be held against.
    pub(super) expectation: Expectation,
}

macro_rules! requests {
    ($($method:literal: $direction:ident params $($params:tt)|+ result $($result:tt)|+;)+) => {
        static REQUESTS: &[Request] = &[$(
            Request {
                method: $method,
                direction: $direction,
                expectation: Expectation {
                    params: Some(kind!($($params)|+)),
                    result: Some(kind!($($result)|+)),
                },
            }
        ),+];
    };
}

requests! {
    // gopls 0.22 (internal/protocol/tsserver.go). vscode-go asks the first before each command.
    "command/resolve": ClientToServer params InteractiveCommand result InteractiveCommand;
    "interactive/listEnum": ClientToServer params ListEnumParams result [FormEnumEntry] | null;
    // 3.18.2.
    "workspace/textDocumentContent":
        ClientToServer params TextDocumentContentParams result TextDocumentContentResult;
    "workspace/textDocumentContent/refresh":
        ServerToClient params TextDocumentContentParams result null;
}

/// What a property holds: its structure, its name, its type.
type Row = (&'static Type, &'static str, &'static Type);

macro_rules! rows {
    ($list:ident: $($of:ident.$name:ident = $($kind:tt)|+;)+) => {
        static $list: &[Row] = &[$((&$of, stringify!($name), kind!($($kind)|+))),+];
    };
}

// Properties that the protocol's structures do not have.
rows! { PROPERTIES:
    // vscode-go sends what is selected (extension/src/language/goLanguageServer.ts).
    HoverParams.range = Range;
    TypeDefinitionParams.range = Range;
    // With what `command/resolve` asked for.
    ExecuteCommandParams.formFields = [FormField];
    ExecuteCommandParams.formAnswers = [FormAnswer];
    // A versioned identifier is an identifier: Emacs's lsp-mode sends one where the version is of no use.
    TextDocumentIdentifier.version = integer | null;
    // 3.18.2.
    CompletionList.applyKind = { commitCharacters?: uinteger, data?: uinteger };
    CompletionListCapabilities.applyKindSupport = boolean;
    DiagnosticClientCapabilities.markupMessageSupport = boolean;
    TextDocumentClientCapabilities.filters = { relativePatternSupport?: boolean };
    WorkspaceClientCapabilities.textDocumentContent = { dynamicRegistration?: boolean };
    WorkspaceOptions.textDocumentContent = { schemes: [string], id?: string };
}

// What else the properties of the protocol's structures may hold.
rows! { VALUES:
    // gopls 0.19 to 0.24 answers `textDocument/diagnostic` with it.
    RelatedFullDocumentDiagnosticReport.kind = "";
    // 3.18.2.
    Diagnostic.message = MarkupContent;
}

/// The request of this method, if it is one of those that only this table has.
pub(super) fn request(method: &str) -> Option<&'static Request> {
    REQUESTS.iter().find(|it| it.method == method)
}

/// What a property holds that the protocol's structure does not have.
pub(super) fn property(of: &Structure, key: &[u8]) -> Option<&'static Type> {
    // The specification has `[key: string]: boolean | integer | string` there, and its model does not.
    if belongs(of, &FormattingOptions) {
        return Some(kind!(boolean | integer | string));
    }
    find(PROPERTIES, of, |name| scalar::is(key, name))
}

/// What else a property may hold.
pub(super) fn other_kind(of: &Structure, property: &Property) -> Option<&'static Type> {
    find(VALUES, of, |name| name == property.name)
}

fn find(rows: &[Row], of: &Structure, is: impl Fn(&str) -> bool) -> Option<&'static Type> {
    let row = rows
        .iter()
        .find(|(structure, name, _)| belongs(of, structure) && is(name));
    row.map(|(_, _, kind)| *kind)
}

/// Whether a type is this structure.
fn belongs(structure: &Structure, kind: &Type) -> bool {
    matches!(kind, Type::Structure(it) if std::ptr::eq(it, structure))
}
