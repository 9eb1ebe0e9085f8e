//! A change of a body that leaves all its other bytes as they are.

use std::ops::Range;

use bytes::{Bytes, BytesMut};

/// Bytes that are to stand in the place of a span of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Splice {
    /// The span, in bytes of the body before any change.
    pub span: Range<usize>,
    /// What is to stand there, as it is to stand in the JSON.
    pub with: Bytes,
}

/// Where a part that was borrowed from a body lies in it.
pub fn span(body: &[u8], part: &[u8]) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(body.as_ptr() as usize);
    start..start + part.len()
}

/// How much memory small bodies share.
const PIECE: usize = 16 * 1024;

impl Splice {
    /// The body with all of these splices, which are in the order of their spans and do not overlap.
    pub fn apply(splices: &[Self], body: &[u8]) -> Bytes {
        let mut new = BytesMut::with_capacity(Self::room(splices, body));
        Self::write(splices, body, &mut new);
        new.freeze()
    }

    /// The same in a piece of `shared`, so that small bodies need no memory of their own each.
    pub fn apply_in(shared: &mut BytesMut, splices: &[Self], body: &[u8]) -> Bytes {
        let room = Self::room(splices, body);
        if room > PIECE / 4 {
            return Self::apply(splices, body);
        }
        if shared.capacity() < room {
            shared.reserve(PIECE);
        }
        Self::write(splices, body, shared);
        shared.split().freeze()
    }

    /// How many bytes the body has with these splices, at most.
    fn room(splices: &[Self], body: &[u8]) -> usize {
        let more: usize = splices.iter().map(|splice| splice.with.len()).sum();
        body.len() + more
    }

    fn write(splices: &[Self], body: &[u8], new: &mut BytesMut) {
        let mut at = 0;
        for splice in splices {
            new.extend_from_slice(&body[at..splice.span.start]);
            new.extend_from_slice(&splice.with);
            at = splice.span.end;
        }
        new.extend_from_slice(&body[at..]);
    }

    /// Where a part of a body lies after all of these splices; `None` where one of them is of more than what
    /// is inside of it, or of what is beside it.
    pub fn moved(splices: &[Self], part: Range<usize>) -> Option<Range<usize>> {
        let Range { mut start, mut end } = part;
        for Self { span, with } in splices {
            let is_before = span.end < part.start;
            let is_inside = part.start < span.start && span.end < part.end;
            if is_before || is_inside {
                end = end + with.len() - span.len();
            } else if span.start <= part.end {
                return None;
            }
            if is_before {
                start = start + with.len() - span.len();
            }
        }
        Some(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_where_it_lies() {
        let body = b"{\"a\": [1]}";
        assert_eq!(span(body, &body[6..9]), 6..9);
        assert_eq!(span(body, body), 0..body.len());
    }

    #[test]
    fn all_that_is_not_spliced_stays() {
        let splice = |span, with: &'static str| Splice {
            span,
            with: with.into(),
        };
        let splices = [splice(0..1, "xy"), splice(2..2, "-"), splice(3..5, "")];
        let mut shared = BytesMut::new();
        for _ in 0..2 {
            let new = [
                Splice::apply(&splices, b"abcdef"),
                Splice::apply_in(&mut shared, &splices, b"abcdef"),
            ];
            assert_eq!(new, ["xyb-cf"; 2]);
        }
        assert_eq!(Splice::apply(&[], b"abc"), "abc");
        let large = [b'x'; PIECE];
        assert_eq!(Splice::apply_in(&mut shared, &[], &large), &large[..]);
    }

    #[test]
    fn a_part_that_stays_whole_is_found_where_it_lies_then() {
        let body = b"ab[cd]ef";
        let with = |span: Range<usize>, with: &'static str| Splice {
            span,
            with: with.into(),
        };
        let splices = [
            with(0..1, ""),
            with(3..4, "xyz"),
            with(4..4, "-"),
            with(7..8, "long"),
        ];
        let moved = Splice::moved(&splices, 2..6).unwrap();
        assert_eq!(&Splice::apply(&splices, body)[moved], b"[xyz-d]");
        for beside in [0..3, 1..2, 2..3, 5..6, 5..7, 6..7, 1..7, 2..2, 6..6] {
            assert_eq!(Splice::moved(&[with(beside, "x")], 2..6), None);
        }
    }
}
