//! A session with VS Code's own client library, as its Go extension starts it.

use tests::{VsCode, gopls_or_skip, skip};

/// The name of the test, for the list of those that were skipped.
const TEST: &str = "vscode::the_client_library_of_vs_code_is_content";

#[test]
fn the_client_library_of_vs_code_is_content() {
    let Some(gopls) = gopls_or_skip(TEST) else {
        return;
    };
    let vs_code = match VsCode::find() {
        Ok(vs_code) => vs_code,
        Err(reason) => return skip(TEST, &reason),
    };
    let nothing: [(&str, &str); 0] = [];
    let (verdict, recorded) = vs_code.session(&gopls, nothing);
    assert_eq!(verdict["ok"], true, "{verdict}");

    let client = recorded.info.client.as_ref().map(ToString::to_string);
    assert_eq!(client.as_deref(), Some("Visual Studio Code 1.105.1"));
    assert_eq!(recorded.responses("textDocument/definition").len(), 2);
    let cancelled = &recorded.responses("workspace/symbol")[0];
    assert_eq!(cancelled.outcome.as_deref(), Some("cancelled"), "{verdict}");
    assert!(recorded.events("unmatched").is_empty());
    assert!(recorded.events("rejected").is_empty());
}
