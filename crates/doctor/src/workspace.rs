//! What a check looks at.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use system::System;
use trace::finding::{Finding, Position, Range};

use crate::broken::AllBroken;
use crate::editor::Given;
use crate::go::{Go, GoEnv};
use crate::installation::go_on_path;
use crate::left_out::Needed;
use crate::listing::Listing;
use crate::load::Load;
use crate::missing_import::MissingImport;
use crate::source::token_at;
use crate::versions::{Gopls, Versions};

/// One folder that the editor has open, as gopls sees it, and what failed in it.
#[derive(Debug, Default)]
pub struct Workspace {
    /// The folder, in the client's spelling.
    pub folder: PathBuf,
    /// The name that the client gave itself: `Visual Studio Code`, `Neovim`, ...
    pub client: String,
    /// The version that it gave itself.
    pub client_version: Option<String>,
    /// gopls, by what it says of itself; none before it has said anything.
    pub gopls: Option<Gopls>,
    /// The variables that the editor gives the gopls process besides its own environment, where there is no
    /// session: in one, gopls's environment is that of this process.
    pub given: Vec<Given>,
    /// The go command that gopls then finds, where that is on another PATH than this process's.
    pub go_program: Option<PathBuf>,
    /// What gopls's settings add to the environment that it runs go with (`build.env`).
    pub env: Vec<(String, String)>,
    /// The build flags of gopls's settings (`build.buildFlags`).
    pub build_flags: Vec<String>,
    /// Whether a repository's settings name a packages driver. It is not handed over, and yet gopls would ask it.
    pub has_untried_driver: bool,
    /// Where something failed, if that is why the check runs; a check of the workspace alone has none.
    pub failed: Option<Failed>,
    /// What gopls said while it loaded this workspace, its own words, the oldest first: errors of
    /// progress, of showMessage, of the log, and the diagnostics of go.mod and go.work.
    pub said: Vec<String>,
    /// What was found here before, where it is looked at again.
    pub before: Vec<Finding>,
    /// The Go files that the editor has open, with their texts as it has them.
    pub open: BTreeMap<PathBuf, String>,
    /// The views that gopls says it has; none where it was not asked or did not answer.
    pub views: Option<Vec<View>>,
    pub(crate) go_env: OnceLock<Result<GoEnv, String>>,
    pub(crate) loads: OnceLock<Vec<Load>>,
    pub(crate) missing: OnceLock<Option<MissingImport>>,
    pub(crate) needed: OnceLock<Option<Needed>>,
    pub(crate) versions: OnceLock<Versions>,
    pub(crate) listings: OnceLock<Vec<Listing>>,
    pub(crate) broken: OnceLock<AllBroken>,
}

/// A request about a place in a file that gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The file, in the client's spelling.
    pub uri: String,
    /// Its path.
    pub path: PathBuf,
    /// Its text as the editor has it.
    pub text: String,
    /// Where in it, in UTF-16 units.
    pub position: Position,
    /// gopls's words, where it answered with an error; else it answered null or with nothing, or with
    /// what is no use.
    pub error: Option<String>,
    /// The file that it answered with, where that is no Go file: cgo makes such files in the build cache.
    pub answer: Option<PathBuf>,
    /// What gopls published about this file last.
    pub diagnostics: Vec<Diagnostic>,
}

/// A diagnostic of gopls's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where.
    pub range: Range,
    /// Who says it: `compiler`, `syntax`, `go list`, ...
    pub source: String,
    /// What.
    pub message: String,
}

/// A view of gopls's, as `gopls.views` tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// `GoMod`, `GoWork`, `GOPATH`, `AdHoc`, ...
    pub kind: String,
    /// The folder that it loads: that of its go.mod or go.work.
    pub root: PathBuf,
    /// The folder of the client's that it was made for.
    pub folder: PathBuf,
}

impl Workspace {
    /// Whether gopls gets the same variables as in another one, wherever it has them from.
    pub fn has_variables_of(&self, other: &Self) -> bool {
        let given = |workspace: &Self| -> Vec<(String, String)> {
            let given = workspace.given.iter();
            given
                .map(|given| (given.name.clone(), given.value.clone()))
                .collect()
        };
        self.env == other.env && given(self) == given(other)
    }

    /// A workspace in which nothing has failed.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            ..Self::default()
        }
    }

    /// Another folder in which gopls would have the same environment and settings, and in which nothing has failed.
    pub(crate) fn like(&self, folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            client: self.client.clone(),
            client_version: self.client_version.clone(),
            gopls: self.gopls.clone(),
            given: self.given.clone(),
            go_program: self.go_program.clone(),
            env: self.env.clone(),
            build_flags: self.build_flags.clone(),
            has_untried_driver: self.has_untried_driver,
            ..Self::default()
        }
    }

    /// The folder of the file that failed, else the workspace's: where go is to be run.
    pub fn place(&self) -> &Path {
        let file = self.failed.as_ref().and_then(|failed| failed.path.parent());
        file.unwrap_or(&self.folder)
    }

    /// The go command with the environment that gopls runs it with.
    pub fn go(&self) -> Go<'_> {
        Go::new(self)
    }

    /// The go command that gopls starts: the first on the PATH that it gets.
    pub(crate) fn go_on_path(&self, system: &dyn System) -> Option<PathBuf> {
        self.go_program.clone().or_else(|| go_on_path(system))
    }

    /// What gopls's settings set a variable to, if they do.
    pub(crate) fn setting(&self, name: &str) -> Option<&str> {
        let mut all = self.env.iter().rev();
        all.find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The finding at what failed, where something did.
    pub(crate) fn at_failed(&self, finding: Finding) -> Finding {
        match &self.failed {
            Some(failed) => {
                let range = token_at(&failed.text, failed.position).range;
                finding.place(failed.uri.clone(), Some(range))
            }
            None => finding,
        }
    }

    /// Whether gopls said this, in an answer or while it loaded.
    pub fn gopls_said(&self, words: &str) -> Option<&str> {
        let error = self
            .failed
            .as_ref()
            .and_then(|failed| failed.error.as_deref());
        let mut all = error
            .into_iter()
            .chain(self.said.iter().map(String::as_str));
        all.find(|said| said.contains(words))
    }
}
