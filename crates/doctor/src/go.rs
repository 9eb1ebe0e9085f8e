//! The go command, run as gopls runs it.

use std::io;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use system::{Call, Output, System};

use crate::Workspace;
use crate::variable::Variable;

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
    /// network switched off: what it must not do is download into the user's caches.
    pub fn call(&self, folder: &Path, arguments: &[&str]) -> Call {
        // GOPROXY=off alone leaves out what GOPRIVATE names, which go fetches from where it is hosted.
        self.online(folder, arguments)
            .env("GOPROXY", "off")
            .env("GONOPROXY", "none")
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
            let folder = self.workspace.place();
            let mut env = self.said(system, &self.call(folder, &["env", "-json"]))?;
            // That call has switched the network off, and this one would fetch no toolchain.
            let network = ["env", "-json", "GOPROXY", "GONOPROXY"];
            let call = self.online(folder, &network).env("GOTOOLCHAIN", "local");
            if let Ok(network) = self.said(system, &call) {
                (env.goproxy, env.gonoproxy) = (network.goproxy, network.gonoproxy);
            }
            Ok(env)
        });
        answer.as_ref().map_err(String::as_str)
    }

    fn said(&self, system: &dyn System, call: &Call) -> Result<GoEnv, String> {
        let output = system.run(call).map_err(|error| error.to_string())?;
        if !output.success {
            return Err(output.stderr.trim().to_owned());
        }
        serde_json::from_str(&output.stdout).map_err(|error| error.to_string())
    }

    /// A call of `go list` with the workspace's build flags. It writes no go.mod, whatever they say.
    pub fn list_call(&self, system: &dyn System, folder: &Path, arguments: &[&str]) -> Call {
        let mut all = vec!["list"];
        all.extend(self.workspace.build_flags.iter().map(String::as_str));
        if self.may_edit_go_mod(system) {
            all.push("-mod=readonly");
        }
        all.extend_from_slice(arguments);
        self.call(folder, &all)
    }

    /// Whether the flags let go change a go.mod (`-mod=mod`).
    pub(crate) fn may_edit_go_mod(&self, system: &dyn System) -> bool {
        let given = |flag: &str| matches!(flag, "-mod=mod" | "--mod=mod");
        let mut settings = self.workspace.build_flags.iter();
        settings.any(|flag| given(flag)) || {
            let goflags = Variable::of(system, self.workspace, "GOFLAGS").value;
            goflags.split_whitespace().any(given)
        }
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
        system.run(&self.list_call(system, folder, arguments))
    }
}
