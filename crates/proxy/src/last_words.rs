//! What gopls said last.

use std::collections::VecDeque;

/// How much of it is kept, in bytes.
const KEPT: usize = 8 * 1024;

/// The end of what gopls wrote to its standard error: what it died of stands there, or nowhere.
#[derive(Debug, Default)]
pub(crate) struct LastWords(VecDeque<u8>);

impl LastWords {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.0.extend(&bytes[bytes.len().saturating_sub(KEPT)..]);
        let surplus = self.0.len().saturating_sub(KEPT);
        self.0.drain(..surplus);
    }

    /// Its last `most` lines that are not empty.
    pub(crate) fn lines(&self, most: usize) -> Vec<String> {
        let bytes: Vec<u8> = self.0.iter().copied().collect();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        let first = lines.len().saturating_sub(most);
        lines[first..]
            .iter()
            .map(|line| (*line).to_owned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_kept_and_the_beginning_forgotten() {
        let mut words = LastWords::default();
        words.push(b"first\n");
        words.push(&b"x".repeat(2 * KEPT));
        words.push(b"\n\npanic: no\n\ngoroutine 1\n");
        assert_eq!(words.0.len(), KEPT);
        assert_eq!(words.lines(2), ["panic: no", "goroutine 1"]);
    }
}
