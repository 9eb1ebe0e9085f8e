//! What stands in a Go file, also in one that is being written and has errors.

mod constraint;
mod declaration;
mod import;
mod platform;
mod suffix;
mod text;
mod token;
mod tree;

pub use constraint::{Constraint, Expression, constraint};
pub use declaration::declaration;
pub use import::{Import, import_of, imports, package_clause};
pub use platform::{is_platform, is_system, is_unix};
pub use suffix::suffix_tags;
pub use text::{offset, range};
pub use token::{Token, TokenKind, token_at};
