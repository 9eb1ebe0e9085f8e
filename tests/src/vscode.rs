//! A session with VS Code's own client library, as its Go extension starts it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::binaries::goplens;
use crate::machine::{command, variable};
use crate::recorded::Recorded;
use crate::temporary::temporary_folder;

/// The files of the Go module beside the script.
const MODULE: [&str; 3] = ["go.mod", "main.go", "greet/greet.go"];

/// VS Code's client library.
pub struct VsCode {
    modules: PathBuf,
}

impl VsCode {
    /// The client library, where `cargo xtask test` installed it.
    ///
    /// # Errors
    ///
    /// Why there is none, or nothing that runs it.
    pub fn find() -> Result<Self, String> {
        let modules = variable("GOPLENS_TEST_NODE_MODULES")
            .map(PathBuf::from)
            .ok_or("GOPLENS_TEST_NODE_MODULES is not set")?;
        let library = modules.join("vscode-languageserver-protocol");
        if !library.is_dir() {
            return Err(format!("{} is not there", library.display()));
        }
        match command("node").arg("--version").output() {
            Ok(output) if output.status.success() => Ok(Self { modules }),
            Ok(output) => Err(format!("node ended with {}", output.status)),
            Err(error) => Err(format!("node: {error}")),
        }
    }

    /// Runs a session through goplens in front of this gopls, with these variables in its environment, and
    /// gives what the client has to say of it and what goplens recorded.
    ///
    /// # Panics
    ///
    /// Where the client says nothing, or there is no trace.
    pub fn session<V: AsRef<OsStr>>(
        &self,
        gopls: &Path,
        environment: impl IntoIterator<Item = (&'static str, V)>,
    ) -> (Value, Recorded) {
        self.play("session.mjs", &[], gopls, environment)
    }

    /// The same by this script with these arguments.
    ///
    /// # Panics
    ///
    /// Where the client says nothing, or there is no trace.
    pub fn play<V: AsRef<OsStr>>(
        &self,
        script: &str,
        arguments: &[&str],
        gopls: &Path,
        environment: impl IntoIterator<Item = (&'static str, V)>,
    ) -> (Value, Recorded) {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("vscode");
        let folder = temporary_folder("goplens-vscode-");
        let module = folder.path().join("module");
        for name in MODULE {
            let copy = module.join(name);
            fs::create_dir_all(copy.parent().unwrap_or(&module)).expect("a folder can be made");
            fs::copy(scripts.join("module").join(name), copy).expect("a file can be copied");
        }
        // The extension takes the server for gopls by the name of its file.
        let server = folder.path().join("gopls");
        fs::copy(goplens(), &server).expect("goplens can be copied");
        let state = folder.path().join("state");

        let output = command("node")
            .arg(scripts.join(script))
            .args([&server, &module])
            .args(arguments)
            .envs(environment)
            .env("GOPLENS_TEST_NODE_MODULES", &self.modules)
            .env("GOPLENS_GOPLS", gopls)
            .env_remove("SHELL")
            .env("GOPLENS_STATE", &state)
            .env("GOPLENS_CONFIG", folder.path().join("config.toml"))
            .output()
            .expect("node can be started");
        let said = String::from_utf8_lossy(&output.stdout);
        let verdict = serde_json::from_str(said.trim()).unwrap_or_else(|error| {
            panic!("{error}: {said}{}", String::from_utf8_lossy(&output.stderr))
        });
        let recorded = Recorded::read(&state).expect("the session has a trace");
        (verdict, recorded)
    }
}
