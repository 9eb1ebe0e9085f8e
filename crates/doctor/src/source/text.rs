//! Places in a text, as the protocol counts them and as Rust does.

use trace::finding::{Position, Range};

/// The byte at a position in UTF-16 units; `None` where the text has no such place.
pub fn offset(text: &str, position: Position) -> Option<usize> {
    let before: usize = text
        .split_inclusive('\n')
        .take(position.line as usize)
        .map(str::len)
        .sum();
    if text[..before].matches('\n').count() != position.line as usize {
        return None;
    }
    let line = text[before..].split('\n').next().unwrap_or_default();
    let mut units = 0;
    for (at, character) in line.char_indices() {
        if units >= position.character {
            return Some(before + at);
        }
        units += character.len_utf16() as u32;
    }
    (units >= position.character).then_some(before + line.len())
}

/// What these bytes are in UTF-16 units.
pub fn range(text: &str, bytes: std::ops::Range<usize>) -> Range {
    Range::new(position(text, bytes.start), position(text, bytes.end))
}

fn position(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    Position::new(
        before.matches('\n').count() as u32,
        before[line..].encode_utf16().count() as u32,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_in_utf_16() {
        let text = "a\n😀é b\r\n";
        let places = [((0, 0), 0), ((0, 1), 1), ((1, 2), 6), ((1, 3), 8)];
        for ((line, character), byte) in places {
            let place = Position::new(line, character);
            assert_eq!(offset(text, place), Some(byte));
            assert_eq!(position(text, byte), place);
        }
        assert_eq!(offset(text, Position::new(0, 2)), None);
        assert_eq!(offset(text, Position::new(2, 0)), Some(text.len()));
        assert_eq!(offset(text, Position::new(3, 0)), None);
        // The second half of a pair is the character behind it, and no panic.
        assert_eq!(offset(text, Position::new(1, 1)), Some(6));
    }
}
