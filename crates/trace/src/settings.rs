//! What the recorder is told when a session starts.

use std::path::PathBuf;

const MIB: u64 = 1 << 20;

/// Where the trace goes and how much of it is kept. Sizes are in bytes.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The state directory; sessions are kept in its folder `sessions`.
    pub state: PathBuf,
    /// A longer body is left out of its record.
    pub max_body: usize,
    /// `trace.jsonl` is rotated at the first record that ends at or beyond this.
    pub rotate_at: u64,
    /// The oldest chunks of a session are deleted beyond this.
    pub session_cap: u64,
    /// The oldest ended sessions are deleted beyond this, when a session starts.
    pub total_cap: u64,
    /// How much is copied to `head.jsonl`.
    pub head_cap: u64,
    /// The size of `stderr.log` at which its middle is cut out.
    pub stderr_cap: u64,
    /// What may wait for the writer. From three quarters of it on bodies are dropped, beyond it
    /// records.
    pub queue_cap: usize,
}

impl Settings {
    /// The defaults, for sessions below this state directory.
    pub fn new(state: impl Into<PathBuf>) -> Self {
        Self {
            state: state.into(),
            max_body: 1 << 20,
            rotate_at: 32 * MIB,
            session_cap: 256 * MIB,
            total_cap: 2048 * MIB,
            head_cap: 32 * MIB,
            stderr_cap: 16 * MIB,
            queue_cap: 2 << 20,
        }
    }

    /// Caps what a session keeps of its messages; what gopls wrote to its standard error comes on
    /// top. The parts keep their proportions: a small cap needs small chunks, because a chunk is
    /// deleted whole, and bodies that do not fill one alone.
    pub fn cap_session(&mut self, cap: u64) {
        self.session_cap = cap;
        self.max_body = self
            .max_body
            .min(usize::try_from(cap / 16).unwrap_or(usize::MAX));
        self.rotate_at = self.rotate_at.min(cap / 8);
        self.head_cap = self.head_cap.min(cap / 8);
        self.stderr_cap = self.stderr_cap.min(cap / 16);
    }
}

/// What is known of a session before its first message; it goes into `session.json`.
#[derive(Clone, Debug)]
pub struct Start {
    /// The version of goplens.
    pub goplens: String,
    /// The arguments goplens was started with, its own name first.
    pub argv: Vec<String>,
    /// The directory it was started in.
    pub cwd: PathBuf,
}
