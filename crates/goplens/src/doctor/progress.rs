//! How far the examination is, and its end by Ctrl-C.

use std::io::{self, Write};

use doctor::Progress;
use system::Interrupts;

/// The longest line that is shown, in letters: a terminal has at least so many.
const LONGEST: usize = 79;

/// Shows on one line of the terminal how far it is; the line is wiped at the end.
pub(super) fn show(progress: &Progress<'_>) {
    let mut terminal = io::stderr().lock();
    // A terminal that takes nothing is not to stop the examination.
    let _ = write!(terminal, "\r\x1b[K{}", line(progress));
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

/// From now on Ctrl-C ends this process and all that it has started, and leaves no file behind.
pub(super) fn end_on_interrupt() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    // Taken over before anything is started.
    let mut interrupts = {
        let _inside = runtime.enter();
        Interrupts::new()?
    };
    std::thread::Builder::new()
        .name("interrupts".to_owned())
        .spawn(move || {
            let interrupt = runtime.block_on(interrupts.next());
            system::end_calls();
            // What a shell says of one that a signal has ended.
            std::process::exit(128 + interrupt.number());
        })?;
    Ok(())
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
            })
        };
        assert_eq!(shown(&["caches", "proxy"]), "3 of 12: caches, proxy");
        assert_eq!(shown(&[]), "");
        let long = shown(&["a very long name"; 9]);
        assert_eq!(long.chars().count(), LONGEST);
        assert!(long.ends_with('…'));
    }
}
