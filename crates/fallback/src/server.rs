//! The server that tower-lsp drives: it can say why there is no gopls, and nothing else.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, InitializeParams, InitializeResult,
    InitializedParams, MessageType, Range, ServerCapabilities, ServerInfo,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
};
use tower_lsp::{Client, LanguageServer, async_trait};
use url::Url;

use crate::place::{self, Exists};
use crate::reason::Reason;

pub(crate) struct Server {
    client: Client,
    reason: Arc<Reason>,
    exists: Exists,
    /// The place of the diagnostic, found once the folder is known.
    marker: OnceLock<Option<Url>>,
    /// Whether the message was shown.
    told: AtomicBool,
    /// Whether the diagnostic has its place.
    placed: AtomicBool,
}

impl Server {
    pub(crate) fn new(client: Client, reason: Arc<Reason>, exists: Exists) -> Self {
        Self {
            client,
            reason,
            exists,
            marker: OnceLock::new(),
            told: AtomicBool::new(false),
            placed: AtomicBool::new(false),
        }
    }

    /// Says why, once: with the message, and with the diagnostic if its place is known already.
    async fn tell(&self) {
        if self.told.swap(true, Ordering::Relaxed) {
            return;
        }
        self.client
            .show_message(MessageType::ERROR, self.reason.popup())
            .await;
        if let Some(Some(uri)) = self.marker.get() {
            self.place(uri.clone(), place::first_line(), None).await;
        }
    }

    /// Publishes the diagnostic, at the first place that offers itself.
    async fn place(&self, uri: Url, range: Range, version: Option<i32>) {
        if self.placed.swap(true, Ordering::Relaxed) {
            return;
        }
        let diagnostic = self.reason.diagnostic(range);
        self.client
            .publish_diagnostics(uri, vec![diagnostic], version)
            .await;
    }
}

#[async_trait]
impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        self.marker.get_or_init(|| {
            let folder = params.root_uri?;
            place::marker(&folder, &self.exists)
        });
        // Documents are asked for only because a diagnostic may have to be placed in one.
        let documents = TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::NONE),
            ..TextDocumentSyncOptions::default()
        };
        Ok(InitializeResult {
            capabilities: ServerCapabilities {
                text_document_sync: Some(TextDocumentSyncCapability::Options(documents)),
                ..ServerCapabilities::default()
            },
            server_info: Some(ServerInfo {
                name: "goplens".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        self.tell().await;
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        // A client that never sends `initialized` is told here.
        self.tell().await;
        let document = params.text_document;
        if document.language_id == "go" || document.uri.path().ends_with(".go") {
            let range = place::first_line_of(&document.text);
            self.place(document.uri, range, Some(document.version))
                .await;
        }
    }

    // Closing changes nothing, and without these tower-lsp logs a warning for each.
    async fn did_close(&self, _: DidCloseTextDocumentParams) {}

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}
