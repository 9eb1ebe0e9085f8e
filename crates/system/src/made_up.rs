//! A machine that exists only in a test.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use crate::{Activity, Call, Entry, EntryKind, Output, System, TemporaryFolder};

/// A machine with just what a test says.
#[derive(Clone, Debug, Default)]
pub struct MadeUp {
    vars: HashMap<String, OsString>,
    files: HashMap<PathBuf, File>,
    links: HashMap<PathBuf, PathBuf>,
    commands: HashMap<String, Output>,
    read_only: Vec<PathBuf>,
    processes: HashMap<u32, Activity>,
    exe: PathBuf,
}

#[derive(Clone, Debug)]
struct File {
    content: Vec<u8>,
    executable: bool,
}

impl MadeUp {
    /// With an environment variable.
    pub fn with_var(mut self, name: &str, value: &str) -> Self {
        self.vars.insert(name.into(), value.into());
        self
    }

    /// With a file that nobody may run.
    pub fn with_file(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        let file = File {
            content: content.into(),
            executable: false,
        };
        self.files.insert(path.into(), file);
        self
    }

    /// With a program.
    pub fn with_program(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        let file = File {
            content: content.into(),
            executable: true,
        };
        self.files.insert(path.into(), file);
        self
    }

    /// With a link from one file to another.
    pub fn with_link(mut self, from: &str, to: &str) -> Self {
        self.links.insert(from.into(), to.into());
        self
    }

    /// Whose `command`, program and arguments with spaces between, says this and succeeds.
    pub fn with_command(mut self, command: &str, stdout: &str) -> Self {
        let output = Output {
            success: true,
            stdout: stdout.into(),
            stderr: String::new(),
        };
        self.commands.insert(command.into(), output);
        self
    }

    /// Whose `command` says this on its standard error and fails.
    pub fn with_failing_command(mut self, command: &str, stderr: &str) -> Self {
        let output = Output {
            success: false,
            stdout: String::new(),
            stderr: stderr.into(),
        };
        self.commands.insert(command.into(), output);
        self
    }

    /// With a folder that nothing can be written in.
    pub fn with_read_only(mut self, folder: &str) -> Self {
        self.read_only.push(folder.into());
        self
    }

    /// With a process.
    pub fn with_process(mut self, pid: u32, activity: Activity) -> Self {
        self.processes.insert(pid, activity);
        self
    }

    /// On which goplens runs from `path`.
    pub fn running(mut self, path: &str) -> Self {
        self.exe = path.into();
        self
    }

    /// A folder is there when something is in it, or nothing can be written in it.
    fn is_folder(&self, path: &Path) -> bool {
        let below = |file: &PathBuf| file != path && file.starts_with(path);
        self.files.keys().any(below) || self.read_only.iter().any(|folder| folder == path)
    }

    fn file(&self, path: &Path) -> io::Result<&File> {
        let path = self.links.get(path).map_or(path, PathBuf::as_path);
        self.files
            .get(path)
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl System for MadeUp {
    fn var(&self, name: &str) -> Option<OsString> {
        self.vars
            .get(name)
            .filter(|value| !value.is_empty())
            .cloned()
    }

    fn current_exe(&self) -> io::Result<PathBuf> {
        Ok(self.exe.clone())
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.file(path)?;
        Ok(self.links.get(path).cloned().unwrap_or_else(|| path.into()))
    }

    fn is_executable(&self, path: &Path) -> bool {
        self.file(path).is_ok_and(|file| file.executable)
    }

    fn exists(&self, path: &Path) -> bool {
        self.kind(path).is_ok()
    }

    fn read_start(&self, path: &Path, most: u64) -> io::Result<(u64, Vec<u8>)> {
        let content = &self.file(path)?.content;
        let most = usize::try_from(most)
            .unwrap_or(usize::MAX)
            .min(content.len());
        Ok((content.len() as u64, content[..most].to_vec()))
    }

    fn home(&self) -> Option<PathBuf> {
        self.var("HOME").map(PathBuf::from)
    }

    fn read_text(&self, path: &Path, most: u64) -> io::Result<String> {
        let content = &self.file(path)?.content;
        if content.len() as u64 > most {
            return Err(io::Error::other("too long"));
        }
        String::from_utf8(content.clone())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    fn kind(&self, path: &Path) -> io::Result<EntryKind> {
        if self.file(path).is_ok() {
            Ok(EntryKind::File)
        } else if self.is_folder(path) {
            Ok(EntryKind::Folder)
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }

    fn list(&self, folder: &Path, most: usize) -> io::Result<Vec<Entry>> {
        let mut names = BTreeSet::new();
        for path in self.files.keys().chain(self.links.keys()) {
            if let Ok(below) = path.strip_prefix(folder) {
                names.extend(below.iter().next().map(ToOwned::to_owned));
            }
        }
        if names.is_empty() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let entries = names.into_iter().take(most).map(|name| {
            let path = folder.join(&name);
            Entry {
                kind: self.kind(&path).unwrap_or(EntryKind::Other),
                is_link: self.links.contains_key(&path),
                name,
            }
        });
        Ok(entries.collect())
    }

    fn try_write(&self, folder: &Path) -> io::Result<()> {
        if self.read_only.iter().any(|path| path == folder) {
            Err(io::ErrorKind::PermissionDenied.into())
        } else if self.is_folder(folder) {
            Ok(())
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }

    fn temporary_folder(&self, _files: &[(&str, &str)]) -> io::Result<TemporaryFolder> {
        Ok(TemporaryFolder::made_up())
    }

    fn activity(&self, pid: u32) -> Option<Activity> {
        self.processes.get(&pid).cloned()
    }

    fn run(&self, call: &Call) -> io::Result<Output> {
        self.commands
            .get(&call.line())
            .cloned()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}
