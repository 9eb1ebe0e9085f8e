//! What only root can do to a machine: mounts, folders that nobody may change, files of others, another user.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, lchown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::machine::command;
use crate::temporary::temporary_folder;

/// A user and a group, by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    /// The user.
    pub(crate) uid: u32,
    /// The group.
    pub(crate) gid: u32,
}

/// What was done to a machine, and has to be undone before its folder can be removed.
#[derive(Debug, Default)]
pub(crate) struct Root {
    mounts: Vec<PathBuf>,
    immutable: Vec<PathBuf>,
}

impl Root {
    /// Why nothing of it can be done here, if so; tried once.
    pub(crate) fn lacking() -> Option<&'static str> {
        static LACKING: OnceLock<Option<&'static str>> = OnceLock::new();
        *LACKING.get_or_init(|| {
            if !rustix::process::geteuid().is_root() {
                return Some("they take root");
            }
            let folder = temporary_folder("goplens-root-");
            let mut root = Self::default();
            if root.mount(folder.path(), "size=64k").is_err() {
                return Some("root may mount nothing here");
            }
            root.undo();
            if root.make_immutable(folder.path()).is_err() {
                return Some("the file system for temporary files knows nothing immutable");
            }
            match command("setpriv").arg("--version").output() {
                Ok(output) if output.status.success() => None,
                _ => Some("there is no setpriv"),
            }
        })
    }

    /// Mounts an empty file system in memory at a folder, which is made.
    pub(crate) fn mount(&mut self, folder: &Path, options: &str) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut mount = command("mount");
        mount.args(["-t", "tmpfs", "-o", options, "goplens-lab"]);
        run(mount.arg(folder))?;
        self.mounts.push(folder.to_owned());
        Ok(())
    }

    /// Nobody may change a folder any more.
    pub(crate) fn make_immutable(&mut self, folder: &Path) -> io::Result<()> {
        run(command("chattr").arg("+i").arg(folder))?;
        self.immutable.push(folder.to_owned());
        Ok(())
    }

    /// Takes all of it back.
    pub(crate) fn undo(&mut self) {
        for folder in self.immutable.drain(..).rev() {
            let _ = run(command("chattr").arg("-i").arg(folder));
        }
        for folder in self.mounts.drain(..).rev() {
            let _ = run(command("umount").arg("-l").arg(folder));
        }
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        self.undo();
    }
}

/// Nothing can be written any more in what is mounted at a folder.
pub(crate) fn remount_read_only(folder: &Path) -> io::Result<()> {
    run(command("mount").args(["-o", "remount,ro"]).arg(folder))
}

/// Fills what is mounted at a folder to the last byte.
pub(crate) fn fill(folder: &Path) -> io::Result<()> {
    let mut file = fs::File::create(folder.join("full"))?;
    loop {
        match file.write_all(&[b'.'; 4096]) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::StorageFull => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// Gives a file or a folder, and all that is in it, to somebody.
pub(crate) fn give(path: &Path, owner: Owner) -> io::Result<()> {
    lchown(path, Some(owner.uid), Some(owner.gid))?;
    if !fs::symlink_metadata(path)?.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        give(&entry?.path(), owner)?;
    }
    Ok(())
}

/// A command that another user runs, who may do nothing that others may not.
pub(crate) fn command_of(owner: Owner, program: &Path) -> Command {
    let mut line = command("setpriv");
    line.arg(format!("--reuid={}", owner.uid))
        .arg(format!("--regid={}", owner.gid))
        .args(["--clear-groups", "--inh-caps=-all", "--bounding-set=-all"])
        .args(["--no-new-privs", "--"])
        .arg(program);
    line
}

/// A program where everybody can run it: where it is, or else a copy in this folder.
pub(crate) fn for_everybody(program: &Path, folder: &Path) -> io::Result<PathBuf> {
    let program = program.canonicalize()?;
    let may =
        |path: &Path, bits: u32| fs::metadata(path).is_ok_and(|data| data.mode() & bits == bits);
    if may(&program, 0o5) && program.ancestors().skip(1).all(|above| may(above, 0o1)) {
        return Ok(program);
    }
    fs::create_dir_all(folder)?;
    let copy = folder.join(program.file_name().unwrap_or_default());
    fs::copy(&program, &copy)?;
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o755))?;
    Ok(copy)
}

/// Runs a command to its end, which is to be a good one.
pub(crate) fn run(line: &mut Command) -> io::Result<()> {
    let output = line.output()?;
    match output.status.success() {
        true => Ok(()),
        false => {
            let words = String::from_utf8_lossy(&output.stderr);
            Err(io::Error::other(words.trim().to_owned()))
        }
    }
}
