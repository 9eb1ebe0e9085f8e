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
        // The two kinds of brackets differ in one bit. With it a backslash stands between them,
        // and so does `|`, which is rare enough to be taken for a mark here.
        let mark = |byte: u8| byte == b'"' || (byte | 0x20).wrapping_sub(b'{') <= b'}' - b'{';
        if !has(block, mark) {
            return None;
        }
        let backslash = |byte| byte == b'\\';
        Some(Self {
            quotes: bits(block, |byte| byte == b'"'),
            // Alone of the four these are rare enough for a look beforehand to pay.
            backslashes: if has(block, backslash) {
                bits(block, backslash)
            } else {
                0
            },
            opens: bits(block, |byte| byte | 0x20 == b'{'),
            closes: bits(block, |byte| byte | 0x20 == b'}'),
        })
    }
}

/// Whether any byte is wanted. There is no early end, so that the compiler makes vectors of it.
#[inline]
fn has(block: &[u8; BLOCK], wanted: impl Fn(u8) -> bool) -> bool {
    block
        .iter()
        .fold(false, |found, byte| found | wanted(*byte))
}

/// A bit for each byte: whether it is wanted.
#[inline]
fn bits(block: &[u8; BLOCK], wanted: impl Fn(u8) -> bool) -> u64 {
    // Eight rows of eight bytes are laid upon each other, the first in bit 0 of each byte. Loops
    // over bytes with nothing else in them are what the compiler makes vectors of.
    let mut rows = [0; BLOCK];
    for (at, byte) in block.iter().enumerate() {
        rows[at] = if wanted(*byte) { 1 << (at / 8) } else { 0 };
    }
    for half in [32, 16, 8] {
        for at in 0..half {
            rows[at] |= rows[at + half];
        }
    }
    let (rows, _) = rows.as_chunks();
    transposed(u64::from_le_bytes(rows[0]))
}

/// Eight rows of eight bits made columns: first within each square of two by two bits, then of two
/// by two such squares, then of the whole (Warren, "Hacker's Delight", section 7-3).
#[inline]
fn transposed(mut bits: u64) -> u64 {
    for (shift, half) in [
        (7, 0x00aa_00aa_00aa_00aa),
        (14, 0x0000_cccc_0000_cccc),
        (28, 0x0000_0000_f0f0_f0f0),
    ] {
        let swapped = (bits ^ bits >> shift) & half;
        bits ^= swapped ^ swapped << shift;
    }
    bits
}

/// Which of the backslashes escape the byte behind them, rather than being escaped themselves.
/// `escaped` is whether the first byte of the block is.
#[inline]
pub(super) fn escapes(backslashes: u64, escaped: bool) -> u64 {
    const ODD: u64 = 0xaaaa_aaaa_aaaa_aaaa;
    // In a run of backslashes every other one escapes, beginning with the first. The subtraction
    // borrows along each run; with the odd places flipped, what stays are the first of each pair
    // and, where the last of a run has no second, the byte behind the run, which is masked off.
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
    if end < BLOCK {
        (1 << end) - 1
    } else {
        u64::MAX
    }
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
