//! What the script says, in front of the tower-lsp service.

use std::future::Future;
use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use rustix::pipe::fcntl_setpipe_size;
use rustix::process::{Signal, getpid, kill_process};
use serde_json::{Value, json};
use tests::{End, Flood, Script};
use tower::Service;
use tower_lsp::jsonrpc::{Request, Response};
use tower_lsp::lsp_types::request::Request as Method;
use tower_lsp::{Client, ExitedError, LspService};

use crate::lsp::Server;

/// A service that does what the script says, and leaves the rest to tower-lsp.
pub(crate) struct Scripted {
    pub(crate) inner: LspService<Server>,
    pub(crate) client: Client,
    pub(crate) script: Arc<Script>,
    pub(crate) shut_down: AtomicBool,
}

type Answer = Pin<Box<dyn Future<Output = Result<Option<Response>, ExitedError>> + Send>>;

impl Service<Request> for Scripted {
    type Response = Option<Response>;
    type Error = ExitedError;
    type Future = Answer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ExitedError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Answer {
        let script = Arc::clone(&self.script);
        let method = request.method().to_owned();
        if let Some(text) = script.complaints.get(&method) {
            eprint!("{text}");
        }
        if let Some(text) = script.garbage.get(&method) {
            let mut stdout = std::io::stdout().lock();
            let _ = stdout
                .write_all(text.as_bytes())
                .and_then(|()| stdout.flush());
        }
        if let Some(flood) = script.floods.get(&method) {
            let body = match *flood {
                Flood::Answer(size) => json!({ "jsonrpc": "2.0", "id": request.id(),
                    "result": { "contents": "x".repeat(size) } }),
                Flood::Notification(size) => json!({ "jsonrpc": "2.0", "method": "stand-in/flood",
                    "params": { "text": "x".repeat(size) } }),
            };
            flood_with(&body);
        }
        if let Some(end) = script.ends.get(&method) {
            end_by(*end);
        }
        match method.as_str() {
            "shutdown" => self.shut_down.store(true, Ordering::Relaxed),
            "exit" if script.stays => return Box::pin(async { Ok(None) }),
            "exit" => std::process::exit(i32::from(!self.shut_down.load(Ordering::Relaxed))),
            _ => {}
        }
        if let Some(asked) = script.asks.get(&method) {
            ask(self.client.clone(), asked);
        }
        if script.never.contains(&method) {
            return Box::pin(std::future::pending());
        }
        let answer = self.inner.call(request);
        let delay = script.delays_ms.get(&method).copied().unwrap_or_default();
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(delay)).await;
            answer.await
        })
    }
}

/// How much a pipe may hold where no administrator says otherwise.
const LARGEST_PIPE: usize = 1 << 20;

fn flood_with(body: &Value) {
    let mut stdout = std::io::stdout().lock();
    // Where the pipe stays small the reader has to take a part first.
    let _ = fcntl_setpipe_size(&stdout, LARGEST_PIPE);
    let frame = wire::frame(body.to_string().as_bytes());
    let _ = stdout.write_all(&frame).and_then(|()| stdout.flush());
}

fn end_by(end: End) {
    match end {
        End::Code(code) => std::process::exit(code),
        End::Signal(number) => match Signal::from_named_raw(number) {
            Some(signal) => {
                let _ = kill_process(getpid(), signal);
            }
            None => eprintln!("stand-in: {number} is no signal"),
        },
    }
}

/// Sends the client a request, and says on standard error what became of it.
fn ask(client: Client, method: &str) {
    let configuration = method == Configuration::METHOD;
    tokio::spawn(async move {
        let answer = if configuration {
            client
                .send_request::<Configuration>(serde_json::json!({ "items": [{}] }))
                .await
        } else {
            client
                .send_request::<Progress>(serde_json::json!({ "token": "t" }))
                .await
        };
        eprintln!("the client answered {answer:?}");
    });
}

/// `workspace/configuration`.
enum Configuration {}

impl Method for Configuration {
    type Params = Value;
    type Result = Value;
    const METHOD: &'static str = "workspace/configuration";
}

/// `window/workDoneProgress/create`.
enum Progress {}

impl Method for Progress {
    type Params = Value;
    type Result = Value;
    const METHOD: &'static str = "window/workDoneProgress/create";
}
