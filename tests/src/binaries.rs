//! The programs under test: goplens, built once, and the real gopls, where there is one.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::machine::{command, variable};

/// The version of the real gopls that the tests are written for.
const VERSION: &str = "v0.23.0";

/// goplens: what `GOPLENS_TEST_GOPLENS` names, else what Cargo builds, once for each process.
///
/// # Panics
///
/// Where it cannot be built.
pub fn goplens() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| match variable("GOPLENS_TEST_GOPLENS") {
        Some(path) => path.into(),
        None => build(),
    })
}

/// goplens with this state directory and no configuration, for its own verbs.
pub fn goplens_with_state(state: &Path) -> Command {
    let mut command = command(goplens());
    command
        .env("GOPLENS_STATE", state)
        .env("GOPLENS_CONFIG", state.join("none.toml"))
        .env_remove("GOPLENS_GOPLS")
        .stdin(Stdio::null());
    command
}

/// Builds goplens and asks Cargo where it put it, which a target directory of its own decides.
fn build() -> PathBuf {
    let cargo = variable("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = command(cargo);
    // Build scripts look at these, such as ring's: what is built would be built anew each time.
    for name in [
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_LINKS",
        "CARGO_PKG_NAME",
        "CARGO_PKG_VERSION_MAJOR",
        "CARGO_PKG_VERSION_MINOR",
        "CARGO_PKG_VERSION_PATCH",
        "CARGO_PKG_VERSION_PRE",
    ] {
        cargo.env_remove(name);
    }
    let output = cargo
        .args(["build", "--package", "goplens", "--bin", "goplens"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .expect("Cargo can be started");
    assert!(output.status.success(), "goplens does not build");
    let messages = String::from_utf8(output.stdout).expect("Cargo writes UTF-8");
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .expect("Cargo says where the executable is")
}

/// The real gopls: what `GOPLENS_TEST_GOPLS` names, else the one that `cargo xtask test` installs.
/// Where there is none, the test of this name counts as skipped and has to return.
pub fn gopls_or_skip(test: &str) -> Option<PathBuf> {
    let path = match variable("GOPLENS_TEST_GOPLS") {
        Some(path) => PathBuf::from(path),
        None => root().join(format!("target/tools/gopls/{VERSION}/gopls")),
    };
    if path.is_file() {
        return Some(path);
    }
    skip(test, &format!("no gopls {VERSION} at {}", path.display()));
    None
}

/// Counts the test of this name as skipped, in the file that `GOPLENS_TEST_SKIPS` names; without
/// one, which is so when no one counts, the reason is printed.
///
/// # Panics
///
/// Where the file cannot be written.
pub fn skip(test: &str, reason: &str) {
    let line = format!("{test}\t{reason}\n");
    let Some(file) = variable("GOPLENS_TEST_SKIPS") else {
        eprint!("skipped {line}");
        return;
    };
    // One write, so that the lines of two tests do not mix.
    OpenOptions::new()
        .append(true)
        .create(true)
        .open(file)
        .and_then(|mut file| file.write_all(line.as_bytes()))
        .expect("the file of the skipped tests can be written");
}

/// Sends a gopls of its own one frame and a harmless one, and gives the code that it ends with: one
/// that lives ends with 0 when its standard input does.
///
/// # Panics
///
/// Where it cannot be started, or is ended by a signal.
pub fn gopls_ends_with(gopls: &Path, frame: &[u8]) -> i32 {
    let mut child = command(gopls)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("gopls can be started");
    let mut stdin = child.stdin.take().expect("stdin is a pipe");
    // One that has died already cannot be written to.
    let _ = stdin.write_all(frame);
    let _ = stdin.write_all(&wire::frame(br#"{"jsonrpc":"2.0","method":"$/x"}"#));
    drop(stdin);
    let status = child.wait().expect("gopls can be waited for");
    status.code().expect("gopls ends by itself")
}

/// The root of the project.
pub(crate) fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}
