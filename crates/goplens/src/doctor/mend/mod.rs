//! `goplens doctor --fix`: each change is shown as a diff, asked for, backed up and made.

mod backup;
mod env_line;
mod plan;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context as _;
use system::System;
use trace::finding::{Code, Finding};

use crate::change::Change;
use crate::doctor::mend::backup::Backups;
use crate::doctor::mend::plan::{Plan, plans};
use crate::table::plain;

/// Something that was changed so that it be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mended {
    /// What it was found by.
    pub(super) code: Code,
    /// What of it it was.
    subject: String,
    /// The title of the fix.
    pub(super) title: String,
    /// The files that were changed.
    pub(super) files: Vec<PathBuf>,
    /// The lines of a shell that take it back.
    pub(super) undo: Vec<String>,
    /// Whether another look has not found it any more; none where that look could not tell.
    pub(super) gone: Option<bool>,
}

impl Mended {
    /// Whether it was to mend this.
    pub(super) fn is_of(&self, finding: &Finding) -> bool {
        (self.code, &self.subject) == (finding.code, &finding.subject)
    }
}

/// One who mends what was found, with the user's consent.
pub(super) struct Mender<'a, 'w> {
    system: &'a dyn System,
    /// Whether every change is wanted.
    yes: bool,
    answers: &'a mut dyn BufRead,
    words: &'a mut (dyn Write + 'w),
    backups: Backups,
    /// What was decided already, by the findings and the files that would be changed: of a finding one fix is made,
    /// and one that did not help is not followed by another.
    decided: BTreeSet<(Code, String, Option<String>)>,
    /// What the user does not want.
    declined: BTreeSet<(Code, String, Vec<PathBuf>)>,
    /// What was mended so far.
    pub(super) mended: Vec<Mended>,
}

impl<'a, 'w> Mender<'a, 'w> {
    /// One who keeps what was there before in this state directory, who asks in `words` and reads `answers`.
    pub(super) fn new(
        system: &'a dyn System,
        state: PathBuf,
        yes: bool,
        answers: &'a mut dyn BufRead,
        words: &'a mut (dyn Write + 'w),
    ) -> Self {
        Self {
            system,
            yes,
            answers,
            words,
            backups: Backups::new(system, state),
            decided: BTreeSet::new(),
            declined: BTreeSet::new(),
            mended: Vec::new(),
        }
    }

    /// Mends what can be mended of these findings, which were looked for since then, and says whether anything was:
    /// what is left has to be looked for again then, for the files are not as they were.
    ///
    /// # Errors
    ///
    /// Where a file cannot be kept or written, or nobody can be asked.
    pub(super) fn round(
        &mut self,
        findings: &[Finding],
        since: SystemTime,
    ) -> anyhow::Result<bool> {
        let mut touched: BTreeSet<PathBuf> = BTreeSet::new();
        for finding in findings {
            let name = (finding.code, finding.subject.clone(), finding.uri.clone());
            if self.decided.contains(&name) {
                continue;
            }
            for plan in plans(self.system, finding, since) {
                let files: Vec<PathBuf> = plan
                    .changes
                    .iter()
                    .map(|change| change.path.clone())
                    .collect();
                let asked = (finding.code, plan.title.clone(), files.clone());
                // What was planned for a file that is another one by now is found again in the next round.
                let is_stale = files.iter().any(|file| touched.contains(file));
                if is_stale || self.declined.contains(&asked) {
                    continue;
                }
                if !self.is_wanted(finding, &plan)? {
                    self.declined.insert(asked);
                    continue;
                }
                // One file that cannot be written is no reason to leave the others as they are.
                match self.make(finding, plan) {
                    Ok(true) => touched.extend(files),
                    Ok(false) => {}
                    Err(error) => writeln!(self.words, "{error:#}")?,
                }
                self.decided.insert(name);
                break;
            }
        }
        Ok(!touched.is_empty())
    }

    /// Shows what would be changed, and asks.
    fn is_wanted(&mut self, finding: &Finding, plan: &Plan) -> io::Result<bool> {
        writeln!(self.words, "\n{} ({})", plain(&finding.title), finding.code)?;
        writeln!(self.words, "fix: {}", plain(&plan.title))?;
        for change in &plan.changes {
            write!(self.words, "{}", change.diff())?;
        }
        if self.yes {
            return Ok(true);
        }
        write!(self.words, "Make this change? [y/N] ")?;
        self.words.flush()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
    }

    /// Makes the changes, unless somebody else has made others since they were shown; says whether it did.
    fn make(&mut self, finding: &Finding, plan: Plan) -> anyhow::Result<bool> {
        let moved = |change: &&Change| now(self.system, &change.path) != change.before;
        if let Some(moved) = plan.changes.iter().find(moved) {
            let shown = moved.path.display();
            writeln!(
                self.words,
                "{shown} has changed meanwhile, and is left as it is"
            )?;
            return Ok(false);
        }
        let mut undo = Vec::new();
        for change in &plan.changes {
            undo.push(self.backups.keep(self.system, change)?);
            self.system
                .put(&change.path, &change.after)
                .with_context(|| format!("cannot write {}", change.path.display()))?;
        }
        for line in &undo {
            writeln!(self.words, "done; this takes it back: {line}")?;
        }
        self.mended.push(Mended {
            code: finding.code,
            subject: finding.subject.clone(),
            title: plan.title,
            files: plan.changes.into_iter().map(|change| change.path).collect(),
            undo,
            gone: None,
        });
        Ok(true)
    }
}

/// What is in a file now; none where it is not there or cannot be read.
fn now(system: &dyn System, path: &Path) -> Option<String> {
    system.read_text(path, plan::LARGEST).ok()
}
