//! What a Go file declares.

use trace::finding::Range;
use tree_sitter::Node;

use super::text::range;
use super::tree::parse;

/// Where a file declares this name for its package, which no method is, as far as a file with errors can
/// be read.
pub fn declaration(text: &str, name: &str) -> Option<Range> {
    // Of the files of a package most do not have it, and to parse them all would take long.
    if !text.contains(name) {
        return None;
    }
    let tree = parse(text)?;
    let root = tree.root_node();
    let found = find(text, root, name).map(|node| node.byte_range());
    let lost = || root.has_error().then(|| by_line(text, name)).flatten();
    let bytes = found.or_else(lost)?;
    Some(range(text, bytes))
}

fn find<'a>(text: &str, node: Node<'a>, name: &str) -> Option<Node<'a>> {
    let declares = matches!(
        node.kind(),
        "const_spec" | "function_declaration" | "type_alias" | "type_spec" | "var_spec"
    );
    if declares {
        let mut cursor = node.walk();
        return node
            .children_by_field_name("name", &mut cursor)
            .find(|found| &text[found.byte_range()] == name);
    }
    // What a function declares inside is its own.
    if node.kind() == "block" {
        return None;
    }
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .find_map(|child| find(text, child, name))
}

/// Behind an error the tree may know no declarations any more; most begin a line all the same.
fn by_line(text: &str, name: &str) -> Option<std::ops::Range<usize>> {
    let mut next = 0;
    for line in text.split_inclusive('\n') {
        let start = next;
        next += line.len();
        // No function is declared inside another one.
        let function = line.trim_start().strip_prefix("func ");
        let declared = function.or_else(|| {
            let mut keywords = ["type ", "var ", "const "].iter();
            keywords.find_map(|keyword| line.strip_prefix(keyword))
        });
        let Some(rest) = declared.map(str::trim_start) else {
            continue;
        };
        let behind = rest.strip_prefix(name);
        let whole =
            |rest: &str| !rest.starts_with(|next: char| next == '_' || next.is_alphanumeric());
        if behind.is_some_and(whole) {
            let at = start + line.len() - rest.len();
            return Some(at..at + name.len());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use trace::finding::Position;

    use super::*;

    fn line(text: &str, name: &str) -> Option<u32> {
        let found = declaration(text, name)?;
        let Position { line, character } = found.start;
        let length = found.end.character - character;
        assert_eq!(length as usize, name.encode_utf16().count());
        Some(line)
    }

    #[test]
    fn declarations_are_found() {
        let text = "package a\nvar (\n\tx, y = 1, 2\n)\nconst é = 1\ntype (\n\tT = int\n\tU struct{ f int }\n)\n\
            func (t *U) m() {}\nfunc g[P any]() {\n\tvar inner int\n\ttype Local int\n}\n";
        let expected = [("x", 2), ("y", 2), ("é", 4), ("T", 6), ("U", 7), ("g", 10)];
        for (name, at) in expected {
            assert_eq!(line(text, name), Some(at), "{name}");
        }
        for name in ["inner", "Local", "f", "P", "a", "t", "m"] {
            assert_eq!(line(text, name), None, "{name}");
        }
    }

    #[test]
    fn they_are_found_behind_an_error_too() {
        let text = "package a\n\nfunc broken( {\n\tx := [\n}\n\nfunc (u U) late() {}\nfunc later() {}\n}}\ntype L struct {\n";
        assert_eq!(line(text, "late"), None);
        assert_eq!(line(text, "later"), Some(7));
        assert_eq!(line(text, "L"), Some(9));
        assert_eq!(line(text, "lat"), None);
        let text = "package a\nfunc f( {\n\tvar x int\n\n func g() {}\n";
        assert_eq!((line(text, "g"), line(text, "x")), (Some(4), None));
    }
}
