//! Taking back what was changed.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use system::System;

use crate::setup::record::{Changed, Record};
use crate::setup::vscode::{self, Undone};
use crate::setup::{Place, put, show};

/// Takes back all that is on record. A file with which that fails keeps none of the others from it, and stays on record.
///
/// # Errors
///
/// Where the record cannot be read or written.
pub(super) fn take_back(
    system: &dyn System,
    place: &Place,
    dry_run: bool,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let mut record = Record::read(system, &place.data)?;
    if record.files.is_empty() {
        writeln!(
            out,
            "goplens has changed no settings, or has taken all of it back."
        )?;
    }
    let mut code = ExitCode::SUCCESS;
    for (path, changed) in record.files.clone() {
        match take_back_one(system, &path, &changed, dry_run, out) {
            Ok(true) if !dry_run => {
                record.files.remove(&path);
                record.write(system, &place.data)?;
            }
            Ok(_) => {}
            Err(error) => {
                code = ExitCode::FAILURE;
                writeln!(out, "{error:#}. Try again when that is mended.")?;
            }
        }
    }
    if dry_run {
        writeln!(out, "Nothing was changed.")?;
    }
    Ok(code)
}

/// Takes back what was made of a file; says whether that is over, and does not have to be tried again.
fn take_back_one(
    system: &dyn System,
    path: &Path,
    changed: &Changed,
    dry_run: bool,
    out: &mut dyn Write,
) -> anyhow::Result<bool> {
    let now = match system.exists(path) {
        true => Some(vscode::read(system, path)?),
        false => None,
    };
    let before = now.as_deref();
    let shown = path.display();
    let (after, how) = match vscode::undo(changed, before) {
        Undone::LeftAlone(why) => {
            writeln!(out, "{shown} is left alone: {why}.")?;
            return Ok(true);
        }
        Undone::NotNow(why) => {
            writeln!(
                out,
                "{shown} is left alone for now: {why}. Try again when it is mended."
            )?;
            return Ok(false);
        }
        Undone::Whole(after) => (after, "is as it was"),
        Undone::Setting(after) => (
            Some(after),
            "has the setting as it was, and what you have changed since",
        ),
    };
    show(path, before, after.as_deref().unwrap_or_default(), out)?;
    if dry_run {
        return Ok(false);
    }
    match after {
        Some(after) => put(system, path, &after)?,
        None => system
            .remove_file(path)
            .with_context(|| format!("{shown} cannot be removed"))?,
    }
    writeln!(out, "{shown} {how}.")?;
    Ok(true)
}
