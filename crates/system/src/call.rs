//! What is to be run.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

/// A program to be run to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The program: a path, or a name that is looked up in the absolute folders of PATH.
    pub program: OsString,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The folder that it is started in, else the one of this process.
    pub folder: Option<PathBuf>,
    /// What its environment has besides, or instead of, this process's.
    pub env: Vec<(String, String)>,
    /// What it reads on its standard input, which stays open until it ends; without it there is nothing to
    /// read.
    pub input: Option<Vec<u8>>,
    /// How long it may take; it is then killed, with its children.
    pub limit: Duration,
}

impl Call {
    /// A program that may take 10 s.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            arguments: Vec::new(),
            folder: None,
            env: Vec::new(),
            input: None,
            limit: Duration::from_secs(10),
        }
    }

    /// With these arguments behind those that it has.
    pub fn args<A: Into<String>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Started in this folder.
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// With an environment variable.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// With this to read.
    pub fn input(mut self, input: Vec<u8>) -> Self {
        self.input = Some(input);
        self
    }

    /// With another limit.
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Program and arguments with spaces between, for evidence.
    pub fn line(&self) -> String {
        let mut line = self.program.to_string_lossy().into_owned();
        for argument in &self.arguments {
            line.push(' ');
            line.push_str(argument);
        }
        line
    }
}
