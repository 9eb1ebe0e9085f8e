//! The server that tower-lsp drives: it can say why there is no gopls, and nothing else.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{
    CodeDescription, Diagnostic, DiagnosticSeverity, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, InitializeParams, InitializeResult, InitializedParams, MessageType,
    NumberOrString, Range, ServerCapabilities, ServerInfo, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions,
};
use tower_lsp::{Client, LanguageServer, async_trait};
use trace::finding::Finding;
use url::Url;

use crate::place::{self, Exists};

pub(crate) struct Server {
    client: Client,
    reason: Arc<Finding>,
    /// The page of the reason.
    page: Option<Url>,
    exists: Exists,
    /// The place of the diagnostic, found once the folder is known.
    marker: OnceLock<Option<Url>>,
    /// Whether the client takes a link in a diagnostic.
    links: AtomicBool,
    /// Whether the message was shown.
    told: AtomicBool,
    /// Whether the diagnostic has its place.
    placed: AtomicBool,
}

impl Server {
    pub(crate) fn new(
        client: Client,
        reason: Arc<Finding>,
        page: Option<Url>,
        exists: Exists,
    ) -> Self {
        Self {
            client,
            reason,
            page,
            exists,
            links: AtomicBool::new(false),
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
            .show_message(
                MessageType::ERROR,
                format!("goplens: {}", self.reason.line()),
            )
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
        let diagnostic = self.diagnostic(range);
        self.client
            .publish_diagnostics(uri, vec![diagnostic], version)
            .await;
    }

    fn diagnostic(&self, range: Range) -> Diagnostic {
        let page = self
            .page
            .clone()
            .filter(|_| self.links.load(Ordering::Relaxed));
        Diagnostic {
            range,
            severity: Some(DiagnosticSeverity::ERROR),
            code: Some(NumberOrString::String(self.reason.code.as_str().to_owned())),
            code_description: page.map(|href| CodeDescription { href }),
            source: Some("goplens".to_owned()),
            message: self.reason.message(),
            ..Diagnostic::default()
        }
    }
}

#[async_trait]
impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let documents = params.capabilities.text_document.as_ref();
        let diagnostics = documents.and_then(|able| able.publish_diagnostics.as_ref());
        let links = diagnostics.and_then(|able| able.code_description_support);
        self.links.store(links == Some(true), Ordering::Relaxed);
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
