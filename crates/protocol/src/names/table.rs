//! Where files are named as the protocol's table cannot say it.
//!
//! Written down from the sources of gopls 0.14, 0.20, 0.23 and 0.24, and seen in sessions with
//! 0.23. Left out on purpose:
//!
//! - `data`. gopls keeps a command in that of a code action and code actions in that of a
//!   diagnostic (`internal/golang/codeaction.go`, `internal/cache/diagnostics.go`), and has none
//!   elsewhere. Their URIs are gopls's own and have to come back as they went; no client reads or
//!   changes them.
//! - Settings, messages, source text, the ids of packages and the arguments of the go command
//!   (`gopls.run_go_work_command`): they are no names of files, whatever they look like.
//! - Hovers in plain text and in gopls's own JSON (`hoverKind`), which are shown and not followed.

use crate::Method;
use crate::names::place::More::{self, Glob, Gopls, InGopls, Markdown, Members, Path};
use crate::names::place::{Place, Told};

/// A method of gopls's own (`internal/protocol/tsserver.go`).
pub(super) const COMMAND_RESOLVE: &str = "command/resolve";

/// What the params of a method hold.
pub(super) fn params(method: &Method) -> Option<More> {
    Some(match *method {
        Method::INITIALIZE => Members(&[("rootPath", Path)]),
        Method::CLIENT_REGISTER_CAPABILITY => Members(&[("registrations", REGISTRATION)]),
        Method::WORKSPACE_EXECUTE_COMMAND => EXECUTE_COMMAND,
        _ => return both(method),
    })
}

/// What the result of a method holds.
pub(super) fn result(method: &Method) -> Option<More> {
    Some(match *method {
        Method::TEXT_DOCUMENT_CODE_ACTION => CODE_ACTION,
        Method::TEXT_DOCUMENT_CODE_LENS => CODE_LENS,
        Method::TEXT_DOCUMENT_COMPLETION => COMPLETION,
        Method::TEXT_DOCUMENT_HOVER => Members(&[("contents", MARKUP)]),
        Method::TEXT_DOCUMENT_INLAY_HINT => INLAY_HINT,
        Method::TEXT_DOCUMENT_SIGNATURE_HELP => Members(&[("signatures", SIGNATURE)]),
        Method::WORKSPACE_EXECUTE_COMMAND => Gopls,
        _ => return both(method),
    })
}

/// What a method holds whose params and result are of one type.
fn both(method: &Method) -> Option<More> {
    Some(match *method {
        Method::CODE_ACTION_RESOLVE => CODE_ACTION,
        Method::CODE_LENS_RESOLVE => CODE_LENS,
        Method::COMPLETION_ITEM_RESOLVE => COMPLETION_ITEM,
        Method::INLAY_HINT_RESOLVE => INLAY_HINT,
        _ if method.as_str() == COMMAND_RESOLVE => EXECUTE_COMMAND,
        _ => return None,
    })
}

/// The fields that hold URIs, or lists of them, in the arguments of gopls's commands and in what
/// these give (`internal/protocol/command/interface.go`); the last four are the protocol's, for
/// `gopls.lsp` and for the commands that make edits.
const URIS: [&str; 11] = [
    "Dir",
    "Files",
    "Folder",
    "GoMod",
    "Root",
    "URI",
    "URIs",
    "newUri",
    "oldUri",
    "targetUri",
    "uri",
];

/// Those that hold paths: what `gopls.stop_profile` wrote, and where a vulnerable function is
/// called (`internal/vulncheck/govulncheck/govulncheck.go`).
const PATHS: [&str; 2] = ["File", "filename"];

/// What a field holds in the arguments of gopls's commands, or in what these give. Which command it
/// is makes no difference: no name means two things in them.
pub(super) fn gopls(field: &[u8]) -> Option<More> {
    match field {
        b"arguments" => Some(Gopls),
        b"data" => None,
        _ if URIS.iter().any(|uri| uri.as_bytes() == field) => Some(Gopls),
        _ if PATHS.iter().any(|path| path.as_bytes() == field) => Some(Path),
        _ => Some(InGopls),
    }
}

/// A command to be executed, with what gopls asks the user for it (`internal/protocol/form.go`):
/// where that is a file, the answer is a URI or a path.
const EXECUTE_COMMAND: More = Members(&[
    ("arguments", Gopls),
    ("formAnswers", Members(&[("value", Gopls)])),
    ("formFields", Members(&[("default", Gopls)])),
]);

const COMMAND: More = Members(&[("arguments", Gopls)]);

const CODE_LENS: More = Members(&[("command", COMMAND)]);

/// A code action, or a bare command, the `command` of which is its name.
const CODE_ACTION: More = Members(&[("arguments", Gopls), ("command", COMMAND)]);

const COMPLETION_ITEM: More = Members(&[("command", COMMAND), ("documentation", MARKUP)]);

/// An item, or a list that has `items`.
const COMPLETION: More = Members(&[
    ("command", COMMAND),
    ("documentation", MARKUP),
    ("items", COMPLETION_ITEM),
]);

const INLAY_HINT: More = Members(&[
    (
        "label",
        Members(&[("command", COMMAND), ("tooltip", MARKUP)]),
    ),
    ("tooltip", MARKUP),
]);

const SIGNATURE: More = Members(&[
    ("documentation", MARKUP),
    ("parameters", Members(&[("documentation", MARKUP)])),
]);

/// Text for the user. In hovers gopls links the names in doc comments to where they are declared,
/// by a URI with a fragment (`file:///home/me/a.go#10,6`; `internal/golang/hover.go`).
const MARKUP: More = More::Told(&Told {
    by: "kind",
    what: "value",
    is: |kind| Place {
        shape: None,
        more: (kind == "markdown").then_some(Markdown),
    },
});

/// A registration of gopls's. Of files to be watched gopls tells patterns relative to the URI of a
/// folder or, to a client that cannot take these, patterns that begin with its path
/// (`internal/server/general.go`), and the bare paths of folders (`internal/cache/snapshot.go`).
const REGISTRATION: More = More::Told(&Told {
    by: "method",
    what: "registerOptions",
    is: |method| Place {
        shape: Method::known()
            .filter_map(|known| known.info()?.registration)
            .find(|registration| registration.method == method)
            .and_then(|registration| registration.options),
        more: (method == Method::WORKSPACE_DID_CHANGE_WATCHED_FILES.as_str())
            .then_some(Members(&[("watchers", Members(&[("globPattern", Glob)]))])),
    },
});
