//! A case: a txtar whose comment is its script.

use std::fs;
use std::path::{Path, PathBuf};

use crate::lab::archive::Archive;
use crate::lab::verb::{Action, Examine, Expected, Preparation, Verb};

/// The folder of files that stand on disk only when the script says `write`.
pub(crate) const LATER: &str = "later/";
/// The folder of what module proxies have.
pub(crate) const MODULES: &str = "modules/";

/// A case, read and found to make sense.
#[derive(Debug)]
pub(crate) struct Case {
    /// Its name: the folder's and the file's.
    pub(crate) name: String,
    /// Where it is read, for complaints.
    pub(crate) path: PathBuf,
    /// The files, each with its name and its text.
    pub(crate) files: Vec<(String, String)>,
    /// What is done before the session starts, with its line.
    pub(crate) preparations: Vec<(usize, Preparation)>,
    /// The session, with the lines.
    pub(crate) actions: Vec<(usize, Action)>,
}

impl Case {
    /// Reads a case.
    ///
    /// # Errors
    ///
    /// What does not make sense, with the file and the line.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let text = fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
        Self::parse(path, &text).map_err(|(line, error)| format!("{shown}:{line}: {error}"))
    }

    fn parse(path: &Path, text: &str) -> Result<Self, (usize, String)> {
        let archive = Archive::read(text);
        let stem = |path: &Path| path.file_stem().map(|name| name.to_string_lossy().into());
        let file: String = stem(path).unwrap_or_default();
        let folder: String = path.parent().and_then(stem).unwrap_or_default();
        let mut case = Self {
            name: format!("{folder}/{file}"),
            path: path.to_owned(),
            files: archive
                .files
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect(),
            preparations: Vec::new(),
            actions: Vec::new(),
        };
        if !archive.comment.starts_with("# ") {
            let complaint = "a case begins with why it is what it is, in lines that begin with #";
            return Err((1, complaint.to_owned()));
        }
        for (line, text) in (1..).zip(archive.comment.lines()) {
            if text.trim().is_empty() || text.starts_with('#') {
                continue;
            }
            match Verb::read(text).map_err(|error| (line, error))? {
                Verb::Act(action) => case.actions.push((line, action)),
                Verb::Prepare(preparation) if case.actions.is_empty() => {
                    case.preparations.push((line, preparation));
                }
                Verb::Prepare(_) => {
                    let complaint = "the session has begun; this has to stand before";
                    return Err((line, complaint.to_owned()));
                }
            }
        }
        let user = case.preparations.iter().find_map(|(line, preparation)| {
            matches!(preparation, Preparation::User(_)).then_some(*line)
        });
        if let Some(line) = user.filter(|_| case.only_doctor().is_none()) {
            let complaint = "another user runs the doctor alone, and this case has a session";
            return Err((line, complaint.to_owned()));
        }
        case.check_end(&file).map_err(|complaint| {
            let last = archive.comment.lines().count();
            (last, complaint)
        })?;
        Ok(case)
    }

    /// A fault has to be found, and what is healthy to be looked at to its end.
    fn check_end(&self, file: &str) -> Result<(), String> {
        let expects = self.expected().next().is_some();
        let last = self.actions.last().map(|(_, action)| action);
        match file.starts_with("fault") {
            true if !expects => Err("a fault that no finding is expected of".to_owned()),
            false if expects => Err("a finding is expected where nothing is wrong".to_owned()),
            false
                if !matches!(
                    last,
                    Some(Action::ExpectNone | Action::Doctor(Examine::ExpectNone))
                ) =>
            {
                Err("a healthy case ends with expect-none or expect-doctor-none".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// The codes that are expected, in order, each as often as it is.
    pub(crate) fn expected(&self) -> impl Iterator<Item = trace::finding::Code> {
        self.actions.iter().filter_map(|(_, action)| match action {
            Action::Expect(Expected { code, .. })
            | Action::ExpectNoted { code, .. }
            | Action::Doctor(Examine::Expect(Expected { code, .. })) => Some(*code),
            _ => None,
        })
    }

    /// What is done, where it is all about `goplens doctor`, so that it needs no session.
    pub(crate) fn only_doctor(&self) -> Option<Vec<(usize, &Examine)>> {
        let actions = self.actions.iter();
        actions
            .map(|(line, action)| match action {
                Action::Doctor(examine) => Some((*line, examine)),
                _ => None,
            })
            .collect()
    }

    /// Whether only root can play it.
    pub(crate) fn takes_root(&self) -> bool {
        let mut preparations = self.preparations.iter();
        preparations.any(|(_, preparation)| preparation.takes_root())
    }

    /// The releases of gopls that it needs.
    pub(crate) fn releases(&self) -> Vec<String> {
        let preparations = self.preparations.iter();
        preparations
            .filter_map(|(_, preparation)| match preparation {
                Preparation::Gopls(version)
                | Preparation::GoOf(version)
                | Preparation::GoplsAt { version, .. } => Some(version.clone()),
                _ => None,
            })
            .collect()
    }

    /// The text of a file of the archive.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let found = self.files.iter().find(|(file, _)| file == name);
        found.map(|(_, text)| text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(file: &str, text: &str) -> (usize, String) {
        Case::parse(&Path::new("x").join(file), text).unwrap_err()
    }

    #[test]
    fn a_case_is_read() {
        let text = "# Why.\n\nenv A=b c\nopen a.go\nexpect-none\n-- a.go --\npackage a\n";
        let case = Case::parse(Path::new("x/healthy.txtar"), text).unwrap();
        assert_eq!(case.name, "x/healthy");
        assert_eq!(case.preparations.len(), 1);
        assert_eq!(case.actions[0].0, 4);
        assert_eq!(case.text("a.go"), Some("package a\n"));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        assert_eq!(complaint("fault.txtar", "open a.go\n").0, 1);
        assert_eq!(complaint("fault.txtar", "# Why.\nopen a.go\n").0, 2);
        assert_eq!(complaint("fault.txtar", "# Why.\n\nopne a.go\n").0, 3);
        assert_eq!(complaint("healthy.txtar", "# Why.\nopen a.go\n").0, 2);
        let late = complaint("healthy.txtar", "# Why.\nopen a.go\nenv A=b\nexpect-none\n");
        assert_eq!(late.0, 3);
        let session = "# Why.\nuser 1:1\nopen a.go\nexpect-none\n";
        assert_eq!(complaint("healthy.txtar", session).0, 2);
        let odd = "# Why.\nopen a.go\nexpect no-module\nexpect-none\n";
        assert!(
            complaint("healthy.txtar", odd)
                .1
                .contains("nothing is wrong")
        );
    }
}
