//! `findings.jsonl`: the findings of a session as they come and go.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use serde_json::json;

use crate::finding::Finding;
use crate::folder::FINDINGS;
use crate::{platform, stamp};

/// Writes the findings of a session, one a line. The file is made with the first of them.
#[derive(Debug)]
pub struct FindingsLog {
    path: PathBuf,
    file: Mutex<Option<File>>,
}

impl FindingsLog {
    /// The log of the session in this folder.
    pub fn of(folder: &Path) -> Self {
        Self {
            path: folder.join(FINDINGS),
            file: Mutex::default(),
        }
    }

    /// Something was found.
    ///
    /// # Errors
    ///
    /// Where the line cannot be written.
    pub fn found(&self, finding: &Finding) -> io::Result<()> {
        self.write("finding", finding)
    }

    /// What was found is not so any more.
    ///
    /// # Errors
    ///
    /// Where the line cannot be written.
    pub fn cleared(&self, finding: &Finding) -> io::Result<()> {
        self.write("cleared", finding)
    }

    fn write(&self, event: &str, finding: &Finding) -> io::Result<()> {
        let time = stamp::rfc3339(SystemTime::now());
        let mut line = json!({ "time": time, "event": event, "finding": finding }).to_string();
        line.push('\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let file = match &mut *file {
            Some(file) => file,
            none => {
                let mut options = OpenOptions::new();
                options.append(true).create(true);
                platform::private_file(&mut options);
                none.insert(options.open(&self.path)?)
            }
        };
        file.write_all(line.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Code;

    #[test]
    fn a_finding_comes_and_goes_in_lines() {
        let folder = tempfile::tempdir().unwrap();
        let log = FindingsLog::of(folder.path());
        assert!(!folder.path().join(FINDINGS).exists());
        let finding = Finding::new(Code::ImportCycle, "A.", "B.");
        log.found(&finding).unwrap();
        log.cleared(&finding).unwrap();
        let text = std::fs::read_to_string(folder.path().join(FINDINGS)).unwrap();
        let events: Vec<_> = text
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .map(|line| (line["event"].clone(), line["finding"]["code"].clone()))
            .collect();
        let code = json!("import-cycle");
        assert_eq!(
            events,
            [(json!("finding"), code.clone()), (json!("cleared"), code)]
        );
    }
}
