//! Where the traffic can be seen.

use protocol::traffic::Batch;

/// Sees a copy of all that passes. It is called on the path of the messages, before they are written,
/// so that an answer never comes before its request; it must return at once and never wait.
pub trait Tap: Send + Sync {
    /// What was just read.
    fn feed(&self, batch: Batch);

    /// What gopls wrote to its standard error.
    fn stderr(&self, bytes: &[u8]);

    /// Keeps a file of this name beside the trace, and tells where, if it could. It may wait: it is
    /// called off the path.
    fn attach(&self, name: &str, bytes: &[u8]) -> Option<String>;
}
