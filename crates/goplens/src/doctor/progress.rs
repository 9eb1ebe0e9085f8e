//! How far the examination is.

use std::io::{self, Write};

use doctor::Progress;

/// The longest line that is shown, in letters: most terminals have so many.
const LONGEST: usize = 79;

/// Shows on one line of the terminal how far it is; the line is wiped at the end.
pub(super) fn show(progress: &Progress<'_>) {
    let mut terminal = io::stderr().lock();
    // In a narrower terminal, such as one beside VS Code's list of them, the line is cut off where it would wrap, for of
    // two lines only the last could be wiped. A terminal that takes nothing is not to stop the examination.
    let _ = write!(terminal, "\r\x1b[K\x1b[?7l{}\x1b[?7h", line(progress));
    let _ = terminal.flush();
}

fn line(progress: &Progress<'_>) -> String {
    if progress.running.is_empty() {
        return String::new();
    }
    let line = format!(
        "{} of {}: {}",
        progress.ended,
        progress.all,
        progress.running.join(", ")
    );
    match line.char_indices().nth(LONGEST) {
        Some(_) => line.chars().take(LONGEST - 1).chain(['…']).collect(),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_no_longer_than_a_terminal_is_wide() {
        let shown = |names: &[&'static str]| {
            line(&Progress {
                ended: 3,
                all: 12,
                running: names,
                news: &[],
            })
        };
        assert_eq!(shown(&["caches", "proxy"]), "3 of 12: caches, proxy");
        assert_eq!(shown(&[]), "");
        let long = shown(&["a very long name"; 9]);
        assert_eq!(long.chars().count(), LONGEST);
        assert!(long.ends_with('…'));
    }
}
