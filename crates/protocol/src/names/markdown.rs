//! Links to files in Markdown.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

/// The URIs of files that links lead to, in the bytes of a JSON string, without the fragments
/// behind them: `[name](file:///home/me/a.go#10,6)` and `<file:///home/me/a.go>`. What stands in a
/// fenced block is code, and no link.
pub(super) fn links(raw: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut fences = memmem::find_iter(raw, "```").peekable();
    let mut fenced = false;
    let mut behind = 0;
    memmem::find_iter(raw, "file:").filter_map(move |start| {
        while fences.next_if(|fence| *fence < start).is_some() {
            fenced = !fenced;
        }
        if fenced || start < behind {
            return None;
        }
        let close = close(&raw[..start])?;
        let (length, ends) = length(&raw[start..], close);
        // Even where it is no link, none is looked for within it: a text of beginnings alone would
        // be read again for each of them.
        behind = start + length;
        ends.then_some(start..behind)
    })
}

/// A URI as the target of a link: what could end the target is escaped.
pub(super) fn target(uri: &str) -> Cow<'_, str> {
    if !uri.contains(['(', ')', '<', '>', ' ']) {
        return uri.into();
    }
    let escaped = uri.replace('(', "%28").replace(')', "%29");
    let escaped = escaped.replace('<', "%3C").replace('>', "%3E");
    escaped.replace(' ', "%20").into()
}

/// What closes the target of the link that begins behind this, if one does.
fn close(before: &[u8]) -> Option<u8> {
    if before.ends_with(b"](") {
        return Some(b')');
    }
    // Go's encoder writes the bracket as an escape. Behind a backslash it is just text.
    let before = before
        .strip_suffix(b"<")
        .or_else(|| before.strip_suffix(br"\u003c"))?;
    (!before.ends_with(b"\\")).then_some(b'>')
}

/// How long the URI is that begins here, and whether it ends as the target of a link should.
fn length(raw: &[u8], close: u8) -> (usize, bool) {
    let mut open = 0;
    let mut at = 0;
    while let Some(byte) = raw.get(at) {
        let rest = &raw[at..];
        at += match (byte, close) {
            (b'#', _) | (b'>', b'>') | (b' ', b')') => return (at, true),
            (b'\\', b'>') if rest.starts_with(br"\u003e") => return (at, true),
            (b'\\', _) if rest.starts_with(br"\u") => br"\u0026".len(),
            (b'\\', _) if rest.starts_with(br"\/") => br"\/".len(),
            (b'\\', _) => return (at, false),
            (b')', b')') if open == 0 => return (at, true),
            (b'(', b')') => {
                open += 1;
                1
            }
            (b')', b')') => {
                open -= 1;
                1
            }
            _ => 1,
        };
    }
    (raw.len(), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(raw: &[u8]) -> Vec<&str> {
        let text = |link| std::str::from_utf8(&raw[link]).expect("it is text");
        links(raw).map(text).collect()
    }

    #[test]
    fn links_are_found_up_to_their_fragments() {
        let raw =
            br#"a [b](file:///a/%28b%29/c(d).go#10,6), [e](file:///f "file:///g") <file:///h>"#;
        let links = ["file:///a/%28b%29/c(d).go", "file:///f", "file:///h"];
        assert_eq!(found(raw), links);
        // As Go's encoder and others spell it.
        let raw = br"[a](file:\/\/\/a\u0026b) [c](\u003cfile:///c d\u003e)";
        assert_eq!(found(raw), [r"file:\/\/\/a\u0026b", "file:///c d"]);
    }

    #[test]
    fn a_link_in_the_target_of_another_is_a_part_of_it() {
        assert_eq!(
            found(b"[a](file:///b](file:///c))"),
            ["file:///b](file:///c)"]
        );
    }

    #[test]
    fn what_is_no_link_is_left_alone() {
        for raw in [
            "see file:///a or (file:///a) or `file:///a`",
            r"[a]: file:///a\n",
            r"\\<file:///a> and \\\u003cfile:///a\u003e",
            "[a](https://b/file:///c)",
            "[a](FILE:///a)",
            r"[a](file:///a\n)",
            "[a](file:///a",
            "<file:///a",
            r"```go\n// [a](file:///a)\n```",
            "```go [a](file:///a)",
        ] {
            assert!(found(raw.as_bytes()).is_empty(), "{raw}");
        }
        assert_eq!(found(br"```x``` [a](file:///a) ```y```"), ["file:///a"]);
    }

    #[test]
    fn a_text_of_beginnings_is_read_once() {
        assert!(found(&b"](file:".repeat(200_000)).is_empty());
        assert!(found(&b"<file:".repeat(200_000)).is_empty());
    }

    #[test]
    fn nothing_in_a_target_ends_it() {
        assert_eq!(target("file:///a%28b"), "file:///a%28b");
        assert_eq!(target("file:///a(b) <c>"), "file:///a%28b%29%20%3Cc%3E");
    }
}
