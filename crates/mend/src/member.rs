//! Members of objects, found where they lie in a body.

use std::ops::Range;

use bytes::Bytes;
use memchr::memrchr;
use protocol::Splice;
use wire::{Cursor, Fault};

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// From the quote in front of its key to the end of its value.
    pub(crate) whole: Range<usize>,
    /// Its value.
    pub(crate) value: Range<usize>,
}

impl Member {
    /// The members of these names of the object at the end of a path, in one walk. All are missing where
    /// the path leads to no object, or the body is not JSON.
    pub(crate) fn all<const N: usize>(
        body: &[u8],
        path: &[&str],
        names: [&str; N],
    ) -> [Option<Self>; N] {
        let mut found = [const { None }; N];
        let mut cursor = Cursor::new(body);
        match walk(&mut cursor, path, &names, &mut found) {
            Ok(()) => found,
            Err(_) => [const { None }; N],
        }
    }

    /// The change that puts this in the place of its value.
    pub(crate) fn put(&self, value: impl Into<Bytes>) -> Splice {
        Splice {
            span: self.value.clone(),
            with: value.into(),
        }
    }
}

/// The changes that leave out the members, or elements, that have these values, each with one of the commas
/// beside it. The values are in the order in which they stand there.
pub(crate) fn left_out(
    body: &[u8],
    values: impl IntoIterator<Item = Range<usize>>,
) -> impl Iterator<Item = Splice> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for value in values {
        let whole = whole(body, value);
        match runs.last_mut() {
            // The comma between two that go must go once.
            Some(last) if body[last.end..whole.start].trim_ascii() == b"," => last.end = whole.end,
            _ => runs.push(whole),
        }
    }
    runs.into_iter().map(|run| Splice {
        span: with_comma(body, run),
        with: Bytes::new(),
    })
}

/// The value with its key, if it has one.
fn whole(body: &[u8], value: Range<usize>) -> Range<usize> {
    let key = body[..value.start].trim_ascii_end().strip_suffix(b":");
    let key = key.and_then(|before| before.trim_ascii_end().strip_suffix(b"\""));
    let quote = key.and_then(|key| memrchr(b'"', key));
    quote.unwrap_or(value.start)..value.end
}

fn with_comma(body: &[u8], run: Range<usize>) -> Range<usize> {
    let after = body[run.end..].trim_ascii_start();
    if after.starts_with(b",") {
        return run.start..body.len() - after.len() + 1;
    }
    match body[..run.start].trim_ascii_end().strip_suffix(b",") {
        Some(before) => before.len()..run.end,
        None => run,
    }
}

fn walk(
    cursor: &mut Cursor<'_>,
    path: &[&str],
    names: &[&str],
    found: &mut [Option<Member>],
) -> Result<(), Fault> {
    if cursor.peek() != Some(b'{') {
        return cursor.value(0).map(drop);
    }
    cursor.members(|cursor, key| {
        let start = cursor.span(key).start - 1;
        cursor.peek();
        let value = cursor.at();
        match path.split_first() {
            Some((first, rest)) if first.as_bytes() == key => walk(cursor, rest, names, found)?,
            _ => drop(cursor.value(0)?),
        }
        let name = names.iter().position(|name| name.as_bytes() == key);
        if let (Some(place), true) = (name, path.is_empty()) {
            found[place] = Some(Member {
                whole: start..cursor.at(),
                value: value..cursor.at(),
            });
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_at_the_end_of_their_path_only() {
        let body = br#"{"a":1, "r": {"x":[{"a":2}], "a" : 3 ,"b":{}},"b":4}"#;
        let [a, b, c] = Member::all(body, &["r"], ["a", "b", "c"]);
        let text = |span: Range<usize>| std::str::from_utf8(&body[span]).unwrap();
        let a = a.unwrap();
        assert_eq!((text(a.whole), text(a.value)), ("\"a\" : 3", "3"));
        assert_eq!(b.map(|b| text(b.value)), Some("{}"));
        assert_eq!(c, None);
        for (body, path) in [("{\"r\":[]}", &["r"][..]), ("{\"a\":1", &[]), ("[]", &[])] {
            assert_eq!(Member::all(body.as_bytes(), path, ["a"]), [None]);
        }
    }

    #[test]
    fn what_is_left_out_takes_a_comma_with_it() {
        for (body, expected) in [
            (r#"{"x":1,"b":2}"#, r#"{"b":2}"#),
            (r#"{"b":2 , "x":1 }"#, r#"{"b":2  }"#),
            (r#"{"b":2,"x" : 1 , "c":3}"#, r#"{"b":2, "c":3}"#),
            (r#"{ "x":1 }"#, "{  }"),
            ("[1,2,1]", "[2]"),
            ("[2,1, 1]", "[2]"),
            ("[1,1,2,1]", "[2]"),
            (r#"{"x":1,"a":{"x":1},"x":1,"x": 1}"#, r#"{"a":{}}"#),
        ] {
            let ones = body.match_indices('1').map(|(at, one)| at..at + one.len());
            let splices: Vec<Splice> = left_out(body.as_bytes(), ones).collect();
            assert_eq!(Splice::apply(&splices, body.as_bytes()), expected);
        }
    }
}
