//! goplens, an LSP proxy between an editor and gopls that shows why Go to Definition fails.
//!
//! It is a drop-in gopls: unless its first argument is a verb of its own, it is the proxy, or
//! becomes the real gopls.

mod change;
mod chosen;
mod config;
mod demo;
mod doctor;
mod drift;
mod explain;
mod find;
mod guard;
mod invocation;
mod own;
mod replace;
mod serve;
mod sessions;
mod setup;
mod table;
mod tail;

use std::io::IsTerminal;
use std::process::ExitCode;

use invocation::Invocation;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let _log = log_to_stderr();
    if guard::is_stand_in(&system::Real) {
        return serve::stand_in();
    }
    let arguments = system::arguments();
    match invocation::of(&arguments) {
        Invocation::Own => own::run(arguments),
        Invocation::Gopls => replace::run(&arguments),
        Invocation::Proxy if arguments.is_empty() && std::io::stdin().is_terminal() => own::help(),
        Invocation::Proxy => serve::run(&arguments),
    }
}

/// What is said unless `GOPLENS_LOG` asks for other things: the library of the fallback would report
/// each request that the fallback has no answer to.
const WORDS: &str = "warn,tower_lsp=off";

/// goplens's own words go to standard error, which editors show; standard output is LSP's alone.
/// There are few of them, and `GOPLENS_LOG` asks for more (`GOPLENS_LOG=debug`). A thread writes
/// them, because an editor that does not read them shall not hold a session up.
fn log_to_stderr() -> WorkerGuard {
    let filter = EnvFilter::try_from_env("GOPLENS_LOG").unwrap_or_else(|_| EnvFilter::new(WORDS));
    // The room for lines that wait is taken at the start; the default would be 4 MB.
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(64)
        .finish(std::io::stderr());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .with_ansi(false)
        .without_time()
        .init();
    guard
}
