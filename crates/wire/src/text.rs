//! JSON strings, decoded the way Go does it.

use std::borrow::Cow;

/// The text of a JSON string, given its bytes between the quotes, which must be well-formed. As in
/// Go's decoder a lone surrogate or invalid UTF-8 becomes U+FFFD.
pub fn unescape(raw: &[u8]) -> Cow<'_, str> {
    if memchr::memchr(b'\\', raw).is_none() {
        // Nearly all is text, and to see only that takes a third of the time.
        return match std::str::from_utf8(raw) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(raw),
        };
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(escape) = memchr::memchr(b'\\', rest) {
        text.push_str(&String::from_utf8_lossy(&rest[..escape]));
        let kind = rest.get(escape + 1).copied().unwrap_or(b'\\');
        rest = &rest[(escape + 2).min(rest.len())..];
        match kind {
            b'b' => text.push('\u{8}'),
            b'f' => text.push('\u{c}'),
            b'n' => text.push('\n'),
            b'r' => text.push('\r'),
            b't' => text.push('\t'),
            b'u' => text.push(code_point(&mut rest)),
            other => text.push(char::from(other)),
        }
    }
    text.push_str(&String::from_utf8_lossy(rest));
    Cow::Owned(text)
}

/// The character whose `\u` was just read; takes a surrogate's other half too.
fn code_point(rest: &mut &[u8]) -> char {
    let unit = unit(rest);
    *rest = &rest[4.min(rest.len())..];
    if (0xd800..0xdc00).contains(&unit)
        && let Some(low) = rest.strip_prefix(b"\\u").map(self::unit)
        && (0xdc00..0xe000).contains(&low)
    {
        *rest = &rest[6.min(rest.len())..];
        let point = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        return char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER);
    }
    char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The four hexadecimal digits at the start of `bytes`.
fn unit(bytes: &[u8]) -> u32 {
    let digits = bytes
        .iter()
        .take(4)
        .map(|&byte| char::from(byte).to_digit(16).unwrap_or(0));
    digits.fold(0, |unit, digit| unit << 4 | digit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn gopls_s_spelling_and_the_client_s_are_one_text() {
        assert_eq!(unescape(br"a\u003c\u0026\u003eb"), "a<&>b");
        assert_eq!(unescape(br"\u0061x"), "ax");
        assert_eq!(unescape(br#"\"\\\/\b\f\n\r\t"#), "\"\\/\u{8}\u{c}\n\r\t");
        assert_eq!(unescape(br"\ud83d\ude00"), "😀");
    }

    #[test]
    fn what_is_no_text_becomes_the_replacement_character() {
        assert_eq!(unescape(br"\ud800"), "\u{fffd}");
        assert_eq!(unescape(br"\ud800\u0041"), "\u{fffd}A");
        assert_eq!(unescape(br"\udc00x"), "\u{fffd}x");
        assert_eq!(unescape(b"\xff\\n"), "\u{fffd}\n");
        assert_eq!(unescape(b"\\"), "\\");
        assert_eq!(unescape(br"\u12"), "\u{12}");
    }

    proptest! {
        #[test]
        fn it_reads_what_serde_json_writes(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(unescape(&json.as_bytes()[1..json.len() - 1]), text);
        }

        #[test]
        fn no_bytes_make_it_panic(raw in prop::collection::vec(any::<u8>(), 0..100)) {
            unescape(&raw);
        }
    }
}
