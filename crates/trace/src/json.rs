//! Whether bytes are JSON, and text as JSON writes it.

use serde::de::IgnoredAny;

/// Whether these bytes are one JSON value in UTF-8. Strings may hold lone surrogates (`"\ud800"`):
/// the grammar allows them, gopls writes them, and readers keep bodies as they are.
pub(crate) fn is_valid(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}

/// Appends a string in quotes.
pub(crate) fn push_string(out: &mut Vec<u8>, text: &str) {
    if wire::plain(text.as_bytes()) == text.len() {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        return out.push(b'"');
    }
    serde_json::to_writer(out, text).expect("writing a string to memory cannot fail");
}

/// Appends JSON with its line breaks as spaces. In valid JSON they can only stand between tokens.
pub(crate) fn push_on_one_line(out: &mut Vec<u8>, json: &[u8]) {
    let start = out.len();
    out.extend_from_slice(json);
    let copy = &mut out[start..];
    let mut from = 0;
    while let Some(found) = memchr::memchr2(b'\n', b'\r', &copy[from..]) {
        copy[from + found] = b' ';
        from += found + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_and_deep_nesting_are_json() {
        assert!(is_valid(br#"{"a":"\ud800"}"#));
        let deep = [vec![b'['; 20_000], vec![b']'; 20_000]].concat();
        assert!(is_valid(&deep));
        assert!(is_valid(b"\r\n{ \"a\" : 1e999 }\n"));
    }

    #[test]
    fn what_would_break_a_line_is_not() {
        for bad in [
            &b""[..],
            b"{",
            b"{} {}",
            b"\"\xff\"",
            b"\"a\nb\"",
            b"\xef\xbb\xbf{}",
            b"NaN",
        ] {
            assert!(!is_valid(bad), "{bad:?}");
        }
    }

    #[test]
    fn line_breaks_become_spaces() {
        let mut out = b"x".to_vec();
        push_on_one_line(&mut out, b"{\r\n\"a\\n\":1\n}");
        assert_eq!(out, b"x{  \"a\\n\":1 }");
    }
}
