//! The head of a Go file: its package and its imports.

use trace::finding::Range;
use tree_sitter::{Node, Tree};

use super::text::range;
use super::token::{Token, TokenKind, unquoted};
use super::tree::parse;

/// An import of a Go file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Its path, without quotes.
    pub path: String,
    /// The name that the file gives it, `.` and `_` among them.
    pub name: Option<String>,
    /// Where the path stands, with its quotes.
    pub range: Range,
}

/// The imports of a Go file, in order.
pub fn imports(text: &str) -> Vec<Import> {
    let Some(tree) = parse(text) else {
        return Vec::new();
    };
    let mut imports = Vec::new();
    for declaration in top(&tree, "import_declaration") {
        collect(text, declaration, &mut imports);
    }
    imports
}

fn collect(text: &str, node: Node<'_>, imports: &mut Vec<Import>) {
    if node.kind() != "import_spec" {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            collect(text, child, imports);
        }
        return;
    }
    let written = |node: Node<'_>| text[node.byte_range()].to_owned();
    if let Some(path) = node.child_by_field_name("path") {
        imports.push(Import {
            path: unquoted(&text[path.byte_range()]).to_owned(),
            name: node.child_by_field_name("name").map(written),
            range: range(text, path.byte_range()),
        });
    }
}

/// The name in the package clause of a Go file, and where it stands.
pub fn package_clause(text: &str) -> Option<(String, Range)> {
    let tree = parse(text)?;
    let clause = top(&tree, "package_clause").into_iter().next()?;
    let name = clause.named_child(0)?.byte_range();
    let found = text[name.clone()].to_owned();
    (!found.is_empty()).then(|| (found, range(text, name)))
}

fn top<'a>(tree: &'a Tree, kind: &str) -> Vec<Node<'a>> {
    let root = tree.root_node();
    let mut cursor = root.walk();
    root.children(&mut cursor)
        .filter(|node| node.kind() == kind)
        .collect()
}

/// The import that this refers to: it is the import's path, its name, or a name qualified by it.
pub fn import_of<'a>(token: &Token, imports: &'a [Import]) -> Option<&'a Import> {
    let name = match token.kind {
        TokenKind::ImportPath => return imports.iter().find(|import| import.path == token.text),
        TokenKind::Name if token.member => token.qualifier.as_deref()?,
        TokenKind::Name => &token.text,
        TokenKind::Builtin | TokenKind::Nothing => return None,
    };
    let named = |import: &&Import| import.name.as_deref() == Some(name);
    let assumed = |import: &&Import| import.name.is_none() && assumed_name(&import.path) == name;
    imports
        .iter()
        .find(named)
        .or_else(|| imports.iter().find(assumed))
}

/// The name that a package most likely has, by the rules of Go's own goimports: the last element of
/// the path that is no version, without `go-` before it and without anything like `.v3` behind it.
fn assumed_name(path: &str) -> &str {
    let mut elements = path.rsplit('/');
    let last = elements.next().unwrap_or_default();
    let base = if is_version(last) {
        elements.next().unwrap_or(last)
    } else {
        last
    };
    let base = base.strip_prefix("go-").unwrap_or(base);
    let end = base.find(|character: char| {
        character.is_ascii() && !character.is_ascii_alphanumeric() && character != '_'
    });
    &base[..end.unwrap_or(base.len())]
}

fn is_version(element: &str) -> bool {
    element
        .strip_prefix('v')
        .is_some_and(|number| number.parse::<u32>().is_ok())
}

#[cfg(test)]
mod tests {
    use trace::finding::Position;

    use super::*;
    use crate::source::token_at;

    const FILE: &str = "package app\n\nimport \"C\"\nimport (\n\t\"fmt\"\n\tz `example.com/yaml`\n\
        \t. \"example.com/dot\"\n\t\"gopkg.in/yaml.v3\"\n\t\"example.com/go-list/v2\"\n)\n";

    fn found(line: &str) -> Option<String> {
        let text = format!("{FILE}\nvar _ = {line}\n");
        let token = token_at(&text, Position::new(11, line.len() as u32 + 8));
        import_of(&token, &imports(&text)).map(|import| import.path.clone())
    }

    #[test]
    fn the_head_is_read() {
        let imports = imports(FILE);
        let paths: Vec<&str> = imports.iter().map(|import| &*import.path).collect();
        let expected = [
            "C",
            "fmt",
            "example.com/yaml",
            "example.com/dot",
            "gopkg.in/yaml.v3",
            "example.com/go-list/v2",
        ];
        assert_eq!(paths, expected);
        assert_eq!(imports[2].name.as_deref(), Some("z"));
        assert_eq!(imports[3].name.as_deref(), Some("."));
        assert_eq!(
            imports[1].range,
            Range::new(Position::new(4, 1), Position::new(4, 6))
        );
        let (name, place) = package_clause(FILE).unwrap();
        assert_eq!((&*name, place.start), ("app", Position::new(0, 8)));
    }

    #[test]
    fn a_name_leads_to_its_import() {
        assert_eq!(found("fmt.Print").as_deref(), Some("fmt"));
        assert_eq!(found("fmt").as_deref(), Some("fmt"));
        assert_eq!(found("z.Node").as_deref(), Some("example.com/yaml"));
        assert_eq!(found("yaml.Node").as_deref(), Some("gopkg.in/yaml.v3"));
        assert_eq!(
            found("list.Node").as_deref(),
            Some("example.com/go-list/v2")
        );
        assert_eq!(found("C.puts").as_deref(), Some("C"));
        assert_eq!(found("other.fmt"), None);
        assert_eq!(found("f().fmt"), None);
        assert_eq!(found("len"), None);
    }

    #[test]
    fn unfinished_heads_are_read_as_far_as_they_go() {
        for end in 0..FILE.len() {
            imports(&FILE[..end]);
            package_clause(&FILE[..end]);
        }
        assert_eq!(package_clause(""), None);
        assert_eq!(package_clause("package"), None);
        let text = "package a\nimport \"fmt\"\nfunc f( {\n";
        assert_eq!(imports(text).len(), 1);
        assert_eq!(package_clause("package a\n}{ f").unwrap().0, "a");
    }
}
