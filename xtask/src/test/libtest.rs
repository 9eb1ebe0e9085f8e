//! Reads what `cargo test` writes, while it writes it, and counts.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::shell;
use crate::test::report::Count;

/// Runs `cargo test`, hands on what it writes to `output` and adds up its results; the names of the tests that fail
/// go to `failed`.
///
/// # Errors
///
/// Cargo cannot be started, or its output cannot be read.
pub(super) fn run(
    command: &mut Command,
    failed: &mut Vec<String>,
    output: &mut dyn Write,
) -> Result<Count> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| shell::cannot_start(command))?;
    let mut count = Count::default();
    if let Some(written) = child.stdout.take() {
        for line in BufReader::new(written).split(b'\n') {
            let line = line.context("cannot read the output of the tests")?;
            output.write_all(&line)?;
            output.write_all(b"\n")?;
            let line = String::from_utf8_lossy(&line);
            if let Some(result) = result(&line) {
                count.add(result);
            }
            failed.extend(failure(&line).map(str::to_owned));
        }
    }
    let status = child.wait()?;
    if !status.success() && count.failed == 0 {
        // What does not compile, and a test program that dies, has no line of results.
        writeln!(output, "{} ended with {status}", shell::line(command))?;
        count.add(Count::FAILED);
    }
    Ok(count)
}

/// The name of the test that fails by a line `test tests::a ... FAILED`.
fn failure(line: &str) -> Option<&str> {
    line.trim()
        .strip_prefix("test ")?
        .strip_suffix(" ... FAILED")
}

/// The counts of one line `test result: ok. 3 passed; 0 failed; 1 ignored; ...`.
fn result(line: &str) -> Option<Count> {
    let (_, counts) = line
        .trim()
        .strip_prefix("test result: ")?
        .split_once(". ")?;
    let mut count = Count::default();
    for part in counts.split(';') {
        let mut words = part.split_whitespace();
        let (Some(number), Some(what)) = (words.next(), words.next()) else {
            continue;
        };
        match (number.parse::<usize>(), what) {
            (Ok(number), "passed") => count.passed = number,
            (Ok(number), "failed") => count.failed = number,
            (Ok(number), "ignored") => count.skipped = number,
            _ => {}
        }
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_line_of_results() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; \
                    7 filtered out; finished in 0.01s";
        let expected = Count {
            passed: 12,
            failed: 3,
            skipped: 1,
        };
        assert_eq!(result(line), Some(expected));
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(result("test tests::a ... ok"), None);
        assert_eq!(result("test result: soon"), None);
        assert_eq!(result(""), None);
        assert_eq!(failure("test tests::a ... FAILED"), Some("tests::a"));
        assert_eq!(failure("test tests::a ... ok"), None);
    }

    #[test]
    fn a_run_without_results_that_fails_counts_as_one() {
        let mut command = shell::command("false");
        let mut output = Vec::new();
        let count = run(&mut command, &mut Vec::new(), &mut output).unwrap();
        assert_eq!(count, Count::FAILED);
        assert!(
            String::from_utf8(output)
                .unwrap()
                .contains("false ended with ")
        );
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        let mut command = shell::command("/nowhere/cargo");
        let error = run(&mut command, &mut Vec::new(), &mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains("/nowhere/cargo"));
    }
}
