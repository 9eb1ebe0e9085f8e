//! What holds for any bytes: shared by the fuzz target and by the ordinary test that replays its
//! corpus.

use std::borrow::Cow;

use protocol::conform::{Said, check as check_types};
use protocol::names::{Rename, rename};
use protocol::traffic::Kind;
use protocol::{Direction, Method, Splice};
use wire::Cursor;

/// A map that is its own inverse, with what JSON, Markdown and globs have a meaning for.
struct Swap;

impl Rename for Swap {
    fn uri(&mut self, uri: &str) -> Option<Cow<'_, str>> {
        let new = swapped(uri.strip_prefix("file://")?)?;
        Some(format!("file://{new}").into())
    }

    fn path(&mut self, path: &str) -> Option<Cow<'_, str>> {
        swapped(path).map(Cow::Owned)
    }
}

fn swapped(path: &str) -> Option<String> {
    let folders = ["/a", "/\"\\\n*[(<\u{e9}"];
    folders
        .iter()
        .zip(folders.iter().rev())
        .find_map(|(from, to)| {
            let rest = path.strip_prefix(from)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| format!("{to}{rest}"))
        })
}

/// Takes `bytes` as a message and checks what holds for any. The first line chooses its kind and its
/// method.
pub(crate) fn check(bytes: &[u8]) {
    let end = bytes.iter().position(|&byte| byte == b'\n');
    let (first, body) = bytes.split_at(end.map_or(0, |end| end + 1));
    let Some((kind, method)) = std::str::from_utf8(first).ok().and_then(chosen) else {
        return;
    };
    let once = |body: &[u8]| {
        let splices = rename(body, &method, kind, &mut Swap);
        let mut at = 0;
        for splice in &splices {
            let span = &splice.span;
            assert!(at <= span.start && span.start <= span.end && span.end <= body.len());
            at = span.end;
        }
        assert!(splices.is_empty() || is_json(body), "no JSON was changed");
        Splice::apply(&splices, body)
    };
    let there = once(body);
    assert_eq!(is_json(&there), is_json(body));
    // Escapes that are not needed go with the first change, so that only the second can be undone to
    // the byte.
    let back = once(&there);
    assert_eq!(once(&back), there);
    for direction in [Direction::ClientToServer, Direction::ServerToClient] {
        let part_of = None;
        let method = &method;
        let violations = check_types(&Said {
            body,
            method,
            kind,
            direction,
            part_of,
        });
        assert!(violations.is_empty() || is_json(body), "no JSON was read");
        for it in &violations {
            assert!(it.span.start <= it.span.end && it.span.end <= body.len());
        }
    }
}

fn chosen(line: &str) -> Option<(Kind, Method)> {
    let (kind, method) = line.trim_end().split_once(' ')?;
    let kinds = [Kind::Request, Kind::Notification, Kind::Response];
    let kind = kinds.into_iter().find(|it| it.as_str() == kind)?;
    Some((kind, Method::new(method)))
}

fn is_json(text: &[u8]) -> bool {
    let mut cursor = Cursor::new(text);
    cursor.value(0).is_ok() && cursor.peek().is_none()
}
