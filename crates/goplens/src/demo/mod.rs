//! `goplens demo`: the main job for someone who has no editor at hand. A scripted editor runs a
//! session on a sample module through goplens, and the trace is printed as it is written.

mod client;
mod editor;
mod gopls;
mod judge;
mod module;
mod play;
mod report;
mod script;
mod trail;

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use system::{Dirs, System};

use client::Client;
use gopls::Gopls;
use module::Module;
use play::Player;
use report::Report;
use trail::Trail;

/// How long goplens may take to end after `exit`.
const END: Duration = Duration::from_secs(10);

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// The gopls to use, from `--gopls`.
    pub(crate) gopls: Option<PathBuf>,
    /// Whether to print one JSON object instead of the text.
    pub(crate) json: bool,
}

/// Runs the demo, and says whether every answer was right. `find` finds the real gopls of this
/// machine, as the proxy would.
///
/// # Errors
///
/// Where the demo could not be run to its end, gopls that cannot be started among the reasons.
pub(crate) fn run(
    options: &Options,
    system: &dyn System,
    find: impl FnOnce() -> Option<PathBuf>,
) -> Result<bool> {
    let gopls = gopls::choose(options.gopls.as_deref(), system, find);
    let mut module = Module::write().context("writing the sample module")?;
    if !options.json {
        introduce(&gopls, &module);
    }
    let state = Dirs::of(system)
        .state
        .context("this user has no home folder, so GOPLENS_STATE must say where the trace goes")?;
    let mut proxy = start(system, &gopls, module.folder(), &state)?;
    let mut trail = Trail::new(&state, proxy.id(), !options.json);
    let played = play(&mut proxy, &mut trail, &mut module, &gopls);
    // Its input is closed by now, so goplens ends in any case.
    let ended = end(&mut proxy);
    let session = trail.finish();
    if let (Err(_), Some(session)) = (&played, &session) {
        anstream::eprintln!("{}", report::whereabouts(session).trim_end());
    }
    let mut played = played?;
    if let Some(problem) = ended? {
        played.failures.push(problem);
    }
    if session.is_none() {
        let problem = "goplens wrote no trace that can be read".to_owned();
        played.failures.push(problem);
    }
    let report = Report {
        gopls,
        played,
        session,
    };
    if options.json {
        anstream::println!("{:#}", report.json());
    } else {
        anstream::println!("\n{}", report.text().trim_end());
    }
    Ok(report.is_good())
}

fn introduce(gopls: &Gopls, module: &Module) {
    match gopls {
        Gopls::StandIn(why) => anstream::println!(
            "This is NOT gopls: {why}, so goplens's own stand-in answers, by looking words up."
        ),
        Gopls::Real(path) => anstream::println!("gopls is {}", path.display()),
    }
    anstream::println!("The sample module is in {}\n", module.folder().display());
}

/// Starts this program as the editor would start it.
fn start(system: &dyn System, gopls: &Gopls, folder: &Path, state: &Path) -> Result<Child> {
    let exe = system.current_exe().context("finding goplens itself")?;
    system::command(&exe)?
        .env("GOPLENS_GOPLS", gopls.setting())
        // A relative path would mean another place there than here.
        .env("GOPLENS_STATE", state)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {}", exe.display()))
}

fn play(
    proxy: &mut Child,
    trail: &mut Trail,
    module: &mut Module,
    gopls: &Gopls,
) -> Result<play::Played> {
    let input = proxy.stdin.take().context("goplens has no input")?;
    let output = proxy.stdout.take().context("goplens has no output")?;
    let client = Client::new(input, output);
    let has_go = matches!(gopls, Gopls::Real(_));
    Player::new(client, trail, module, has_go).play()
}

/// Waits for goplens to end, and says what is wrong with the way in which it did.
fn end(proxy: &mut Child) -> Result<Option<String>> {
    let limit = Instant::now() + END;
    while Instant::now() < limit {
        if let Some(status) = proxy.try_wait()? {
            return Ok((!status.success()).then(|| format!("goplens ended with {status}")));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    proxy.kill()?;
    proxy.wait()?;
    let problem = format!("goplens did not end within {} s of `exit`", END.as_secs());
    Ok(Some(problem))
}
