//! A session with the stand-in over a pipe, as the demo has one.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

use std::fs;

use fallback::stand_in;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use url::Url;

async fn send(pipe: &mut DuplexStream, message: Value) {
    let body = message.to_string();
    let frame = format!("Content-Length: {}\r\n\r\n{body}", body.len());
    pipe.write_all(frame.as_bytes()).await.unwrap();
}

async fn receive(pipe: &mut DuplexStream) -> Value {
    let mut header = Vec::new();
    while !header.ends_with(b"\r\n\r\n") {
        header.push(pipe.read_u8().await.unwrap());
    }
    let header = String::from_utf8(header).unwrap();
    let length = header.trim().rsplit(' ').next().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    pipe.read_exact(&mut body).await.unwrap();
    serde_json::from_slice(&body).unwrap()
}

async fn ask(pipe: &mut DuplexStream, id: i64, method: &str, params: Value) -> Value {
    send(
        pipe,
        json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}),
    )
    .await;
    let answer = receive(pipe).await;
    assert_eq!(answer["id"], id, "{answer}");
    assert!(answer.get("error").is_none(), "{answer}");
    answer["result"].clone()
}

async fn notify(pipe: &mut DuplexStream, method: &str, params: Value) {
    send(
        pipe,
        json!({"jsonrpc": "2.0", "method": method, "params": params}),
    )
    .await;
}

#[tokio::test]
async fn a_session_finds_declarations_on_disk_and_in_what_is_open() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("a")).unwrap();
    fs::write(folder.path().join("a/a.go"), "package a\n\nfunc Far() {}\n").unwrap();
    let root = Url::from_directory_path(folder.path()).unwrap();
    let main = root.join("main.go").unwrap();

    let (mut client, server) = tokio::io::duplex(1 << 16);
    let (input, output) = tokio::io::split(server);
    let serving = tokio::spawn(stand_in::serve_stand_in(input, output));
    let pipe = &mut client;

    let hello = ask(
        pipe,
        1,
        "initialize",
        json!({"rootUri": root, "capabilities": {}}),
    )
    .await;
    assert_eq!(hello["serverInfo"]["name"], stand_in::NAME);
    notify(pipe, "initialized", json!({})).await;
    let create = receive(pipe).await;
    assert_eq!(create["method"], "window/workDoneProgress/create");
    send(
        pipe,
        json!({"jsonrpc": "2.0", "id": create["id"], "result": null}),
    )
    .await;
    for kind in ["begin", "end"] {
        assert_eq!(receive(pipe).await["params"]["value"]["kind"], kind);
    }

    let document =
        |text: &str| json!({"uri": main, "languageId": "go", "version": 1, "text": text});
    let text = "package m\n\nfunc f() { a.Far() }\n";
    notify(
        pipe,
        "textDocument/didOpen",
        json!({"textDocument": document(text)}),
    )
    .await;
    let far = json!({"textDocument": {"uri": main}, "position": {"line": 2, "character": 14}});
    let found = ask(pipe, 2, "textDocument/definition", far.clone()).await;
    assert_eq!(found[0]["uri"], root.join("a/a.go").unwrap().as_str());
    assert_eq!(
        found[0]["range"]["start"],
        json!({"line": 2, "character": 5})
    );
    let hover = ask(pipe, 3, "textDocument/hover", far.clone()).await;
    assert_eq!(hover["contents"]["value"], "```go\nfunc Far() {}\n```");
    let whole = json!({"textDocument": {"uri": main}});
    let tokens = ask(pipe, 4, "textDocument/semanticTokens/full", whole).await;
    assert_eq!(tokens["data"].as_array().unwrap().len() % 5, 0);
    assert!(!tokens["data"].as_array().unwrap().is_empty());

    let text = "package m\n\nfunc f() { a.Near() }\n\nfunc Near() {}\n";
    let change = json!({"textDocument": {"uri": main, "version": 2},
                        "contentChanges": [{"text": text}]});
    notify(pipe, "textDocument/didChange", change).await;
    let found = ask(pipe, 5, "textDocument/definition", far).await;
    assert_eq!(found[0]["range"]["start"]["line"], 4);

    send(
        pipe,
        json!({"jsonrpc": "2.0", "id": 6, "method": "shutdown"}),
    )
    .await;
    assert_eq!(
        receive(pipe).await,
        json!({"jsonrpc": "2.0", "id": 6, "result": null})
    );
    drop(client);
    serving.await.unwrap();
}
