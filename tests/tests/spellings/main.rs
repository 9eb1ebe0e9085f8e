//! One file, one spelling: what gopls answers where the client spells a file otherwise than the
//! workspace does.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

mod changing;
mod client;
mod folders;
mod ground;
mod homes;
mod maps;
mod names;
mod odd_uris;
mod one_spelling;
mod play;
mod questions;
mod record;
mod row;
mod rows;
mod twice;
mod twins;
