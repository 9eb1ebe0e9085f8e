//! Files that are written: on trial, for a measure, and for good.

use std::fs::{self, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::temporary::{Passing, refuse_if_over};

/// What could not be done with a file that was made on trial.
#[derive(Debug)]
pub struct Refused {
    /// Which step: `making`, `writing`, `reading`, `renaming`, `removing`.
    pub step: &'static str,
    /// Why.
    pub error: io::Error,
}

/// What is written on trial: as much as a page, since a full file system still takes an empty file.
const TRIAL: [u8; 4096] = [b'g'; 4096];

/// Makes a file in a folder, writes in it, reads it back, renames it and removes it.
pub(crate) fn try_file(folder: &Path) -> Result<(), Refused> {
    let at = |step| move |error| Refused { step, error };
    refuse_if_over().map_err(at("making"))?;
    let first = Passing::new(folder.join(unused_name()));
    let second = Passing::new(folder.join(unused_name()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let mut file = options.open(first.path()).map_err(at("making"))?;
    // Whether it has come to the disk is not waited for, which takes seconds where much is written.
    file.write_all(&TRIAL).map_err(at("writing"))?;
    drop(file);
    let mut read = Vec::new();
    fs::File::open(first.path())
        .and_then(|mut file| file.read_to_end(&mut read))
        .map_err(at("reading"))?;
    if read != TRIAL {
        let error = io::Error::other("something else was read than was written");
        return Err(at("reading")(error));
    }
    fs::rename(first.path(), second.path()).map_err(at("renaming"))?;
    first.forget();
    fs::remove_file(second.path()).map_err(at("removing"))?;
    second.forget();
    Ok(())
}

/// How long it takes to make so many small files in a folder, to read them and to remove them.
pub(crate) fn time_files(folder: &Path, count: u32) -> io::Result<Duration> {
    refuse_if_over()?;
    let below = Passing::new(folder.join(unused_name()));
    fs::create_dir(below.path())?;
    let begun = Instant::now();
    let done = (0..count).try_for_each(|number| {
        refuse_if_over()?;
        let path = below.path().join(number.to_string());
        fs::write(&path, &TRIAL[..512])?;
        fs::read(&path)?;
        fs::remove_file(&path)
    });
    done.map(|()| begun.elapsed())
}

/// Gives a file this text, or makes it. Whoever looks sees the old one or the new one, whole; a link stays
/// one, and what permissions the file has it keeps.
pub(crate) fn put(path: &Path, text: &str) -> io::Result<()> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    let Ok(before) = path.metadata() else {
        return write_whole(&path, text, None, |_| Ok(()));
    };
    // Whose it is, it stays: an editor of another user's must be able to read its settings.
    let own = Some(before.permissions());
    let written = write_whole(&path, text, own, |beside| give(beside, &before));
    written.or_else(|_| fs::write(&path, text))
}

/// Gives a new file to the owner of another one.
#[cfg(unix)]
fn give(beside: &Path, of: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let new = beside.metadata()?;
    if (new.uid(), new.gid()) == (of.uid(), of.gid()) {
        return Ok(());
    }
    std::os::unix::fs::chown(beside, Some(of.uid()), Some(of.gid()))
}

#[cfg(not(unix))]
fn give(_beside: &Path, _of: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// The same for what only this user is to read.
pub(crate) fn put_private(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    #[cfg(unix)]
    let own = Some(std::os::unix::fs::PermissionsExt::from_mode(0o600));
    #[cfg(not(unix))]
    let own = None;
    write_whole(path, text, own, |_| Ok(()))
}

/// Puts a file with these permissions at a path, after something more was done to it; without any, it has those
/// that new files have.
fn write_whole(
    path: &Path,
    text: &str,
    permissions: Option<fs::Permissions>,
    more: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let beside = Passing::new(folder.join(unused_name()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // What is private must not be open to others for a moment.
    #[cfg(unix)]
    if permissions.is_some() {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    options.open(beside.path())?.write_all(text.as_bytes())?;
    more(beside.path())?;
    if let Some(permissions) = permissions {
        fs::set_permissions(beside.path(), permissions)?;
    }
    fs::rename(beside.path(), path)?;
    beside.forget();
    Ok(())
}

/// Puts a copy of a program at a path. Whoever starts it gets the old one or the new one, whole, and one that
/// runs goes on.
pub(crate) fn install(program: &Path, path: &Path) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    let beside = Passing::new(folder.join(unused_name()));
    fs::copy(program, beside.path())?;
    fs::rename(beside.path(), path)?;
    beside.forget();
    Ok(())
}

/// A name that no other file has, be it left by a process with the same number, as each has in a container.
fn unused_name() -> PathBuf {
    let chance = RandomState::new().hash_one(std::process::id());
    format!(".goplens-{chance:016x}").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Real, System};

    #[test]
    fn a_trial_and_a_measure_leave_nothing() {
        let folder = tempfile::tempdir().unwrap();
        Real.try_file(folder.path()).unwrap();
        Real.time_files(folder.path(), 10).unwrap();
        assert_eq!(Real.list(folder.path(), 10).unwrap(), []);
        let gone = folder.path().join("gone");
        assert_eq!(Real.try_file(&gone).unwrap_err().step, "making");
        assert!(Real.time_files(&gone, 1).is_err());
        // Not even root makes files there.
        #[cfg(target_os = "linux")]
        assert!(Real.try_file("/proc".as_ref()).is_err());
    }

    #[test]
    fn what_another_process_has_left_is_not_in_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let own = std::process::id();
        for count in 0..200 {
            fs::write(folder.path().join(format!(".goplens-{own}-{count}")), "").unwrap();
        }
        Real.try_file(folder.path()).unwrap();
        Real.time_files(folder.path(), 1).unwrap();
        assert_eq!(Real.list(folder.path(), 300).unwrap().len(), 200);
    }

    #[test]
    #[cfg(unix)]
    fn a_file_is_put_behind_its_link_with_its_mode() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("new/file"), folder.path().join("link"));
        Real.put(&path, "one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&path, &link).unwrap();
        Real.put(&link, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert!(link.is_symlink());
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path().join("new")).unwrap().count(), 1);

        let private = folder.path().join("own/file");
        Real.put_private(&private, "one").unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&private), 0o600);
        assert_eq!(mode(private.parent().unwrap()), 0o700);
    }
}
