//! Methods, directions, and the table made from the LSP meta model.

mod direction;
mod method;
pub mod traffic;

pub use direction::{Direction, Side};
pub use method::Method;
