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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::json;
    use super::*;

    /// What a skimmer comes to that looks at one byte after the other. It knows no limits of
    /// length.
    fn plain(body: &[u8]) -> Skimmer {
        let mut skimmer = Skimmer {
            length: body.len() as u64,
            ..Skimmer::default()
        };
        for byte in body {
            plain_byte(&mut skimmer, *byte);
        }
        skimmer
    }

    fn plain_byte(it: &mut Skimmer, byte: u8) {
        if it.depth <= KEPT {
            it.skeleton.push(byte);
        } else if it.bare && !byte.is_ascii_whitespace() {
            it.bare = false;
            if !matches!(byte, b'}' | b']') {
                let close = it.skeleton.pop().unwrap();
                let content: &[u8] = if close == b'}' { b"\"\":0" } else { b"0" };
                it.skeleton.extend_from_slice(content);
                it.skeleton.push(close);
            }
        }
        match byte {
            _ if it.escaped => it.escaped = false,
            b'\\' => it.escaped = it.in_string,
            b'"' => it.in_string = !it.in_string,
            _ if it.in_string => {}
            b'{' | b'[' => {
                it.depth += 1;
                if it.depth == KEPT + 1 {
                    it.bare = true;
                    it.skeleton.push(if byte == b'{' { b'}' } else { b']' });
                }
            }
            b'}' | b']' => it.depth = it.depth.saturating_sub(1),
            _ => {}
        }
    }

    fn pieces() -> impl Strategy<Value = Vec<usize>> {
        let around = |blocks: usize| blocks * BLOCK - 2..=blocks * BLOCK + 2;
        let piece = prop_oneof![1..=4_usize, around(1), around(2), around(5)];
        prop::collection::vec(piece, 1..8)
    }

    /// Pushes the body in pieces of these lengths, over and over, and compares after each.
    fn check(body: &[u8], pieces: &[usize]) -> Result<(), TestCaseError> {
        let mut skimmer = Skimmer::default();
        let mut pushed = 0;
        for length in pieces.iter().cycle() {
            let end = body.len().min(pushed + length);
            skimmer.push(&body[pushed..end]);
            pushed = end;
            let plain = plain(&body[..end]);
            let state = |it: &Skimmer| (it.length, it.depth, it.in_string, it.escaped, it.bare);
            prop_assert_eq!(state(&skimmer), state(&plain));
            prop_assert_eq!(skimmer.skeleton(), plain.skeleton());
            if pushed == body.len() {
                break;
            }
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn json_is_read_as_byte_by_byte(
            values in prop::collection::vec(json(), 0..6), pieces in pieces(),
        ) {
            let body = serde_json::json!({ "params": values[..], "x": values.last(), "id": 7 });
            check(body.to_string().as_bytes(), &pieces)?;
            check(serde_json::to_string_pretty(&body).unwrap().as_bytes(), &pieces)?;
        }

        #[test]
        fn so_is_what_is_not_json(
            start in "[\\[{]{0,5}", body in "[\"\\\\{}\\[\\]ab |]{0,400}", long in "(\\PC|\\\\|\"){0,100}",
            pieces in pieces(),
        ) {
            check(format!("{start}{body}").as_bytes(), &pieces)?;
            check(format!("{start}{long}{body}{long}").as_bytes(), &pieces)?;
        }

        #[test]
        fn so_are_long_runs_of_backslashes(
            start in "[\\[{]{2,3}\"?", runs in prop::collection::vec((0..140_usize, "[\"\\]a]{1,3}"), 0..5),
            pieces in pieces(),
        ) {
            let runs: String = runs.iter().map(|(run, end)| "\\".repeat(*run) + end).collect();
            check(format!("{start}{runs}").as_bytes(), &pieces)?;
        }
    }
}
