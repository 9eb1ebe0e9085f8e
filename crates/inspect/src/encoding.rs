//! How the peers count characters.

use trace::finding::{Position, Range};

/// The position encoding that the peers agreed on. Every gopls so far has UTF-16, which is what goplens
/// itself counts in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 units.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// As the server's capability says; what is not said is UTF-16.
    pub fn of(name: Option<&str>) -> Self {
        match name {
            Some("utf-8") => Self::Utf8,
            Some("utf-32") => Self::Utf32,
            _ => Self::Utf16,
        }
    }

    /// A position of the peers' in UTF-16 units. One behind the end of its line stays behind it.
    pub(crate) fn to_utf16(self, text: &str, position: Position) -> Position {
        self.convert(text, position, |character| {
            (self.units(character), character.len_utf16())
        })
    }

    /// A position in UTF-16 units as the peers count it.
    pub(crate) fn of_utf16(self, text: &str, position: Position) -> Position {
        self.convert(text, position, |character| {
            (character.len_utf16(), self.units(character))
        })
    }

    /// A range in UTF-16 units as the peers count it.
    pub(crate) fn range_of_utf16(self, text: &str, range: Range) -> Range {
        Range::new(
            self.of_utf16(text, range.start),
            self.of_utf16(text, range.end),
        )
    }

    fn convert(
        self,
        text: &str,
        position: Position,
        units: impl Fn(char) -> (usize, usize),
    ) -> Position {
        if self == Self::Utf16 {
            return position;
        }
        let line = text
            .split('\n')
            .nth(position.line as usize)
            .unwrap_or_default();
        let (mut from, mut to) = (0, 0);
        for character in line.chars() {
            if from >= position.character as usize {
                break;
            }
            let (more_from, more_to) = units(character);
            from += more_from;
            to += more_to;
        }
        let beyond = (position.character as usize).saturating_sub(from);
        Position::new(position.line, (to + beyond) as u32)
    }

    fn units(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_counts_in_its_own_units() {
        let text = "x\né👋b";
        let here = |character| Position::new(1, character);
        for (name, character) in [("utf-8", 6), ("utf-16", 3), ("utf-32", 2)] {
            let encoding = Encoding::of(Some(name));
            assert_eq!(encoding.to_utf16(text, here(character)), here(3), "{name}");
            assert_eq!(encoding.of_utf16(text, here(3)), here(character), "{name}");
        }
        assert_eq!(Encoding::of(None), Encoding::Utf16);
        assert_eq!(Encoding::Utf8.to_utf16(text, here(100)), here(97));
        assert_eq!(
            Encoding::Utf8.to_utf16(text, Position::new(9, 2)),
            Position::new(9, 2)
        );
    }
}
