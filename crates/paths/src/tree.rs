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

    /// These folders have one spelling now.
    pub(crate) fn forget(&mut self, trees: &[Tree]) {
        self.0.retain(|known| !trees.contains(&known.tree));
    }

    pub(crate) fn add(&mut self, tree: &Tree, homes: Option<&Homes>) {
        self.0.retain(|known| known.tree != *tree);
        let (Some(client), Some(server)) = (as_uri(&tree.client), as_uri(&tree.server)) else {
            return;
        };
        let inside = homes
            .into_iter()
            .flat_map(|homes| homes.all())
            .filter(|(home, _)| home.path.starts_with(&tree.client));
        self.0.push(Known {
            tree: tree.clone(),
            client,
            server,
            taken: inside.filter_map(|(home, _)| as_uri(&home.path)).collect(),
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

    fn tree(client: &str, server: &str) -> Tree {
        Tree {
            client: PathBuf::from(client),
            server: PathBuf::from(server),
        }
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
