//! An LSP client on two pipes, as an editor is one: it answers what the server asks.

use std::io::{Read, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bytes::BytesMut;
use serde_json::{Value, json};
use wire::{Framer, Step};

use super::editor;

/// What gopls calls the progress that ends when a workspace is loaded.
const LOADING: &str = "Setting up workspace";

/// The client's end of a session.
pub(super) struct Client<W> {
    input: W,
    received: Receiver<Value>,
    last_id: i64,
    /// How many messages were sent and received.
    pub(super) messages: u64,
    loading: Option<Value>,
    /// Whether the server has loaded the workspace.
    pub(super) loaded: bool,
    /// The errors that the server showed.
    pub(super) errors: Vec<String>,
    /// What goplens found, as the Problems panel would show it.
    pub(super) findings: Vec<String>,
}

/// What a server answers: a result, or an error.
pub(super) type Answered = std::result::Result<Value, Value>;

/// A response.
pub(super) struct Answer {
    /// The request's id.
    pub(super) id: i64,
    /// What it says.
    pub(super) result: Answered,
}

impl<W: Write> Client<W> {
    /// A client that writes to the server's input and reads its output, in a thread that ends
    /// with the output.
    pub(super) fn new(input: W, output: impl Read + Send + 'static) -> Self {
        let (sender, received) = mpsc::channel();
        thread::spawn(move || read(output, &sender));
        Self {
            input,
            received,
            last_id: 0,
            messages: 0,
            loading: None,
            loaded: false,
            errors: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Sends a request and gives its id.
    ///
    /// # Errors
    ///
    /// Where the server does not read any more.
    pub(super) fn request(&mut self, method: &str, params: Option<Value>) -> Result<i64> {
        self.last_id += 1;
        let mut message = json!({ "jsonrpc": "2.0", "id": self.last_id, "method": method });
        if let Some(params) = params {
            message["params"] = params;
        }
        self.send(&message)?;
        Ok(self.last_id)
    }

    /// Sends a notification.
    ///
    /// # Errors
    ///
    /// As for [`Client::request`].
    pub(super) fn notify(&mut self, method: &str, params: Value) -> Result<()> {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    /// Takes one message from the server, for which it waits so long, and does what it asks.
    /// A response is given to the caller.
    ///
    /// # Errors
    ///
    /// Where the server has ended.
    pub(super) fn receive(&mut self, wait: Duration) -> Result<Option<Answer>> {
        let mut message = match self.received.recv_timeout(wait) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout) => return Ok(None),
            Err(RecvTimeoutError::Disconnected) => bail!("goplens closed the connection"),
        };
        self.messages += 1;
        match (message["method"].as_str(), message.get("id")) {
            (Some(method), Some(id)) => {
                let answer = answer(method, &message["params"]);
                let response = match answer {
                    Some(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
                    None => {
                        let error = json!({ "code": -32601, "message": "not in this demo" });
                        json!({ "jsonrpc": "2.0", "id": id, "error": error })
                    }
                };
                self.send(&response)?;
            }
            (Some(method), None) => self.note(method, &message["params"]),
            (None, id) => {
                let id = id
                    .and_then(Value::as_i64)
                    .context("a response without an id")?;
                let result = match message.get("error") {
                    Some(error) => Err(error.clone()),
                    None => Ok(message["result"].take()),
                };
                return Ok(Some(Answer { id, result }));
            }
        }
        Ok(None)
    }

    /// Gives up the server's input, which tells it to end if nothing else did.
    pub(super) fn close(self) {}

    fn note(&mut self, method: &str, params: &Value) {
        match method {
            "$/progress" if params["value"]["title"] == LOADING => {
                self.loading = Some(params["token"].clone());
            }
            "$/progress" if params["value"]["kind"] == "end" => {
                self.loaded |= self.loading.as_ref() == Some(&params["token"]);
            }
            "textDocument/publishDiagnostics" => {
                let all = params["diagnostics"].as_array().into_iter().flatten();
                let own = all.filter(|one| one["source"] == "goplens");
                let words = own.filter_map(|one| one["message"].as_str());
                self.findings.extend(words.map(str::to_owned));
            }
            "window/showMessage" if params["type"] == 1 => {
                self.errors
                    .extend(params["message"].as_str().map(str::to_owned));
            }
            _ => {}
        }
    }

    fn send(&mut self, message: &Value) -> Result<()> {
        self.messages += 1;
        self.input
            .write_all(&wire::frame(message.to_string().as_bytes()))
            .and_then(|()| self.input.flush())
            .context("goplens does not read any more")
    }
}

/// What a client answers to a server's request; `None` where it does not know it.
fn answer(method: &str, params: &Value) -> Option<Value> {
    match method {
        "workspace/configuration" => {
            let items = params["items"].as_array().map_or(0, Vec::len);
            Some(Value::Array(vec![editor::settings(); items]))
        }
        "window/workDoneProgress/create"
        | "client/registerCapability"
        | "client/unregisterCapability"
        | "workspace/semanticTokens/refresh" => Some(Value::Null),
        _ => None,
    }
}

/// Reads messages until the output ends, is no LSP any more, or nobody wants them.
fn read(mut output: impl Read, sender: &Sender<Value>) {
    let mut framer = Framer::default();
    let mut buffer = BytesMut::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match framer.next(&mut buffer, |_| u64::MAX) {
            Step::Frame(frame) => {
                let Ok(message) = serde_json::from_slice(&frame.body()) else {
                    return;
                };
                if sender.send(message).is_err() {
                    return;
                }
            }
            Step::More(_) => match output.read(&mut chunk) {
                Ok(0) | Err(_) => return,
                Ok(length) => buffer.extend_from_slice(&chunk[..length]),
            },
            Step::Large { .. } | Step::Chunk { .. } | Step::Skipped { .. } | Step::Lost(_) => {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    const SOON: Duration = Duration::from_secs(20);

    fn client(messages: &[Value]) -> Client<Vec<u8>> {
        let frames: Vec<u8> = messages
            .iter()
            .flat_map(|message| wire::frame(message.to_string().as_bytes()))
            .collect();
        Client::new(Vec::new(), Cursor::new(frames))
    }

    fn written(client: &Client<Vec<u8>>) -> String {
        String::from_utf8(client.input.clone()).unwrap()
    }

    #[test]
    fn a_response_is_given_and_null_is_a_result() {
        let mut client = client(&[
            json!({ "id": 1, "result": null }),
            json!({ "id": 2, "error": { "code": 0 } }),
        ]);
        let answer = client.receive(SOON).unwrap().unwrap();
        assert_eq!((answer.id, answer.result), (1, Ok(Value::Null)));
        let answer = client.receive(SOON).unwrap().unwrap();
        assert_eq!((answer.id, answer.result), (2, Err(json!({ "code": 0 }))));
        assert!(client.receive(SOON).is_err());
    }

    #[test]
    fn the_server_gets_an_answer_to_all_that_it_asks() {
        let items = json!({ "items": [{ "section": "gopls" }, { "section": "gopls" }] });
        let mut client = client(&[
            json!({ "id": 1, "method": "workspace/configuration", "params": items }),
            json!({ "id": "a", "method": "window/workDoneProgress/create", "params": {} }),
            json!({ "id": 3, "method": "workspace/unheardOf" }),
        ]);
        for _ in 0..3 {
            assert!(client.receive(SOON).unwrap().is_none());
        }
        let written = written(&client);
        assert!(written.contains(r#""result":[{"semanticTokens":true},{"semanticTokens":true}]"#));
        assert!(written.contains(r#""id":"a","jsonrpc":"2.0","result":null"#));
        assert!(written.contains("-32601"));
        assert_eq!(client.messages, 6);
    }

    #[test]
    fn loading_ends_with_its_own_progress_and_no_other() {
        let progress = |token: &str, value: Value| json!({ "method": "$/progress", "params": { "token": token, "value": value } });
        let mut client = client(&[
            progress("a", json!({ "kind": "begin", "title": LOADING })),
            progress("b", json!({ "kind": "end" })),
            progress("a", json!({ "kind": "end" })),
            json!({ "method": "window/showMessage", "params": { "type": 1, "message": "no" } }),
        ]);
        let mut seen = Vec::new();
        for _ in 0..4 {
            client.receive(SOON).unwrap();
            seen.push(client.loaded);
        }
        assert_eq!(seen, [false, false, true, true]);
        assert_eq!(client.errors, ["no"]);
    }

    #[test]
    fn what_is_no_lsp_ends_the_session() {
        let mut client = Client::new(Vec::new(), Cursor::new(b"hello\n\n".to_vec()));
        assert!(client.receive(SOON).is_err());
    }
}
