//! The tower-lsp server that answers when gopls cannot.
//!
//! An editor whose language server dies at start shows "write EPIPE" and nothing else. So when
//! gopls is not found, is goplens itself, or dies before it answers `initialize`, a [`Fallback`]
//! takes its place: it answers `initialize` with hardly any capability, says in the Problems panel
//! and in one message why there is no gopls and which command mends it, and stays until `exit`.
//!
//! [`stand_in`] is another matter: the small server that `goplens demo` talks to on a machine
//! without Go.

mod driver;
mod intake;
mod place;
mod server;
pub mod stand_in;

pub use driver::Fallback;
