//! What the client calls a file and what gopls calls it.
//!
//! gopls never resolves links: to it a file is what it is called. [`Spellings`] knows the folders whose
//! files gopls knows by their spelling, finds for each document that the client opens the name that gopls
//! knows it by, and turns names into one another. Only a file that gopls would not know is renamed.

mod document;
mod folders;
mod home;
mod links;
mod look;
mod maps;
mod names;
mod place;
mod spellings;
mod tree;
pub mod uri;
mod worker;

pub use document::Known;
pub use folders::LeftOut;
pub use home::{Home, HomeKind, module_root};
pub use maps::{Map, Maps, Rejected};
pub use place::Tree;
pub use spellings::{Changed, Renaming, Spellings, Use};
