//! The session as seen on the wire, and the inspectors that find what is wrong with it.
//!
//! [`start`] begins a thread that gets a copy of the traffic from a [`Feed`], keeps what is known of the
//! [session](session::Session), and shows it to the inspectors, which raise and clear findings. What takes
//! time (files, the go command, a question to gopls) is looked up by other threads. Nothing here is on the
//! path of a message, and whatever happens here, the messages pass.

mod contract;
mod encoding;
mod engine;
mod event;
mod feed;
mod inspector;
mod inspectors;
mod json;
mod look;
mod outlet;
mod place;
mod report;
pub mod session;
mod shift;
mod store;

pub use encoding::Encoding;
pub use engine::start;
pub use event::{Event, Learned, Pulse, Seen};
pub use feed::{Feed, Picked};
pub use inspector::Inspector;
pub use outlet::{Chosen, Outlet, TakingPart, Waiting};
pub use report::Report;
