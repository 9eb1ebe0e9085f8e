use std::fs;
use std::path::Path;

use trace::FindingsLog;
use trace::finding::{Action, Code, Finding};

use super::*;

const ID: &str = "20261123T170533.000Z-7";

/// A session of two folders with one client and one gopls, which ended.
fn info() -> Value {
    let peers = json!({
        "client": "Visual Studio Code", "client_version": "1.107.0",
        "gopls": { "version": "v0.23.0", "sum": "h1:a=", "built_by": "go1.26.8" },
        "go": "/opt/go/bin/go", "go_version": "1.26.8",
    });
    let mut app = peers.clone();
    app["folders"] = json!(["file:///w/app"]);
    app["selected"] = json!("go1.27.3");
    app["toolchain"] = json!("GOTOOLCHAIN=auto is in /opt/go/go.env");
    app["files"] = json!([{ "file": "/w/app/go.mod", "go": "1.24", "toolchain": "go1.27.3" }]);
    let mut lib = peers;
    lib["folders"] = json!(["file:///w/lib", "file:///w/more"]);
    lib["selected"] = json!("go1.26.8");
    lib["toolchain"] = json!("GOTOOLCHAIN=auto is in /opt/go/go.env");
    lib["files"] = json!([{ "file": "/w/go.work", "go": "1.24", "toolchain": null }]);
    let mut info = short();
    info["versions"] = json!({ "workspaces": [app, lib] });
    info
}

/// One that ended before anybody looked at a version.
fn short() -> Value {
    json!({
        "gopls": "v0.23.0", "go_built_with": "go1.26.8", "client": { "name": "vim" },
        "start": "2026-11-23T17:05:33Z", "end": "2026-11-23T17:07:38Z",
        "ended": { "code": 0, "text": "exit code 0" },
    })
}

/// What is said of such a session, and how its findings are written.
fn run_on(info: &Value, json: bool, findings: impl Fn(&Path)) -> (String, String, ExitCode) {
    let state = tempfile::tempdir().unwrap();
    let folder = state.path().join(trace::SESSIONS).join(ID);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("session.json"), info.to_string()).unwrap();
    findings(&folder);
    let options = Options {
        state: state.path().to_owned(),
        json,
        session: None,
    };
    let (mut out, mut notes) = (Vec::new(), Vec::new());
    let code = run(&options, &mut out, &mut notes).unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(out), text(notes), code)
}

fn malformed() -> Finding {
    Finding::new(Code::MalformedMessage, "The editor has sent a hover.", "B.")
        .about("hover")
        .evidence("`position.line` is\na string")
        .fix("Update it", Action::Hand("In the editor.".into()))
}

/// The lines of a text, with one space where there are several.
fn words(text: &str) -> Vec<String> {
    let line = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().map(line).collect()
}

#[test]
fn versions_with_where_they_were_seen_and_nothing_that_disagrees() {
    let (out, notes, code) = run_on(&info(), false, |folder| {
        // What concerns the code alone is no drift.
        let cycle = Finding::new(Code::ImportCycle, "A.", "B.");
        FindingsLog::of(folder).found(&cycle).unwrap();
    });
    assert_eq!((notes.as_str(), code), ("", ExitCode::SUCCESS));
    assert_eq!(
        words(&out),
        [
            "session 20261123T170533.000Z-7, ended 0",
            "",
            "WHO VERSION SEEN",
            "editor Visual Studio Code 1.107.0",
            "gopls v0.23.0 h1:a=",
            "Go that built gopls go1.26.8",
            "go on PATH 1.26.8 /opt/go/bin/go",
            "Go in /w/app go1.27.3 GOTOOLCHAIN=auto is in /opt/go/go.env",
            "go.mod go 1.24, toolchain go1.27.3 /w/app/go.mod",
            "Go in /w/lib, /w/more go1.26.8 GOTOOLCHAIN=auto is in /opt/go/go.env",
            "go.work go 1.24 /w/go.work",
            "",
            "nothing disagrees",
        ]
    );
}

#[test]
fn a_go_that_could_not_be_asked_is_told() {
    let said = |go: Value, selected: Value| {
        let mut info = info();
        let app = &mut info["versions"]["workspaces"][0];
        app["go"] = go;
        app["go_version"] = Value::Null;
        app["selected"] = selected;
        let (out, _, code) = run_on(&info, false, |_| {});
        assert_eq!(code, ExitCode::SUCCESS);
        let (object, _, _) = run_on(&info, true, |_| {});
        let object: Value = serde_json::from_str(&object).unwrap();
        (out, object["unknown"].clone())
    };
    let (out, unknown) = said(json!("/opt/go/bin/go"), Value::Null);
    let words = "Which Go is used in /w/app could not be asked of /opt/go/bin/go, and nothing was compared \
                 with it.";
    let end = format!("\n\n{words}\n\nnothing that was looked at disagrees\n");
    assert!(out.ends_with(&end), "{out}");
    assert_eq!(unknown, json!([words]));

    let (out, _) = said(Value::Null, Value::Null);
    let words = "No go command was found for /w/app, and nothing was compared with it.";
    assert!(out.contains(words), "{out}");

    // One that nobody has released has no version, and says what it is.
    let (out, unknown) = said(json!("/opt/go/bin/go"), json!("devel go1.28-abc"));
    assert!(out.ends_with("\n\nnothing disagrees\n"), "{out}");
    assert_eq!(unknown, json!([]));
}

#[test]
fn what_disagrees_stands_there_with_evidence_and_a_fix() {
    let (out, _, code) = run_on(&info(), false, |folder| {
        FindingsLog::of(folder).found(&malformed()).unwrap();
    });
    assert_eq!(code, DISAGREES.into());
    let lines = words(&out);
    let table = lines.iter().position(|line| line.starts_with("DIS"));
    let table = &lines[table.unwrap()..];
    assert_eq!(table[0], "DISAGREEMENT SINCE STATE WHAT");
    assert!(table[1].starts_with("malformed-message 2"), "{out}");
    let end = "held to the end The editor has sent a hover.";
    assert!(table[1].ends_with(end), "{out}");
    let beneath = [
        "- `position.line` is a string",
        "Fix: Update it. In the editor.",
    ];
    assert_eq!(table[2..], beneath, "{out}");
}

#[test]
fn what_was_cleared_disagrees_no_more() {
    let clear = |folder: &Path| {
        let log = FindingsLog::of(folder);
        log.found(&malformed()).unwrap();
        log.cleared(&malformed()).unwrap();
    };
    let (out, _, code) = run_on(&info(), false, clear);
    assert_eq!(code, ExitCode::SUCCESS);
    assert!(out.contains("  cleared 2"), "{out}");
    assert!(out.ends_with("\n\nnothing disagrees any more\n"), "{out}");

    let (out, _, _) = run_on(&info(), true, clear);
    let object: Value = serde_json::from_str(&out).unwrap();
    let row = &object["disagreements"][0];
    assert_eq!(row["holds"], false);
    assert!(row["cleared"].as_str() >= row["time"].as_str(), "{row}");
}

#[test]
fn a_session_whose_versions_were_not_looked_at_says_so() {
    let (out, _, code) = run_on(&short(), false, |_| {});
    assert_eq!(code, ExitCode::SUCCESS);
    let lines = words(&out);
    assert_eq!(
        lines[3..6],
        [
            "editor vim",
            "gopls v0.23.0",
            "Go that built gopls go1.26.8"
        ]
    );
    assert!(
        lines[7].starts_with("The Go commands were not looked at,"),
        "{out}"
    );
    assert_eq!(lines[9..], ["nothing that was looked at disagrees"]);

    let (out, _, _) = run_on(&short(), true, |_| {});
    let object: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(object["versions"], Value::Null);
    assert_eq!(object["session"]["gopls"], "v0.23.0");
}

#[test]
fn json_is_one_object_with_all_of_it() {
    let (out, _, code) = run_on(&info(), true, |folder| {
        FindingsLog::of(folder).found(&malformed()).unwrap();
    });
    assert_eq!(code, DISAGREES.into());
    let object: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(object["session"]["id"], ID);
    assert_eq!(object["session"]["state"], "ended");
    assert_eq!(object["session"].get("versions"), None);
    assert_eq!(object["versions"], info()["versions"]);
    let row = &object["disagreements"][0];
    assert_eq!(
        (&row["code"], &row["holds"]),
        (&json!("malformed-message"), &json!(true))
    );
    assert_eq!(
        row["finding"]["evidence"][0],
        "`position.line` is\na string"
    );
}

#[test]
fn what_another_version_wrote_is_told() {
    let (out, notes, _) = run_on(&info(), false, |folder| {
        fs::write(folder.join("findings.jsonl"), "{}\n{\"time\":\"2026").unwrap();
    });
    assert!(out.ends_with("nothing disagrees\n"), "{out}");
    assert!(
        notes.starts_with("goplens: 1 line of the findings in "),
        "{notes}"
    );
}

#[test]
fn without_a_session_it_cannot_run() {
    let state = tempfile::tempdir().unwrap();
    let options = Options {
        state: state.path().to_owned(),
        json: false,
        session: None,
    };
    let error = run(&options, &mut Vec::new(), &mut Vec::new()).unwrap_err();
    assert!(
        error.to_string().starts_with("no session is recorded in "),
        "{error}"
    );
}
