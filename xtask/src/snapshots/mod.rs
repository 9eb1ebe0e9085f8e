//! `cargo xtask gopls-snapshots`: what each release of gopls can do, as it says itself.
//!
//! Each release that the tests know is installed, talks with a client that can do what VS Code can, and
//! lists its settings. What comes of it is written to `crates/doctor/releases`, one file a release, where
//! goplens has it from.

mod session;
mod snapshot;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::shell;
use crate::tools::releases::{Installed, RELEASES, with_own_modules};

/// Takes them and writes them; with `--check`, compares them with those that are there.
///
/// # Errors
///
/// A release cannot be installed or does not talk; with `--check`, one has changed.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let compare = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        [unknown, ..] => bail!("gopls-snapshots takes only --check, not {unknown:?}"),
    };
    let releases = RELEASES.iter().map(|release| release.install());
    let releases = releases.collect::<Result<Vec<Installed>>>()?;
    if compare {
        return check(&releases);
    }
    for release in &releases {
        let file = file(release);
        fs::write(&file, take(release)?)
            .with_context(|| format!("cannot write {}", file.display()))?;
        println!("wrote {}", file.display());
    }
    Ok(())
}

/// Compares the snapshots of these releases with what they say now.
///
/// # Errors
///
/// One has changed or is not there.
pub(crate) fn check(releases: &[Installed]) -> Result<()> {
    let mut changed = Vec::new();
    for release in releases {
        let taken = take(release)?;
        if fs::read_to_string(file(release)).is_ok_and(|kept| kept == taken) {
            println!("the snapshot of gopls {} is as it was", release.version);
        } else {
            changed.push(release.version);
        }
    }
    if !changed.is_empty() {
        bail!(
            "other snapshots of gopls {} than those that are kept; run cargo xtask gopls-snapshots",
            changed.join(", ")
        );
    }
    Ok(())
}

/// The file of a release.
fn file(release: &Installed) -> PathBuf {
    let folder = shell::root().join("crates/doctor/releases");
    folder.join(format!("{}.json", release.version))
}

/// The text of a snapshot.
fn take(release: &Installed) -> Result<String> {
    let version = release.version;
    let client = fs::read(shell::root().join("tests/vscode/capabilities.json"))?;
    let client: Value = serde_json::from_slice(&client)?;
    let folder = shell::target().join("gopls-snapshots");
    fs::create_dir_all(&folder)?;
    let mut gopls = shell::command(&release.gopls);
    gopls
        .current_dir(&folder)
        .env("PATH", release.path()?)
        .env("GOTOOLCHAIN", "local")
        .env_remove("GOROOT");
    let said = session::talk(&mut gopls, &folder, &client)
        .with_context(|| format!("no snapshot of gopls {version}"))?;
    let api = shell::read(shell::command(&release.gopls).arg("api-json"))?;
    let api: Value = serde_json::from_str(&api).context("gopls api-json wrote no JSON")?;
    Ok(snapshot::text(version, &go_line(release)?, &said, &api))
}

/// The `go` line of a release's go.mod: what a Go that is to build it must be at least.
fn go_line(release: &Installed) -> Result<String> {
    let module = format!("golang.org/x/tools/gopls@v{}", release.version);
    let mut ask = shell::command(release.goroot.join("bin/go"));
    ask.args(["list", "-m", "-f", "{{.GoVersion}}", &module])
        // Outside of any module, with the Go that builds it.
        .current_dir(&release.goroot)
        .env("GOTOOLCHAIN", "local")
        .env("GO111MODULE", "on")
        .env("GOWORK", "off")
        .env_remove("GOROOT");
    Ok(shell::read(with_own_modules(&mut ask))?.trim().to_owned())
}
