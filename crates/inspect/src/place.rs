//! Where a range lies in a text, as gopls counts: a line ends with a line feed, and with nothing else.

use trace::finding::{Position, Range};

/// Whether a text of so many lines has the line of a position, whatever its column. Behind the last line,
/// gopls takes the begin of a next one for the end of the text.
pub(crate) fn has_line(position: Position, lines: usize) -> bool {
    let line = position.line as usize;
    line < lines || (line, position.character) == (lines, 0)
}

/// A range as places that a text of so many lines has, the first no later than the second; `None` where it
/// does not have them, or the other way round. `length` is how many UTF-16 units a line has without its end.
pub(crate) fn within(range: Range, lines: usize, length: impl Fn(usize) -> u32) -> Option<Range> {
    let place = |position: Position| {
        let line = position.line as usize;
        if line == lines && has_line(position, lines) {
            let last = lines.checked_sub(1)?;
            return Some(Position::new(u32::try_from(last).ok()?, length(last)));
        }
        let is_there = line < lines && position.character <= length(line);
        is_there.then_some(position)
    };
    let (start, end) = (place(range.start)?, place(range.end)?);
    (start <= end).then(|| Range::new(start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_begin_of_a_line_behind_the_last_is_the_end() {
        let lengths = [3, 0, 5];
        let place = |line, character| {
            let place = Position::new(line, character);
            let range = within(Range::new(place, place), 3, |line| lengths[line]);
            range.map(|range| (range.start.line, range.start.character))
        };
        assert_eq!(place(0, 3), Some((0, 3)));
        assert_eq!(place(0, 4), None);
        assert_eq!(place(2, 5), Some((2, 5)));
        assert_eq!(place(3, 0), Some((2, 5)));
        assert_eq!(place(3, 1), None);
        assert_eq!(place(4, 0), None);
        let back = Range::new(Position::new(2, 0), Position::new(1, 0));
        assert_eq!(within(back, 3, |line| lengths[line]), None);
    }
}
