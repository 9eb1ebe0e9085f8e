//! `goplens demo`, with gopls and without.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

use std::path::Path;

use serde_json::Value;
use tests::{Recorded, goplens_with_state, gopls_or_skip};

/// What the demo prints, which has to end well, with its traces below `state`; `path` is its PATH,
/// where that is not the one of the tests.
fn demo(state: &Path, path: Option<&Path>, arguments: &[&str]) -> String {
    let mut command = goplens_with_state(state);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    let output = command.arg("demo").args(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn it_shows_the_main_job() {
    let Some(gopls) = gopls_or_skip("demo::it_shows_the_main_job") else {
        return;
    };
    let gopls = gopls.to_str().unwrap();
    let state = tempfile::tempdir().unwrap();
    let text = demo(state.path(), None, &["--gopls", gopls]);
    for part in [
        "textDocument/definition",
        "textDocument/semanticTokens/full",
        "built only with the tag export",
        "p50",
        "p99",
        "trace",
    ] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    let recorded = Recorded::read(state.path()).expect("the demo has a trace");
    let definitions = recorded.responses("textDocument/definition");
    assert_eq!(
        definitions.len(),
        12,
        "ten, one after the edit, and one that fails"
    );
    let (unanswered, answered) = definitions.split_last().unwrap();
    for definition in answered {
        assert_eq!(definition.outcome.as_deref(), Some("ok"));
    }
    assert_eq!(unanswered.outcome.as_deref(), Some("error"));
    let state = tempfile::tempdir().unwrap();
    let json = demo(state.path(), None, &["--json", "--gopls", gopls]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert!(json.is_object(), "{json}");
}

#[test]
fn without_go_a_stand_in_answers_and_that_is_the_first_thing_said() {
    let nothing = tempfile::tempdir().unwrap();
    let state = tempfile::tempdir().unwrap();
    let text = demo(state.path(), Some(nothing.path()), &[]);
    let first = text.lines().next().unwrap();
    for part in ["NOT gopls", "stand-in"] {
        assert!(first.contains(part), "{part:?} is not in {first}");
    }
    assert!(text.contains("textDocument/definition"), "{text}");
    assert!(Recorded::read(state.path()).is_some(), "it has a trace");

    let state = tempfile::tempdir().unwrap();
    let json = demo(state.path(), Some(nothing.path()), &["--json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert!(json["stand_in"].is_string(), "{json}");
    assert_eq!(json["gopls"], Value::Null, "{json}");
}
