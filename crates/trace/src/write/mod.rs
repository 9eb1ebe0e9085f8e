//! The writing side: a queue that never waits, and the one thread that empties it.

mod compress;
mod facts;
mod findings;
mod format;
mod queue;
mod recorder;
mod rotation;
mod stderr;
mod store;
mod sweep;
mod tally;
mod writer;

#[cfg(test)]
mod tests;

pub use findings::FindingsLog;
pub use recorder::Recorder;
