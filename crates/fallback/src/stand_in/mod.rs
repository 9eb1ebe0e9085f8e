//! A stand-in for gopls, for `goplens demo` on a machine without Go.
//!
//! It knows Go only as far as a lexer does: a definition is a declaration of the same name
//! somewhere in the module. It never claims to be gopls.

mod declarations;
mod lexer;
mod module;
mod server;

use tokio::io::{AsyncRead, AsyncWrite};
use tower_lsp::LspService;

/// The name that it gives in `serverInfo`.
pub const NAME: &str = "goplens stand-in (not gopls)";

/// Serves one client until its input ends. After `exit` it says nothing more and waits for that
/// end, so whoever sends `exit` closes the input.
pub async fn serve_stand_in(input: impl AsyncRead + Unpin, output: impl AsyncWrite) {
    let (service, socket) = LspService::new(server::Server::new);
    tower_lsp::Server::new(input, output, socket)
        // gopls handles one message at a time too, and an edit must not overtake a request.
        .concurrency_level(1)
        .serve(service)
        .await;
}
