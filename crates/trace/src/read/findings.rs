//! What was found in a session, and whether it stayed so.

use std::io;
use std::path::Path;

use serde::Deserialize;

use super::lines::Lines;
use crate::finding::Finding;
use crate::folder::FINDINGS;

/// A finding of a session, as it was told last.
#[derive(Clone, Debug, PartialEq)]
pub struct Noted {
    /// The finding.
    pub finding: Finding,
    /// Since when it was so, RFC 3339.
    pub time: String,
    /// Since when it is not so any more, RFC 3339. None where that was never seen.
    pub cleared: Option<String>,
}

impl Noted {
    /// Whether it is so still, or was when the session ended.
    pub fn holds(&self) -> bool {
        self.cleared.is_none()
    }

    /// Whether it is about what the other one is about.
    fn is_of(&self, other: &Finding) -> bool {
        let own = &self.finding;
        (own.code, &own.subject, &own.uri) == (other.code, &other.subject, &other.uri)
    }
}

/// What `findings.jsonl` has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// Each finding once, in the order in which they came to be so.
    pub all: Vec<Noted>,
    /// How many lines are none that this goplens writes: another version may know other codes.
    pub unread: usize,
}

impl Findings {
    /// Those of the session in this folder, as far as they are written. A session in which nothing was
    /// found has none.
    ///
    /// # Errors
    ///
    /// Where the file is there and cannot be read.
    pub fn of(folder: &Path) -> io::Result<Self> {
        let mut found = Self::default();
        let mut lines = match Lines::open(&folder.join(FINDINGS)) {
            Ok(lines) => lines,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
            Err(error) => return Err(error),
        };
        while let Some(line) = lines.next()? {
            match serde_json::from_str(&line) {
                Ok(line) => found.learn(line),
                Err(_) => found.unread += 1,
            }
        }
        Ok(found)
    }

    fn learn(&mut self, line: Line) {
        let Line {
            time,
            event,
            finding,
        } = line;
        let known = self.all.iter().position(|noted| noted.is_of(&finding));
        let known = known.map(|place| &mut self.all[place]);
        match (event, known) {
            (What::Finding, Some(known)) if known.holds() => known.finding = finding,
            (What::Finding, _) => {
                self.all.retain(|noted| !noted.is_of(&finding));
                self.all.push(Noted {
                    finding,
                    time,
                    cleared: None,
                });
            }
            (What::Cleared, Some(known)) => known.cleared = Some(time),
            (What::Cleared, None) => {}
        }
    }
}

#[derive(Deserialize)]
struct Line {
    time: String,
    event: What,
    finding: Finding,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Finding,
    Cleared,
}

#[cfg(test)]
mod tests {
    use std::fs::{self, OpenOptions};
    use std::io::Write as _;

    use super::*;
    use crate::FindingsLog;
    use crate::finding::Code;

    fn finding(subject: &str, title: &str) -> Finding {
        Finding::new(Code::UnknownMethod, title, "B.").about(subject)
    }

    /// What is known then: subject, title, and whether it holds.
    fn known(folder: &Path) -> Vec<(String, String, bool)> {
        let all = Findings::of(folder).unwrap().all.into_iter();
        all.map(|noted| {
            let holds = noted.holds();
            (noted.finding.subject, noted.finding.title, holds)
        })
        .collect()
    }

    #[test]
    fn a_finding_is_as_it_was_told_last() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Findings::of(folder.path()).unwrap(), Findings::default());
        let log = FindingsLog::of(folder.path());
        log.found(&finding("a", "First.")).unwrap();
        log.found(&finding("b", "Other.")).unwrap();
        let since = Findings::of(folder.path()).unwrap().all[0].time.clone();
        log.found(&finding("a", "Second.")).unwrap();
        let noted = |subject: &str, title: &str, holds| (subject.into(), title.into(), holds);
        let other = noted("b", "Other.", true);
        let second = noted("a", "Second.", true);
        assert_eq!(known(folder.path()), [second, other.clone()]);
        let all = Findings::of(folder.path()).unwrap().all;
        assert_eq!(all[0].time, since, "it was so all the time");

        log.cleared(&finding("a", "Second.")).unwrap();
        let cleared = noted("a", "Second.", false);
        assert_eq!(known(folder.path()), [cleared, other.clone()]);
        log.found(&finding("a", "Third.")).unwrap();
        let third = noted("a", "Third.", true);
        assert_eq!(known(folder.path()), [other, third]);
        // Of one that is shown elsewhere nothing was said.
        let elsewhere = finding("b", "Other.").place("file:///a.go", None);
        log.cleared(&elsewhere).unwrap();
        assert!(known(folder.path()).iter().all(|(.., holds)| *holds));
    }

    #[test]
    fn a_torn_line_is_no_error_and_one_of_another_goplens_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        FindingsLog::of(folder.path())
            .found(&finding("a", "A."))
            .unwrap();
        let path = folder.path().join(FINDINGS);
        let line = fs::read_to_string(&path).unwrap();
        let mut file = OpenOptions::new().append(true).open(path).unwrap();
        let other = line.replace("unknown-method", "not-known-yet");
        write!(file, "{other}{}", &line[..line.len() / 2]).unwrap();
        let found = Findings::of(folder.path()).unwrap();
        assert_eq!((found.all.len(), found.unread), (1, 1));
    }
}
