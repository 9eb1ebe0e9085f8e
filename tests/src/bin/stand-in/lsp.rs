//! A small language server on tower-lsp.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::task::{Context, Poll};

use tests::Script;
use tokio::io::{AsyncRead, ReadBuf, Stdin};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{
    GotoDefinitionParams, GotoDefinitionResponse, Hover, HoverContents, HoverParams,
    InitializeParams, InitializeResult, Location, MarkedString, OneOf, Range, ServerCapabilities,
    ServerInfo,
};
use tower_lsp::{LanguageServer, LspService, async_trait};

use crate::service::Scripted;

/// Runs it until it is told to end.
pub(crate) fn run(script: Script) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(serve(Arc::new(script))),
        Err(error) => eprintln!("stand-in: no runtime: {error}"),
    }
}

async fn serve(script: Arc<Script>) {
    if script.deaf {
        ignore_signals();
    }
    let (inner, socket) = LspService::new(|client| Server { client });
    let scripted = Scripted {
        client: inner.inner().client.clone(),
        inner,
        script: Arc::clone(&script),
        shut_down: AtomicBool::new(false),
    };
    let ended = Arc::new(Notify::new());
    let stdin = Watched {
        stdin: tokio::io::stdin(),
        ended: Arc::clone(&ended),
    };
    let server = tower_lsp::Server::new(stdin, tokio::io::stdout(), socket)
        // Whoever is not answered shall not keep the others from it.
        .concurrency_level(1000)
        .serve(scripted);
    tokio::select! {
        () = server => {}
        () = ended.notified() => {}
    }
    if script.stays {
        std::future::pending::<()>().await;
    }
    std::process::exit(0);
}

/// Takes the three signals that end a process, and does nothing about them.
fn ignore_signals() {
    for kind in [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::hangup(),
    ] {
        // A handler stays for the life of the process.
        if let Err(error) = signal(kind) {
            eprintln!("stand-in: no signal handler: {error}");
        }
    }
}

/// Standard input that says when it has ended: tower-lsp waits for every answer before it returns.
struct Watched {
    stdin: Stdin,
    ended: Arc<Notify>,
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stdin).poll_read(context, buffer);
        if polled.is_ready() && buffer.filled().len() == before {
            self.ended.notify_one();
        }
        polled
    }
}

/// Answers `initialize`, `definition`, `hover` and `shutdown`.
pub(crate) struct Server {
    client: tower_lsp::Client,
}

#[async_trait]
impl LanguageServer for Server {
    async fn initialize(&self, _: InitializeParams) -> Result<InitializeResult> {
        Ok(InitializeResult {
            capabilities: ServerCapabilities {
                definition_provider: Some(OneOf::Left(true)),
                ..ServerCapabilities::default()
            },
            server_info: Some(ServerInfo {
                name: "stand-in".to_owned(),
                version: None,
            }),
        })
    }

    async fn goto_definition(
        &self,
        params: GotoDefinitionParams,
    ) -> Result<Option<GotoDefinitionResponse>> {
        let uri = params.text_document_position_params.text_document.uri;
        let here = Location::new(uri, Range::default());
        Ok(Some(GotoDefinitionResponse::Array(vec![here])))
    }

    async fn hover(&self, _: HoverParams) -> Result<Option<Hover>> {
        let text = MarkedString::String("what the stand-in knows".to_owned());
        Ok(Some(Hover {
            contents: HoverContents::Scalar(text),
            range: None,
        }))
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}
