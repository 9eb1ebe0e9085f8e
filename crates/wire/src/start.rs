//! What the first bytes of a body tell.

/// The method of a message, where it stands among the first bytes of its body, as gopls writes it:
/// ahead of all that has an inside. `None` says nothing: gopls writes the `id` of a response last.
pub fn method_at_start(start: &[u8]) -> Option<&str> {
    let mut rest = start.trim_ascii_start().strip_prefix(b"{")?;
    loop {
        let (key, behind) = plain_string(rest)?;
        let value = behind.trim_ascii_start().strip_prefix(b":")?;
        let (value, behind) = plain_string(value)?;
        if key == "method" {
            return Some(value);
        }
        rest = behind.trim_ascii_start().strip_prefix(b",")?;
    }
}

/// The string that the bytes begin with, if it has no escapes, and what follows it.
fn plain_string(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let inside = bytes.trim_ascii_start().strip_prefix(b"\"")?;
    let end = memchr::memchr2(b'"', b'\\', inside)?;
    let (text, rest) = inside.split_at(end);
    let rest = rest.strip_prefix(b"\"")?;
    Some((std::str::from_utf8(text).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_method_is_found_where_gopls_writes_it() {
        let of = |start: &str| method_at_start(start.as_bytes()).map(str::to_owned);
        let publish = r#"{"jsonrpc":"2.0","method":"a/b","params":{"uri":"#;
        assert_eq!(of(publish).as_deref(), Some("a/b"));
        assert_eq!(of(" { \"method\" : \"x\"").as_deref(), Some("x"));
        for other in [
            r#"{"jsonrpc":"2.0","result":{"method":"x"}"#,
            r#"{"id":1,"method":"x"}"#,
            r#"{"jsonrpc":"2.0","met"#,
            r#"{"method":"a\u0062"}"#,
            "",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
