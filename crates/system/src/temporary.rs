//! Folders and files that exist for a while.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::process::is_over;

/// How often it is tried to remove a folder that somebody still writes in.
const TRIES: u32 = 100;

/// A folder of this process's own, which is removed, with all that came into it, when this is dropped
/// or the process ends.
#[derive(Debug)]
pub struct TemporaryFolder {
    path: PathBuf,
}

impl TemporaryFolder {
    /// One with these files, and the folders that they are in.
    pub(crate) fn new(files: &[(&str, &str)]) -> io::Result<Self> {
        refuse_if_over()?;
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

/// A file or folder somewhere that nobody else has, which is removed when this is dropped or the process ends.
pub(crate) struct Passing(PathBuf);

impl Passing {
    /// What is yet to be made at this path, where nothing is now.
    pub(crate) fn new(path: PathBuf) -> Self {
        existing().insert(path.clone());
        Self(path)
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// It is there no more: it has another name now.
    pub(crate) fn forget(self) {
        existing().remove(&self.0);
        std::mem::forget(self);
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        existing().remove(&self.0);
        remove(&self.0);
    }
}

/// Nothing new is begun when all has been removed.
pub(crate) fn refuse_if_over() -> io::Result<()> {
    match is_over() {
        true => Err(io::ErrorKind::Interrupted.into()),
        false => Ok(()),
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
    for _ in 0..TRIES {
        let removed = match path.is_dir() {
            true => std::fs::remove_dir_all(path),
            false => std::fs::remove_file(path),
        };
        // Another thread has just put something in it.
        if !removed.is_err_and(|error| error.kind() == io::ErrorKind::DirectoryNotEmpty) {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Those that exist now.
static EXISTING: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn existing() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    EXISTING.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
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
    }

    #[test]
    fn on_a_made_up_machine_nothing_is_made() {
        let folder = MadeUp::default().temporary_folder(&[("a", "")]).unwrap();
        assert!(!folder.path().exists());
    }
}
