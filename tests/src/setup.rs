//! How a session is started.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tempfile::TempDir;

use crate::account::Extent;
use crate::binaries::goplens;
use crate::link::{Answers, Pace};
use crate::machine::command;
use crate::module::Module;
use crate::processes::MARK;
use crate::script::Script;
use crate::session::{Parts, Session, Trace};
use crate::temporary::temporary_folder;

/// A session to be.
pub struct Setup {
    program: PathBuf,
    through_goplens: bool,
    arguments: Vec<OsString>,
    /// Variables to be set, or not to be there.
    environment: BTreeMap<OsString, Option<OsString>>,
    inherits: bool,
    folder: Option<PathBuf>,
    answers: Answers,
    pace: Pace,
    /// Holds the state directory, the configuration and the script.
    private: TempDir,
}

impl Setup {
    /// goplens in front of this server.
    pub fn through_goplens(server: impl AsRef<Path>) -> Self {
        Self::goplens_alone().env("GOPLENS_GOPLS", server.as_ref())
    }

    /// goplens, which has to find a server by itself.
    pub fn goplens_alone() -> Self {
        Self::new(goplens(), true)
    }

    /// This server, and no goplens.
    pub fn server_alone(server: impl AsRef<Path>) -> Self {
        Self::new(server.as_ref(), false)
    }

    fn new(program: &Path, through_goplens: bool) -> Self {
        let private = temporary_folder("goplens-test-");
        let setup = Self {
            program: program.to_owned(),
            through_goplens,
            arguments: Vec::new(),
            environment: BTreeMap::new(),
            inherits: true,
            folder: None,
            answers: Answers::default(),
            pace: Pace::default(),
            private,
        };
        let state = setup.state();
        let modules = setup.private.path().join("modules");
        setup
            .env("GOPLENS_STATE", state)
            // What the machine's own knows of newer releases of gopls would be found.
            .env("GOMODCACHE", modules)
            // So would what differs in a login shell, which can take its time and live on when goplens is killed.
            .unset("SHELL")
            .unset("GOPLENS_GOPLS")
            .config("")
    }

    /// The state directory.
    pub fn state(&self) -> PathBuf {
        self.private.path().join("state")
    }

    /// Starts this file in goplens's place, which is goplens by another path.
    pub fn by(mut self, program: impl Into<PathBuf>) -> Self {
        self.program = program.into();
        self
    }

    /// Arguments for the program.
    pub fn args(mut self, arguments: &[impl AsRef<OsStr>]) -> Self {
        let arguments = arguments.iter().map(AsRef::as_ref);
        self.arguments.extend(arguments.map(OsStr::to_owned));
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        let value = Some(value.as_ref().to_owned());
        self.environment.insert(name.as_ref().to_owned(), value);
        self
    }

    /// Leaves an environment variable out.
    pub fn unset(mut self, name: &str) -> Self {
        self.environment.insert(name.into(), None);
        self
    }

    /// Leaves out every environment variable that is not set here.
    pub fn nothing_inherited(mut self) -> Self {
        self.inherits = false;
        self
    }

    /// The text of goplens's configuration.
    pub fn config(self, toml: &str) -> Self {
        let path = self.private.path().join("config.toml");
        fs::write(&path, toml).expect("the configuration can be written");
        self.env("GOPLENS_CONFIG", path)
    }

    /// What the stand-in is to do.
    pub fn script(self, script: &Script) -> Self {
        let path = self.private.path().join("script.json");
        let text = serde_json::to_vec(script).expect("a script is JSON");
        fs::write(&path, text).expect("the script can be written");
        self.env("GOPLENS_TEST_SCRIPT", path)
    }

    /// What the client answers for each item of `workspace/configuration`.
    pub fn settings(mut self, settings: Value) -> Self {
        self.answers.settings = settings;
        self
    }

    /// The client never answers this request of the server.
    pub fn silent(mut self, method: &str) -> Self {
        self.answers.silent.insert(method.to_owned());
        self
    }

    /// The client answers this request of the server only after so long.
    pub fn late(mut self, method: &str, after: Duration) -> Self {
        self.answers.late.insert(method.to_owned(), after);
        self
    }

    /// The folder that the program is started in.
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// The client does not read before so much time has passed.
    pub fn idle(mut self, idle: Duration) -> Self {
        self.pace.idle = idle;
        self
    }

    /// The client reads so many bytes at once, and pauses each time.
    pub fn reads(mut self, bytes: usize, pause: Duration) -> Self {
        self.pace.chunk = bytes;
        self.pace.pause = pause;
        self
    }

    /// Starts it.
    ///
    /// # Panics
    ///
    /// Where the program cannot be started.
    pub fn start(self) -> Session {
        let mark = mark();
        let mut command = command(&self.program);
        if !self.inherits {
            command.env_clear();
        }
        command
            .args(&self.arguments)
            .current_dir(self.folder.as_deref().unwrap_or(self.private.path()))
            .env(MARK, &mark)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, value) in &self.environment {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", self.program.display()));
        let (trace, extent) = match self.through_goplens {
            true => (Trace::Whole, Extent::Whole),
            false => (Trace::None, Extent::Nothing),
        };
        Session::start(Parts {
            child,
            mark,
            state: self.state(),
            trace,
            extent,
            private: self.private,
            answers: self.answers,
            pace: self.pace,
        })
    }
}

impl Setup {
    /// Starts it in the sample module, for the real gopls, and waits until that has loaded it.
    pub fn start_loaded(self, module: &Module) -> Session {
        let mut session = self.folder(module.path()).start();
        session.initialize(module);
        session.open(module, "main.go");
        session.check_alive(module);
        session
    }
}

/// A mark that no other session on this machine has.
fn mark() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    format!("{}-{count}-{}", std::process::id(), now.as_nanos())
}
