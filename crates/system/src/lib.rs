//! The only way to the machine: environment, files, processes, network and clock.
//!
//! Everything else in goplens asks here, so that what looks at the machine can be tested against a
//! made-up one, and so that one crate alone has to be read to know what goplens touches. Code that
//! differs between systems stands in files named after them.

mod attribute;
mod call;
mod certificate;
mod connect;
mod dirs;
mod file;
mod http;
mod interrupt;
mod machine;
#[cfg(any(test, feature = "made-up"))]
pub mod made_up;
mod process;
mod processes;
mod replace;
mod search;
mod server;
mod stat;
mod stdio;
mod temporary;
mod volume;
mod written;

pub use call::Call;
pub use certificate::Certificate;
pub use connect::{Between, Reach, Route, Step, StepKind};
pub use dirs::Dirs;
pub use http::get;
pub use interrupt::{Interrupt, Interrupts};
pub use machine::{Entry, EntryKind, Output, Real, System};
pub use process::{Late, command, end_calls};
pub use processes::{Activity, Descendant, activity, is_alive};
pub use replace::become_program;
pub use server::{Ended, Group, Pipes, Server, spawn};
pub use stat::{Owner, Stat, User};
pub use stdio::{Sink, Source, stderr, stdin, stdout};
pub use temporary::TemporaryFolder;
pub use volume::Volume;
pub use written::Refused;

/// The arguments behind the program's name, as they came.
#[expect(
    clippy::disallowed_methods,
    reason = "this is where the arguments are read"
)]
pub fn arguments() -> Vec<std::ffi::OsString> {
    std::env::args_os().skip(1).collect()
}
