//! Colours, or none.

use anstyle::{AnsiColor, Color};

const FAINT: anstyle::Style = anstyle::Style::new().dimmed();
const METHOD: anstyle::Style = colour(AnsiColor::Cyan);
const EVENT: anstyle::Style = colour(AnsiColor::Magenta).bold();
const BAD: anstyle::Style = colour(AnsiColor::Red);
const DOUBTFUL: anstyle::Style = colour(AnsiColor::Yellow);

const fn colour(colour: AnsiColor) -> anstyle::Style {
    anstyle::Style::new().fg_color(Some(Color::Ansi(colour)))
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    on: bool,
}

impl Style {
    pub(super) fn new(on: bool) -> Self {
        Self { on }
    }

    /// What is rarely read.
    pub(super) fn faint(self, text: &str) -> String {
        self.paint(FAINT, text)
    }

    pub(super) fn method(self, text: &str) -> String {
        // A method is whatever a peer sent, so it is kept from steering the terminal.
        self.paint(METHOD, &super::shortened(text))
    }

    pub(super) fn event(self, text: &str) -> String {
        self.paint(EVENT, text)
    }

    /// A text in the colour of an outcome.
    pub(super) fn outcome(self, outcome: Option<&str>, text: &str) -> String {
        match outcome {
            Some("error" | "timeout") => self.paint(BAD, text),
            Some("null" | "empty" | "cancelled") => self.paint(DOUBTFUL, text),
            _ => text.to_owned(),
        }
    }

    fn paint(self, style: anstyle::Style, text: &str) -> String {
        if self.on {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}
