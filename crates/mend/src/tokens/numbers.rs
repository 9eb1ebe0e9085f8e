//! Semantic tokens as they are written.

use std::fmt;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};

/// The numbers of an answer's `data` as they are written, with a comma behind each: half of what they
/// would take as integers, and compared without being read.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Numbers(Vec<u8>);

impl fmt::Debug for Numbers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&String::from_utf8_lossy(&self.0))
    }
}

/// A change of an array of numbers, as `SemanticTokensEdit` has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// How many numbers of the old array stay in front of it.
    start: usize,
    /// How many of the old numbers go.
    delete: usize,
    /// Where those to stand there are in the new array.
    data: Range<usize>,
}

impl Numbers {
    /// Reads an array, brackets and all. `None` where it is not written in the plainest way, as gopls
    /// does.
    pub(crate) fn of(array: &[u8]) -> Option<Self> {
        let inside = array.strip_prefix(b"[")?.strip_suffix(b"]")?;
        let plain = |byte: &u8| byte.is_ascii_digit() || *byte == b',';
        if !inside.iter().all(plain) {
            return None;
        }
        let mut numbers = Vec::with_capacity(inside.len() + 1);
        numbers.extend_from_slice(inside);
        if !inside.is_empty() {
            numbers.push(b',');
        }
        Some(Self(numbers))
    }

    /// How many bytes it takes.
    pub(crate) fn size(&self) -> usize {
        self.0.len()
    }

    /// What makes the new numbers of these, between what both have at the start and at the end. It need
    /// not begin or end with a token: a line more above all others changes one number of the first one.
    pub(crate) fn edit(&self, new: &Self) -> Option<Edit> {
        let (old, new) = (&self.0[..], &new.0[..]);
        let same = same_at_start(old, new);
        if same == old.len() && same == new.len() {
            return None;
        }
        let start = memrchr(b',', &old[..same]).map_or(0, |comma| comma + 1);
        let (changed, new) = (&old[start..], &new[start..]);
        let mut same = same_at_end(changed, new);
        let rest = [changed, new].map(|numbers| &numbers[..numbers.len() - same]);
        let are_whole = |numbers: &[u8]| matches!(numbers.last(), None | Some(b','));
        if !rest.into_iter().all(are_whole) {
            let tail = &new[new.len() - same..];
            same -= memchr(b',', tail).map_or(same, |comma| comma + 1);
        }
        Some(Edit {
            start: count(&old[..start]),
            delete: count(&changed[..changed.len() - same]),
            data: start..start + new.len() - same,
        })
    }

    /// An edit that leads to these numbers, as JSON.
    pub(crate) fn write(&self, edit: &Edit) -> String {
        let Edit {
            start,
            delete,
            data,
        } = edit;
        let data = String::from_utf8_lossy(&self.0[data.clone()]);
        let data = data.trim_end_matches(',');
        format!("{{\"start\":{start},\"deleteCount\":{delete},\"data\":[{data}]}}")
    }
}

fn count(numbers: &[u8]) -> usize {
    memchr_iter(b',', numbers).count()
}

/// How many bytes are compared at once.
const STEP: usize = 64;

fn same_at_start(one: &[u8], other: &[u8]) -> usize {
    let steps = one.chunks_exact(STEP).zip(other.chunks_exact(STEP));
    let at = STEP * steps.take_while(|(one, other)| one == other).count();
    let rest = one[at..].iter().zip(&other[at..]);
    at + rest.take_while(|(one, other)| one == other).count()
}

fn same_at_end(one: &[u8], other: &[u8]) -> usize {
    let steps = one.rchunks_exact(STEP).zip(other.rchunks_exact(STEP));
    let at = STEP * steps.take_while(|(one, other)| one == other).count();
    let [one, other] = [one, other].map(|bytes| bytes[..bytes.len() - at].iter().rev());
    at + one
        .zip(other)
        .take_while(|(one, other)| one == other)
        .count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn numbers(list: &[u32]) -> Numbers {
        let array = serde_json::to_vec(list).unwrap();
        Numbers::of(&array).unwrap()
    }

    fn edit(old: &[u32], new: &[u32]) -> Option<Value> {
        let new = numbers(new);
        let edit = numbers(old).edit(&new)?;
        Some(serde_json::from_str(&new.write(&edit)).unwrap())
    }

    #[test]
    fn an_edit_is_what_lies_between_what_stays() {
        let cases: [(&[u32], &[u32], Value); 9] = [
            (&[1, 2, 3], &[9, 2, 3], json!([0, 1, [9]])),
            (&[1, 2, 3], &[1, 2, 13], json!([2, 1, [13]])),
            (&[1, 12, 3], &[1, 22, 3], json!([1, 1, [22]])),
            (&[1, 2, 3], &[1, 3], json!([1, 1, []])),
            (&[1, 3], &[1, 2, 3], json!([1, 0, [2]])),
            (&[], &[1, 2], json!([0, 0, [1, 2]])),
            (&[1, 2], &[], json!([0, 2, []])),
            (&[1], &[1, 1], json!([1, 0, [1]])),
            (&[1, 23], &[1, 2, 3], json!([1, 1, [2, 3]])),
        ];
        for (old, new, expected) in cases {
            let edit = edit(old, new).unwrap();
            let parts = json!([edit["start"], edit["deleteCount"], edit["data"]]);
            assert_eq!(parts, expected, "{old:?} {new:?}");
        }
        assert_eq!(edit(&[1, 2], &[1, 2]), None);
        assert_eq!(edit(&[], &[]), None);
    }

    #[test]
    fn an_array_that_is_written_otherwise_is_not_read() {
        for array in ["", "null", "[1, 2]", "[-1]", "[1e2]", "[\"1\"]", "[1", "1]"] {
            assert_eq!(Numbers::of(array.as_bytes()), None, "{array}");
        }
    }

    /// Applies an edit as the protocol says.
    fn apply(edit: Option<Value>, old: &[u32]) -> Vec<u32> {
        let mut all = old.to_vec();
        if let Some(edit) = edit {
            let number = |name: &str| usize::try_from(edit[name].as_u64().unwrap()).unwrap();
            let (start, delete) = (number("start"), number("deleteCount"));
            let data: Vec<u32> = serde_json::from_value(edit["data"].clone()).unwrap();
            all.splice(start..start + delete, data);
        }
        all
    }

    /// Few digits, so that much is the same.
    fn list(most: usize) -> impl Strategy<Value = Vec<u32>> {
        prop::collection::vec(prop_oneof![0..3_u32, 9..13_u32, 110..113_u32], 0..most)
    }

    proptest! {
        #[test]
        fn the_old_numbers_with_the_edit_are_the_new_ones(old in list(200), new in list(200)) {
            prop_assert_eq!(apply(edit(&old, &new), &old), new);
        }

        #[test]
        fn a_change_costs_what_it_is(
            old in list(400),
            at in any::<prop::sample::Index>(),
            delete in 0..6_usize,
            put in list(6),
        ) {
            let start = at.index(old.len() + 1);
            let end = (start + delete).min(old.len());
            let mut new = old.clone();
            new.splice(start..end, put.iter().copied());
            let edit = edit(&old, &new);
            let size = edit.as_ref().map_or(0, |edit| edit["data"].as_array().unwrap().len());
            prop_assert!(size <= put.len());
            prop_assert_eq!(apply(edit, &old), new);
        }
    }
}
