//! What stands in a Go file, also in one that is being written and has errors.

mod import;
mod text;
mod token;
mod tree;

pub use import::{Import, import_of, imports, package_clause};
pub use text::{offset, range};
pub use token::{Token, TokenKind, token_at};
