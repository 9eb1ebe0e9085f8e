//! Drives the tower-lsp service by hand: bodies in, bodies out, no task and no stdio of its own.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures::future::{self, Either, FutureExt};
use futures::stream::StreamExt;
use serde::Serialize;
use tower::Service;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_lsp::{ClientSocket, LspService};
use trace::finding::Finding;
use url::Url;

use crate::intake::{self, Intake};
use crate::server::Server;

/// The requests that the server answers itself.
const SERVED: [&str; 2] = ["initialize", "shutdown"];

/// The error code of a request that came before `initialize`, from the protocol.
const NOT_INITIALIZED: i64 = -32002;

/// A language server that only says why there is no gopls.
///
/// It does no I/O: the caller hands in each body that the client sent and sends on each body that
/// comes out, in this order. Each request gets exactly one response.
pub struct Fallback {
    service: LspService<Server>,
    socket: ClientSocket,
    reason: Arc<Finding>,
    phase: Phase,
}

/// How far the session has come, as far as it cannot be asked of tower-lsp.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Fresh,
    Initialized,
    ShutDown,
    Exited(i32),
}

impl Fallback {
    /// A server that gives this reason, with a link to its page where there is one. `exists` tells whether a
    /// file exists; it is asked for the go.work and go.mod of the workspace folder and of the folders above it.
    pub fn new(
        reason: Finding,
        page: Option<Url>,
        exists: Box<dyn Fn(&Path) -> bool + Send + Sync>,
    ) -> Self {
        let reason = Arc::new(reason);
        let (service, socket) =
            LspService::new(|client| Server::new(client, Arc::clone(&reason), page, exists));
        Self {
            service,
            socket,
            reason,
            phase: Phase::Fresh,
        }
    }

    /// Takes one JSON-RPC body from the client, in any state and of any content, and gives the
    /// bodies to send to it: the response if it was a request, and what the server had to say.
    pub async fn message(&mut self, body: &[u8]) -> Vec<Bytes> {
        match intake::read(body) {
            Intake::Call(request) => self.call(request).await,
            Intake::Answer => Vec::new(),
            Intake::Refused(response) => vec![encode(&response)],
        }
    }

    /// The code to end with once the client has sent `exit`: 0 if `shutdown` came before, else 1.
    pub fn exited(&self) -> Option<i32> {
        match self.phase {
            Phase::Exited(code) => Some(code),
            Phase::Fresh | Phase::Initialized | Phase::ShutDown => None,
        }
    }

    /// Whether the client has sent `shutdown`.
    pub fn is_shut_down(&self) -> bool {
        matches!(self.phase, Phase::ShutDown | Phase::Exited(0))
    }

    async fn call(&mut self, request: Request) -> Vec<Bytes> {
        let method = request.method().to_owned();
        let id = request.id().cloned();
        let (mut out, response) = self.drive(request).await;
        let response = id.map(|id| self.complete(&method, id, response));
        self.advance(&method, response.as_ref());
        out.extend(response.as_ref().map(encode));
        out
    }

    /// Runs the service on one message. Its notifications go through a channel of one place, so
    /// that channel has to be emptied while the service works, or it would wait for ever.
    async fn drive(&mut self, request: Request) -> (Vec<Bytes>, Option<Response>) {
        let mut out = Vec::new();
        let Ok(()) = future::poll_fn(|context| self.service.poll_ready(context)).await else {
            return (out, None);
        };
        let mut answer = self.service.call(request);
        let response = loop {
            match future::select(self.socket.next(), answer).await {
                Either::Left((Some(said), unfinished)) => {
                    out.push(encode(&said));
                    answer = unfinished;
                }
                // The socket is closed by `exit`, after which there is nothing more to say.
                Either::Left((None, unfinished)) => break unfinished.await,
                Either::Right((response, _)) => break response,
            }
        };
        while let Some(Some(said)) = self.socket.next().now_or_never() {
            out.push(encode(&said));
        }
        // The only error is that of a server that has exited, and it needs no words.
        (out, response.ok().flatten())
    }

    /// The response to a request, whatever tower-lsp made of it: it answers no unknown request
    /// whose name begins with `$/`, and reads the params of those that it does not serve.
    fn complete(&self, method: &str, id: Id, response: Option<Response>) -> Response {
        let served = |response: &Response| {
            SERVED.contains(&method)
                || !matches!(
                    response.error().map(|error| error.code),
                    Some(ErrorCode::MethodNotFound | ErrorCode::InvalidParams)
                )
        };
        response
            .filter(served)
            .unwrap_or_else(|| Response::from_error(id, self.refusal(method)))
    }

    fn refusal(&self, method: &str) -> Error {
        let mut error = Error::method_not_found();
        match self.phase {
            Phase::Fresh => {
                error.code = ErrorCode::ServerError(NOT_INITIALIZED);
                error.message = "Server not initialized".into();
            }
            Phase::Initialized => {
                let Finding { title, code, .. } = &*self.reason;
                error.message =
                    format!("goplens cannot answer {method} without gopls: {title} ({code})")
                        .into();
            }
            Phase::ShutDown | Phase::Exited(_) => error = Error::invalid_request(),
        }
        error
    }

    fn advance(&mut self, method: &str, response: Option<&Response>) {
        let succeeded = response.is_some_and(Response::is_ok);
        self.phase = match (method, self.phase) {
            ("initialize", Phase::Fresh) if succeeded => Phase::Initialized,
            ("shutdown", Phase::Initialized) if succeeded => Phase::ShutDown,
            ("exit", Phase::Fresh | Phase::Initialized) => Phase::Exited(1),
            ("exit", Phase::ShutDown) => Phase::Exited(0),
            (_, phase) => phase,
        };
    }
}

fn encode(message: &impl Serialize) -> Bytes {
    serde_json::to_vec(message)
        .expect("messages have string keys and no fallible serializer")
        .into()
}

#[cfg(test)]
mod tests {
    use trace::finding::Code;

    use super::*;

    #[test]
    fn it_may_be_driven_by_any_runtime() {
        fn sendable<T: Send>(value: T) -> T {
            value
        }
        let reason = Finding::new(Code::GoplsCannotStart, "A.", "B.");
        let mut fallback = sendable(Fallback::new(reason, None, Box::new(|_| false)));
        drop(sendable(fallback.message(b"{}")));
    }
}
