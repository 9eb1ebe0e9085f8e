//! Patterns in which `*` stands for any characters, also none.

/// Whether a text has the form of a pattern.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    // `split` always gives a first part: the whole pattern where there is no `*`.
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_ends_may_not_overlap() {
        assert!(!matches("ab*ba", "aba"));
        assert!(matches("ab*ba", "abba"));
        assert!(matches("**", ""));
        assert!(!matches("a*b", "acbd"));
    }

    /// As one would define it.
    fn defined(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, _) => text.is_empty(),
            (Some((b'*', after)), None) => defined(after, text),
            (Some((b'*', after)), Some((_, rest))) => {
                defined(after, text) || defined(pattern, rest)
            }
            (Some((a, after)), Some((b, rest))) => a == b && defined(after, rest),
            (Some(_), None) => false,
        }
    }

    proptest! {
        #[test]
        fn as_defined(pattern in "[ab*]{0,6}", text in "[ab]{0,8}") {
            prop_assert_eq!(matches(&pattern, &text), defined(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
