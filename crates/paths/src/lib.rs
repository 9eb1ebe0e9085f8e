//! What the client calls a file and what gopls calls it.

mod maps;
pub mod uri;

pub use maps::{Map, Maps, Rejected};
