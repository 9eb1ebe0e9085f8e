//! Standard input and output, and the pipes of a child, without blocking the runtime.

use std::io::IsTerminal;

#[cfg_attr(unix, path = "stdio/unix.rs")]
#[cfg_attr(not(unix), path = "stdio/other.rs")]
mod platform;

pub use platform::{Sink, Source, stderr, stdin, stdout};

/// Whether standard input and output are terminals.
pub fn is_terminal() -> (bool, bool) {
    (
        std::io::stdin().is_terminal(),
        std::io::stdout().is_terminal(),
    )
}
