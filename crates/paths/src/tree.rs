//! Folders that have two spellings.

use std::path::Path;

use crate::home::Homes;
use crate::{Tree, uri};

/// The folders with two spellings that were met in a session.
#[derive(Debug, Default)]
pub(crate) struct Trees(Vec<Known>);

/// One of them, as URIs.
#[derive(Debug)]
struct Known {
    tree: Tree,
    client: String,
    server: String,
    /// The folders inside that gopls knows by the client's spelling.
    taken: Vec<String>,
}

impl Trees {
    pub(crate) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    pub(crate) fn all(&self) -> Vec<Tree> {
        self.0.iter().map(|known| known.tree.clone()).collect()
    }

    /// gopls has these homes now.
    pub(crate) fn go_by(&mut self, homes: &Homes) {
        for known in &mut self.0 {
            known.taken = taken(&known.tree, homes);
        }
    }

    /// These folders have one spelling now.
    pub(crate) fn forget(&mut self, trees: &[Tree]) {
        self.0.retain(|known| !trees.contains(&known.tree));
    }

    pub(crate) fn add(&mut self, tree: &Tree, homes: Option<&Homes>) {
        self.0.retain(|known| known.tree != *tree);
        let (Some(client), Some(server)) = (as_uri(&tree.client), as_uri(&tree.server)) else {
            return;
        };
        self.0.push(Known {
            tree: tree.clone(),
            client,
            server,
            taken: homes.map_or_else(Vec::new, |homes| taken(tree, homes)),
        });
        // The innermost first.
        self.0
            .sort_by_key(|known| std::cmp::Reverse(known.client.len()));
    }

    /// What gopls calls a file of one of the trees, which the client need not have opened.
    pub(crate) fn to_server(&self, client: &str) -> Option<String> {
        let known = self.holding(client)?;
        let rest = below(client, &known.client)?;
        Some(format!("{}{rest}", known.server))
    }

    /// The innermost tree that holds what the client calls so.
    pub(crate) fn around(&self, client: &str) -> Option<Tree> {
        Some(self.holding(client)?.tree.clone())
    }

    fn holding(&self, client: &str) -> Option<&Known> {
        let mut all = self.0.iter();
        let known = all.find(|known| below(client, &known.client).is_some())?;
        (!known.is_taken(client)).then_some(known)
    }

    /// What the client calls a file in the tree that it looks at.
    pub(crate) fn to_client(&self, tree: &Tree, server: &str) -> Option<String> {
        let known = self.0.iter().find(|known| known.tree == *tree)?;
        let rest = below(server, &known.server)?;
        let client = format!("{}{rest}", known.client);
        (!known.is_taken(&client)).then_some(client)
    }
}

impl Known {
    fn is_taken(&self, client: &str) -> bool {
        self.taken.iter().any(|uri| below(client, uri).is_some())
    }
}

/// The homes that lie in a tree by the client's spelling.
fn taken(tree: &Tree, homes: &Homes) -> Vec<String> {
    let inside = homes
        .all()
        .filter(|(home, _)| home.path.starts_with(&tree.client));
    inside.filter_map(|(home, _)| as_uri(&home.path)).collect()
}

fn as_uri(path: &Path) -> Option<String> {
    path.to_str().map(uri::uri)
}

/// What is behind the URI of a folder in the URI of something in it, with its slash.
fn below<'a>(uri: &'a str, folder: &str) -> Option<&'a str> {
    let rest = uri.strip_prefix(folder)?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::{Home, HomeKind};

    fn tree(client: &str, server: &str) -> Tree {
        Tree {
            client: PathBuf::from(client),
            server: PathBuf::from(server),
        }
    }

    #[test]
    fn a_home_that_comes_later_is_known_by_its_own_name() {
        let mut trees = Trees::default();
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let outer = Tree {
            client: root.clone(),
            server: PathBuf::from("/l"),
        };
        trees.add(&outer, None);
        let inside = as_uri(&root.join("a.go")).unwrap();
        assert!(trees.to_server(&inside).is_some());
        let home = Home {
            path: root,
            kind: HomeKind::Module,
        };
        trees.go_by(&Homes::of(&system::Real, vec![home]));
        assert_eq!(trees.to_server(&inside), None);
        assert_eq!(trees.to_client(&outer, "file:///l/a.go"), None);
    }

    #[test]
    fn only_what_is_below_the_folder_has_two_names() {
        let mut trees = Trees::default();
        let outer = tree("/r", "/l");
        trees.add(&outer, None);
        trees.add(&tree("/r/in", "/x"), None);
        let to_server = |uri: &str| trees.to_server(uri);
        assert_eq!(
            to_server("file:///r/a%20b.go").as_deref(),
            Some("file:///l/a%20b.go")
        );
        assert_eq!(
            to_server("file:///r/in/b.go").as_deref(),
            Some("file:///x/b.go")
        );
        assert_eq!(to_server("file:///r").as_deref(), Some("file:///l"));
        for other in ["file:///rr/a.go", "file:///l/a.go", "https://r/a.go", ""] {
            assert_eq!(to_server(other), None, "{other}");
        }
        let to_client = |uri: &str| trees.to_client(&outer, uri);
        assert_eq!(
            to_client("file:///l/a.go").as_deref(),
            Some("file:///r/a.go")
        );
        assert_eq!(to_client("file:///x/b.go"), None, "of another tree");
    }
}
