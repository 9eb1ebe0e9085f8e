//! The tasks of the project, run as `cargo xtask TASK`.

mod codegen;

use std::process::ExitCode;

/// What the tasks are called.
const USAGE: &str = "\
usage: cargo xtask TASK

tasks:
  codegen [--check] [DIR]  make the protocol table from the LSP meta models in DIR";

fn main() -> ExitCode {
    #[expect(
        clippy::disallowed_methods,
        reason = "a program of its own, with arguments of its own"
    )]
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (task, rest) = match arguments.split_first() {
        Some((task, rest)) => (task.as_str(), rest),
        None => ("help", &[][..]),
    };
    let outcome = match task {
        "codegen" => codegen::run(rest),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        unknown => Err(anyhow::anyhow!("no task is called {unknown:?}\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
