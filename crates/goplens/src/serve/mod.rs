//! The proxy: everything put together for one session.

mod fallback;
mod inspection;
mod launcher;
mod outlet;
mod pages;
mod record;
mod tap;
mod workspace;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use arc_swap::ArcSwap;
use inspect::Chosen;
use mend::{Board, Desk};
use paths::Spellings;
use proxy::{Channel, Client, DebugServer, End, Level, Options};
use system::{Dirs, Ended, Interrupts, Real, System};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use trace::finding::{Action, Finding};
use trace::{Ending, Recorder, Start};

use crate::config::Config;
use crate::serve::fallback::Orphan;
use crate::serve::record::Record;
use crate::serve::tap::SessionTap;
use crate::serve::workspace::Workspace;
use crate::{find, guard, invocation};

/// Runs one session, and gives the code to end with.
pub(crate) fn run(arguments: &[OsString]) -> ExitCode {
    if guard::is_set(&Real) {
        eprintln!("{}", guard::LOOP);
        return ExitCode::FAILURE;
    }
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    let code = runtime.block_on(session(arguments));
    // What still looks at the machine in the background is not waited for.
    runtime.shutdown_background();
    match code {
        Ok(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        Err(error) => failed(&error),
    }
}

/// Serves as the stand-in for gopls, for the demo on a machine without Go.
pub(crate) fn stand_in() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    let (input, output) = (tokio::io::stdin(), tokio::io::stdout());
    runtime.block_on(::fallback::stand_in::serve_stand_in(input, output));
    runtime.shutdown_background();
    ExitCode::SUCCESS
}

fn failed(error: &anyhow::Error) -> ExitCode {
    tracing::error!("{error:#}");
    ExitCode::FAILURE
}

async fn session(arguments: &[OsString]) -> anyhow::Result<i32> {
    let (config, problem) = Config::load(&Real);
    let debug = debug_server(&config, arguments);
    // gopls is started before anything else is, so that goplens adds as little as it can.
    let started = start(&config, arguments, debug);
    let client = Client {
        source: system::stdin()?,
        sink: system::stdout()?,
    };
    let mut interrupts = Interrupts::new()?;

    launcher::keep_up();

    let (say, notices) = unbounded_channel();
    if let Some(problem) = &problem {
        // Whoever listens hears it when the client has said `initialize`.
        let _ = say.send((Level::Warning, problem.clone()));
    }
    let recorder = record(&config, arguments, say.clone());
    let thresholds = Arc::new(ArcSwap::from_pointee(config.thresholds()));
    let channel = Channel::default();
    let board = Arc::new(Board::new(inspection::pages()));
    let spellings = Spellings::start(Arc::new(Real), config.maps(&Real, None).0);
    let desk = Arc::new(Desk::new(spellings.clone(), board.clone()));
    let feed = match &started {
        Ok(Started { gopls, server, .. }) => {
            let speaker = channel.speaker();
            let recorder = recorder.clone();
            let pid = (debug != DebugServer::InDaemon).then(|| server.pid());
            let feed = inspection::start(
                &board,
                &desk,
                &spellings,
                speaker,
                recorder,
                (gopls.clone(), pid),
                say.clone(),
            );
            let workspace = Workspace {
                config: config.clone(),
                thresholds: thresholds.clone(),
                spellings: spellings.clone(),
                feed: feed.clone(),
                say: say.clone(),
            };
            spellings.on_begin(move |folder| workspace.load(folder));
            Some(feed)
        }
        Err(_) => None,
    };
    let found = feed.clone();
    let found = move |finding| {
        if let Some(feed) = &found {
            feed.found(finding);
        }
    };
    let tap = Arc::new(SessionTap::new(recorder.clone(), feed));

    let (orphan, reason) = match started {
        Err(reason) => (Orphan::new(client), *reason),
        Ok(Started {
            gopls,
            server,
            pipes,
        }) => {
            let options = Options {
                tap: tap.clone(),
                rewriters: mend::rewriters(&desk, &board, config.switches(), found),
                thresholds,
                debug,
                notices,
                channel,
            };
            match proxy::run(client, server, pipes, options, &mut interrupts).await? {
                End::Over { code, ended, how } => {
                    if code != 0 {
                        tracing::warn!("the session is over: {how}");
                    }
                    return Ok(finish(recorder.as_ref(), code, Some(ended), &how));
                }
                End::NeverInitialized(orphan) => {
                    let reason = never_initialized(&gopls.path, &orphan);
                    (Orphan::from(*orphan), reason)
                }
            }
        }
    };
    let how = format!("{} goplens answered in gopls's place.", reason.title);
    let reason = of_session(reason, problem);
    Record::of(recorder.clone()).found(&reason);
    let served = fallback::serve(orphan, reason, &*tap, &mut interrupts).await;
    // The one error is that the client takes no answer: it has gone.
    let code = served.unwrap_or(1);
    Ok(finish(recorder.as_ref(), code, None, &how))
}

/// Why this session has no gopls.
fn of_session(mut reason: Finding, problem: Option<String>) -> Finding {
    // Where the configuration is broken, that may well be the reason.
    reason.evidence.extend(problem);
    let how = "A session without gopls stays without it.".to_owned();
    reason.fix(doctor::RESTART, Action::Hand(how))
}

fn finish(recorder: Option<&Recorder>, code: i32, ended: Option<Ended>, how: &str) -> i32 {
    // What still looks things up for this session has nobody left to tell.
    system::end_calls();
    let signal = match ended {
        Some(Ended::Signal(signal)) => Some(signal),
        _ => None,
    };
    let ending = Ending {
        code: Some(code),
        signal,
        text: how.to_owned(),
    };
    if recorder.is_some_and(|recorder| !recorder.finish(ending)) {
        tracing::debug!("the end of the trace was not written in time");
    }
    code
}

fn debug_server(config: &Config, arguments: &[OsString]) -> DebugServer {
    if invocation::uses_daemon(arguments) {
        DebugServer::InDaemon
    } else if config.debug || invocation::asks_for_debug(arguments) {
        DebugServer::On
    } else {
        DebugServer::Off
    }
}

/// A gopls that runs.
struct Started {
    gopls: Chosen,
    server: system::Server,
    pipes: system::Pipes,
}

/// Finds gopls and starts it.
fn start(
    config: &Config,
    arguments: &[OsString],
    debug: DebugServer,
) -> Result<Started, Box<Finding>> {
    let mut arguments = arguments.to_vec();
    let (gopls, (name, value)) = if Real
        .var("GOPLENS_GOPLS")
        .is_some_and(|path| path == guard::STAND_IN_SETTING)
    {
        arguments.clear();
        (
            Real.current_exe()
                .map(find::by_name)
                .map_err(|error| cannot_start(Path::new("goplens"), &error))?,
            guard::stand_in(),
        )
    } else {
        if debug == DebugServer::On && !invocation::asks_for_debug(&arguments) {
            arguments = invocation::with_debug(&arguments);
        }
        (find::chosen(&Real, config.gopls.as_deref())?, guard::set())
    };
    let spawned = system::spawn(&gopls.path, &arguments, (name, &value));
    let (server, pipes) = spawned.map_err(|error| cannot_start(&gopls.path, &error))?;
    Ok(Started {
        gopls,
        server,
        pipes,
    })
}

fn cannot_start(gopls: &Path, error: &std::io::Error) -> Box<Finding> {
    doctor::not_started(&Real, gopls, &error.to_string()).into()
}

/// Why a gopls that started is not there.
fn never_initialized(gopls: &Path, orphan: &proxy::Orphan) -> Finding {
    let proxy::Orphan {
        ended,
        last_words,
        stray,
        ..
    } = orphan;
    if last_words.iter().any(|line| line.contains(guard::LOOP)) {
        let name = Action::Hand("Name the real gopls in GOPLENS_GOPLS.".to_owned());
        let finding = find::itself(last_words.clone()).fix("Name the real one", name);
        return find::with_install(&Real, finding);
    }
    let mut finding = doctor::ended_early(&Real, gopls, &ended.to_string(), last_words);
    if let Some(stray) = stray {
        finding = finding.evidence("it said on its standard output, where only messages belong:");
        let lines = stray.lines().take(20).map(str::to_owned);
        finding.evidence.extend(lines);
    }
    finding
}

/// Starts the record of this session. Where there can be none the user is told, once.
fn record(
    config: &Config,
    arguments: &[OsString],
    say: UnboundedSender<(Level, String)>,
) -> Option<Recorder> {
    let trouble = move |text: String| {
        tracing::warn!("{text}");
        // A session that is over has nobody left to tell.
        let _ = say.send((Level::Warning, text));
    };
    let Some(state) = Dirs::of(&Real).state else {
        trouble(
            "this user has no home folder and GOPLENS_STATE is not set: there is no trace".into(),
        );
        return None;
    };
    let own_name = Real
        .current_exe()
        .unwrap_or_else(|_| PathBuf::from("goplens"));
    let mut argv = vec![own_name.display().to_string()];
    argv.extend(
        arguments
            .iter()
            .map(|argument| argument.to_string_lossy().into_owned()),
    );
    let start = Start {
        goplens: env!("CARGO_PKG_VERSION").to_owned(),
        argv,
        cwd: std::env::current_dir().unwrap_or_default(),
    };
    Some(Recorder::start(&config.trace(&state), start, trouble))
}
