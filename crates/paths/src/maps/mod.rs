//! Folders that the client has under another name than gopls: in a container, on another machine.

mod check;
#[cfg(test)]
mod tests;

use crate::uri::{self, FileUri, clean};

/// A folder by its two names, absolute paths both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    /// What the client calls it.
    pub client: String,
    /// What gopls calls it.
    pub server: String,
}

/// A map that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Which one, counted from 0.
    pub index: usize,
    /// Why, as a sentence.
    pub reason: String,
}

/// The maps in force. The longest prefix wins, and a prefix ends where a name ends.
///
/// What a map takes on the way to the server comes back as it was. `None` for a name that stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Maps(Vec<Pair>);

/// A map, ready for use.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pair {
    client: Prefix,
    server: Prefix,
}

/// The beginning of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Prefix {
    /// Without the slash at the end of a root, so that each path below goes on with one.
    path: String,
    /// The same as the beginning of a URI.
    uri: String,
}

impl Maps {
    /// The maps of this list, and those that are not used. Each is checked against those before it.
    pub fn new(list: impl IntoIterator<Item = Map>) -> (Self, Vec<Rejected>) {
        let (mut maps, mut rejected) = (Self::default(), Vec::new());
        for (index, map) in list.into_iter().enumerate() {
            if let Err(reason) = maps.add(&map) {
                rejected.push(Rejected { index, reason });
            }
        }
        (maps, rejected)
    }

    /// Whether no name is changed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What gopls calls a file that the client calls so.
    pub fn to_server(&self, path: &str) -> Option<String> {
        let path = clean(path);
        let (from, to) = self.way_to_server(&path)?;
        Some(to.joined(from.behind(&path)?))
    }

    /// What the client calls a file that gopls calls so. Where that name would not lead back to the file,
    /// because another map takes it, the name stays as it is.
    pub fn to_client(&self, path: &str) -> Option<String> {
        let path = clean(path);
        let (from, to) = self.way_to_client(&path)?;
        Some(to.joined(from.behind(&path)?))
    }

    /// The URI that gopls gets for one of the client's. Behind the prefix its bytes stay as they are.
    pub fn uri_to_server(&self, uri: &str) -> Option<String> {
        rewritten(uri, |path| self.way_to_server(path))
    }

    /// The URI that the client gets for one of gopls's. Behind the prefix its bytes stay as they are.
    pub fn uri_to_client(&self, uri: &str) -> Option<String> {
        rewritten(uri, |path| self.way_to_client(path))
    }

    fn way_to_server(&self, path: &str) -> Option<(&Prefix, &Prefix)> {
        let pair = self.longest(path, |pair| &pair.client)?;
        pair.differs().then_some((&pair.client, &pair.server))
    }

    fn way_to_client(&self, path: &str) -> Option<(&Prefix, &Prefix)> {
        let pair = self.longest(path, |pair| &pair.server)?;
        let behind = pair.server.behind(path)?;
        // Nearly all configurations have one map, and a large answer thousands of names.
        let others = self.0.iter().filter(|other| *other != pair);
        let mut taken = others.filter(|other| {
            let is_longer = other.client.path.len() > pair.client.path.len();
            is_longer && other.client.is_above(&pair.client, behind)
        });
        let leads_back = taken.next().is_none();
        (leads_back && pair.differs()).then_some((&pair.server, &pair.client))
    }

    fn longest(&self, path: &str, side: impl Fn(&Pair) -> &Prefix) -> Option<&Pair> {
        let matching = self
            .0
            .iter()
            .filter(|pair| side(pair).behind(path).is_some());
        matching.max_by_key(|pair| side(pair).path.len())
    }
}

/// A URI with the prefix of its path exchanged.
fn rewritten<'a>(
    uri: &str,
    way: impl Fn(&str) -> Option<(&'a Prefix, &'a Prefix)>,
) -> Option<String> {
    let file = FileUri::parse(uri)?;
    let cleaned = clean(&file.path);
    let (from, to) = way(&cleaned)?;
    let as_it_stands = file.path.strip_suffix('/').unwrap_or(&file.path);
    if cleaned != as_it_stands {
        // A path with `..` in it leads elsewhere than it looks, so its bytes cannot be kept.
        return Some(uri::uri(&to.joined(from.behind(&cleaned)?)));
    }
    let behind = file.behind(from.path.len())?;
    let root = if behind.is_empty() { to.root() } else { "" };
    Some([&to.uri, behind, root].concat())
}

impl Pair {
    fn differs(&self) -> bool {
        self.client != self.server
    }
}

impl Prefix {
    /// Of an absolute path, clean and with its drive in upper case.
    fn of(path: &str) -> Self {
        let without_slash = |text: &str| text.strip_suffix('/').unwrap_or(text).to_owned();
        Self {
            path: without_slash(path),
            uri: without_slash(&uri::uri(path)),
        }
    }

    /// What stands behind this prefix: nothing, or what begins with a slash.
    fn behind<'a>(&self, path: &'a str) -> Option<&'a str> {
        let behind = path.strip_prefix(self.path.as_str())?;
        (behind.is_empty() || behind.starts_with('/')).then_some(behind)
    }

    /// Whether this longer prefix is one of the path that has this behind another one.
    fn is_above(&self, other: &Self, behind: &str) -> bool {
        let within = self.path.strip_prefix(other.path.as_str());
        let rest = within.and_then(|within| behind.strip_prefix(within));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The path that has this behind the prefix.
    fn joined(&self, behind: &str) -> String {
        let behind = behind.strip_suffix('/').unwrap_or(behind);
        let root = if behind.is_empty() { self.root() } else { "" };
        [&self.path, behind, root].concat()
    }

    /// The slash that a root alone ends with.
    fn root(&self) -> &'static str {
        if self.path.contains('/') { "" } else { "/" }
    }

    /// The prefix itself, as a path.
    fn whole(&self) -> String {
        self.joined("")
    }
}
