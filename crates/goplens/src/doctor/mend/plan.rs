//! The fixes that `--fix` can make: those that change files, and can be taken back.

use std::collections::BTreeMap;
use std::path::PathBuf;

use doctor::{file_path, source};
use system::{Call, System};
use trace::finding::{Action, FileEdit, Finding};

use crate::change::Change;
use crate::doctor::mend::env_line::EnvLine;

/// The largest file that is changed, in bytes.
const LARGEST: u64 = 4 << 20;

/// A fix that can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Its title.
    pub(super) title: String,
    /// What it changes: at least one file.
    pub(super) changes: Vec<Change>,
}

/// Those of a finding, the best first. What a shell or a person has to do is none.
pub(super) fn plans(system: &dyn System, finding: &Finding) -> Vec<Plan> {
    let plan = |fix: &trace::finding::Fix| {
        let changes = match &fix.action {
            Action::Edit(edits) => edited(system, edits)?,
            Action::Shell(line) => vec![set(system, &EnvLine::read(line)?)?],
            Action::Server { .. } | Action::Hand(_) => return None,
        };
        let title = fix.title.clone();
        (!changes.is_empty()).then_some(Plan { title, changes })
    };
    finding.fixes.iter().filter_map(plan).collect()
}

/// The files as they are to be; none where one cannot be read or an edit does not fit.
fn edited(system: &dyn System, edits: &[FileEdit]) -> Option<Vec<Change>> {
    let mut files: BTreeMap<PathBuf, Vec<&FileEdit>> = BTreeMap::new();
    for edit in edits {
        files.entry(file_path(&edit.uri)?).or_default().push(edit);
    }
    let change = |(path, edits): (PathBuf, Vec<&FileEdit>)| {
        let before = match system.exists(&path) {
            true => Some(system.read_text(&path, LARGEST).ok()?),
            false if edits.iter().any(|edit| edit.create) => None,
            false => return None,
        };
        let mut after = before.clone().unwrap_or_default();
        let place = |edit: &&FileEdit| {
            let start = source::offset(&after, edit.range.start)?;
            let end = source::offset(&after, edit.range.end)?;
            (start <= end).then_some((start..end, edit.text.clone()))
        };
        let mut placed: Vec<_> = edits.iter().map(place).collect::<Option<_>>()?;
        // From the end, so that none moves another.
        placed.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        for (range, text) in placed {
            after.replace_range(range, &text);
        }
        Some(Change {
            path,
            before,
            after,
        })
    };
    files.into_iter().map(change).collect()
}

/// What a line makes of the file of `go env -w`: go does it to a copy.
fn set(system: &dyn System, line: &EnvLine) -> Option<Change> {
    let call = |arguments: &[String]| {
        let mut call = Call::new("go").args(arguments.iter().cloned());
        call.env.clone_from(&line.environment);
        call
    };
    let names_file = ["env", "GOENV"].map(str::to_owned);
    let named = system
        .run(&call(&names_file))
        .ok()
        .filter(|said| said.success)?;
    let path = PathBuf::from(named.stdout.trim());
    if !path.is_absolute() {
        return None;
    }
    let before = match system.exists(&path) {
        true => Some(system.read_text(&path, LARGEST).ok()?),
        false => None,
    };
    let folder = system
        .temporary_folder(&[("env", before.as_deref().unwrap_or_default())])
        .ok()?;
    let copy = folder.path().join("env");
    let done = call(&line.arguments).env("GOENV", copy.display().to_string());
    system.run(&done).ok().filter(|said| said.success)?;
    let after = system.read_text(&copy, LARGEST).ok()?;
    (before.as_deref() != Some(&*after)).then_some(Change {
        path,
        before,
        after,
    })
}
