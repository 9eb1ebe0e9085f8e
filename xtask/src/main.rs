//! The tasks of the project, run as `cargo xtask TASK`.

#[cfg(target_os = "linux")]
mod bench;
mod codegen;
mod shell;
mod snapshots;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

use anyhow::{Result, anyhow};

/// What the tasks are called. The benchmark has two more for itself: `bench-relay`, and the
/// stand-in server that a copy of xtask called `bench-server` is.
const USAGE: &str = "\
usage: cargo xtask TASK

tasks:
  test [--all]                install what the tests need, then run every check; with --all, with
                              every release of gopls and not only with four
  tidy                        check the rules that neither rustfmt nor clippy knows
  codegen [--check] [DIR]     make the protocol table from the LSP meta models in DIR
  gopls-snapshots [--check]   write down what each release of gopls can do, as it says itself
  bench [--peers] [--against GOPLENS] [--quick]
                              measure what goplens costs, and write docs/benchmarks.md";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the task that the arguments name.
fn run() -> Result<ExitCode> {
    #[cfg(target_os = "linux")]
    if shell::own_name().is_some_and(|name| name == bench::server::NAME) {
        return bench::server::run().map(|()| ExitCode::SUCCESS);
    }
    let arguments = shell::arguments()
        .into_iter()
        .map(|argument| {
            let text = argument.into_string();
            text.map_err(|raw| anyhow!("{} is not UTF-8", raw.display()))
        })
        .collect::<Result<Vec<String>>>()?;
    let (task, rest) = match arguments.split_first() {
        Some((task, rest)) => (task.as_str(), rest),
        None => ("help", &[][..]),
    };
    match task {
        #[cfg(target_os = "linux")]
        "bench" => bench::run(rest)?,
        #[cfg(target_os = "linux")]
        "bench-relay" => return bench::relay::run(rest),
        #[cfg(not(target_os = "linux"))]
        "bench" => return Err(anyhow!("the benchmark reads /proc, which only Linux has")),
        "codegen" => codegen::run(rest)?,
        "gopls-snapshots" => snapshots::run(rest)?,
        "test" => return test::run(rest),
        "tidy" => tidy::run()?,
        "help" | "--help" | "-h" => println!("{USAGE}"),
        unknown => return Err(anyhow!("no task is called {unknown:?}\n{USAGE}")),
    }
    Ok(ExitCode::SUCCESS)
}
