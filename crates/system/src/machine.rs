//! What goplens asks of a machine before anything runs.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::search;
use crate::{Activity, Call, Reach, Refused, Route, Stat, TemporaryFolder, User, Volume};

/// A machine, real or made up.
pub trait System: Send + Sync {
    /// An environment variable; `None` where it is not set, or set to nothing, which Go and the
    /// XDG rules take for the same.
    fn var(&self, name: &str) -> Option<OsString>;

    /// The file of the running program.
    ///
    /// # Errors
    ///
    /// Where the system does not say.
    fn current_exe(&self) -> io::Result<PathBuf>;

    /// The path without links.
    ///
    /// # Errors
    ///
    /// Where the file is not there or a link leads nowhere.
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf>;

    /// Whether there is a file that this user may run.
    fn is_executable(&self, path: &Path) -> bool;

    /// Whether there is a file or folder.
    fn exists(&self, path: &Path) -> bool;

    /// Whether a file has these bytes in it. One of more than `most` bytes is not read, and has not.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    fn has(&self, path: &Path, bytes: &[u8], most: u64) -> io::Result<bool>;

    /// The user's home folder: what HOME says, else what the system's list of users says.
    fn home(&self) -> Option<PathBuf>;

    /// A regular file of at most `most` bytes as text. It never waits: a link to a pipe or a device is
    /// an error like any other.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, is no regular file, is longer, or is not UTF-8.
    fn read_text(&self, path: &Path, most: u64) -> io::Result<String>;

    /// What is at a path, links followed.
    ///
    /// # Errors
    ///
    /// Where nothing is there, or a folder on the way may not be looked into.
    fn kind(&self, path: &Path) -> io::Result<EntryKind>;

    /// What is in a folder, at most `most` entries, in the order of their names.
    ///
    /// # Errors
    ///
    /// Where it is no folder, or may not be read.
    fn list(&self, folder: &Path, most: usize) -> io::Result<Vec<Entry>>;

    /// Whether files can be written in this folder: one is made, a page of bytes is written in it and read
    /// back, it is renamed and removed. The rights alone do not tell, since root has them all and a file
    /// system can be read-only or full.
    ///
    /// # Errors
    ///
    /// Which of these could not be done, and why.
    fn try_file(&self, folder: &Path) -> Result<(), Refused>;

    /// How long it takes to make so many small files in a folder of their own there, to read and to remove
    /// them.
    ///
    /// # Errors
    ///
    /// Where that cannot be done.
    fn time_files(&self, folder: &Path, count: u32) -> io::Result<Duration>;

    /// Gives a file this text, or makes it and the folders above it. Whoever looks sees the old text or the
    /// new one, whole. A link stays one, and the file keeps its permissions.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    fn put(&self, path: &Path, text: &str) -> io::Result<()>;

    /// The same for what only this user is to read: a new file, and a folder that is made for it, are nobody else's.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    fn put_private(&self, path: &Path, text: &str) -> io::Result<()>;

    /// Removes a file, or a link and not what it leads to.
    ///
    /// # Errors
    ///
    /// Where it is not there or cannot be removed.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Puts a copy of a program at a path, and makes the folders above it. Whoever starts it gets the old one
    /// or the new one, whole.
    ///
    /// # Errors
    ///
    /// Where it cannot be read or written.
    fn install(&self, program: &Path, path: &Path) -> io::Result<()>;

    /// What the system knows of a file, links followed.
    ///
    /// # Errors
    ///
    /// Where nothing is there, or a folder on the way may not be looked into.
    fn stat(&self, path: &Path) -> io::Result<Stat>;

    /// What a symbolic link says.
    ///
    /// # Errors
    ///
    /// Where there is none.
    fn read_link(&self, path: &Path) -> io::Result<PathBuf>;

    /// The file system that a file is on.
    ///
    /// # Errors
    ///
    /// Where nothing is there, or the system does not tell.
    fn volume(&self, path: &Path) -> io::Result<Volume>;

    /// An extended attribute of a file (`security.selinux`, `com.apple.quarantine`); none where it has none
    /// of that name.
    ///
    /// # Errors
    ///
    /// Where nothing is there, or it may not be read.
    fn attribute(&self, path: &Path, name: &str) -> io::Result<Option<Vec<u8>>>;

    /// Whether nobody may change a file or folder, root neither (`chattr +i`).
    ///
    /// # Errors
    ///
    /// Where nothing is there, or it may not be read.
    fn is_immutable(&self, path: &Path) -> io::Result<bool>;

    /// The user that this process acts as; none where the system has no numbers for users.
    fn user(&self) -> Option<User>;

    /// The name of the system as Go and Rust have it: `linux`, `macos`, `windows`.
    fn os(&self) -> &str;

    /// The time of the day.
    fn now(&self) -> SystemTime;

    /// A folder for a while, with these files in it and in folders below it.
    ///
    /// # Errors
    ///
    /// Where it cannot be made or written in.
    fn temporary_folder(&self, files: &[(&str, &str)]) -> io::Result<TemporaryFolder>;

    /// Opens a connection step by step, as far as that goes within `limit`, and closes it. Certificates are
    /// kept and not verified.
    fn reach(&self, route: &Route, limit: Duration) -> Reach;

    /// What a process is doing; `None` where there is none, or the system does not tell.
    fn activity(&self, pid: u32) -> Option<Activity>;

    /// Runs a program to its end.
    ///
    /// # Errors
    ///
    /// Where it cannot be started, or has not ended within its limit; it is then killed.
    fn run(&self, call: &Call) -> io::Result<Output>;
}

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A pipe, a device, a socket, or a link that leads nowhere.
    Other,
}

/// Something in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: OsString,
    /// What it is, links followed.
    pub kind: EntryKind,
    /// Whether it is a link.
    pub is_link: bool,
}

/// What a program that ended said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Whether it ended with 0.
    pub success: bool,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// The machine that goplens runs on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Real;

impl System for Real {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where the environment is read"
    )]
    fn var(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name).filter(|value| !value.is_empty())
    }

    fn current_exe(&self) -> io::Result<PathBuf> {
        std::env::current_exe()
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        path.canonicalize()
    }

    fn is_executable(&self, path: &Path) -> bool {
        path.is_file() && crate::process::may_execute(path)
    }

    fn exists(&self, path: &Path) -> bool {
        path.exists()
    }

    fn has(&self, path: &Path, bytes: &[u8], most: u64) -> io::Result<bool> {
        let file = std::fs::File::open(path)?;
        match file.metadata()?.len() > most {
            true => Ok(false),
            false => search::find(file.take(most), bytes),
        }
    }

    fn home(&self) -> Option<PathBuf> {
        std::env::home_dir().filter(|home| home.is_absolute())
    }

    fn read_text(&self, path: &Path, most: u64) -> io::Result<String> {
        let file = crate::file::open_without_waiting(path)?;
        let data = file.metadata()?;
        if !data.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        if data.len() > most {
            return Err(io::Error::other(format!("it has more than {most} bytes")));
        }
        let mut text = String::new();
        file.take(most).read_to_string(&mut text)?;
        Ok(text)
    }

    fn kind(&self, path: &Path) -> io::Result<EntryKind> {
        path.metadata().map(|data| kind(&data))
    }

    fn list(&self, folder: &Path, most: usize) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in folder.read_dir()?.take(most) {
            let entry = entry?;
            let name = entry.file_name();
            // Only for a link the file has to be looked at, which takes longer than all else here.
            let own = entry.file_type();
            let is_link = own.as_ref().is_ok_and(std::fs::FileType::is_symlink);
            let kind = match own {
                Ok(kind) if kind.is_file() => EntryKind::File,
                Ok(kind) if kind.is_dir() => EntryKind::Folder,
                _ => self.kind(&entry.path()).unwrap_or(EntryKind::Other),
            };
            entries.push(Entry {
                name,
                kind,
                is_link,
            });
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(entries)
    }

    fn try_file(&self, folder: &Path) -> Result<(), Refused> {
        crate::written::try_file(folder)
    }

    fn time_files(&self, folder: &Path, count: u32) -> io::Result<Duration> {
        crate::written::time_files(folder, count)
    }

    fn put(&self, path: &Path, text: &str) -> io::Result<()> {
        crate::written::put(path, text)
    }

    fn put_private(&self, path: &Path, text: &str) -> io::Result<()> {
        crate::written::put_private(path, text)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn install(&self, program: &Path, path: &Path) -> io::Result<()> {
        crate::written::install(program, path)
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        crate::stat::stat(path)
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        path.read_link()
    }

    fn volume(&self, path: &Path) -> io::Result<Volume> {
        crate::volume::volume(path)
    }

    fn attribute(&self, path: &Path, name: &str) -> io::Result<Option<Vec<u8>>> {
        crate::attribute::attribute(path, name)
    }

    fn is_immutable(&self, path: &Path) -> io::Result<bool> {
        crate::attribute::is_immutable(path)
    }

    fn user(&self) -> Option<User> {
        crate::stat::user()
    }

    fn os(&self) -> &str {
        std::env::consts::OS
    }

    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn temporary_folder(&self, files: &[(&str, &str)]) -> io::Result<TemporaryFolder> {
        TemporaryFolder::new(files)
    }

    fn reach(&self, route: &Route, limit: Duration) -> Reach {
        crate::connect::reach(route, limit)
    }

    fn activity(&self, pid: u32) -> Option<Activity> {
        crate::processes::activity(pid)
    }

    fn run(&self, call: &Call) -> io::Result<Output> {
        crate::process::run(call)
    }
}

pub(crate) fn kind(data: &std::fs::Metadata) -> EntryKind {
    if data.is_file() {
        EntryKind::File
    } else if data.is_dir() {
        EntryKind::Folder
    } else {
        EntryKind::Other
    }
}
