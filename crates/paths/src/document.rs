//! The documents that the client has open, by both their names.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::Tree;

/// By what gopls knows a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its URI.
    pub server: Arc<str>,
    /// Whether that is another path than the client's, because of a link.
    pub linked: bool,
    /// The folder with two spellings that it lies in, if it does.
    pub tree: Option<Tree>,
    /// The names of which none could be chosen; none where one could.
    pub unclear: Vec<PathBuf>,
}

/// The open documents.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    /// By what the client calls them.
    open: HashMap<String, Known>,
    /// What the client calls each that gopls knows; the one used last is the last.
    names: HashMap<Arc<str>, Vec<String>>,
}

impl Documents {
    pub(crate) fn get(&self, client: &str) -> Option<&Known> {
        self.open.get(client)
    }

    /// What the client, when it used it last, called what gopls calls so.
    pub(crate) fn name(&self, server: &str) -> Option<&str> {
        self.names.get(server)?.last().map(String::as_str)
    }

    /// All names that the client has for what gopls calls so.
    pub(crate) fn names(&self, server: &str) -> &[String] {
        self.names.get(server).map_or(&[], Vec::as_slice)
    }

    /// A document is open from now on, and used last.
    pub(crate) fn insert(&mut self, client: &str, known: Known) {
        self.remove(client);
        let names = self.names.entry(known.server.clone()).or_default();
        names.push(client.to_owned());
        self.open.insert(client.to_owned(), known);
    }

    pub(crate) fn remove(&mut self, client: &str) -> Option<Known> {
        let known = self.open.remove(client)?;
        if let Some(names) = self.names.get_mut(&known.server) {
            names.retain(|name| name != client);
            if names.is_empty() {
                self.names.remove(&known.server);
            }
        }
        Some(known)
    }

    /// A document is used; whether it was not the one of its file that was used last.
    pub(crate) fn touch(&mut self, client: &str) -> bool {
        let known = self.open.get(client);
        let Some(names) = known.and_then(|known| self.names.get_mut(&known.server)) else {
            return false;
        };
        if names.last().is_some_and(|last| last == client) {
            return false;
        }
        names.retain(|name| name != client);
        names.push(client.to_owned());
        true
    }

    /// Whether gopls calls any of them otherwise.
    pub(crate) fn any_renamed(&self) -> bool {
        self.open
            .iter()
            .any(|(client, known)| **client != *known.server)
    }

    /// Whether any file is open under more than one name.
    pub(crate) fn any_twice(&self) -> bool {
        self.names.values().any(|names| names.len() > 1)
    }

    /// The files that are open under more than one name.
    pub(crate) fn twice(&self) -> Vec<(String, Vec<String>)> {
        let twice = self.names.iter().filter(|(_, names)| names.len() > 1);
        twice
            .map(|(server, names)| (server.to_string(), names.clone()))
            .collect()
    }

    /// All of them, in the order of the client's names.
    pub(crate) fn all(&self) -> Vec<(&String, &Known)> {
        let mut all: Vec<_> = self.open.iter().collect();
        all.sort_by_key(|(client, _)| *client);
        all
    }
}
