//! The reading side: a session folder as it is or as it grows, and the list of all sessions.

mod findings;
mod follow;
mod lines;
mod reader;
mod sessions;

pub use findings::{Findings, Noted};
pub use follow::Follower;
pub use reader::{Line, SessionReader};
pub use sessions::{SessionSummary, Sessions, State, sessions};
pub(crate) use sessions::{size, state_of};

#[cfg(test)]
mod tests;
