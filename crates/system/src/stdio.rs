//! Standard input and output, and the pipes of a child, without blocking the runtime.

#[cfg_attr(unix, path = "stdio/unix.rs")]
#[cfg_attr(not(unix), path = "stdio/other.rs")]
mod platform;

pub use platform::{Sink, Source, stderr, stdin, stdout};
