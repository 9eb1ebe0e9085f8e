//! Files and their URIs.

use std::path::{Path, PathBuf};

use url::Url;

/// The URI of a file, spelt as Go spells it; `None` where the path is not absolute.
pub fn file_uri(path: &Path) -> Option<String> {
    Url::from_file_path(path).ok().map(String::from)
}

/// The path of a file's URI, however it is spelt.
pub fn file_path(uri: &str) -> Option<PathBuf> {
    Url::parse(uri).ok()?.to_file_path().ok()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn one_file_has_many_spellings() {
        assert_eq!(
            file_uri("/a b/é.go".as_ref()).as_deref(),
            Some("file:///a%20b/%C3%A9.go")
        );
        assert_eq!(file_uri("a.go".as_ref()), None);
        assert_eq!(file_path("file:///a%40b"), file_path("file:///a@b"));
        assert_ne!(file_path("file:///a"), file_path("file:///b"));
        assert_eq!(file_path("untitled:a"), None);
    }
}
