//! Bodies as JSON, read as gopls reads them.

use serde_json::Value;

/// The value of a body; `None` where it is none. Go's decoder takes what is no UTF-8, and half of a
/// surrogate pair, for U+FFFD, and goes on.
pub(crate) fn read(body: &[u8]) -> Option<Value> {
    if let Ok(value) = serde_json::from_slice(body) {
        return Some(value);
    }
    let text = String::from_utf8_lossy(body);
    serde_json::from_str(&without_halves(&text)).ok()
}

/// The text with each escape of a lone surrogate as that of U+FFFD.
fn without_halves(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        whole.push_str(before);
        let length = match surrogate(escape) {
            Some(Half::High) if escape.get(6..).and_then(surrogate) == Some(Half::Low) => 12,
            Some(_) => {
                whole.push_str("\\ufffd");
                rest = &escape[6..];
                continue;
            }
            // The backslash and what it escapes, which may be one itself.
            None => 1 + escape[1..].chars().next().map_or(0, char::len_utf8),
        };
        whole.push_str(&escape[..length]);
        rest = &escape[length..];
    }
    whole.push_str(rest);
    whole
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    High,
    Low,
}

/// Which half of a pair the text begins with, if it does with one.
fn surrogate(escape: &str) -> Option<Half> {
    let digits = escape.strip_prefix("\\u")?.get(..4)?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xd800..0xdc00 => Some(Half::High),
        0xdc00..0xe000 => Some(Half::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_pair_is_read_as_go_reads_it() {
        let read = |text: &str| read(text.as_bytes()).map(|value| value.to_string());
        for (text, value) in [
            (r#"["a\ud83db"]"#, Some("[\"a\u{fffd}b\"]")),
            (r#"["\udc4b\ud83d\udc4b"]"#, Some("[\"\u{fffd}👋\"]")),
            (r#"["\ud83d\\ud83d"]"#, Some("[\"\u{fffd}\\\\ud83d\"]")),
            ("[", None),
        ] {
            assert_eq!(read(text).as_deref(), value, "{text}");
        }
        assert_eq!(super::read(b"\"\xff\"").unwrap(), "\u{fffd}");
    }
}
