//! Where the diagnostic goes: a session without gopls has no place of its own.

use std::path::Path;

use tower_lsp::lsp_types::{Position, Range};
use url::Url;

/// Tells whether a file exists.
pub(crate) type Exists = Box<dyn Fn(&Path) -> bool + Send + Sync>;

/// The files that tell a workspace, in the order in which the go command prefers them.
const MARKERS: [&str; 2] = ["go.work", "go.mod"];

/// The largest column that the protocol's integers hold. A column beyond the end of a line means
/// the end of it.
const END_OF_LINE: u32 = i32::MAX as u32;

/// The go.work or go.mod that is nearest to a folder, in it or above it. It is made from the URI
/// of the folder and not from its path, so that it is spelt as the client spells it.
pub(crate) fn marker(folder: &Url, exists: &Exists) -> Option<Url> {
    let path = folder.to_file_path().ok()?;
    let mut uri = folder.clone();
    uri.path_segments_mut().ok()?.pop_if_empty();
    for ancestor in path.ancestors() {
        for name in MARKERS {
            if exists(&ancestor.join(name)) {
                uri.path_segments_mut().ok()?.push(name);
                return Some(uri);
            }
        }
        uri.path_segments_mut().ok()?.pop();
    }
    None
}

/// The first line of a file that was not read.
pub(crate) fn first_line() -> Range {
    Range::new(Position::new(0, 0), Position::new(0, END_OF_LINE))
}

/// The first line of a text, in UTF-16 units.
pub(crate) fn first_line_of(text: &str) -> Range {
    let line = text.lines().next().unwrap_or_default();
    let end = u32::try_from(line.encode_utf16().count()).unwrap_or(END_OF_LINE);
    Range::new(Position::new(0, 0), Position::new(0, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(folder: &str, files: &'static [&'static str]) -> Option<String> {
        let exists: Exists = Box::new(move |path| files.iter().any(|file| Path::new(file) == path));
        marker(&Url::parse(folder).unwrap(), &exists).map(String::from)
    }

    #[test]
    fn the_nearest_file_wins_and_go_work_before_go_mod() {
        for (folder, files, expected) in [
            (
                "file:///a/b",
                &["/a/b/go.mod", "/a/go.work"][..],
                Some("file:///a/b/go.mod"),
            ),
            (
                "file:///a/b/",
                &["/a/b/go.mod", "/a/b/go.work"],
                Some("file:///a/b/go.work"),
            ),
            ("file:///a/b/c", &["/a/go.mod"], Some("file:///a/go.mod")),
            ("file:///a", &["/go.mod"], Some("file:///go.mod")),
            ("file:///", &["/go.mod"], Some("file:///go.mod")),
            ("file:///a", &["/b/go.mod"], None),
            ("vscode-vfs://github/a", &["/a/go.mod"], None),
            ("untitled:x", &["/go.mod"], None),
        ] {
            assert_eq!(nearest(folder, files).as_deref(), expected, "{folder}");
        }
    }

    #[test]
    fn the_clients_spelling_is_kept() {
        assert_eq!(
            nearest("file:///a%20b/c%2Bd/%C3%A9", &["/a b/c+d/go.mod"]).as_deref(),
            Some("file:///a%20b/c%2Bd/go.mod")
        );
    }

    #[test]
    fn the_first_line_is_measured_in_utf16() {
        for (text, end) in [("", 0), ("\n", 0), ("// 😀é\r\nx", 6), ("package a", 9)] {
            assert_eq!(first_line_of(text).end, Position::new(0, end), "{text:?}");
        }
    }
}
