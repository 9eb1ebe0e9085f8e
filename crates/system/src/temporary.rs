//! Folders that exist for a while.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A folder of this process's own, which is removed, with all that came into it, when this is dropped
/// or the process ends.
#[derive(Debug)]
pub struct TemporaryFolder {
    path: PathBuf,
}

impl TemporaryFolder {
    /// One with these files, and the folders that they are in.
    pub(crate) fn new(files: &[(&str, &str)]) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("goplens-");
        // What is not saved yet may come into it.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let path = builder.tempdir()?.keep();
        existing().insert(path.clone());
        let folder = Self { path };
        for (name, text) in files {
            let file = folder.path.join(name);
            if let Some(above) = file.parent() {
                std::fs::create_dir_all(above)?;
            }
            std::fs::write(file, text)?;
        }
        Ok(folder)
    }

    /// One that is nowhere.
    #[cfg(any(test, feature = "made-up"))]
    pub(crate) fn made_up() -> Self {
        Self {
            path: "/tmp/goplens-made-up".into(),
        }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if existing().remove(&self.path) {
            remove(&self.path);
        }
    }
}

/// Removes all that exist now: this process is about to end, and nothing is dropped any more.
pub(crate) fn remove_all() {
    for path in std::mem::take(&mut *existing()) {
        remove(&path);
    }
}

/// What cannot be removed stays for the system to clear away, as it does in the folder for such things.
fn remove(path: &Path) {
    let _ = std::fs::remove_dir_all(path);
}

/// Those that exist now.
static EXISTING: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn existing() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    EXISTING.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up::MadeUp;
    use crate::{Real, System};

    #[test]
    fn it_goes_with_all_that_came_into_it() {
        let files = [("go.mod", "module a\n"), ("b/c/c.go", "package c\n")];
        let folder = Real.temporary_folder(&files).unwrap();
        let path = folder.path().to_owned();
        let text = std::fs::read_to_string(path.join("go.mod")).unwrap();
        assert_eq!(text, "module a\n");
        assert!(path.join("b/c/c.go").is_file());
        std::fs::create_dir(path.join("more")).unwrap();
        drop(folder);
        assert!(!path.exists());

        let left = Real.temporary_folder(&[]).unwrap();
        remove_all();
        assert!(!left.path().exists());
    }

    #[test]
    fn on_a_made_up_machine_nothing_is_made() {
        let folder = MadeUp::default().temporary_folder(&[("a", "")]).unwrap();
        assert!(!folder.path().exists());
    }
}
