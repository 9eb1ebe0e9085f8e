//! What was there before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use system::System;

use crate::change::Change;

/// Keeps what is about to be changed, in a folder of its own: beside the file it would get into the user's
/// repository.
pub(super) struct Backups {
    folder: PathBuf,
    count: usize,
    /// What brings each file back that was kept, to what it was before anything was changed.
    lines: BTreeMap<PathBuf, String>,
}

impl Backups {
    /// Those of this run, which are kept until the user removes them.
    pub(super) fn new(system: &dyn System, state: PathBuf) -> Self {
        let folder = state.join("backups").join(trace::time_name(system.now()));
        Self {
            folder,
            count: 0,
            lines: BTreeMap::new(),
        }
    }

    /// Keeps a file, unless it was kept already, and gives the line of a shell that brings it back.
    ///
    /// # Errors
    ///
    /// Where it cannot be kept, and must not be changed.
    pub(super) fn keep(&mut self, system: &dyn System, change: &Change) -> anyhow::Result<String> {
        let path = &change.path;
        if let Some(line) = self.lines.get(path) {
            return Ok(line.clone());
        }
        let line = self.line(system, change)?;
        self.lines.insert(path.clone(), line.clone());
        Ok(line)
    }

    fn line(&mut self, system: &dyn System, change: &Change) -> anyhow::Result<String> {
        let path = &change.path;
        let Some(before) = &change.before else {
            return Ok(format!("rm {}", doctor::quoted(path)));
        };
        self.count += 1;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let kept = self.folder.join(format!("{}-{name}", self.count));
        system
            .put_private(&kept, before)
            .with_context(|| format!("cannot keep {} in {}", path.display(), kept.display()))?;
        Ok(copy(&kept, path))
    }
}

fn copy(from: &Path, to: &Path) -> String {
    format!("cp {} {}", doctor::quoted(from), doctor::quoted(to))
}
