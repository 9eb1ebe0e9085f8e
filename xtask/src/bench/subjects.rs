//! What stands between the client and the stand-in server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use anyhow::{Context, Result};

use super::bodies::{CLIENT_FOLDER, SERVER_FOLDER};
use super::server;
use crate::shell;

/// Something to be measured.
pub(super) struct Subject {
    /// What the tables call it.
    pub(super) name: &'static str,
    /// The program of each session and its arguments.
    pub(super) command: Vec<PathBuf>,
    /// The environment that it gets in addition.
    pub(super) environment: Vec<(&'static str, PathBuf)>,
    /// A process that serves all sessions and counts as part of the subject.
    pub(super) daemon: Option<Daemon>,
    /// Whether its memory is measured after a million messages too.
    pub(super) million: bool,
    /// It gets this part of the small requests: 1 all of them, 10 a tenth, for the slow.
    pub(super) portion: usize,
    /// Whether it changes the names of files.
    pub(super) mapped: bool,
    /// Whether it has to end by itself after `exit`; some peers do not, and are killed.
    pub(super) ends: bool,
}

/// A process that is ended with the benchmark.
pub(super) struct Daemon(pub(super) Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        // Neither fails where the process has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The name of the subject without anything between.
pub(super) const NO_PROXY: &str = "no proxy";
/// The name of the two threads that copy bytes.
pub(super) const RELAY: &str = "two-thread relay";
/// The name of an earlier build of goplens.
const BEFORE: &str = "goplens before";
/// The name of goplens with a map that all names of files go through.
pub(super) const MAPPED: &str = "goplens, mapped";
/// The name of what the targets are for.
pub(super) const GOPLENS: &str = "goplens";

impl Subject {
    /// A subject that needs nothing but its command.
    pub(super) fn new(name: &'static str, command: Vec<PathBuf>) -> Subject {
        Subject {
            name,
            command,
            environment: Vec::new(),
            daemon: None,
            million: false,
            portion: 1,
            mapped: false,
            ends: false,
        }
    }

    /// The command of one session, in `folder`.
    pub(super) fn command(&self, folder: &Path) -> Result<Command> {
        let (program, arguments) = self.command.split_first().context("no program")?;
        let mut command = shell::command(program);
        command.args(arguments).current_dir(folder);
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        Ok(command)
    }
}

/// The folder of one run of the benchmark, on the disk of the build; it goes away with this.
pub(super) struct Place {
    folder: PathBuf,
    /// The stand-in server.
    pub(super) server: PathBuf,
}

impl Place {
    /// Makes the folder and puts the stand-in server into it.
    ///
    /// # Errors
    ///
    /// The folder or a file in it cannot be made.
    pub(super) fn new() -> Result<Place> {
        let all = shell::target().join("bench");
        remove_left_over(&all);
        let folder = all.join(std::process::id().to_string());
        let place = Place {
            server: folder.join(server::NAME),
            folder,
        };
        for name in ["workspace", "state"] {
            let made = fs::create_dir_all(place.folder.join(name));
            made.with_context(|| format!("cannot make {}", place.folder.display()))?;
        }
        fs::write(place.folder.join("config.toml"), "")?;
        let map =
            format!("[[paths.map]]\nclient = \"{CLIENT_FOLDER}\"\nserver = \"{SERVER_FOLDER}\"\n");
        fs::write(place.folder.join("mapped.toml"), map)?;
        fs::copy(std::env::current_exe()?, &place.server)?;
        Ok(place)
    }

    /// Where the sessions run.
    pub(super) fn workspace(&self) -> PathBuf {
        self.folder.join("workspace")
    }

    /// A path in the folder.
    pub(super) fn join(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What is left over lies in the build folder and harms nobody.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Removes the folders of runs that were killed: each is named after a process.
fn remove_left_over(all: &Path) {
    for entry in fs::read_dir(all).into_iter().flatten().flatten() {
        if !Path::new("/proc").join(entry.file_name()).exists() {
            // What cannot be removed lies in the build folder and harms nobody.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// No proxy, the relay, and goplens with its trace, without and with a map.
///
/// # Errors
///
/// The path of xtask itself is not known.
pub(super) fn ours(place: &Place) -> Result<Vec<Subject>> {
    let relay = vec![
        std::env::current_exe()?,
        "bench-relay".into(),
        place.server.clone(),
    ];
    let mut subjects = vec![
        Subject::new(NO_PROXY, vec![place.server.clone()]),
        Subject::new(RELAY, relay),
        goplens(GOPLENS, place, shell::target().join("release/goplens")),
        mapped(place),
    ];
    for subject in &mut subjects {
        subject.million = true;
        subject.ends = true;
    }
    Ok(subjects)
}

/// An earlier build of goplens, with its trace.
pub(super) fn before(place: &Place, program: PathBuf) -> Subject {
    Subject {
        million: true,
        ends: true,
        ..goplens(BEFORE, place, program)
    }
}

/// goplens with a map.
fn mapped(place: &Place) -> Subject {
    let mut subject = goplens(MAPPED, place, shell::target().join("release/goplens"));
    for (name, value) in &mut subject.environment {
        if *name == "GOPLENS_CONFIG" {
            *value = place.join("mapped.toml");
        }
    }
    Subject {
        mapped: true,
        ..subject
    }
}

fn goplens(name: &'static str, place: &Place, program: PathBuf) -> Subject {
    Subject {
        environment: vec![
            ("GOPLENS_GOPLS", place.server.clone()),
            ("GOPLENS_STATE", place.join("state")),
            ("GOPLENS_CONFIG", place.join("config.toml")),
        ],
        ..Subject::new(name, vec![program])
    }
}
