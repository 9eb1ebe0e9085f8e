//! The stand-in's own tower-lsp server.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::notification::Progress;
use tower_lsp::lsp_types::request::WorkDoneProgressCreate;
use tower_lsp::lsp_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    GotoDefinitionParams, GotoDefinitionResponse, Hover, HoverContents, HoverParams,
    HoverProviderCapability, InitializeParams, InitializeResult, InitializedParams, MarkupContent,
    MarkupKind, NumberOrString, OneOf, ProgressParams, ProgressParamsValue, SemanticTokenType,
    SemanticTokens, SemanticTokensFullOptions, SemanticTokensLegend, SemanticTokensOptions,
    SemanticTokensParams, SemanticTokensRangeParams, SemanticTokensRangeResult,
    SemanticTokensResult, ServerCapabilities, ServerInfo, TextDocumentPositionParams,
    TextDocumentSyncCapability, TextDocumentSyncKind, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressCreateParams, WorkDoneProgressEnd,
};
use tower_lsp::{Client, LanguageServer, async_trait};
use url::Url;

use super::NAME;
use super::module::{Found, LEGEND, Module};

pub(super) struct Server {
    client: Client,
    module: Mutex<Module>,
}

impl Server {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            module: Mutex::default(),
        }
    }

    /// The module, also after a panic: each change of it is a single insertion.
    fn module(&self) -> MutexGuard<'_, Module> {
        self.module.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, place: &TextDocumentPositionParams) -> Option<Found> {
        self.module()
            .definition(&place.text_document.uri, place.position)
    }

    fn colours(&self, uri: &Url, first: u32, last: u32) -> Option<SemanticTokens> {
        Some(SemanticTokens {
            result_id: None,
            data: self.module().colours(uri, first, last)?,
        })
    }

    async fn progress(&self, token: &NumberOrString, step: WorkDoneProgress) {
        self.client
            .send_notification::<Progress>(ProgressParams {
                token: token.clone(),
                value: ProgressParamsValue::WorkDone(step),
            })
            .await;
    }
}

#[async_trait]
impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        if let Some(Ok(folder)) = params.root_uri.map(|uri| uri.to_file_path()) {
            self.module().read(&folder);
        }
        let tokens = SemanticTokensOptions {
            legend: SemanticTokensLegend {
                token_types: LEGEND.map(SemanticTokenType::new).to_vec(),
                token_modifiers: Vec::new(),
            },
            range: Some(true),
            full: Some(SemanticTokensFullOptions::Bool(true)),
            ..SemanticTokensOptions::default()
        };
        Ok(InitializeResult {
            capabilities: ServerCapabilities {
                text_document_sync: Some(TextDocumentSyncCapability::Kind(
                    TextDocumentSyncKind::FULL,
                )),
                definition_provider: Some(OneOf::Left(true)),
                hover_provider: Some(HoverProviderCapability::Simple(true)),
                semantic_tokens_provider: Some(tokens.into()),
                ..ServerCapabilities::default()
            },
            server_info: Some(ServerInfo {
                name: NAME.to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        })
    }

    /// Reports the loading of the workspace as gopls does, so that a client that waits for it
    /// waits here too, and a server's request is seen in the trace.
    async fn initialized(&self, _: InitializedParams) {
        let token = NumberOrString::String("stand-in".to_owned());
        let create = WorkDoneProgressCreateParams {
            token: token.clone(),
        };
        let created = self.client.send_request::<WorkDoneProgressCreate>(create);
        if created.await.is_ok() {
            let begin = WorkDoneProgressBegin {
                title: "Setting up workspace".to_owned(),
                ..WorkDoneProgressBegin::default()
            };
            self.progress(&token, WorkDoneProgress::Begin(begin)).await;
            let end = WorkDoneProgressEnd::default();
            self.progress(&token, WorkDoneProgress::End(end)).await;
        }
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        self.module().open(document.uri, document.text);
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        // Whole texts only, as the capabilities say.
        if let Some(change) = params.content_changes.into_iter().next_back() {
            self.module().open(params.text_document.uri, change.text);
        }
    }

    async fn did_close(&self, _: DidCloseTextDocumentParams) {}

    async fn goto_definition(
        &self,
        params: GotoDefinitionParams,
    ) -> Result<Option<GotoDefinitionResponse>> {
        let found = self.find(&params.text_document_position_params);
        Ok(found.map(|found| GotoDefinitionResponse::Array(vec![found.location])))
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let found = self.find(&params.text_document_position_params);
        Ok(found.map(|found| Hover {
            contents: HoverContents::Markup(MarkupContent {
                kind: MarkupKind::Markdown,
                value: format!("```go\n{}\n```", found.words),
            }),
            range: None,
        }))
    }

    async fn semantic_tokens_full(
        &self,
        params: SemanticTokensParams,
    ) -> Result<Option<SemanticTokensResult>> {
        let tokens = self.colours(&params.text_document.uri, 0, u32::MAX);
        Ok(tokens.map(SemanticTokensResult::from))
    }

    async fn semantic_tokens_range(
        &self,
        params: SemanticTokensRangeParams,
    ) -> Result<Option<SemanticTokensRangeResult>> {
        let lines = params.range;
        let uri = &params.text_document.uri;
        let tokens = self.colours(uri, lines.start.line, lines.end.line);
        Ok(tokens.map(SemanticTokensRangeResult::from))
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}
