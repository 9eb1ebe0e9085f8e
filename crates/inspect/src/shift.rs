//! Where a place is after an edit.

use trace::finding::{Position, Range};

/// Where `place` is when `changed` was replaced by `text`; `None` where the edit touched it. All in the
/// same units.
pub(crate) fn shift(place: Range, changed: Range, text: &str) -> Option<Range> {
    if place.end < changed.start {
        return Some(place);
    }
    // An insertion at the very start of a name may belong to it.
    if place.start <= changed.end && (place.start, place.end) != (changed.end, changed.end) {
        return None;
    }
    Some(Range::new(
        moved(place.start, changed, text),
        moved(place.end, changed, text),
    ))
}

fn moved(position: Position, changed: Range, text: &str) -> Position {
    let lines = text.matches('\n').count() as u32;
    let line = (position.line - changed.end.line)
        .saturating_add(changed.start.line)
        .saturating_add(lines);
    if position.line > changed.end.line {
        return Position::new(line, position.character);
    }
    let last = text.rsplit('\n').next().unwrap_or_default();
    let typed = last.encode_utf16().count() as u32;
    let before = if lines == 0 {
        changed.start.character.saturating_add(typed)
    } else {
        typed
    };
    let character = (position.character - changed.end.character).saturating_add(before);
    Position::new(line, character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(line: u32, from: u32, to: u32) -> Range {
        Range::new(Position::new(line, from), Position::new(line, to))
    }

    #[test]
    fn a_place_moves_with_what_is_before_it() {
        let place = range(3, 4, 8);
        let insert = |line, character| range(line, character, character);
        assert_eq!(shift(place, insert(4, 0), "x\n"), Some(place));
        assert_eq!(shift(place, insert(3, 9), "x"), Some(place));
        assert_eq!(shift(place, insert(0, 0), "a\nb\n"), Some(range(5, 4, 8)));
        assert_eq!(shift(place, insert(3, 0), "é"), Some(range(3, 5, 9)));
        assert_eq!(shift(place, insert(3, 2), "a\nbc"), Some(range(4, 4, 8)));
        let lines = Range::new(Position::new(1, 0), Position::new(3, 2));
        assert_eq!(shift(place, lines, ""), Some(range(1, 2, 6)));
    }

    #[test]
    fn a_place_that_was_touched_is_gone() {
        let place = range(3, 4, 8);
        let far = Range::new(Position::new(2, u32::MAX), Position::new(3, 0));
        assert!(shift(place, far, "x").is_some(), "and nothing overflows");
        for changed in [
            range(3, 5, 6),
            range(3, 4, 4),
            range(3, 8, 8),
            range(3, 0, 20),
        ] {
            assert_eq!(shift(place, changed, "x"), None, "{changed:?}");
        }
    }
}
