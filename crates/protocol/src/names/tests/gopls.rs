//! Places that are gopls's own, and those that the protocol leaves open.

use serde_json::{Value, json};

use super::{Folder, Method, NO, REQUEST, RESPONSE, YES, body, check, check_text, renamed};

/// Commands as gopls 0.23 and 0.24 write them.
fn command() -> Value {
    json!({ "title": NO, "command": "gopls.x", "arguments": [
        { "URI": YES, "DiagnosticSource": NO },
        { "URIs": [YES, YES] },
        { "Dir": YES, "Recursive": true },
        { "Location": { "uri": YES, "range": {} }, "ShowDocument": true },
        { "Files": [YES], "Mode": 1 },
        { "ViewID": "1", "InitFirst": true, "Args": ["use", "/link/no"] },
        { "textDocument": { "uri": YES }, "target": "/link/no" },
        { "method": "x", "param": { "textDocument": { "uri": YES, "text": NO } } },
        YES,
        "1",
        "command-line-arguments/link/no/x.go",
    ] })
}

/// What gopls wants to have back as it was.
fn data() -> Value {
    json!({ "command": "gopls.x", "arguments": [NO, { "URI": NO }] })
}

#[test]
fn arguments_of_commands() {
    check(REQUEST, Method::WORKSPACE_EXECUTE_COMMAND, command());
    let lens = json!({ "range": {}, "command": command() });
    check(RESPONSE, Method::TEXT_DOCUMENT_CODE_LENS, json!([lens]));
    check(REQUEST, Method::CODE_LENS_RESOLVE, lens);
    let item = json!({ "command": command(), "textEdit": { "newText": NO } });
    check(RESPONSE, Method::TEXT_DOCUMENT_COMPLETION, json!([item]));
    let list = json!({ "isIncomplete": true, "items": [item] });
    check(RESPONSE, Method::TEXT_DOCUMENT_COMPLETION, list);
}

#[test]
fn code_actions_and_their_data() {
    let action = json!({ "title": NO, "command": command(), "data": data() });
    let edit = json!({ "title": NO, "edit": { "changes": { YES: [{ "newText": NO }] } } });
    check(
        RESPONSE,
        Method::TEXT_DOCUMENT_CODE_ACTION,
        json!([command(), action, edit]),
    );
    check(REQUEST, Method::CODE_ACTION_RESOLVE, action.clone());
    check(RESPONSE, Method::CODE_ACTION_RESOLVE, action);
    check(
        REQUEST,
        Method::TEXT_DOCUMENT_CODE_ACTION,
        json!({ "textDocument": { "uri": YES }, "context": { "diagnostics": [
            { "data": data(), "relatedInformation": [{ "location": { "uri": YES } }] },
        ] } }),
    );
}

#[test]
fn what_commands_give() {
    let test = json!({ "Name": NO, "Loc": { "uri": YES } });
    let results = [
        json!([{ "Type": "GoMod", "Root": YES, "Folder": YES, "EnvOverlay": ["X=/link/no"] }]),
        json!({ "Modules": [{ "Path": "/link/no", "GoMod": YES }] }),
        json!({
            "Packages": [{ "Path": NO, "TestFiles": [{ "URI": YES, "Tests": [test] }] }],
            "Module": { "/link/no": { "GoMod": YES } },
        }),
        json!({ "Files": [YES], "Symbols": [{ "name": NO, "file": 0 }] }),
        json!({ "Files": { "Total": 1 }, "Views": [] }),
        json!({ "changes": { YES: [{ "newText": NO }] } }),
        json!({ "documentChanges": [{ "oldUri": YES, "newUri": YES }] }),
        json!([{ "targetUri": YES, "targetRange": {} }]),
        json!({ YES: { "Findings": [{ "trace": [
            { "module": "/link/no", "position": { "filename": "/link/yes/x.go" } },
        ] }] } }),
        json!({ "File": "/link/yes/profile" }),
        json!([{ "title": NO, "command": command(), "data": data() }]),
        json!("http://127.0.0.1:1234/link/no"),
    ];
    for result in results {
        check(RESPONSE, Method::WORKSPACE_EXECUTE_COMMAND, result);
    }
}

#[test]
fn nothing_is_looked_for_where_the_stack_might_end() {
    let deep = "[".repeat(9_000) + &json!(NO).to_string() + &"]".repeat(9_000);
    let result = format!("[{},{deep}]", json!(YES));
    check_text(RESPONSE, Method::WORKSPACE_EXECUTE_COMMAND, &result);
}

#[test]
fn what_gopls_asks_the_user_for_a_command() {
    let resolve = Method::new("command/resolve");
    let params = json!({
        "command": "gopls.move_declaration",
        "arguments": [{ "Location": { "uri": YES } }],
        "formFields": [{ "id": "file", "description": NO, "default": YES }],
        "formAnswers": [{ "id": "/link/no", "value": YES }, { "value": "/link/yes/x.go" }],
    });
    check(REQUEST, resolve.clone(), params.clone());
    check(RESPONSE, resolve, params.clone());
    check(REQUEST, Method::WORKSPACE_EXECUTE_COMMAND, params);
}

/// Registers once, for the method of that name.
fn registration(method: &str, options: &Value) -> Value {
    json!({ "registrations": [{ "id": NO, "method": method, "registerOptions": options }] })
}

#[test]
fn registrations() {
    // As gopls 0.23 does it with and without relative patterns, and where it watches folders.
    let watchers = json!({ "watchers": [
        { "globPattern": { "baseUri": YES, "pattern": "/link/no/*.{go,mod,sum,work}" } },
        { "globPattern": "/link/yes/**/*.{go,mod,sum,work}", "kind": 7 },
        { "globPattern": "/link/yes/go.work", "kind": 7 },
        { "globPattern": "/link/yes", "kind": 7 },
        { "globPattern": "**/*.{mod,work}", "kind": 7 },
    ] });
    let register = Method::CLIENT_REGISTER_CAPABILITY;
    let watched = "workspace/didChangeWatchedFiles";
    check(REQUEST, register.clone(), registration(watched, &watchers));
    // The method may come last, or not at all.
    let last = format!(r#"{{"registerOptions":{watchers},"method":"{watched}"}}"#);
    let none = format!(r#"{{"registerOptions":{{"uri":"{NO}"}}}}"#);
    let both = format!(r#"{{"registrations":[{last},{none}]}}"#);
    check_text(REQUEST, register.clone(), &both);

    let selector = |uri| json!({ "documentSelector": [{ "pattern": { "baseUri": uri } }] });
    for (method, uri) in [("textDocument/semanticTokens", YES), ("textDocument/x", NO)] {
        check(
            REQUEST,
            register.clone(),
            registration(method, &selector(uri)),
        );
    }
}

#[test]
fn only_what_comes_before_a_pattern_is_a_path() {
    let glob = |pattern: &str| {
        let method = Method::CLIENT_REGISTER_CAPABILITY;
        let options = json!({ "watchers": [{ "globPattern": pattern }] });
        let part = registration("workspace/didChangeWatchedFiles", &options);
        let body = body(REQUEST, &method, &part.to_string());
        let new = renamed(&body, REQUEST, &method, Folder("/a/b", "/\"c*"));
        let new: Value = serde_json::from_str(&new).expect("it is JSON");
        new.pointer("/params/registrations/0/registerOptions/watchers/0/globPattern")
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    for (pattern, new) in [
        ("/a/b/**/*.go", "/\"c*/**/*.go"),
        ("/a/b/c/d{e}/f", "/\"c*/c/d{e}/f"),
        ("/a/b", "/\"c*"),
    ] {
        assert_eq!(glob(pattern).as_deref(), Some(new));
    }
    for same in [
        "/a/b*/c",
        "/a/{b,c}/d",
        "/a/[b]",
        "/a/b?",
        "/a/bc/*",
        "a/b/*",
        "/**",
        "*",
        "",
    ] {
        assert_eq!(glob(same).as_deref(), Some(same));
    }
}

#[test]
fn a_link_to_a_replaced_module_is_a_path() {
    check(
        RESPONSE,
        Method::TEXT_DOCUMENT_DOCUMENT_LINK,
        json!([{ "target": "/link/yes/go.mod" }, { "target": "https://x/link/no" }]),
    );
}

#[test]
fn links_in_markdown() {
    // As gopls 0.23 writes it.
    let text = "```go\nfunc F() // [x](file:///link/no)\n```\n\nF is like \
        [Bar](file:///link/yes/x.go#10,6) and [Baz.M](file:///link/yes/y.go#16,12)";
    let markdown = json!({ "kind": "markdown", "value": text });
    check(
        RESPONSE,
        Method::TEXT_DOCUMENT_HOVER,
        json!({ "contents": markdown, "x": markdown["x"] }),
    );
    let plain = json!({ "kind": "plaintext", "value": "[Bar]: file:///link/no (file:///link/no)" });
    let hover = json!({ "contents": plain });
    check(RESPONSE, Method::TEXT_DOCUMENT_HOVER, hover);
    check_text(
        RESPONSE,
        Method::TEXT_DOCUMENT_HOVER,
        r#"{"contents":{"value":"[x](file:///link/yes/x.go)","kind":"markdown"}}"#,
    );
    let item = json!({ "documentation": markdown, "detail": "[x](file:///link/no)" });
    check(
        RESPONSE,
        Method::TEXT_DOCUMENT_COMPLETION,
        json!({ "items": [item] }),
    );
    check(REQUEST, Method::COMPLETION_ITEM_RESOLVE, item);
    check(
        RESPONSE,
        Method::TEXT_DOCUMENT_SIGNATURE_HELP,
        json!({ "signatures": [{
            "label": "[x](file:///link/no)", "documentation": markdown,
            "parameters": [{ "documentation": markdown }, { "documentation": NO }],
        }] }),
    );
    let part = json!({
        "value": "/link/no", "tooltip": markdown, "location": { "uri": YES },
        "command": { "arguments": [YES] },
    });
    check(
        RESPONSE,
        Method::TEXT_DOCUMENT_INLAY_HINT,
        json!([{ "tooltip": markdown, "label": [part] }, { "tooltip": NO, "label": NO }]),
    );
}
