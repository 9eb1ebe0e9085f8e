//! The tests of the whole workspace.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::{fs, io, thread};

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

use crate::shell;
use crate::test::libtest;
use crate::test::report::{Count, Report};

/// A variable that the tests get, and its value where there is one.
pub(super) type Given = (&'static str, Option<PathBuf>);

/// The test of VS Code itself waits for most of its two minutes, so the others run beside it.
const APART: (&str, &str) = ("code_server", "vs_code_shows_what_goplens_finds");

/// Builds goplens and all tests; gives goplens. It is built together with them, so that nothing is compiled once more
/// with the features that goplens alone would have.
///
/// # Errors
///
/// It does not build.
pub(super) fn build() -> Result<PathBuf> {
    let build = ["build", "--workspace", "--bins", "--tests"];
    let mut cargo = shell::cargo();
    let messages = shell::read(
        cargo
            .args(build)
            .arg("--message-format=json-render-diagnostics"),
    )?;
    let goplens = messages.lines().find_map(program);
    goplens.context("Cargo does not say where goplens is")
}

/// goplens, where this message of Cargo's tells of it.
fn program(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    // The tests of its own are a program, too.
    let is_it = message["target"]["name"] == "goplens" && message["profile"]["test"] == false;
    let path = message["executable"].as_str().filter(|_| is_it)?;
    Some(path.into())
}

/// The tests, with what they get.
pub(super) struct Suite {
    given: Vec<(&'static str, PathBuf)>,
    /// Where a test that cannot run here says so.
    skips: PathBuf,
}

impl Suite {
    /// With these variables, as far as they have values.
    ///
    /// # Errors
    ///
    /// The file of the skipped tests cannot be made.
    pub(super) fn new(given: impl Iterator<Item = Given>) -> Result<Self> {
        let skips = shell::target().join("xtask-skipped-tests.tsv");
        fs::write(&skips, "").with_context(|| format!("cannot write {}", skips.display()))?;
        let given = given.filter_map(|(name, value)| Some((name, value?)));
        Ok(Self {
            given: given.collect(),
            skips,
        })
    }

    /// Runs them, and counts.
    ///
    /// # Errors
    ///
    /// Cargo cannot be started, or what it writes cannot be read.
    pub(super) fn run(&self, report: &mut Report) -> Result<Count> {
        let (target, test) = APART;
        let mut apart = self.command(&["--test", target]);
        let mut others = self.command(&["--no-fail-fast", "--", "--skip", test]);
        let (mut failed, mut written) = (Vec::new(), Vec::new());
        let (apart, others) = thread::scope(|scope| {
            let apart = scope.spawn(|| libtest::run(&mut apart, &mut failed, &mut written));
            let others = libtest::run(&mut others, &mut report.failed, &mut io::stdout());
            (apart.join(), others)
        });
        io::stdout().write_all(&written)?;
        report.failed.extend(failed);
        let mut count = others?;
        count.add(apart.map_err(|_| anyhow!("the test of VS Code broke off"))??);
        let skips = fs::read_to_string(&self.skips);
        let skips = skips.context("cannot read which tests were skipped")?;
        Ok(report.skip(count, &skips))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut tests = shell::cargo();
        tests
            .args(["test", "--workspace"])
            .args(arguments)
            .env("GOPLENS_TEST_SKIPS", &self.skips);
        for (name, value) in &self.given {
            tests.env(name, value);
        }
        tests
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goplens_is_told_from_its_tests() {
        let message = |name: &str, test: bool| {
            let (target, profile) = (
                format!("{{\"name\":\"{name}\"}}"),
                format!("{{\"test\":{test}}}"),
            );
            format!("{{\"target\":{target},\"profile\":{profile},\"executable\":\"/t/{name}\"}}")
        };
        assert_eq!(
            program(&message("goplens", false)),
            Some("/t/goplens".into())
        );
        assert_eq!(program(&message("goplens", true)), None);
        assert_eq!(program(&message("relay", false)), None);
        assert_eq!(program("{\"reason\":\"build-finished\"}"), None);
    }
}
