//! `goplens drift` beside sessions with the real gopls, while they go on and when they are over.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

use std::env::{join_paths, split_paths};
use std::iter::once;
use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::{Value, json};
use tests::{
    Module, Session, Setup, goplens_with_state, gopls_or_skip, place, temporary_folder, variable,
    wait_until,
};

/// What `goplens drift` says, and its exit code.
fn drift(state: &Path, arguments: &[&str]) -> (String, i32) {
    let output = goplens_with_state(state)
        .arg("drift")
        .args(arguments)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let out = String::from_utf8(output.stdout).unwrap();
    (out, output.status.code().unwrap())
}

/// The same as JSON, once the versions have been looked at.
fn object(state: &Path) -> (Value, i32) {
    let mut object = (Value::Null, -1);
    let looked_at = wait_until(tests::PATIENCE, || {
        let (out, code) = drift(state, &["--json"]);
        object = (serde_json::from_str(&out).unwrap(), code);
        !object.0["versions"].is_null()
    });
    assert!(looked_at, "{object:?}");
    object
}

/// A session in which the sample module is loaded.
fn begin(gopls: &Path, module: &Module) -> Session {
    // The machine's own Go may be newer than the one that built gopls.
    Setup::through_goplens(gopls)
        .env("GOTOOLCHAIN", "local")
        .start_loaded(module)
}

#[test]
fn in_a_healthy_session_all_versions_are_there_and_nothing_disagrees() {
    const TEST: &str = "drift::in_a_healthy_session_all_versions_are_there_and_nothing_disagrees";
    let Some(gopls) = gopls_or_skip(TEST) else {
        return;
    };
    let module = Module::sample();
    let mut session = begin(&gopls, &module);
    let state = session.state().to_owned();
    let (live, code) = object(&state);
    assert_eq!(code, 0, "{live:#}");
    assert_eq!(live["session"]["state"], "live");
    assert_eq!(live["disagreements"], json!([]), "{live:#}");
    let versions = &live["versions"]["workspaces"][0];
    assert_eq!(versions["folders"], json!([module.root_uri()]));
    assert_eq!(versions["client"], "the tests");
    assert_eq!(versions["client_version"], "1");
    let go_mod = json!([{ "file": module.file("go.mod"), "go": "1.24", "toolchain": null }]);
    assert_eq!(versions["files"], go_mod, "{versions:#}");
    for (seen, start) in [
        (&versions["gopls"]["version"], "v0."),
        (&versions["gopls"]["sum"], "h1:"),
        (&versions["gopls"]["built_by"], "go1."),
        (&versions["go"], "/"),
        (&versions["go_version"], "1."),
        (&versions["selected"], "go1."),
        (
            &versions["toolchain"],
            "GOTOOLCHAIN=local is in the environment",
        ),
    ] {
        let seen = seen.as_str().unwrap_or_default();
        assert!(seen.starts_with(start), "{start}: {versions:#}");
    }

    session.shut_down();
    let ended = session.finish();
    let events = ended.recorded().events("versions");
    assert_eq!(events, [live["versions"].clone()], "they never changed");
    let (over, code) = object(&state);
    assert_eq!((code, &over["session"]["state"]), (0, &json!("ended")));
    assert_eq!(over["versions"], live["versions"]);
    let (text, code) = drift(&state, &[]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("\ngo on PATH "), "{text}");
    assert!(text.ends_with("\nnothing disagrees\n"), "{text}");
}

#[test]
fn a_go_that_cannot_be_asked_is_told_and_not_taken_for_one_that_agrees() {
    const TEST: &str = "drift::a_go_that_cannot_be_asked_is_told_and_not_taken_for_one_that_agrees";
    let Some(gopls) = gopls_or_skip(TEST) else {
        return;
    };
    let module = Module::sample();
    let bin = temporary_folder("goplens-drift-");
    let go = bin.path().join("go");
    symlink("/bin/false", &go).unwrap();
    let path = variable("PATH").unwrap();
    let path = join_paths(once(bin.path().to_owned()).chain(split_paths(&path))).unwrap();
    let setup = Setup::through_goplens(&gopls).env("PATH", path);
    let mut session = setup.folder(module.path()).start();
    session.initialize(&module);
    session.open(&module, "main.go");
    let (live, _) = object(session.state());
    let versions = &live["versions"]["workspaces"][0];
    assert_eq!(versions["go"], json!(go));
    assert_eq!(versions["selected"], Value::Null, "{versions:#}");
    let unknown = live["unknown"][0].as_str().unwrap_or_default();
    assert!(unknown.contains(&*go.to_string_lossy()), "{live:#}");
    let (text, _) = drift(session.state(), &[]);
    assert!(text.contains(unknown), "{text}");
    assert!(!text.contains("\nnothing disagrees"), "{text}");
    session.shut_down();
    session.finish();
}

#[test]
fn a_message_that_is_not_as_it_has_to_be_disagrees() {
    const TEST: &str = "drift::a_message_that_is_not_as_it_has_to_be_disagrees";
    let Some(gopls) = gopls_or_skip(TEST) else {
        return;
    };
    let module = Module::sample();
    let mut session = begin(&gopls, &module);
    let state = session.state().to_owned();
    let mut wrong = place(&module, "main.go", "Of(item");
    wrong["position"]["line"] = json!("13");
    session.request("textDocument/definition", wrong).error();
    let is_told = || drift(&state, &[]).1 == 1;
    assert!(
        wait_until(tests::PATIENCE, is_told),
        "{}",
        drift(&state, &[]).0
    );
    check(&state, "holds");

    session.shut_down();
    let ended = session.finish();
    check(&state, "held to the end");
    let id = ended.recorded().folder.file_name().unwrap();
    let (named, code) = drift(&state, &["--session", id.to_str().unwrap()]);
    assert_eq!((named, code), drift(&state, &[]));
    let nameless = goplens_with_state(&state)
        .args(["drift", "--session", "x"])
        .output()
        .unwrap();
    assert_eq!(nameless.status.code(), Some(2));
}

/// Fails unless the message is the only row, with this said of it.
fn check(state: &Path, holds: &str) {
    let (text, code) = drift(state, &[]);
    assert_eq!(code, 1, "{text}");
    let mut rows = text.lines().skip_while(|line| !line.starts_with("DIS"));
    let row = rows.nth(1).unwrap_or_default();
    assert!(row.starts_with("malformed-message  "), "{text}");
    assert!(row.contains(&format!("  {holds}  ")), "{text}");
    assert!(row.contains("textDocument/definition"), "{text}");
    let evidence = rows.next().unwrap_or_default();
    assert!(evidence.starts_with("    - "), "{text}");
    assert!(evidence.contains("position.line"), "{text}");
    let (out, code) = drift(state, &["--json"]);
    let object: Value = serde_json::from_str(&out).unwrap();
    let disagreements = object["disagreements"].as_array().unwrap();
    assert_eq!((disagreements.len(), code), (1, 1), "{object:#}");
    assert_eq!(disagreements[0]["code"], "malformed-message");
    assert_eq!(disagreements[0]["holds"], true);
}
