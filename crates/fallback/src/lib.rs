//! The tower-lsp server that answers when gopls cannot.
