//! A session with VS Code's own client library, as its Go extension starts it.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tests::{Recorded, command, goplens, gopls_or_skip, skip, variable};

/// The client library, where `cargo xtask test` installed it.
fn client_library() -> Result<PathBuf, String> {
    let modules = variable("GOPLENS_TEST_NODE_MODULES")
        .map(PathBuf::from)
        .ok_or("GOPLENS_TEST_NODE_MODULES is not set")?;
    let library = modules.join("vscode-languageserver-protocol");
    if !library.is_dir() {
        return Err(format!("{} is not there", library.display()));
    }
    match command("node").arg("--version").output() {
        Ok(output) if output.status.success() => Ok(modules),
        Ok(output) => Err(format!("node ended with {}", output.status)),
        Err(error) => Err(format!("node: {error}")),
    }
}

/// Copies the Go module beside the script.
fn copy_module(from: &Path, to: &Path) {
    for name in ["go.mod", "main.go", "greet/greet.go"] {
        let copy = to.join(name);
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(from.join(name), copy).unwrap();
    }
}

/// Plays a script with the client library in front of goplens, and gives what it said and the record.
/// `None` where something that it needs is not there.
fn play(test: &str, script: &str, arguments: &[&str]) -> Option<(Value, Recorded)> {
    let gopls = gopls_or_skip(test)?;
    let modules = match client_library() {
        Ok(modules) => modules,
        Err(reason) => {
            skip(test, &reason);
            return None;
        }
    };
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("vscode");
    let folder = tempfile::tempdir().unwrap();
    let module = folder.path().join("module");
    copy_module(&scripts.join("module"), &module);
    // The extension takes the server for gopls by the name of its file.
    let server = folder.path().join("gopls");
    fs::copy(goplens(), &server).unwrap();
    let state = folder.path().join("state");

    let output = command("node")
        .arg(scripts.join(script))
        .args([&server, &module])
        .args(arguments)
        .env("GOPLENS_TEST_NODE_MODULES", modules)
        .env("GOPLENS_GOPLS", gopls)
        .env("GOPLENS_STATE", &state)
        .env("GOPLENS_CONFIG", folder.path().join("config.toml"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let verdict: Value = serde_json::from_str(said.trim()).unwrap_or_else(|error| {
        panic!("{error}: {said}{}", String::from_utf8_lossy(&output.stderr))
    });
    assert_eq!(verdict["ok"], true, "{verdict}");
    let recorded = Recorded::read(&state).expect("the session has a trace");
    assert!(recorded.events("unmatched").is_empty());
    assert!(recorded.events("rejected").is_empty());
    assert!(recorded.events("finding").is_empty());
    Some((verdict, recorded))
}

#[test]
fn the_client_library_of_vs_code_is_content() {
    let test = "vscode::the_client_library_of_vs_code_is_content";
    let Some((verdict, recorded)) = play(test, "session.mjs", &[]) else {
        return;
    };
    let client = recorded.info.client.as_ref().map(ToString::to_string);
    assert_eq!(client.as_deref(), Some("Visual Studio Code 1.105.1"));
    assert_eq!(recorded.responses("textDocument/definition").len(), 2);
    let cancelled = &recorded.responses("workspace/symbol")[0];
    assert_eq!(cancelled.outcome.as_deref(), Some("cancelled"), "{verdict}");
}

#[test]
fn edits_of_tokens_make_the_tokens_that_the_file_has() {
    const EDITS: usize = 1000;
    let test = "vscode::edits_of_tokens_make_the_tokens_that_the_file_has";
    let Some((_, recorded)) = play(test, "tokens.mjs", &[&EDITS.to_string()]) else {
        return;
    };
    let delta = "textDocument/semanticTokens/full/delta";
    assert_eq!(recorded.responses(delta).len(), EDITS);
    assert_eq!(recorded.rewrites("semantic-tokens-questions").len(), EDITS);
    let answers = recorded.rewrites("semantic-tokens-answers").len();
    assert_eq!(answers, 1 + 2 * EDITS, "those in full have an id, too");
}
