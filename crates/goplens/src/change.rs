//! What is to become of one file.

use std::fmt::Write;
use std::path::PathBuf;

use similar::TextDiff;

use crate::table::plain;

/// What is to become of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// The file.
    pub(crate) path: PathBuf,
    /// What is in it; none where it is not there.
    pub(crate) before: Option<String>,
    /// What is to be in it.
    pub(crate) after: String,
}

impl Change {
    /// The lines that change, with three around them, as `diff -u` shows them.
    pub(crate) fn diff(&self) -> String {
        let before = self.before.as_deref().unwrap_or_default();
        let name = self.path.display().to_string();
        let old = if self.before.is_some() {
            &*name
        } else {
            "/dev/null"
        };
        let diff = TextDiff::from_lines(before, &*self.after);
        let diff = diff.unified_diff().header(old, &name).to_string();
        let mut shown = String::with_capacity(diff.len());
        for line in diff.lines() {
            // What a terminal would obey does not get through.
            let _ = writeln!(shown, "{}", plain(line));
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_shown_as_a_diff_that_no_terminal_obeys() {
        let change = Change {
            path: "/w/go.work".into(),
            before: Some("go 1.24\n\nuse ./a\n".into()),
            after: "go 1.24\n\nuse ./a\n\x1b[2Juse ./b\n".into(),
        };
        let shown = "--- /w/go.work\n+++ /w/go.work\n@@ -1,3 +1,4 @@\n go 1.24\n \n use ./a\n+ [2Juse ./b\n";
        assert_eq!(change.diff(), shown);
        let made = Change {
            before: None,
            ..change
        };
        assert!(made.diff().starts_with("--- /dev/null\n"));
    }
}
