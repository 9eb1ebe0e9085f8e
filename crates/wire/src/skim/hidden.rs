//! What is nested too deep for the skeleton: only where it ends matters.

use super::marks::{BLOCK, Marks, before, escapes, strings};
use super::{KEPT, Skimmer};

impl Skimmer {
    /// Takes the next bytes of what is left out, at most up to and with the bracket that ends it.
    pub(super) fn hidden(&mut self, piece: &[u8]) -> usize {
        if self.bare {
            self.note_content(piece);
        }
        let mut taken = 0;
        while self.depth > KEPT && taken < piece.len() {
            let rest = &piece[taken..];
            taken += if let Some(block) = rest.first_chunk() {
                self.block(block, BLOCK)
            } else {
                // Blanks mean nothing, in a string or between two.
                let mut block = [b' '; BLOCK];
                block[..rest.len()].copy_from_slice(rest);
                self.block(&block, rest.len())
            };
        }
        taken
    }

    /// Takes the first bytes of a block of which only `length` are to be read, at least one.
    fn block(&mut self, block: &[u8; BLOCK], length: usize) -> usize {
        let Some(marks) = Marks::of(block) else {
            self.escaped = false;
            return length;
        };
        let escapes = escapes(marks.backslashes, self.escaped);
        let escaped = escapes << 1 | u64::from(self.escaped);
        let strings = strings(marks.quotes & !escaped, self.in_string);

        // A backslash between strings, which is not JSON, escapes nothing. What was made of the
        // marks is right as far as the next quote.
        let stray = marks.backslashes & !strings;
        let end = if stray == 0 {
            length
        } else {
            let behind = marks.quotes & !before(stray.trailing_zeros() as usize);
            length.min(behind.trailing_zeros() as usize)
        };

        let between = !strings & before(end);
        let (opens, closes) = (marks.opens & between, marks.closes & between);
        if let Some(last) = self.ends(opens, closes) {
            self.depth = KEPT;
            self.in_string = false;
            self.escaped = false;
            return last + 1;
        }
        self.depth += opens.count_ones() as usize;
        self.depth -= closes.count_ones() as usize;
        self.in_string = strings >> (end - 1) & 1 == 1;
        self.escaped = self.in_string && escapes >> (end - 1) & 1 == 1;
        end
    }

    /// Where the bracket stands, if among these, that ends what is left out.
    #[inline]
    fn ends(&self, opens: u64, closes: u64) -> Option<usize> {
        let mut depth = self.depth - KEPT;
        // There are seldom so many, whatever their order.
        if (closes.count_ones() as usize) < depth {
            return None;
        }
        let mut brackets = opens | closes;
        while brackets != 0 {
            let at = brackets.trailing_zeros();
            brackets &= brackets - 1;
            if opens >> at & 1 == 1 {
                depth += 1;
                continue;
            }
            depth -= 1;
            if depth == 0 {
                return Some(at as usize);
            }
        }
        None
    }
}
