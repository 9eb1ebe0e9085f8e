//! Sessions with VS Code's own client library, as its Go extension starts them.

use serde_json::Value;
use tests::{Recorded, VsCode, gopls_or_skip, skip};

/// What is found of the machine that the tests run on, which may know a newer gopls.
const OF_MACHINE: [&str; 2] = ["gopls-needs-newer-go", "gopls-outdated"];

/// Plays a script, and gives what it said and the record, in which nothing may be found but of these codes.
/// `None` where something that it needs is not there.
fn play(test: &str, script: &str, arguments: &[&str], but: &[&str]) -> Option<(Value, Recorded)> {
    let gopls = gopls_or_skip(test)?;
    let vs_code = match VsCode::find() {
        Ok(vs_code) => vs_code,
        Err(reason) => {
            skip(test, &reason);
            return None;
        }
    };
    let nothing: [(&str, &str); 0] = [];
    let (verdict, recorded) = vs_code.play(script, arguments, &gopls, nothing);
    assert_eq!(verdict["ok"], true, "{verdict}");
    assert!(recorded.events("unmatched").is_empty());
    assert!(recorded.events("rejected").is_empty());
    let findings = recorded.events("finding");
    let healthy = findings.iter().all(|one| {
        let code = one["code"].as_str().unwrap_or_default();
        OF_MACHINE.contains(&code) || but.contains(&code)
    });
    assert!(healthy, "{findings:#?}");
    Some((verdict, recorded))
}

#[test]
fn the_client_library_of_vs_code_is_content() {
    let test = "vscode::the_client_library_of_vs_code_is_content";
    let Some((verdict, recorded)) = play(test, "session.mjs", &[], &[]) else {
        return;
    };
    let client = recorded.info.client.as_ref().map(ToString::to_string);
    assert_eq!(client.as_deref(), Some("Visual Studio Code 1.105.1"));
    assert_eq!(recorded.responses("textDocument/definition").len(), 2);
    let cancelled = &recorded.responses("workspace/symbol")[0];
    assert_eq!(cancelled.outcome.as_deref(), Some("cancelled"), "{verdict}");
}

#[test]
fn the_client_library_of_vs_code_is_told_of_a_fault() {
    let test = "vscode::the_client_library_of_vs_code_is_told_of_a_fault";
    let but = ["excluded-by-build-tag"];
    let Some((verdict, recorded)) = play(test, "faulty.mjs", &[], &but) else {
        return;
    };
    let found = recorded.events("finding");
    let told = found.iter().any(|one| one["code"] == but[0]);
    assert!(told, "{verdict}: {found:#?}");
}

#[test]
fn edits_of_tokens_make_the_tokens_that_the_file_has() {
    const EDITS: usize = 1000;
    let test = "vscode::edits_of_tokens_make_the_tokens_that_the_file_has";
    // Of what is no Go, as one has it while typing, gopls gives tokens that overlap.
    let but = ["invalid-semantic-tokens"];
    let Some((_, recorded)) = play(test, "tokens.mjs", &[&EDITS.to_string()], &but) else {
        return;
    };
    let delta = "textDocument/semanticTokens/full/delta";
    assert_eq!(recorded.responses(delta).len(), EDITS);
    assert_eq!(recorded.rewrites("semantic-tokens-questions").len(), EDITS);
    let answers = recorded.rewrites("semantic-tokens-answers").len();
    assert_eq!(answers, 1 + 2 * EDITS, "those in full have an id, too");
}
