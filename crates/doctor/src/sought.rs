//! A name that was asked for, and which files may declare it.

use trace::finding::Range;

use crate::Failed;
use crate::source::{Import, Token, TokenKind, declaration, import_of, package_clause};

/// A name that the package of what failed declares, or one that it imports.
#[derive(Clone, Debug)]
pub(crate) struct Sought<'a> {
    /// The name.
    pub(crate) name: &'a str,
    /// The import that should bring it; none where it is of the same package.
    pub(crate) import: Option<&'a Import>,
    /// The name in the package clause of the file that failed.
    package: Option<String>,
    in_test: bool,
}

impl<'a> Sought<'a> {
    /// What stands at the place that failed; none where that is no name, or a member of something else
    /// than an import: its type says where it is declared.
    pub(crate) fn of(failed: &Failed, token: &'a Token, imports: &'a [Import]) -> Option<Self> {
        let import = import_of(token, imports);
        let is_name = match token.kind {
            TokenKind::Name => import.is_some() || !token.member,
            TokenKind::ImportPath => import.is_some(),
            TokenKind::Builtin | TokenKind::Nothing => false,
        };
        is_name.then(|| Self {
            name: &token.text,
            import,
            package: package_clause(&failed.text).map(|(name, _)| name),
            in_test: is_test(&failed.path.to_string_lossy()),
        })
    }

    /// The package that it is looked for in, as go is asked for it.
    pub(crate) fn asked(&self) -> &'a str {
        self.import.map_or(".", |import| &import.path)
    }

    /// Whether a file in the folder of that package would be of it. Programs that only `go run` takes lie
    /// beside packages, and nobody but tests sees what tests declare.
    pub(crate) fn may_be_in(&self, file: &str, text: &str) -> bool {
        let Some((clause, _)) = package_clause(text) else {
            return false;
        };
        match self.import {
            Some(_) => !is_test(file) && clause != "main",
            None => (self.in_test || !is_test(file)) && self.package.as_ref() == Some(&clause),
        }
    }

    /// Where a file declares it, if it does and is of that package.
    pub(crate) fn declared_in(&self, file: &str, text: &str) -> Option<Range> {
        let range = declaration(text, self.name)?;
        self.may_be_in(file, text).then_some(range)
    }
}

pub(crate) fn is_test(file: &str) -> bool {
    file.ends_with("_test.go")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{imports, token_at};
    use crate::testing::Module;

    #[test]
    fn only_a_file_of_the_same_package_declares_it() {
        let text = "package a\n\nimport \"example.com/b\"\n\nvar A = x + b.x + b.c.x\n";
        let module = Module::new(&[("a.go", text), ("a_test.go", text)]);
        let declares = |file: &str, word: &str, package: &str, of: &str| {
            let workspace = module.failed(of, word, None, &[]);
            let failed = workspace.failed.as_ref().unwrap();
            let mut position = failed.position;
            position.character += word.len() as u32;
            let token = token_at(&failed.text, position);
            let imports = imports(&failed.text);
            let sought = Sought::of(failed, &token, &imports)?;
            let text = format!("package {package}\n\nvar x = 1\n");
            sought.declared_in(file, &text)
        };
        assert!(declares("x.go", "= x", "a", "a.go").is_some());
        assert_eq!(declares("gen.go", "= x", "main", "a.go"), None);
        assert_eq!(declares("x_test.go", "= x", "a", "a.go"), None);
        assert!(declares("x_test.go", "= x", "a", "a_test.go").is_some());
        assert_eq!(declares("x_test.go", "= x", "a_test", "a_test.go"), None);
        assert!(declares("x.go", "b.x", "b", "a.go").is_some());
        assert_eq!(declares("x.go", "b.x", "main", "a.go"), None);
        assert_eq!(declares("x_test.go", "b.x", "b", "a_test.go"), None);
        assert_eq!(declares("x.go", "c.x", "b", "a.go"), None);
    }
}
