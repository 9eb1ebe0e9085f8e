//! The go command, run as gopls runs it.

use std::io;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use system::{Call, Output, System};

use crate::Workspace;
use crate::variable::Variable;

/// How long a question that needs no network may take. It takes a tenth of a second; on a machine where much is
/// compiled at the same time, it was seen to take more than five.
const LIMIT: Duration = Duration::from_secs(10);

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
    pub gobin: String,
    pub gocache: String,
    pub gocacheprog: String,
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
        let program = self.workspace.go_program.as_deref();
        let mut call = Call::new(program.unwrap_or(Path::new("go")))
            .args(arguments.iter().copied())
            .folder(folder)
            .limit(LIMIT);
        let given = self.workspace.given.iter();
        let given = given.map(|given| (given.name.clone(), given.value.clone()));
        // gopls's own settings count for more than what its process has.
        call.env = given.chain(self.workspace.env.iter().cloned()).collect();
        // go spells the files of a folder as this says, where it is the same folder; so does gopls.
        call.env("PWD", folder.display().to_string())
    }

    /// What `go env` says in the folder of what failed; asked once.
    ///
    /// # Errors
    ///
    /// In go's words, where it cannot be run or fails.
    pub fn env(&self, system: &dyn System) -> Result<&'a GoEnv, &'a str> {
        let answer = self.workspace.go_env.get_or_init(|| {
            let folder = self.workspace.place();
            let mut env = self.local_env(system)?;
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

    /// The same without what it says of the network, which takes a second call; not kept.
    ///
    /// # Errors
    ///
    /// In go's words, where it cannot be run or fails.
    pub(crate) fn local_env(&self, system: &dyn System) -> Result<GoEnv, String> {
        let call = self.call(self.workspace.place(), &["env", "-json"]);
        self.said(system, &call).or_else(|words| {
            // The Go that is asked for is not here. All but its version this one knows as well, and by which
            // GOTOOLCHAIN it was asked for.
            let here = self.said(system, &call.env("GOTOOLCHAIN", "local"));
            here.map(|env| GoEnv {
                goversion: String::new(),
                gotoolchain: Variable::of(system, self.workspace, "GOTOOLCHAIN").value,
                ..env
            })
            .map_err(|_| words)
        })
    }

    /// The version of the go command on PATH, such as `1.26.8`, whatever takes its place by GOTOOLCHAIN;
    /// none where it does not say or is no release.
    pub(crate) fn local_version(&self, system: &dyn System, folder: &Path) -> Option<String> {
        let call = self
            .call(folder, &["env", "GOVERSION"])
            .env("GOTOOLCHAIN", "local");
        let output = system.run(&call).ok().filter(|output| output.success)?;
        let version = output.stdout.trim().strip_prefix("go")?;
        let digits = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
        };
        digits(version).then(|| version.to_owned())
    }

    fn said(&self, system: &dyn System, call: &Call) -> Result<GoEnv, String> {
        let output = system.run(call).map_err(|error| error.to_string())?;
        if !output.success {
            return Err(output.stderr.trim().to_owned());
        }
        serde_json::from_str(&output.stdout).map_err(|error| error.to_string())
    }

    /// A call of `go list` with the workspace's build flags. It writes no go.mod, whatever they say. Under a
    /// go.work it completes go.work.sum, which gopls's own load has done already.
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
        let goflags = Variable::of(system, self.workspace, "GOFLAGS").value;
        let flags = self.workspace.build_flags.iter().map(String::as_str);
        have_mod_mod(flags) || have_mod_mod(goflags.split_whitespace())
    }

    /// Runs `go list` with the workspace's build flags.
    ///
    /// # Errors
    ///
    /// Where it cannot be started or takes longer than 10 s.
    pub fn list(
        &self,
        system: &dyn System,
        folder: &Path,
        arguments: &[&str],
    ) -> io::Result<Output> {
        system.run(&self.list_call(system, folder, arguments))
    }
}

/// Whether `-mod=mod` is among some flags, which can be in quotes in GOFLAGS, and in two in a list.
fn have_mod_mod<'a>(flags: impl IntoIterator<Item = &'a str>) -> bool {
    let mut before = None;
    flags.into_iter().any(|flag| {
        let flag = flag.trim_matches(['\'', '"']);
        let name = flag.strip_prefix("--").or(flag.strip_prefix('-'));
        let found = name == Some("mod=mod") || (before == Some("mod") && flag == "mod");
        before = name;
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Module;

    #[test]
    fn no_check_has_go_change_a_go_mod() {
        // With -mod=mod go would add the go line that is not there.
        let go_mod = "module example.com/a\n";
        // Nor does a file that imports what looks like a flag.
        let text = "package a\n\nimport x \"-mod=mod\"\n\nvar A = x.B + B\n";
        let module = Module::new(&[("go.mod", go_mod), ("a.go", text)]);
        let goroot = module.workspace();
        let goroot = goroot.go().env(&system::Real).unwrap().goroot.clone();
        let flags: [(&str, &[&str]); 4] = [
            ("", &[]),
            ("-mod=mod", &[]),
            ("'-mod=mod'", &[]),
            ("", &["-mod", "mod"]),
        ];
        for (goflags, build_flags) in flags {
            for place in [".B", "+ B"] {
                let mut workspace = module.failing("a.go", place).lacking("-mod=mod");
                workspace.publish("+ B", "undefined: B");
                workspace.failed.as_mut().unwrap().position.character += place.len() as u32;
                workspace.build_flags = build_flags.iter().map(|flag| (*flag).into()).collect();
                workspace.set("GOFLAGS", goflags);
                // Where it is set, go is asked for more.
                workspace.set("GOROOT", &goroot);
                for check in crate::ALL {
                    check.run(&system::Real, &workspace);
                }
            }
            let now = std::fs::read_to_string(module.path("go.mod")).unwrap();
            assert_eq!(now, go_mod, "{goflags} {build_flags:?}");
        }
    }

    #[test]
    fn where_the_go_that_is_asked_for_is_not_here_the_user_s_toolchain_setting_is_told() {
        let files = [
            ("go.mod", "module a.test\n\ngo 1.999\n"),
            ("a.go", "package a\n"),
        ];
        let module = Module::new(&files);
        let mut workspace = module.workspace();
        workspace.set("GOTOOLCHAIN", "auto");
        let env = workspace.go().local_env(&system::Real).unwrap();
        assert_eq!(
            (env.goversion.as_str(), env.gotoolchain.as_str()),
            ("", "auto")
        );
    }

    #[test]
    fn other_flags_let_go_change_nothing() {
        for flags in [
            "-mod=readonly",
            "-tags mod",
            "-modfile=mod",
            "mod",
            "-mod vendor",
        ] {
            assert!(!have_mod_mod(flags.split(' ')), "{flags}");
        }
    }
}
