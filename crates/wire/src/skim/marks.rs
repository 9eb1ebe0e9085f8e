//! What the bytes of a block mean, a bit each, so that a few operations on words stand for a look
//! at every byte. This is the way of simdjson (Langdale and Lemire, "Parsing gigabytes of JSON per
//! second", 2019), written so that the compiler finds the vector instructions.

/// How many bytes are read at once: one for each bit of a word.
pub(super) const BLOCK: usize = 64;

/// Where the bytes stand that mean something in JSON. Bit `n` is for byte `n`.
pub(super) struct Marks {
    pub(super) quotes: u64,
    pub(super) backslashes: u64,
    /// `{` and `[`.
    pub(super) opens: u64,
    /// `}` and `]`.
    pub(super) closes: u64,
}

impl Marks {
    /// The marks of a block, or `None` where no byte means anything: semantic tokens are hundreds
    /// of kilobytes of numbers.
    #[inline]
    pub(super) fn of(block: &[u8; BLOCK]) -> Option<Self> {
        // The two kinds of brackets differ in one bit, and so would a backslash from what stands
        // between them, `|`, which is rare enough to be taken for a mark here.
        let any = |byte: u8| byte == b'"' || (byte | 0x20).wrapping_sub(b'{') <= b'}' - b'{';
        // There is no early end, so that the compiler makes vectors of it.
        if !block.iter().fold(false, |found, byte| found | any(*byte)) {
            return None;
        }
        Some(Self {
            quotes: bits(block, |byte| byte == b'"'),
            backslashes: bits(block, |byte| byte == b'\\'),
            opens: bits(block, |byte| byte | 0x20 == b'{'),
            closes: bits(block, |byte| byte | 0x20 == b'}'),
        })
    }
}

/// A bit for each byte: whether it is wanted.
#[inline]
fn bits(block: &[u8; BLOCK], wanted: impl Fn(u8) -> bool) -> u64 {
    let mut places = [0; BLOCK];
    for (at, byte) in block.iter().enumerate() {
        places[at] = if wanted(*byte) { 1 << (at % 8) } else { 0 };
    }
    let (groups, _) = places.as_chunks::<8>();
    groups.iter().enumerate().fold(0, |bits, (at, group)| {
        // No two of the eight share a bit, so that their sum, which the product has in its
        // highest byte, is all of them side by side.
        let product = u64::from_le_bytes(*group).wrapping_mul(0x0101_0101_0101_0101);
        bits | product >> 56 << (8 * at)
    })
}

/// Which of the backslashes escape the byte behind them, rather than being escaped themselves.
/// `escaped` is whether the first byte of the block is.
#[inline]
pub(super) fn escapes(backslashes: u64, escaped: bool) -> u64 {
    const ODD: u64 = 0xaaaa_aaaa_aaaa_aaaa;
    // In a run of backslashes every other one escapes, beginning with the first. The subtraction
    // borrows through a run, which leaves the bits at every other place, counted from its start.
    let runs = backslashes & !u64::from(escaped);
    let alternating = ((runs << 1 | ODD).wrapping_sub(runs)) ^ ODD;
    alternating & backslashes
}

/// The bytes inside of strings, with their opening quotes and without the closing ones. `within`
/// is whether the block begins inside of one.
#[inline]
pub(super) fn strings(quotes: u64, within: bool) -> u64 {
    // Each bit becomes the parity of itself and all below.
    let parity = [1, 2, 4, 8, 16, 32]
        .iter()
        .fold(quotes, |parity, shift| parity ^ parity << shift);
    if within { !parity } else { parity }
}

/// The places before `end`, which is at most [`BLOCK`].
#[inline]
pub(super) fn before(end: usize) -> u64 {
    if end < BLOCK { (1 << end) - 1 } else { u64::MAX }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_byte_has_its_marks(
            block in prop::array::uniform32(any::<[u8; 2]>()), marks in "[\"\\\\{}\\[\\]|]{0,64}",
        ) {
            let mut block: [u8; BLOCK] = block.concat().try_into().unwrap();
            block[..marks.len()].copy_from_slice(marks.as_bytes());
            let found = Marks::of(&block);
            for (at, byte) in block.iter().enumerate() {
                let of = |bits: fn(&Marks) -> u64| {
                    found.as_ref().is_some_and(|marks| bits(marks) >> at & 1 == 1)
                };
                prop_assert_eq!(of(|marks| marks.quotes), *byte == b'"');
                prop_assert_eq!(of(|marks| marks.backslashes), *byte == b'\\');
                prop_assert_eq!(of(|marks| marks.opens), matches!(byte, b'{' | b'['));
                prop_assert_eq!(of(|marks| marks.closes), matches!(byte, b'}' | b']'));
            }
        }

        #[test]
        fn a_backslash_escapes_unless_it_is_escaped(
            some in any::<u64>(), more in any::<u64>(), escaped: bool,
        ) {
            // The second has longer runs.
            for backslashes in [some, some | more] {
                let mut before = escaped;
                for at in 0..BLOCK {
                    let escapes = escapes(backslashes, escaped) >> at & 1 == 1;
                    before = backslashes >> at & 1 == 1 && !before;
                    prop_assert_eq!(escapes, before);
                }
            }
        }

        #[test]
        fn a_string_goes_from_quote_to_quote(quotes: u64, within: bool) {
            let mut inside = within;
            for at in 0..BLOCK {
                inside ^= quotes >> at & 1 == 1;
                prop_assert_eq!(strings(quotes, within) >> at & 1 == 1, inside);
            }
        }
    }
}
