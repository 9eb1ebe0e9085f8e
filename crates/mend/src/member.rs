//! Members of objects, found where they lie in a body.

use std::ops::Range;

use bytes::Bytes;
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

    /// The change that leaves it out, with one of the commas beside it.
    pub(crate) fn left_out(&self, body: &[u8]) -> Splice {
        let Range { mut start, mut end } = self.whole;
        let blank = |byte: &&u8| byte.is_ascii_whitespace();
        let after = body[end..].iter().take_while(blank).count();
        let before = body[..start].iter().rev().take_while(blank).count();
        if body.get(end + after) == Some(&b',') {
            end += after + 1;
        } else if body[..start - before].ends_with(b",") {
            start -= before + 1;
        }
        Splice {
            span: start..end,
            with: Bytes::new(),
        }
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
    fn one_that_is_left_out_takes_a_comma_with_it() {
        for (body, expected) in [
            (r#"{"a":1,"b":2}"#, r#"{"b":2}"#),
            (r#"{"b":2 , "a":1 }"#, r#"{"b":2  }"#),
            (r#"{"b":2,"a":1 , "c":3}"#, r#"{"b":2, "c":3}"#),
            (r#"{ "a":1 }"#, "{  }"),
        ] {
            let [a] = Member::all(body.as_bytes(), &[], ["a"]);
            let splice = a.unwrap().left_out(body.as_bytes());
            assert_eq!(Splice::apply(&[splice], body.as_bytes()), expected);
        }
    }
}
