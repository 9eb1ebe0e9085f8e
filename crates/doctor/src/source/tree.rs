//! The syntax tree of a Go file.

use tree_sitter::{Node, Parser, Tree};

/// The longest text that is parsed, in bytes: a longer one was made by a program, and it would take
/// seconds.
const LONGEST: usize = 4 << 20;

/// Parses Go; a text with errors has a tree too.
pub(super) fn parse(text: &str) -> Option<Tree> {
    if text.len() > LONGEST {
        return None;
    }
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_go::LANGUAGE.into()).ok()?;
    parser.parse(text, None)
}

/// The innermost node around these bytes that is of one of the kinds, if any is.
pub(super) fn around<'a>(
    tree: &'a Tree,
    bytes: std::ops::Range<usize>,
    kinds: &[&str],
) -> Option<Node<'a>> {
    let root = tree.root_node();
    let innermost = root.descendant_for_byte_range(bytes.start, bytes.end);
    std::iter::successors(innermost, Node::parent).find(|node| kinds.contains(&node.kind()))
}
