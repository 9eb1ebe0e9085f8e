//! What gopls said on its standard error.

use std::collections::VecDeque;

/// How much is kept of the beginning, and as much of the end, in bytes.
const KEPT: usize = 8 * 1024;

/// The beginning and the end of what gopls wrote to its standard error. Go says what is wrong first
/// and then prints its usage, or a stack for each goroutine; what happened last stands at the end.
#[derive(Debug, Default)]
pub(crate) struct LastWords {
    first: Vec<u8>,
    last: VecDeque<u8>,
    /// Whether anything is missing between the two.
    cut: bool,
}

impl LastWords {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let room = KEPT - self.first.len();
        let (first, rest) = bytes.split_at(bytes.len().min(room));
        self.first.extend_from_slice(first);
        self.last.extend(rest);
        let surplus = self.last.len().saturating_sub(KEPT);
        self.cut |= surplus > 0;
        self.last.drain(..surplus);
    }

    /// At most `most` of its lines that are not empty, and one that says how many are left out.
    pub(crate) fn lines(&self, most: usize) -> Vec<String> {
        let mut bytes = self.first.clone();
        if self.cut {
            bytes.push(b'\n');
        }
        bytes.extend(&self.last);
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
        if lines.len() <= most && !self.cut {
            return owned(&lines);
        }
        let half = (most / 2).min(lines.len() / 2);
        let mut shown: Vec<String> = owned(&lines[..half]);
        shown.push("(some lines are left out here)".to_owned());
        shown.extend::<Vec<String>>(owned(&lines[lines.len() - half..]));
        shown
    }

    /// The rest of the line in which `mark` stands, once that line is whole.
    pub(crate) fn behind(&self, mark: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.first);
        let (_, rest) = text.split_once(mark)?;
        rest.split_once('\n')
            .map(|(line, _)| line.trim_end().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_and_the_end_are_kept() {
        let mut words = LastWords::default();
        words.push(b"flag provided but not defined: -bogus\n");
        words.push(&b"usage\n".repeat(2 * KEPT));
        words.push(b"\n\nlast\n");
        let lines = words.lines(4);
        assert_eq!(lines[0], "flag provided but not defined: -bogus");
        assert_eq!(lines[2], "(some lines are left out here)");
        assert_eq!(lines[4], "last");
        assert!(words.first.len() + words.last.len() <= 2 * KEPT);
    }

    #[test]
    fn few_words_are_kept_as_they_are() {
        let mut words = LastWords::default();
        words.push(b"a\n\nb");
        assert_eq!(words.lines(5), ["a", "b"]);
        assert_eq!(words.lines(2), ["a", "b"]);
    }

    #[test]
    fn a_line_is_read_when_it_is_whole() {
        let mut words = LastWords::default();
        words.push(b"serve.go:530: debug server listening at http://local");
        assert_eq!(words.behind("listening at "), None);
        words.push(b"host:33151\n");
        let address = words.behind("listening at ");
        assert_eq!(address.as_deref(), Some("http://localhost:33151"));
    }
}
