//! The head of a message that streams through and is never held whole.

mod hidden;
mod marks;

/// Reads a body piece by piece and keeps its skeleton: the outermost object, with all that is
/// nested deeper left out. gopls writes the `id` of a response last, so that nothing less than a
/// look at the whole body finds it; the skeleton can then be [scanned](crate::scan) like any body.
///
/// A body that is not JSON has a skeleton that is none either.
#[derive(Debug, Default)]
pub struct Skimmer {
    skeleton: Vec<u8>,
    length: u64,
    depth: usize,
    in_string: bool,
    /// Where in the skeleton the string began that is being read.
    string: usize,
    /// Whether that string is longer than is kept.
    too_long: bool,
    escaped: bool,
    /// Whether a container that is left out has just opened and shown nothing but white space.
    bare: bool,
}

/// No head is longer: a body with so much at its outermost level is cut and will not scan.
const LONGEST: usize = 64 * 1024;

/// A string at the outermost level that is longer is left empty: it is no method and no id.
const LONGEST_STRING: usize = 16 * 1024;

/// The depth of what is kept: the members of the message itself.
const KEPT: usize = 1;

impl Skimmer {
    /// Takes the next piece of the body.
    pub fn push(&mut self, mut piece: &[u8]) {
        self.length += piece.len() as u64;
        while !piece.is_empty() {
            let taken = if self.depth > KEPT {
                self.hidden(piece)
            } else if self.in_string {
                self.string(piece)
            } else {
                self.kept(piece)
            };
            piece = &piece[taken..];
        }
    }

    /// The skeleton of all that was pushed.
    pub fn skeleton(&self) -> &[u8] {
        &self.skeleton
    }

    /// How many bytes were pushed.
    pub fn length(&self) -> u64 {
        self.length
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = LONGEST.saturating_sub(self.skeleton.len());
        self.skeleton
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// Inside a string at the outermost level, up to and with its closing quote.
    fn string(&mut self, piece: &[u8]) -> usize {
        let mut at = 0;
        if std::mem::take(&mut self.escaped) {
            at = 1;
        }
        while let Some(found) = quote_or_escape(&piece[at..]) {
            at += found + 1;
            if piece[at - 1] == b'"' {
                self.in_string = false;
                break;
            }
            if at == piece.len() {
                self.escaped = true;
            }
            at = (at + 1).min(piece.len());
        }
        let end = if self.in_string { piece.len() } else { at };
        self.keep_string(&piece[..end]);
        end
    }

    /// Keeps the next bytes of a string, or nothing of one that is too long.
    fn keep_string(&mut self, bytes: &[u8]) {
        self.too_long |= self.skeleton.len() - self.string + bytes.len() > LONGEST_STRING;
        if !self.too_long {
            return self.keep(bytes);
        }
        self.skeleton.truncate(self.string);
        if !self.in_string {
            self.keep(b"\"");
        }
    }

    /// Between strings at the outermost levels.
    fn kept(&mut self, piece: &[u8]) -> usize {
        let end = piece
            .iter()
            .position(|byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']'));
        let Some(end) = end else {
            self.keep(piece);
            return piece.len();
        };
        let mark = piece[end];
        self.keep(&piece[..=end]);
        match mark {
            b'"' => {
                self.in_string = true;
                self.string = self.skeleton.len();
                self.too_long = false;
            }
            b'{' | b'[' => {
                self.depth += 1;
                if self.depth > KEPT {
                    self.bare = true;
                    let close = if mark == b'{' { b'}' } else { b']' };
                    self.keep(&[close]);
                }
            }
            _ => self.depth = self.depth.saturating_sub(1),
        }
        end + 1
    }

    /// Puts a stand-in between the brackets of a container that is left out, where `piece` shows
    /// that it has content, so that an empty result can still be told from a full one.
    fn note_content(&mut self, piece: &[u8]) {
        let Some(first) = piece.iter().find(|byte| !byte.is_ascii_whitespace()) else {
            return;
        };
        self.bare = false;
        if matches!(first, b'}' | b']') {
            return;
        }
        match self.skeleton.pop() {
            Some(b'}') => self.keep(b"\"\":0}"),
            _ => self.keep(b"0]"),
        }
    }
}

/// Where a string ends, or an escape begins. Most strings are short, and for those a search costs
/// more to set up than it saves.
fn quote_or_escape(bytes: &[u8]) -> Option<usize> {
    let (near, far) = bytes.split_at(bytes.len().min(16));
    let ends = |byte: &u8| matches!(byte, b'"' | b'\\');
    near.iter()
        .position(ends)
        .or_else(|| Some(near.len() + memchr::memchr2(b'"', b'\\', far)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Id, Shape, scan};

    fn skim(body: &[u8], piece: usize) -> Skimmer {
        let mut skimmer = Skimmer::default();
        for piece in body.chunks(piece) {
            skimmer.push(piece);
        }
        skimmer
    }

    #[test]
    fn the_id_behind_a_large_result_is_found() {
        let body =
            br#"{"jsonrpc":"2.0","result":{"data":[1,[2,{"id":9}],"]}\"id\":8"],"x":{}},"id":7}"#;
        for piece in 1..body.len() {
            let skimmer = skim(body, piece);
            let head = scan(skimmer.skeleton()).unwrap();
            assert_eq!(
                (head.id, head.result),
                (Some(Id::Number(7)), Some(Shape::Full))
            );
        }
    }

    #[test]
    fn nothing_in_a_result_is_told_from_something() {
        let shape = |result: &str, piece| {
            let body = format!(r#"{{"result":{result},"id":1}}"#);
            scan(skim(body.as_bytes(), piece).skeleton())
                .unwrap()
                .result
        };
        for piece in 1..20 {
            assert_eq!(shape("[ ]", piece), Some(Shape::Empty));
            assert_eq!(shape("{ }", piece), Some(Shape::Empty));
            assert_eq!(shape("[ [] ]", piece), Some(Shape::Full));
            assert_eq!(shape("[\n\"x\"]", piece), Some(Shape::Full));
            assert_eq!(shape("{ \"x\": 1 }", piece), Some(Shape::Full));
            assert_eq!(shape("null", piece), Some(Shape::Null));
        }
    }

    #[test]
    fn a_long_string_at_the_outermost_level_does_not_hide_the_id() {
        let long = "\\\"x".repeat(LONGEST);
        let body = format!(r#"{{"result":"{long}","x":"y\"z","id":7}}"#);
        for piece in [1, 7, 1000, body.len()] {
            let skimmer = skim(body.as_bytes(), piece);
            let head = scan(skimmer.skeleton()).unwrap();
            assert_eq!(
                (head.id, head.result),
                (Some(Id::Number(7)), Some(Shape::Full))
            );
        }
    }

    /// A JSON value of some depth.
    pub(super) fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<i64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into),
            "[\\[\\]{}\",:\\\\ ]{0,8}".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::hash_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_finds_what_a_scan_of_the_whole_finds(
            result in json(), params in json(), id in any::<i64>(), piece in 1usize..64,
        ) {
            for body in [
                serde_json::json!({ "params": params, "method": "m\"", "id": id }),
                serde_json::json!({ "jsonrpc": "2.0", "result": result, "id": id }),
            ] {
                for body in [body.to_string(), serde_json::to_string_pretty(&body).unwrap()] {
                    let whole = scan(body.as_bytes()).unwrap();
                    let skimmer = skim(body.as_bytes(), piece);
                    let head = scan(skimmer.skeleton()).unwrap();
                    prop_assert_eq!(&head.id, &whole.id);
                    prop_assert_eq!(&head.method, &whole.method);
                    // A list that is empty inside of the result is below the skeleton.
                    let null = |shape: Option<Shape>| shape.map(|shape| shape == Shape::Null);
                    prop_assert_eq!(null(head.result), null(whole.result));
                }
            }
        }

        #[test]
        fn no_bytes_make_it_panic(
            body in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'"'), Just(b'\\'), Just(b'{'), Just(b']')], 0..300),
            piece in 1usize..64,
        ) {
            skim(&body, piece);
        }
    }
}
