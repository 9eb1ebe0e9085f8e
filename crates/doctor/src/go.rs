//! The go command, run as gopls runs it.

use std::io;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use system::{Call, Output, System};

use crate::Workspace;

/// How long a question that needs no network may take.
const LIMIT: Duration = Duration::from_secs(5);

/// The go command with a workspace's environment.
#[derive(Clone, Copy, Debug)]
pub struct Go<'a> {
    workspace: &'a Workspace,
}

/// What `go env` says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE", default)]
#[expect(missing_docs, reason = "the names are those of go env")]
pub struct GoEnv {
    pub go111module: String,
    pub gocache: String,
    pub goenv: String,
    pub goflags: String,
    pub gomod: String,
    pub gomodcache: String,
    pub gonosumdb: String,
    pub gonoproxy: String,
    pub gopath: String,
    pub goprivate: String,
    pub goproxy: String,
    pub goroot: String,
    pub gosumdb: String,
    pub gotoolchain: String,
    pub goversion: String,
    pub gowork: String,
}

impl<'a> Go<'a> {
    pub(crate) fn new(workspace: &'a Workspace) -> Self {
        Self { workspace }
    }

    /// A call of go with these arguments in this folder, with the workspace's environment, and the
    /// network switched off (GOPROXY=off): what it must not do is download into the user's caches.
    pub fn call(&self, folder: &Path, arguments: &[&str]) -> Call {
        let mut call = self.online(folder, arguments);
        call.env.push(("GOPROXY".to_owned(), "off".to_owned()));
        call
    }

    /// The same with the network as it is, for a call that downloads nothing, or into a folder of its own.
    pub fn online(&self, folder: &Path, arguments: &[&str]) -> Call {
        let mut call = Call::new("go")
            .args(arguments.iter().copied())
            .folder(folder)
            .limit(LIMIT);
        call.env = self.workspace.env.clone();
        call
    }

    /// What `go env` says in the folder of what failed; asked once.
    ///
    /// # Errors
    ///
    /// In go's words, where it cannot be run or fails.
    pub fn env(&self, system: &dyn System) -> Result<&'a GoEnv, &'a str> {
        let answer = self.workspace.go_env.get_or_init(|| {
            let call = self.online(self.workspace.place(), &["env", "-json"]);
            let output = system.run(&call).map_err(|error| error.to_string())?;
            if !output.success {
                return Err(output.stderr.trim().to_owned());
            }
            serde_json::from_str(&output.stdout).map_err(|error| error.to_string())
        });
        answer.as_ref().map_err(String::as_str)
    }

    /// Runs `go list` with the workspace's build flags.
    ///
    /// # Errors
    ///
    /// Where it cannot be started or takes longer than 5 s.
    pub fn list(
        &self,
        system: &dyn System,
        folder: &Path,
        arguments: &[&str],
    ) -> io::Result<Output> {
        let mut all = vec!["list"];
        all.extend(self.workspace.build_flags.iter().map(String::as_str));
        all.extend_from_slice(arguments);
        system.run(&self.call(folder, &all))
    }
}
