//! A server that does what a healthy gopls never does, as a script tells it.

mod lsp;
mod raw;
mod service;

use std::process::Command;

use tests::Script;

/// The exit code where there is no script that can be read.
const NO_SCRIPT: i32 = 70;

fn main() {
    let script = match script() {
        Ok(script) => script,
        Err(error) => {
            eprintln!("stand-in: {error}");
            std::process::exit(NO_SCRIPT);
        }
    };
    if script.child {
        start_child();
    }
    match script.raw {
        Some(raw) => std::process::exit(raw::run(&raw)),
        None => lsp::run(script),
    }
}

/// The script in the file that `GOPLENS_TEST_SCRIPT` names; without one it behaves.
fn script() -> Result<Script, String> {
    let Some(path) = tests::variable("GOPLENS_TEST_SCRIPT") else {
        return Ok(Script::default());
    };
    let text = std::fs::read(path).map_err(|error| error.to_string())?;
    serde_json::from_slice(&text).map_err(|error| error.to_string())
}

/// Starts a child that keeps no pipe of this process open, as `go list` does not either.
fn start_child() {
    let null = std::process::Stdio::null;
    let mut sleep: Command = tests::command("sleep");
    let sleep = sleep.arg("600").stdin(null()).stdout(null()).stderr(null());
    if let Err(error) = sleep.spawn() {
        eprintln!("stand-in: no child: {error}");
    }
}
