//! The C before `import "C"`, read just well enough to say where a name stands.

use std::ops::Range as Bytes;

use trace::finding::Range;

use crate::source::{Import, offset, range};

/// An `#include`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Include<'a> {
    /// What it names.
    pub(super) path: &'a str,
    /// Whether it is in quotes, and so looked up beside the file first.
    pub(super) local: bool,
}

/// The comment right before `import "C"`.
pub(super) fn preamble(text: &str, import: &Import) -> Bytes<usize> {
    let end = offset(text, import.range.start).unwrap_or(0);
    let before = text[..end].trim_end();
    let before = before.strip_suffix("import").unwrap_or(before).trim_end();
    let start = if before.ends_with("*/") {
        before.rfind("/*").unwrap_or(before.len())
    } else {
        let comments = before.split_inclusive('\n').rev();
        let length: usize = comments
            .take_while(|line| line.trim_start().starts_with("//"))
            .map(str::len)
            .sum();
        before.len() - length
    };
    start..before.len()
}

/// The includes of a piece of C.
pub(super) fn includes(text: &str) -> Vec<Include<'_>> {
    let lines = text.lines().filter_map(|line| {
        let line = uncommented(line).strip_prefix('#')?.trim_start();
        let named = line.strip_prefix("include")?.trim_start();
        let local = named.starts_with('"');
        let end = if local { '"' } else { '>' };
        let (path, _) = named.get(1..)?.split_once(end)?;
        Some(Include { path, local })
    });
    lines.collect()
}

/// The first line of a piece of C that has the name and declares something, and the name's place.
pub(super) fn declared(text: &str, part: Bytes<usize>, name: &str) -> Option<(Range, String)> {
    // cgo writes C's tags with what they are before them.
    let name = ["struct_", "union_", "enum_"]
        .iter()
        .find_map(|tag| name.strip_prefix(tag))
        .unwrap_or(name);
    let mut next = part.start;
    for line in text[part].split_inclusive('\n') {
        let start = next;
        next += line.len();
        let code = uncommented(line);
        let prose = code.starts_with("* ") || code.starts_with("#include");
        if prose || line.trim_start().starts_with("return ") {
            continue;
        }
        if let Some(at) = word(line, name) {
            let bytes = start + at..start + at + name.len();
            return Some((range(text, bytes), code.trim_end().to_owned()));
        }
    }
    None
}

fn uncommented(line: &str) -> &str {
    let line = line.trim();
    line.strip_prefix("//").unwrap_or(line).trim_start()
}

/// Where a whole word stands in a line.
fn word(line: &str, name: &str) -> Option<usize> {
    let inside = |character: char| character == '_' || character.is_alphanumeric();
    let found = line.match_indices(name).find(|(at, _)| {
        !line[..*at].ends_with(inside) && !line[at + name.len()..].starts_with(inside)
    });
    found.map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::imports;

    fn of(text: &str) -> &str {
        let imports = imports(text);
        let c = imports.iter().find(|import| import.path == "C").unwrap();
        &text[preamble(text, c)]
    }

    #[test]
    fn the_preamble_is_the_comment_before_the_import() {
        let text = "package a\n\n/* no */\n\n/*\nint f();\n*/\nimport \"C\"\n";
        assert_eq!(of(text), "/*\nint f();\n*/");
        let text = "package a\n\n// #include <a.h>\n// int f();\nimport \"C\"\n";
        assert_eq!(of(text), "// #include <a.h>\n// int f();");
        assert_eq!(of("package a\n\nimport \"C\"\n"), "");
    }

    #[test]
    fn headers_are_told_apart() {
        let found =
            includes("// #include \"a.h\"\n# include <b.h>\nint x;\n#include\n#include \"\n");
        let expected = [
            Include {
                path: "a.h",
                local: true,
            },
            Include {
                path: "b.h",
                local: false,
            },
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_name_is_found_as_a_whole_word() {
        let text = "int addend;\n// é static int add(int a);\nstruct point { int x; };\n";
        let (range, line) = declared(text, 0..text.len(), "add").unwrap();
        assert_eq!((range.start.line, range.start.character), (1, 16));
        assert_eq!(line, "é static int add(int a);");
        let (range, _) = declared(text, 0..text.len(), "struct_point").unwrap();
        assert_eq!(range.start.line, 2);
        assert_eq!(declared(text, 0..text.len(), "ad"), None);
    }
}
