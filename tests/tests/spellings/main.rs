//! One file, one spelling: what gopls answers where the client spells a file otherwise than the
//! workspace does.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

mod client;
mod ground;
mod names;
mod one_spelling;
mod play;
mod questions;
mod row;
mod rows;
