//! From the one peer's name of a file to the other's, by what is known.

use std::sync::Arc;

use crate::document::Known;
use crate::spellings::State;
use crate::{Spellings, Tree, uri};

/// The names of files. Nothing here waits.
impl Spellings {
    /// What gopls calls what the client calls so; `None` where it is the same.
    pub fn to_server(&self, client: &str) -> Option<String> {
        let state = self.state();
        if let Some(known) = state.documents.get(client) {
            return (*known.server != *client).then(|| known.server.to_string());
        }
        let plain = state.folder_to_server(client);
        let tree = state.trees.to_server(plain.as_deref().unwrap_or(client));
        tree.or(plain)
    }

    /// What gopls calls the workspace folder that the client calls so. Where it has two spellings, this one
    /// is the one that gopls gets to know.
    pub fn folder_to_server(&self, client: &str) -> Option<String> {
        self.state().folder_to_server(client)
    }

    /// What the client calls what gopls calls so, in an answer about something in `tree`; `None` where it
    /// is the same.
    pub fn to_client(&self, server: &str, tree: Option<&Tree>) -> Option<String> {
        let state = self.state();
        if let Some(client) = state.documents.name(server) {
            return (client != server).then(|| client.to_owned());
        }
        let in_tree = tree.and_then(|tree| state.trees.to_client(tree, server));
        let mapped = state
            .maps
            .uri_to_client(in_tree.as_deref().unwrap_or(server));
        mapped.or(in_tree)
    }

    /// What gopls calls the file at this path of the client's.
    pub fn path_to_server(&self, client: &str) -> Option<String> {
        self.state().maps.to_server(&uri::clean(client))
    }

    /// What the client calls the file at this path of gopls's.
    pub fn path_to_client(&self, server: &str) -> Option<String> {
        self.state().maps.to_client(server)
    }

    /// What gopls calls a document that is open, and the one that it has the text of, where that is another
    /// one of the same file, because that was used last.
    pub fn open_as(&self, client: &str) -> Option<(Arc<str>, Option<String>)> {
        let state = self.state();
        let server = state.documents.get(client)?.server.clone();
        let last = state.documents.name(&server);
        let other = last.filter(|last| *last != client).map(str::to_owned);
        Some((server, other))
    }

    /// Whether the client would take what gopls says of what it calls so for something about a document that
    /// it has open, and that is another one: gopls knows that by another name, by now.
    pub fn is_former(&self, server: &str) -> bool {
        let state = self.state();
        let shown = state.shown(server);
        let known = state.documents.get(&shown);
        // The spelling of one path does not matter here.
        known.is_some_and(|known| uri::path(&known.server) != uri::path(server))
    }

    /// Whether any folder with two spellings was met.
    pub fn any_tree(&self) -> bool {
        self.state().trees.any()
    }

    /// The folder with two spellings that a file lies in by the client's name for it. One that the client
    /// has open by gopls's name lies in none.
    pub fn tree_of(&self, client: &str) -> Option<Tree> {
        let state = self.state();
        match state.documents.get(client) {
            Some(known) => known.tree.clone(),
            None => state.trees.around(client),
        }
    }

    /// The documents that gopls knows by another name, or by none that could be chosen.
    pub fn renamed(&self) -> Vec<(String, Known)> {
        let state = self.state();
        let all = state.documents.all().into_iter();
        all.filter(|(_, known)| known.linked || !known.unclear.is_empty())
            .map(|(client, known)| (client.clone(), known.clone()))
            .collect()
    }

    /// The files that are open under more than one name: what gopls calls each, and what the client does,
    /// the one used last at the end.
    pub fn open_twice(&self) -> Vec<(String, Vec<String>)> {
        self.state().documents.twice()
    }
}

impl State {
    pub(crate) fn folder_to_server(&self, client: &str) -> Option<String> {
        let normal = misread(client).then(|| uri::normal(client)).flatten();
        let plain = normal.as_deref().unwrap_or(client);
        self.maps.uri_to_server(plain).or(normal)
    }
}

/// Whether gopls would take a URI for that of another file, or refuse it. It reads needless escapes.
pub(crate) fn misread(client: &str) -> bool {
    if uri::is_plain(client) {
        return false;
    }
    let Some(path) = uri::path(client) else {
        return false;
    };
    !client.starts_with("file:///") || *uri::clean(&path) != *path
}
