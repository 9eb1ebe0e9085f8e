//! The user's shell, as it is where somebody logs in.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use system::{Call, Output, System};

/// How long the user's shell may take to start and to look.
const LIMIT: Duration = Duration::from_millis(1500);

/// The shells that understand `-lc 'command -v go'`.
const SHELLS: [&str; 7] = ["ash", "bash", "dash", "fish", "ksh", "sh", "zsh"];

/// The user's login shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LoginShell {
    /// Its program.
    pub(crate) path: PathBuf,
}

impl LoginShell {
    /// What SHELL names, if it is one that takes the question.
    pub(crate) fn of(system: &dyn System) -> Option<Self> {
        let path = PathBuf::from(system.var("SHELL")?);
        let is_known = SHELLS.contains(&path.file_name()?.to_str()?);
        let is_it = is_known && path.is_absolute() && system.is_executable(&path);
        is_it.then_some(Self { path })
    }

    /// What it says to a line, after all that its start-up files write; it is given 1.5 s.
    ///
    /// # Errors
    ///
    /// Where it cannot be started, or its start-up files take too long.
    pub(crate) fn ask(
        &self,
        system: &dyn System,
        folder: Option<&Path>,
        line: &str,
    ) -> io::Result<Output> {
        let mut call = Call::new(&self.path).args(["-lc", line]).limit(LIMIT);
        call.folder = folder.map(Path::to_owned);
        system.run(&call)
    }
}
