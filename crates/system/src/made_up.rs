//! A machine that exists only in a test.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{Output, System};

/// A machine with just what a test says.
#[derive(Clone, Debug, Default)]
pub struct MadeUp {
    vars: HashMap<String, OsString>,
    files: HashMap<PathBuf, File>,
    links: HashMap<PathBuf, PathBuf>,
    commands: HashMap<String, Output>,
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

    /// On which goplens runs from `path`.
    pub fn running(mut self, path: &str) -> Self {
        self.exe = path.into();
        self
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
        self.file(path).is_ok()
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

    fn run(&self, program: &OsStr, arguments: &[&str], _limit: Duration) -> io::Result<Output> {
        let mut command = program.to_string_lossy().into_owned();
        for argument in arguments {
            command.push(' ');
            command.push_str(argument);
        }
        self.commands
            .get(&command)
            .cloned()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}
