//! Methods, directions, and the table made from the LSP meta model.
//!
//! - [`Method`]: a method's name, cheap to copy and to compare, with a constant for each method of
//!   the protocol; [`MethodSet`]: many of them, for who wants to hear of some messages only.
//! - [`MethodInfo`]: what LSP 3.17 and 3.18 say of a method: who sends it, since when, and where its
//!   messages hold URIs, as a [`Shape`].
//! - [`Direction`] and [`Side`]: which way a message travels, and who chose its id.
//! - [`Splice`]: a change of a body that leaves all its other bytes as they are; [`names`]: those that
//!   call the files in a message by other names.
//! - [`conform`]: a message held against all that the protocol says of it.
//! - [`tokens`]: semantic tokens, held against what the protocol says of them.
//! - [`traffic`]: what passed through the proxy, as others get to see it.
//!
//! The table is made by `cargo xtask codegen` and committed, so that the crate builds without the
//! meta model.

pub mod conform;
mod direction;
mod info;
mod method;
mod method_set;
pub mod names;
mod shape;
mod splice;
mod table;
pub mod tokens;
pub mod traffic;
mod types;

pub use direction::{Direction, Side};
pub use info::{MethodInfo, Registration};
pub use method::Method;
pub use method_set::MethodSet;
pub use shape::Shape;
pub use splice::{Splice, span};
