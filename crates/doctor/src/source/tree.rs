//! The syntax tree of a Go file.

use tree_sitter::{Node, Parser, Tree};

/// Parses Go; a text with errors has a tree too.
pub(super) fn parse(text: &str) -> Option<Tree> {
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
