//! What gopls complains about, in a place.

use trace::finding::Range;

use crate::{Diagnostic, Failed};

/// What gopls published about a place in the file that failed, where its words contain these.
pub(crate) fn complaint<'a>(
    failed: &'a Failed,
    place: Range,
    words: &str,
) -> Option<&'a Diagnostic> {
    failed.diagnostics.iter().find(|diagnostic| {
        let range = diagnostic.range;
        range.start <= place.end && place.start <= range.end && diagnostic.message.contains(words)
    })
}

/// What gopls says of a name that it does not know.
pub(crate) fn undefined(failed: &Failed, place: Range) -> Option<&Diagnostic> {
    complaint(failed, place, "undefined: ")
}

#[cfg(test)]
mod tests {
    use trace::finding::Position;

    use super::*;

    #[test]
    fn only_what_is_said_of_the_place_counts() {
        let range = |from, to| Range::new(Position::new(1, from), Position::new(1, to));
        let failed = Failed {
            uri: String::new(),
            path: "/a.go".into(),
            text: String::new(),
            position: Position::new(1, 3),
            error: None,
            answer: None,
            diagnostics: vec![Diagnostic {
                range: range(2, 6),
                source: "compiler".into(),
                message: "undefined: name".into(),
            }],
        };
        assert!(undefined(&failed, range(2, 6)).is_some());
        assert!(undefined(&failed, range(0, 3)).is_some());
        assert!(undefined(&failed, range(7, 9)).is_none());
        assert!(complaint(&failed, range(2, 6), "could not import").is_none());
    }
}
