//! The two pumps between client and server, the pending requests, timeouts and the tap.
//!
//! What a pump does with a frame is as little as can be done: it reads its head, keeps the table of
//! pending requests, asks the rewriters that claimed its method, feeds the tap and writes the
//! original bytes. It knows nobody who looks at the traffic: whoever does is behind the [`Tap`].

mod forward;
mod from_client;
mod from_server;
mod goroutines;
mod last_words;
mod observe;
mod outbox;
mod outcome;
mod own;
mod pending;
mod pump;
mod rewriter;
mod session;
mod shared;
mod slow;
mod speaker;
mod stderr;
mod tap;
mod thresholds;
mod timeout;
mod watch;

pub use own::Level;
use pending::PendingTable;
pub use pending::{Pending, Place};
pub use rewriter::{Incoming, Rewriter, Verdict};
pub use session::{Client, End, Options, Orphan, run};
pub use speaker::{Channel, Speaker};
pub use tap::Tap;
pub use thresholds::Thresholds;
pub use watch::DebugServer;

/// The largest body from the client that is held and checked, in bytes. A longer one streams through
/// unchecked.
pub const LARGEST_CHECKED: u64 = 16 << 20;

/// The largest body from the server that is held when nothing claims it, in bytes.
pub const LARGEST_UNCLAIMED: u64 = 1 << 20;

/// The largest body from the server that is held for those who claim it, in bytes.
pub const LARGEST_CLAIMED: u64 = 64 << 20;
