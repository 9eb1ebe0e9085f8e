//! The harness of the tests: an editor that holds a server to every promise of a session.
//!
//! A [`Setup`] starts a [`Session`], with goplens in front of a server or with a server alone.
//! What the session sent and received is kept in a [`Book`], and when the session is over,
//! [`Session::finish`] (or its drop) holds it against the trace: each request has one response,
//! each message one record, and no process is left.
//!
//! A server that misbehaves as no healthy gopls does is the program `stand-in`, told what to do by
//! a [`Script`].

mod account;
mod binaries;
mod book;
mod editor;
mod hang;
mod lab;
mod link;
mod machine;
mod module;
mod processes;
mod raw_server;
mod real_editor;
mod recorded;
mod releases;
mod script;
mod session;
mod setup;
mod temporary;
mod vscode;

pub use binaries::{goplens, goplens_with_state, gopls_ends_with, gopls_or_skip, skip};
pub use book::{Book, Note};
pub use editor::{Response, initialize, place};
pub use hang::Hang;
pub use lab::{Lab, cases, check_case, faults};
pub use machine::{arguments, command, variable};
pub use module::Module;
pub use processes::{MARK, Process, child_of, marked, wait_until};
pub use raw_server::{RawServer, frames};
pub use real_editor::{Played, RealEditor};
pub use recorded::Recorded;
pub use releases::{Release, releases_or_skip};
pub use script::{End, Flood, Raw, Script};
pub use session::{Ended, PATIENCE, Session};
pub use setup::Setup;
pub use temporary::temporary_folder;
pub use vscode::VsCode;
