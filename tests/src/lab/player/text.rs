//! Places in a text.

use serde_json::{Value, json};

/// Where a text stands, if it stands there once.
pub(super) fn only(text: &str, needle: &str) -> Result<usize, String> {
    match text.match_indices(needle).collect::<Vec<_>>()[..] {
        [(at, _)] => Ok(at),
        [] => Err(format!("{needle:?} is not in the file")),
        ref all => Err(format!("{needle:?} is in the file {} times", all.len())),
    }
}

/// The line and the UTF-16 unit of an offset, from 0.
pub(super) fn line_and_unit(text: &str, at: usize) -> (usize, usize) {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[..at].matches('\n').count();
    (line, text[start..at].encode_utf16().count())
}

/// An offset as the protocol has it.
pub(super) fn position(text: &str, at: usize) -> Value {
    let (line, character) = line_and_unit(text, at);
    json!({ "line": line, "character": character })
}

/// The offset of a position of the protocol's, which may be the end of the text.
pub(super) fn offset(text: &str, position: &Value) -> Option<usize> {
    let number = |name: &str| usize::try_from(position[name].as_u64()?).ok();
    let (line, mut units) = (number("line")?, number("character")?);
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let whole = text[..start].matches('\n').count() == line;
    let mut at = start;
    for letter in text[start..].chars() {
        if units == 0 || letter == '\n' {
            break;
        }
        units = units.checked_sub(letter.len_utf16())?;
        at += letter.len_utf8();
    }
    (whole && units == 0).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_that_of_its_position() {
        let text = "a\n“👋” é\nc";
        for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
            assert_eq!(offset(text, &position(text, at)), Some(at));
        }
        assert_eq!(
            offset("a\n", &json!({ "line": 1, "character": 0 })),
            Some(2)
        );
        for (line, character) in [(0, 2), (2, 0), (9, 0)] {
            let beyond = json!({ "line": line, "character": character });
            assert_eq!(offset("a\n", &beyond), None);
        }
    }
}
