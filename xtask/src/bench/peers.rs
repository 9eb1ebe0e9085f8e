//! Other proxies, as the registries have them.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::bodies::Shape;
use super::client::Session;
use super::measure::{SIZES, WINDOW};
use super::subjects::{Daemon, Place, Subject};
use crate::{shell, tools};

/// Why they are installed, as the line about it says.
const WHY: &str = "a peer in the benchmark";

/// Installs the peers and gives them back as subjects, one that cannot be installed left out
/// with a word about it.
///
/// # Errors
///
/// The files that a peer is configured by cannot be written.
pub(super) fn install(place: &Place) -> Result<Vec<Subject>> {
    let mut subjects = Vec::new();
    for peer in [booster, lspmux, devtools] {
        match peer(place).and_then(|subject| trial(subject, place)) {
            Ok(subject) => subjects.push(subject),
            Err(error) => eprintln!("left out: {error:#}"),
        }
    }
    Ok(subjects)
}

/// How long the trial of a peer may take, in seconds.
const TRIAL_LIMIT: &str = "30";

/// A short session with a peer, so that one that does not work here is left out. `timeout`
/// ends a peer that hangs, and with it the session.
fn trial(subject: Subject, place: &Place) -> Result<Subject> {
    let trial = || {
        let peer = subject.command(&place.workspace())?;
        let mut limited = shell::command("timeout");
        limited
            .arg(TRIAL_LIMIT)
            .arg(peer.get_program())
            .args(peer.get_args());
        limited.current_dir(place.workspace());
        limited.envs(
            peer.get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        let mut session = Session::start(&mut limited)?;
        session
            .sequential(10, &mut Vec::new())
            .context("small requests, one by one")?;
        session
            .pipelined(1000, WINDOW)
            .context("small requests, many at once")?;
        session
            .large(Shape::Strings, SIZES[1])
            .context("a large response")
            .map(|_| ())
    };
    let tried: Result<()> = trial();
    tried.with_context(|| format!("{} does not work here", subject.name))?;
    Ok(subject)
}

/// emacs-lsp-booster without its bytecode, so that it does what the others do.
fn booster(place: &Place) -> Result<Subject> {
    let booster = tools::cargo_install("emacs-lsp-booster", "0.2.1", WHY, &[])?;
    let command = vec![
        booster,
        "--disable-bytecode".into(),
        "--".into(),
        place.server.clone(),
    ];
    Ok(Subject::new("emacs-lsp-booster, I/O only", command))
}

/// lspmux on a unix socket, its server one for all sessions.
fn lspmux(place: &Place) -> Result<Subject> {
    let lspmux = tools::cargo_install("lspmux", "0.3.0", WHY, &[])?;
    let config = place.join("lspmux");
    fs::create_dir_all(&config)?;
    let socket = place.join("lspmux.sock");
    let listen = format!("listen = {socket:?}\nconnect = {socket:?}\n");
    fs::write(config.join("config.toml"), listen)?;
    let mut server = shell::command(&lspmux);
    let server = daemon(server.arg("server").env("XDG_CONFIG_HOME", place.join("")))?;
    wait_for(&socket)?;
    let command = vec![
        lspmux,
        "client".into(),
        "--server-path".into(),
        place.server.clone(),
    ];
    let mut subject = Subject::new("lspmux, unix socket", command);
    subject.environment = vec![("XDG_CONFIG_HOME", place.join(""))];
    subject.daemon = Some(server);
    Ok(subject)
}

/// lsp-devtools: an agent before the server, and a recorder that writes a file.
fn devtools(place: &Place) -> Result<Subject> {
    let folder = shell::target().join("tools/lsp-devtools/0.4.0");
    let program = Path::new("bin/lsp-devtools");
    let program = tools::ensure_installed(&folder, program, "lsp-devtools 0.4.0", WHY, |folder| {
        shell::run(&mut tools::pip_install(folder, "lsp-devtools==0.4.0")?)
    })?;
    let port = free_port()?;
    let mut recorder = shell::command(&program);
    recorder
        .args(["record", "--port", &port, "--to-file"])
        .arg(place.join("lsp-devtools.json"))
        .env("PYTHONPATH", &folder);
    let recorder = daemon(&mut recorder)?;
    // Python takes its time, and the agent does not wait for the recorder.
    thread::sleep(Duration::from_secs(3));
    let mut command = vec![program];
    command.extend(["agent", "--port", &port, "--"].map(PathBuf::from));
    command.push(place.server.clone());
    let mut subject = Subject::new("lsp-devtools to a file", command);
    subject.environment = vec![("PYTHONPATH", folder)];
    subject.daemon = Some(recorder);
    subject.portion = 10;
    Ok(subject)
}

/// Starts a process that serves all sessions.
fn daemon(command: &mut Command) -> Result<Daemon> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let child = command
        .spawn()
        .with_context(|| shell::cannot_start(command))?;
    Ok(Daemon(child))
}

/// A port that nobody listens on now.
fn free_port() -> Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    Ok(listener.local_addr()?.port().to_string())
}

/// Waits until a peer's server has made its socket.
fn wait_for(socket: &Path) -> Result<()> {
    for _ in 0..200 {
        if socket.exists() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(10));
    }
    bail!("{} does not appear", socket.display())
}
