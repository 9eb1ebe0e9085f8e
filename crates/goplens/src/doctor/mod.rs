//! `goplens doctor`: the machine, the settings and the network, tried out before an editor is open.

mod examination;
mod mend;
mod object;
mod patient;
mod progress;
mod text;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use system::{Dirs, System};

use crate::doctor::examination::Examination;
use crate::doctor::mend::Mender;
use crate::interrupted;

/// The exit code where something is wrong.
const FOUND: u8 = 1;

/// The exit code where something fails and no cause of it was found.
const UNCLEAR: u8 = 2;

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// Print one JSON object.
    pub(crate) json: bool,
    /// Leave out what takes the network.
    pub(crate) offline: bool,
    /// Mend what can be mended and taken back.
    pub(crate) fix: bool,
    /// Ask nobody about it.
    pub(crate) yes: bool,
    /// The folder that the editor would open; the one that this process is in, if there is none.
    pub(crate) folder: Option<PathBuf>,
    /// Whether standard error is a terminal, and is to show how far it is.
    pub(crate) terminal: bool,
}

/// Examines this machine and prints what was found to `out`. The exit code is 1 where something is wrong.
///
/// # Errors
/// Where the folder is none, or nothing can be written. A reader of the output that has seen enough is no error.
pub(crate) fn run<S: System + Clone + 'static>(
    options: &Options,
    system: &S,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let folder = match &options.folder {
        Some(folder) => std::path::absolute(folder)?,
        None => here(system)?,
    };
    if !system.exists(&folder) {
        bail!("{} is not there", folder.display());
    }
    interrupted::end_all();
    let look = || {
        let since = system.now();
        let examination = Examination::of(system, patient::of(system, &folder), options);
        (since, examination)
    };
    let (mut since, mut examination) = look();
    if examination.folders().next().is_none() {
        bail!(
            "{} names no folder that could be examined",
            folder.display()
        );
    }
    let mut mended = Vec::new();
    if options.fix && !examination.findings.is_empty() {
        let state = Dirs::of(system).state;
        let state = state.context(
            "this user has no home folder, so GOPLENS_STATE must say where what is changed is kept",
        )?;
        // With --json, standard output is for the object alone.
        let (mut answers, mut words) = (io::stdin().lock(), io::stderr().lock());
        let mut mender = Mender::new(system, state, options.yes, &mut answers, &mut words);
        while mender.round(&examination.findings, since)? {
            (since, examination) = look();
        }
        mended = mender.mended;
        for one in &mut mended {
            let stands = examination.findings.iter().any(|other| one.is_of(other));
            one.gone = (stands || examination.can_tell(one.code)).then_some(!stands);
        }
    }
    // What was given up may still run, and has folders of its own.
    system::end_calls();
    let printed = match options.json {
        true => object::print(&examination, &mended, out),
        false => text::print(&examination, &mended, out),
    };
    match printed.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ if examination.is_healthy() && examination.has_failed() => Ok(UNCLEAR.into()),
        _ if examination.is_healthy() => Ok(ExitCode::SUCCESS),
        _ => Ok(FOUND.into()),
    }
}

/// The folder that this process is in, spelled as the shell spells it where that is the same one.
fn here(system: &dyn System) -> anyhow::Result<PathBuf> {
    let real = std::path::absolute(".").context("this process is in no folder")?;
    let spelled = system.var("PWD").map(PathBuf::from);
    let same = |spelled: &PathBuf| {
        let canonical = system.canonicalize(spelled).ok();
        spelled.is_absolute() && canonical.is_some() && canonical == system.canonicalize(&real).ok()
    };
    Ok(spelled.filter(same).unwrap_or(real))
}
