//! goplens's own verbs.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anstream::AutoStream;
use anyhow::Context;
use clap::{CommandFactory, Parser, Subcommand};
use system::{Dirs, Real};

use crate::config::Config;
use crate::{demo, doctor, drift, explain, find, sessions, setup, tail};

/// An LSP proxy between an editor and gopls that shows why Go to Definition fails.
///
/// Set it as the path of gopls in your editor: every message between the two then stands in a trace,
/// and a request that hangs is named while it hangs. With any other arguments than these it is gopls
/// (`goplens version` is `gopls version`).
#[derive(Debug, Parser)]
#[command(name = "goplens", version, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Shows the main job on a sample module, with a real gopls and no editor
    Demo {
        /// The gopls to use, instead of the one that an editor would get
        #[arg(long, value_name = "PATH")]
        gopls: Option<PathBuf>,
        /// Print one JSON object instead of the text
        #[arg(long)]
        json: bool,
    },
    /// Tries out what gopls needs of this machine: Go, caches, settings, modules, network
    ///
    /// The exit code is 0 where nothing is wrong, 1 where something was found, and 2 where it could not be run.
    Doctor {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
        /// Leave out what takes the network
        #[arg(long)]
        offline: bool,
        /// Mend what can be mended and taken back: settings and other files, and what `go env -w` sets; each
        /// change is shown and asked for
        #[arg(long)]
        fix: bool,
        /// Make the changes without asking
        #[arg(long, requires = "fix")]
        yes: bool,
        /// The folder that the editor would open, instead of this one
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Prints the versions of editor, gopls and Go in a session, and all in which they disagree
    ///
    /// The exit code is 0 where nothing disagrees, 1 where something does or did when the session ended,
    /// and 2 where that cannot be told.
    Drift {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
        /// The session instead of the newest; the beginning of its name is enough
        #[arg(long, value_name = "ID")]
        session: Option<String>,
    },
    /// Prints a session's trace, one line a message, while it grows
    Tail {
        /// After the end of the session wait for the next
        #[arg(short, long)]
        follow: bool,
        /// Print the records as they stand in the trace
        #[arg(long)]
        json: bool,
        /// The session instead of the newest; the beginning of its name is enough
        #[arg(long, value_name = "ID")]
        session: Option<String>,
        /// Terms that must all hold: method:textDocument/definition, outcome:null, latency:>100ms,
        /// uri:main.go, event:timeout, id:5, kind:request, direction:client-to-server; with a dash
        /// in front, must not hold
        #[arg(value_name = "FILTER")]
        filter: Vec<String>,
    },
    /// Prints the page of a finding: what it means, how it was found and what to do
    Explain {
        /// Its code, as the Problems panel shows it; without one, all codes are listed
        #[arg(value_name = "CODE")]
        code: Option<String>,
    },
    /// Puts goplens in gopls's place in an editor, or takes it back
    ///
    /// Without an editor it tells what is here and what would be done. In VS Code and its relatives it changes one
    /// setting, `go.alternateTools`; for other editors it prints what to write and where.
    Setup {
        /// The editor
        #[arg(value_name = "EDITOR")]
        editor: Option<setup::Editor>,
        /// Take back what was changed
        #[arg(long)]
        undo: bool,
        /// Change nothing, and show what would be changed
        #[arg(long)]
        dry_run: bool,
        /// Install the newest gopls that the Go here can build, which the Go extension does not offer once goplens
        /// is set up
        #[arg(long, conflicts_with_all = ["editor", "undo", "dry_run"])]
        upgrade_gopls: bool,
    },
    /// Lists the sessions on this machine, newest first
    Sessions {
        /// Print a JSON array
        #[arg(long)]
        json: bool,
    },
}

impl Verb {
    /// The exit code where it cannot be done.
    fn failed(&self) -> ExitCode {
        match self {
            // Its 1 is an answer.
            Self::Doctor { .. } | Self::Drift { .. } => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}

/// Runs the verb that these arguments, without the program's name, begin with.
pub(crate) fn run(arguments: Vec<OsString>) -> ExitCode {
    let parsed = Arguments::try_parse_from(terms_last(arguments));
    let verb = match parsed {
        Ok(arguments) => arguments.verb,
        Err(error) => error.exit(),
    };
    let failed = verb.failed();
    match perform(verb) {
        Ok(code) => code,
        Err(error) => {
            anstream::eprintln!("goplens: {error:#}");
            failed
        }
    }
}

/// The command line with all terms of a filter behind `--`, so that one that begins with a dash
/// (`-method:$/progress`) is not taken for a flag, wherever it stands.
fn terms_last(arguments: Vec<OsString>) -> Vec<OsString> {
    let mut line = vec![OsString::from("goplens")];
    if arguments.first().is_none_or(|verb| verb != "tail") {
        line.extend(arguments);
        return line;
    }
    let mut terms = Vec::new();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        if text == "--" {
            terms.extend(arguments.by_ref());
        } else if text == "--session" {
            line.push(argument);
            line.extend(arguments.next());
        } else if text.contains(':') && !text.starts_with("--") {
            terms.push(argument);
        } else {
            line.push(argument);
        }
    }
    if !terms.is_empty() {
        line.push("--".into());
        line.extend(terms);
    }
    line
}

/// Says what goplens is to somebody who started it on a terminal, where no editor is.
pub(crate) fn help() -> ExitCode {
    let _ = Arguments::command().print_help();
    anstream::eprintln!(
        "\ngoplens: without arguments it waits for an editor, and this is a terminal."
    );
    ExitCode::from(2)
}

fn perform(verb: Verb) -> anyhow::Result<ExitCode> {
    match verb {
        Verb::Demo { gopls, json } => {
            let find = || {
                let (config, _) = Config::load(&Real);
                find::gopls(&Real, config.gopls.as_deref()).ok()
            };
            let right = demo::run(&demo::Options { gopls, json }, &Real, find)?;
            Ok(if right {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
        Verb::Tail {
            follow,
            json,
            session,
            filter,
        } => {
            let mut out = AutoStream::auto(io::stdout().lock());
            let colour = io::stdout().is_terminal();
            let state = state()?;
            tail::run(
                &tail::Options {
                    state,
                    follow,
                    json,
                    session,
                    filter,
                    colour,
                },
                &mut out,
            )
        }
        Verb::Explain { code } => explain::run(code.as_deref(), &mut io::stdout().lock()),
        Verb::Doctor {
            json,
            offline,
            fix,
            yes,
            folder,
        } => {
            let options = doctor::Options {
                json,
                offline,
                fix,
                yes,
                folder,
                terminal: io::stderr().is_terminal(),
            };
            let mut out = AutoStream::auto(io::stdout().lock());
            doctor::run(&options, &Real, &mut out)
        }
        Verb::Drift { json, session } => {
            let options = drift::Options {
                state: state()?,
                json,
                session,
            };
            written(|out| drift::run(&options, out, &mut io::stderr().lock()))
        }
        Verb::Setup {
            editor,
            undo,
            dry_run,
            upgrade_gopls,
        } => {
            let options = setup::Options {
                editor,
                undo,
                dry_run,
                upgrade_gopls,
                folder: std::env::current_dir().unwrap_or_default(),
            };
            written(|out| setup::run(&options, &Real, out))
        }
        Verb::Sessions { json } => {
            let options = sessions::Options {
                state: state()?,
                json,
            };
            written(|out| sessions::run(&options, out, &mut io::stderr().lock()))
        }
    }
}

/// What comes of a verb that writes to standard output all at once.
fn written(
    run: impl FnOnce(&mut dyn Write) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let code = run(&mut out);
    // A reader that has seen enough is no error.
    let _ = out.flush();
    code
}

/// Where the sessions are.
fn state() -> anyhow::Result<PathBuf> {
    let state = Dirs::of(&Real).state;
    state.context("this user has no home folder, so GOPLENS_STATE must say where the sessions are")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_own_verb_is_known_in_front() {
        let names: Vec<String> = Arguments::command()
            .get_subcommands()
            .map(|verb| verb.get_name().to_owned())
            .collect();
        let mut known = names.clone();
        known.sort();
        assert_eq!(known, crate::invocation::OWN_VERBS);
    }

    #[test]
    fn a_filter_may_begin_with_a_dash() {
        let line = ["tail", "-f", "-method:$/progress", "outcome:null", "--json"];
        let line = terms_last(line.map(OsString::from).into());
        let Verb::Tail {
            follow,
            json,
            filter,
            ..
        } = Arguments::parse_from(line).verb
        else {
            panic!("not tail");
        };
        assert!(follow && json);
        assert_eq!(filter, ["-method:$/progress", "outcome:null"]);
        let line = ["tail", "--session", "a:b", "--", "-method:x"];
        let line = terms_last(line.map(OsString::from).into());
        assert_eq!(
            line,
            ["goplens", "tail", "--session", "a:b", "--", "-method:x"]
        );
        let line = terms_last(["demo", "--gopls", "a:b"].map(OsString::from).into());
        assert_eq!(line, ["goplens", "demo", "--gopls", "a:b"]);
    }
}
