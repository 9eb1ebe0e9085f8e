use super::*;
use crate::Requests;

/// The lines of records given by what follows their number and time.
fn lines(records: &[&str]) -> Vec<String> {
    let mut formatter = Formatter::new(false);
    let mut requests = Requests::new();
    let numbered = records.iter().zip(1..).map(|(rest, seq)| {
        let text = format!(r#"{{"seq":{seq},"time":"2026-11-23T17:05:33.12345{seq}Z",{rest}}}"#);
        let record: Record = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{text}: {e}"));
        let asked = requests.see(&record);
        formatter.format(&record, &asked)
    });
    numbered.collect()
}

const INITIALIZE: &str = r#""direction":"client-to-server","kind":"request","method":"initialize","id":0,"bytes":2345,"body":{"params":{"clientInfo":{"name":"Visual Studio Code","version":"1.107.0"},"workspaceFolders":[{"uri":"file:///w/mod","name":"mod"}]}}"#;

#[test]
fn a_definition_from_its_request_to_its_answer() {
    let shown = lines(&[
        INITIALIZE,
        r#""direction":"server-to-client","kind":"response","method":"initialize","id":0,"bytes":4000,"latency_us":61234,"outcome":"ok","body":{"result":{"serverInfo":{"name":"gopls","version":"{\"GoVersion\":\"go1.26.8\",\"Main\":{\"Version\":\"v0.23.0\"}}"}}}"#,
        r#""direction":"client-to-server","kind":"request","method":"textDocument/definition","id":2,"bytes":123,"body":{"params":{"textDocument":{"uri":"file:///w/mod/main.go"},"position":{"line":4,"character":24}}}"#,
        r#""direction":"server-to-client","kind":"response","method":"textDocument/definition","id":2,"bytes":234,"latency_us":2100,"outcome":"ok","body":{"result":[{"uri":"file:///w/mod/util/util.go","range":{"start":{"line":9,"character":5}}},{"uri":"file:///w/mod/b.go","range":{"start":{"line":1,"character":1}}}]}"#,
    ]);
    assert_eq!(
        shown,
        [
            "17:05:33.123 → initialize #0 2.3 kB Visual Studio Code 1.107.0",
            "17:05:33.123 ← initialize #0 4.0 kB 61.2ms gopls v0.23.0",
            "17:05:33.123 → textDocument/definition #2 main.go:5:25 123 B",
            "17:05:33.123 ← textDocument/definition #2 main.go:5:25 234 B 2.1ms \
             2 locations util/util.go:10:6, ...",
        ]
    );
}

#[test]
fn outcomes_in_words() {
    let response = |method: &str, outcome: &str, body: &str| {
        let record = format!(
            r#""direction":"server-to-client","kind":"response","method":"{method}","id":"a","latency_us":7,"outcome":"{outcome}","body":{body}"#
        );
        let line = lines(&[&record]).remove(0);
        line.split_once(" 7us ").unwrap().1.to_owned()
    };
    let tokens = "textDocument/semanticTokens/full";
    let hover = "textDocument/hover";
    let cases = [
        (hover, "null", r#"{"result":null}"#, "null"),
        (
            "textDocument/references",
            "empty",
            r#"{"result":[]}"#,
            "empty",
        ),
        (
            "textDocument/definition",
            "error",
            r#"{"error":{"code":0,"message":"no package metadata for file U"}}"#,
            "error 0: no package metadata for file U",
        ),
        (
            hover,
            "cancelled",
            r#"{"error":{"code":-32800,"message":"context canceled\nmore"}}"#,
            "cancelled -32800: context canceled",
        ),
        (hover, "timeout", r#"{"result":null}"#, "timeout"),
        (
            tokens,
            "ok",
            r#"{"result":{"data":[0,0,7,9,0,0,8,4,0,0]}}"#,
            "2 tokens",
        ),
        (
            "textDocument/semanticTokens/full/delta",
            "ok",
            r#"{"result":{"resultId":"2","edits":[{"start":0,"deleteCount":1,"data":[1]}]}}"#,
            "1 edit",
        ),
        (
            "textDocument/completion",
            "ok",
            r#"{"result":{"isIncomplete":true,"items":[{}]}}"#,
            "1 item and more",
        ),
        (
            hover,
            "ok",
            r#"{"result":{"contents":{"kind":"markdown","value":"```go\nfunc helper() int\n```"}}}"#,
            "func helper() int",
        ),
        (
            "textDocument/definition",
            "ok",
            r#"{"result":[{"targetUri":"file:///x.go","targetSelectionRange":{"start":{"line":0,"character":0}}}]}"#,
            "1 location /x.go:1:1",
        ),
        (
            "textDocument/codeAction",
            "ok",
            r#"{"result":[{},{},{}]}"#,
            "3 items",
        ),
        ("shutdown", "ok", r#"{"result":{"a":1}}"#, "ok"),
        // Text that a strict reader refuses is no reason to fail.
        (hover, "ok", r#"{"result":{"contents":"\ud800"}}"#, "ok"),
    ];
    for (method, outcome, body, words) in cases {
        assert_eq!(response(method, outcome, body), words, "{body}");
    }
}

#[test]
fn notifications_and_the_servers_requests() {
    let message = |method: &str, params: &str| {
        let record = format!(
            r#""direction":"server-to-client","kind":"notification","method":"{method}","body":{{"params":{params}}}"#
        );
        let line = lines(&[&record]).remove(0);
        line.split_once(method).unwrap().1.trim_start().to_owned()
    };
    let cases = [
        (
            "textDocument/publishDiagnostics",
            r#"{"uri":"file:///w/main.go","diagnostics":[{},{},{}]}"#,
            "/w/main.go 3 diagnostics",
        ),
        (
            "window/logMessage",
            r#"{"type":3,"message":"2026/11/23 Created View (#1)\n\tdirectory=/w\u001b[2J"}"#,
            "info: 2026/11/23 Created View (#1)",
        ),
        (
            "window/showMessage",
            r#"{"type":1,"message":"a\u001b[2Jb"}"#,
            "error: a [2Jb",
        ),
        (
            "$/progress",
            r#"{"token":"1","value":{"kind":"begin","title":"Setting up workspace","message":"Loading packages..."}}"#,
            "begin: Setting up workspace, Loading packages...",
        ),
        (
            "$/progress",
            r#"{"token":"1","value":{"kind":"end"}}"#,
            "end",
        ),
        ("$/cancelRequest", r#"{"id":"x"}"#, "#\"x\""),
        (
            "textDocument/didChange",
            r#"{"textDocument":{"uri":"file:///a.go","version":3},"contentChanges":[{}]}"#,
            "/a.go version 3, 1 change",
        ),
        (
            "workspace/configuration",
            r#"{"items":[{"section":"gopls"},{"section":"go"}]}"#,
            "gopls, go",
        ),
    ];
    for (method, params, words) in cases {
        assert_eq!(message(method, params), words, "{method}");
    }
}

#[test]
fn events_say_their_sentence_or_their_fields() {
    let event = |name: &str, data: &str| {
        let record = format!(r#""kind":"event","event":"{name}","data":{data}"#);
        lines(&[&record]).remove(0)[13..].to_owned()
    };
    let cases = [
        (
            "timeout",
            r#"{"method":"textDocument/hover","id":5,"uri":"file:///a.go","position":{"line":0,"character":1},"waited_ms":2000,"text":"textDocument/hover #5 (file:///a.go:1:2) has not been answered for 2.0 s. gopls uses 0 % CPU."}"#,
            "! timeout textDocument/hover #5 /a.go:1:2 has not been answered for 2.0 s. gopls uses 0 % CPU.",
        ),
        (
            "late",
            r#"{"method":"m","id":"5","waited_ms":3210,"asker":"client","dropped":true}"#,
            "! late m #\"5\" answered after 3.2 s, not handed on because goplens had answered already",
        ),
        (
            "rejected",
            r#"{"direction":"client-to-server","reason":"a batch","bytes":3,"text":"[1]"}"#,
            "! rejected a batch",
        ),
        (
            "server-exit",
            r#"{"how":"exit code 2","code":2,"because":"it died","last_words":["x"]}"#,
            "! server-exit exit code 2",
        ),
        (
            "rewrite",
            r#"{"by":["mend","path"],"method":"m"}"#,
            "! rewrite m by mend, path",
        ),
        (
            "rewrite",
            r#"{"by":["paths"],"method":"m","splices":[{"by":"paths","was":"file:///a","is":"file:///b",
                "at":[3,9]},{"by":"inject","was":"","is":",{}","at":[1]}]}"#,
            "! rewrite m by paths: file:///a -> file:///b 2 times, +,{}",
        ),
        (
            "rewrite",
            r#"{"by":["documents"],"method":"m","splices":[],"before":1,"then":"dropped"}"#,
            "! rewrite m by documents; not handed on, 1 message of goplens's own in its place",
        ),
        (
            "rewrite",
            r#"{"by":["twice"],"method":"m","splices":[],"before":2}"#,
            "! rewrite m by twice; 2 messages of goplens's own before it",
        ),
        (
            "rewrite",
            r#"{"by":["twice"],"method":"m","splices":[],"then":"answered"}"#,
            "! rewrite m by twice; answered by goplens",
        ),
        (
            "unchecked",
            r#"{"bytes":20000000,"limit":1}"#,
            "! unchecked 20.0 MB",
        ),
        (
            "header",
            r#"{"header":"content-length: 2\n\n"}"#,
            "! header \"content-length: 2\\n\\n\"",
        ),
        (
            "dropped",
            r#"{"records":3,"bodies":0}"#,
            "! dropped 3 records and the bodies of 0 more: the trace could not keep up",
        ),
        ("notice", r#"{"text":"hello"}"#, "! notice hello"),
        (
            "versions",
            r#"{"workspaces":[{"folders":["file:///w/a%20b"],"gopls":{"version":"v0.23.0","built_by":"go1.26.8"},
                "go_version":"1.26.8","selected":"go1.27.3"},{"folders":["file:///x"],"selected":null}]}"#,
            "! versions gopls v0.23.0 built by go1.26.8, Go 1.26.8 on PATH, go1.27.3 in /w/a b",
        ),
        (
            "unheard-of",
            r#"{"a":1,"b":[1,2],"c":{},"d":null,"id":3}"#,
            "! unheard-of #3 a=1 b=[2] c={...}",
        ),
    ];
    for (name, data, line) in cases {
        assert_eq!(event(name, data), line);
    }
}

#[test]
fn colour_only_when_asked() {
    let record: Record = serde_json::from_str(
        r#"{"seq":1,"time":"2026-11-23T17:05:33.123456Z","direction":"client-to-server","kind":"notification","method":"exit"}"#,
    )
    .unwrap();
    let asked = Requests::new().see(&record);
    assert_eq!(
        Formatter::new(false).format(&record, &asked),
        "17:05:33.123 → exit"
    );
    assert!(
        Formatter::new(true)
            .format(&record, &asked)
            .contains('\u{1b}')
    );
}
