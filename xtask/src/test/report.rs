//! What became of each step, and the summary at the end.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

/// How many passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) skipped: usize,
}

impl Count {
    /// A step that passed.
    pub(super) const PASSED: Count = Count {
        passed: 1,
        failed: 0,
        skipped: 0,
    };
    /// A step that failed.
    pub(super) const FAILED: Count = Count {
        passed: 0,
        failed: 1,
        skipped: 0,
    };

    /// Adds the numbers of another count.
    pub(super) fn add(&mut self, other: Count) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// The steps so far, in order, and the tests that were skipped.
#[derive(Default)]
pub(super) struct Report {
    steps: Vec<(String, Duration, Count)>,
    skipped: BTreeMap<String, String>,
    /// The tests that failed.
    pub(super) failed: Vec<String>,
}

impl Report {
    /// Notes a step that is over.
    pub(super) fn add(&mut self, name: &str, duration: Duration, count: Count) {
        let outcome = if count.failed == 0 {
            "passed"
        } else {
            "failed"
        };
        println!("-- {name}: {outcome} in {:.1} s", duration.as_secs_f64());
        self.steps.push((name.to_owned(), duration, count));
    }

    /// Notes the tests that skipped themselves, one line `NAME<tab>REASON` each, and counts
    /// them as skipped rather than as passed. The same name twice is one test.
    pub(super) fn skip(&mut self, mut count: Count, lines: &str) -> Count {
        let before = self.skipped.len();
        for line in lines.lines().filter(|line| !line.trim().is_empty()) {
            let (name, reason) = line.split_once('\t').unwrap_or((line, "no reason given"));
            self.skipped.insert(name.to_owned(), reason.to_owned());
        }
        let skipped = self.skipped.len() - before;
        count.passed = count.passed.saturating_sub(skipped);
        count.skipped += skipped;
        count
    }

    /// Takes over what another one has noted.
    pub(super) fn append(&mut self, other: Report) {
        self.steps.extend(other.steps);
        self.skipped.extend(other.skipped);
        self.failed.extend(other.failed);
    }

    /// Whether anything failed.
    pub(super) fn has_failed(&self) -> bool {
        self.total().failed > 0
    }

    /// Each step with its duration, each skipped test with its reason, and the counts.
    pub(super) fn summary(&self) -> String {
        let mut text = String::from("\n== summary\n");
        for (name, duration, count) in &self.steps {
            let outcome = if count.failed == 0 {
                "passed"
            } else {
                "FAILED"
            };
            let seconds = duration.as_secs_f64();
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{outcome} {seconds:7.1} s  {name}");
        }
        for (name, reason) in &self.skipped {
            let _ = writeln!(text, "skipped {name}: {reason}");
        }
        for name in &self.failed {
            let _ = writeln!(text, "failed {name}");
        }
        let Count {
            passed,
            failed,
            skipped,
        } = self.total();
        let _ = writeln!(text, "{passed} passed, {failed} failed, {skipped} skipped");
        text
    }

    /// The counts of all steps.
    fn total(&self) -> Count {
        let mut total = Count::default();
        for (_, _, count) in &self.steps {
            total.add(*count);
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_everything() {
        let mut report = Report::default();
        report.add("format", Duration::from_millis(1500), Count::PASSED);
        let count = Count {
            passed: 10,
            failed: 2,
            skipped: 0,
        };
        let count = report.skip(count, "a::b\tno node here\na::b\tno node here\nlonely\n\n");
        report.add("tests", Duration::from_secs(60), count);
        report.failed.push("a::c".to_owned());

        let summary = report.summary();
        assert_eq!(
            summary.lines().last(),
            Some("9 passed, 2 failed, 2 skipped")
        );
        assert!(summary.contains("skipped a::b: no node here\n"));
        assert!(summary.contains("skipped lonely: no reason given\n"));
        assert!(summary.contains("passed     1.5 s  format\n"));
        assert!(summary.contains("FAILED    60.0 s  tests\n"));
        assert!(summary.contains("failed a::c\n"));
        assert!(report.has_failed());

        let mut all = Report::default();
        all.add("format", Duration::ZERO, Count::PASSED);
        all.append(report);
        let summary = all.summary();
        assert_eq!(
            summary.lines().last(),
            Some("10 passed, 2 failed, 2 skipped")
        );
        assert!(summary.contains("failed a::c\n") && summary.contains("skipped lonely: "));
    }

    #[test]
    fn nothing_failed_where_all_passed() {
        let mut report = Report::default();
        report.add("format", Duration::ZERO, Count::PASSED);
        assert!(!report.has_failed());
        assert!(
            report
                .summary()
                .ends_with("1 passed, 0 failed, 0 skipped\n")
        );
    }
}
