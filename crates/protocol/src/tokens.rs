//! Semantic tokens, held against what the protocol says of them.

use std::fmt;

/// How many numbers a token takes.
const GROUP: usize = 5;

/// What the numbers of tokens may be, as the server said when it offered them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Legend {
    /// How many types there are.
    pub types: usize,
    /// How many modifiers there are.
    pub modifiers: usize,
}

/// What is wrong with tokens. Tokens, lines and columns count from 0, columns in UTF-16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There are so many numbers, which is no multiple of five.
    Torn(usize),
    /// A token has a type that the legend does not have.
    Type {
        /// Which token.
        token: usize,
        /// Its type.
        value: u32,
    },
    /// A token has modifiers that the legend does not have.
    Modifiers {
        /// Which token.
        token: usize,
        /// Its modifiers, a bit for each.
        value: u32,
    },
    /// A token lies on a line that the document does not have, or that no number can tell.
    Line {
        /// Which token.
        token: usize,
        /// Its line.
        line: u64,
    },
    /// A token ends behind the end of its line.
    Column {
        /// Which token.
        token: usize,
        /// Its line.
        line: u64,
        /// The column behind its last character.
        end: u64,
    },
    /// A token begins before the end of the one before it.
    Overlap {
        /// Which token.
        token: usize,
        /// Its line.
        line: u64,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Torn(count) => write!(formatter, "{count} numbers are no groups of five"),
            Self::Type { token, value } => {
                write!(
                    formatter,
                    "token {token} has the type {value}, which the legend does not have"
                )
            }
            Self::Modifiers { token, value } => write!(
                formatter,
                "token {token} has the modifiers {value:#b}, which the legend does not have"
            ),
            Self::Line { token, line } => {
                write!(
                    formatter,
                    "token {token} is on line {line}, which the document does not have"
                )
            }
            Self::Column { token, line, end } => write!(
                formatter,
                "token {token} ends at column {end} of line {line}, behind the end of the line"
            ),
            Self::Overlap { token, line } => {
                write!(
                    formatter,
                    "token {token} on line {line} begins within the one before it"
                )
            }
        }
    }
}

/// The first fault of tokens as `SemanticTokens` has them: each five numbers, its place counted from the
/// one before it.
///
/// `lines` is how long each line of the document is, in UTF-16 units without what ends it, where that is
/// known. It is for a client that takes no tokens across lines (`multilineTokenSupport`), and all of it
/// is for one that takes none within each other (`overlappingTokenSupport`). A server whose answer was
/// overtaken by an edit is not at fault: the lines have to be those that it went by.
pub fn check(data: &[u32], legend: Legend, lines: Option<&[u32]>) -> Option<Fault> {
    let (tokens, rest) = data.as_chunks::<GROUP>();
    if !rest.is_empty() {
        return Some(Fault::Torn(data.len()));
    }
    let (mut line, mut start, mut end) = (0_u64, 0_u64, 0_u64);
    for (token, &[lines_down, further, length, kind, modifiers]) in tokens.iter().enumerate() {
        if lines_down > 0 {
            line += u64::from(lines_down);
            (start, end) = (0, 0);
        }
        start += u64::from(further);
        if start < end {
            return Some(Fault::Overlap { token, line });
        }
        end = start + u64::from(length);
        if kind as usize >= legend.types {
            let value = kind;
            return Some(Fault::Type { token, value });
        }
        if u64::from(modifiers) >> legend.modifiers.min(32) != 0 {
            let value = modifiers;
            return Some(Fault::Modifiers { token, value });
        }
        let Some(lines) = lines else { continue };
        let place = usize::try_from(line).unwrap_or(usize::MAX);
        match lines.get(place) {
            None => return Some(Fault::Line { token, line }),
            Some(length) if end > u64::from(*length) => {
                return Some(Fault::Column { token, line, end });
            }
            Some(_) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEGEND: Legend = Legend {
        types: 3,
        modifiers: 2,
    };

    /// `ab cd` and `é👋` on two lines, as four tokens.
    const GOOD: [u32; 20] = [
        0, 0, 2, 0, 0, //
        0, 3, 2, 2, 3, //
        1, 0, 1, 1, 1, //
        0, 1, 2, 1, 2, //
    ];

    fn with(place: usize, value: u32) -> Option<Fault> {
        let mut data = GOOD;
        data[place] = value;
        check(&data, LEGEND, Some(&[5, 3]))
    }

    #[test]
    fn good_tokens_have_no_fault() {
        assert_eq!(check(&GOOD, LEGEND, Some(&[5, 3])), None);
        assert_eq!(check(&GOOD, LEGEND, None), None);
        assert_eq!(check(&[], LEGEND, Some(&[])), None);
        let none = Legend {
            types: 0,
            modifiers: 0,
        };
        assert_eq!(check(&[], none, None), None);
    }

    #[test]
    fn each_fault_is_found_at_its_token() {
        let found = check(&GOOD[..19], LEGEND, None);
        assert_eq!(found, Some(Fault::Torn(19)));
        assert_eq!(with(8, 3), Some(Fault::Type { token: 1, value: 3 }));
        let modifiers = Fault::Modifiers { token: 3, value: 4 };
        assert_eq!(with(19, 4), Some(modifiers));
        assert_eq!(with(6, 1), Some(Fault::Overlap { token: 1, line: 0 }));
        assert_eq!(with(6, 0), Some(Fault::Overlap { token: 1, line: 0 }));
        assert_eq!(with(10, 2), Some(Fault::Line { token: 2, line: 2 }));
        assert_eq!(
            with(0, u32::MAX).map(|fault| matches!(fault, Fault::Line { .. })),
            Some(true)
        );
        let column = Fault::Column {
            token: 3,
            line: 1,
            end: 4,
        };
        assert_eq!(with(17, 3), Some(column));
        assert_eq!(
            with(17, u32::MAX).map(|fault| matches!(fault, Fault::Column { .. })),
            Some(true)
        );
    }

    #[test]
    fn tokens_that_touch_and_empty_ones_are_no_fault() {
        assert_eq!(with(6, 2), None);
        assert_eq!(with(2, 0), None);
        let many = Legend {
            types: 3,
            modifiers: 64,
        };
        assert_eq!(check(&[0, 0, 1, 0, u32::MAX], many, None), None);
    }

    #[test]
    fn a_fault_is_said_in_words() {
        let fault = with(6, 0).map(|fault| fault.to_string());
        let said = "token 1 on line 0 begins within the one before it";
        assert_eq!(fault.as_deref(), Some(said));
    }
}
