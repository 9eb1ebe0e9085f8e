//! Document URIs as people read them.

/// The URI with its `%XX` decoded. What is no `%XX`, or no UTF-8 once decoded, stays as it is.
pub(crate) fn decoded(uri: &str) -> String {
    let bytes = uri.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = (byte == b'%')
            .then(|| bytes.get(at + 1..at + 3))
            .flatten()
            .filter(|code| code.iter().all(u8::is_ascii_hexdigit))
            .and_then(|code| std::str::from_utf8(code).ok())
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        match code {
            Some(decoded) => {
                out.push(decoded);
                at += 3;
            }
            None => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| uri.to_owned())
}

/// The path of a URI, relative to the innermost of these folders (decoded URIs) that it is in.
pub(crate) fn shown(uri: &str, folders: &[String]) -> String {
    let uri = decoded(uri);
    let inside = folders
        .iter()
        .filter_map(|folder| uri.strip_prefix(folder.as_str())?.strip_prefix('/'))
        .min_by_key(|rest| rest.len());
    match inside.or_else(|| uri.strip_prefix("file://")) {
        Some(path) => path.to_owned(),
        None => uri,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn relative_to_the_innermost_folder() {
        let folders = ["file:///w".to_owned(), "file:///w/a b".to_owned()];
        assert_eq!(shown("file:///w/a%20b/c.go", &folders), "c.go");
        assert_eq!(shown("file:///w/x/c.go", &folders), "x/c.go");
        assert_eq!(shown("file:///work/c.go", &folders), "/work/c.go");
        assert_eq!(shown("untitled:1", &folders), "untitled:1");
    }

    #[test]
    fn what_is_no_escape_stays() {
        assert_eq!(decoded("a%2"), "a%2");
        assert_eq!(decoded("a%+1b%zz"), "a%+1b%zz");
        assert_eq!(decoded("%ff"), "%ff");
        assert_eq!(decoded("%C3%A4"), "ä");
    }

    proptest! {
        #[test]
        fn never_panics(uri in "[%0-9a-fé/]{0,12}") {
            decoded(&uri);
        }
    }
}
