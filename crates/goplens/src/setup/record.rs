//! What `goplens setup` has changed, so that it can be taken back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use system::System;

/// The largest record that is read, in bytes.
const LARGEST: u64 = 32 << 20;

/// What was changed, by the files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Record {
    pub(super) files: BTreeMap<PathBuf, Changed>,
}

/// What was made of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Changed {
    /// What was in it; none where it was not there.
    pub(super) before: Option<String>,
    /// What goplens made of that.
    pub(super) after: String,
    /// What the setting was before, as JSON; none where it was not set.
    pub(super) was: Option<serde_json::Value>,
    /// What it was set to.
    pub(super) is: String,
}

impl Record {
    /// The one in this data folder; an empty one where there is none.
    ///
    /// # Errors
    ///
    /// Where it is there and cannot be read: what was changed must not be forgotten.
    pub(super) fn read(system: &dyn System, data: &Path) -> anyhow::Result<Self> {
        let path = path(data);
        if !system.exists(&path) {
            return Ok(Self::default());
        }
        let text = system.read_text(&path, LARGEST);
        let shown = path.display();
        let text = text.with_context(|| format!("{shown} cannot be read"))?;
        serde_json::from_str(&text).with_context(|| {
            format!(
                "{shown}, which has what goplens changed, cannot be understood; without that file goplens begins \
                 anew, and what it changed before has to be taken back by hand"
            )
        })
    }

    /// Writes it there.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub(super) fn write(&self, system: &dyn System, data: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(self).context("a path that is not Unicode")?;
        let path = path(data);
        system
            .put_private(&path, &text)
            .with_context(|| format!("{} cannot be written", path.display()))
    }
}

fn path(data: &Path) -> PathBuf {
    data.join("setup.json")
}

#[cfg(test)]
mod tests {
    use system::Real;

    use super::*;

    #[test]
    fn it_is_the_same_after_being_written_and_read() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(Record::read(&Real, data.path()).unwrap(), Record::default());
        let mut record = Record::default();
        let changed = Changed {
            before: Some("\u{feff}{}\r\n".into()),
            after: "{\"a\": 1}".into(),
            was: None,
            is: "/x".into(),
        };
        record.files.insert("/a/settings.json".into(), changed);
        record.write(&Real, data.path()).unwrap();
        assert_eq!(Record::read(&Real, data.path()).unwrap(), record);
        std::fs::write(data.path().join("setup.json"), "{").unwrap();
        assert!(Record::read(&Real, data.path()).is_err());
    }
}
