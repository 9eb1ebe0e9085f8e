//! Which maps can be used together.

use super::{Map, Maps, Pair, Prefix};
use crate::uri;

impl Maps {
    /// Takes one more map, or says why it cannot be used beside those that are there.
    pub(super) fn add(&mut self, map: &Map) -> Result<(), String> {
        let new = Pair {
            client: prefix("client", &map.client)?,
            server: prefix("server", &map.server)?,
        };
        if self.0.contains(&new) {
            return Ok(());
        }
        if let Some(old) = self.0.iter().find(|old| old.client == new.client) {
            return Err(refused(&new, old, "the editor's folder is the same"));
        }
        if let Some(old) = self.0.iter().find(|old| old.server == new.server) {
            let why =
                "gopls's folder is the same, so nobody could tell by which name it comes back";
            return Err(refused(&new, old, why));
        }
        self.0.push(new.clone());
        let others = self.0.iter().filter(|old| **old != new);
        let reason = others
            .flat_map(|old| [(old, old, &new), (old, &new, old)])
            .find_map(|(old, outer, inner)| {
                Some(refused(&new, old, &self.mixed_up(outer, inner)?))
            });
        match reason {
            Some(reason) => {
                self.0.pop();
                Err(reason)
            }
            None => Ok(()),
        }
    }

    /// What would not come back as it went: a file that goes by the outer map to a folder that comes back
    /// by the inner one.
    fn mixed_up(&self, outer: &Pair, inner: &Pair) -> Option<String> {
        let name = outer
            .client
            .joined(outer.server.behind(&inner.server.path)?);
        let taken_by = self.longest(&name, |pair| &pair.client)?;
        (taken_by == outer).then(|| {
            format!(
                "the editor's {name} would be gopls's {}, which comes back as {}",
                inner.server.whole(),
                inner.client.whole()
            )
        })
    }
}

/// One side of a map.
fn prefix(side: &str, path: &str) -> Result<Prefix, String> {
    if path.split('/').any(|name| name == "..") {
        return Err(format!("{side} = {path:?} has `..` in it."));
    }
    uri::absolute(path)
        .map(|path| Prefix::of(&path))
        .ok_or_else(|| format!("{side} = {path:?} is not an absolute path, written with `/`."))
}

fn refused(new: &Pair, old: &Pair, why: &str) -> String {
    let [new, old] =
        [new, old].map(|pair| format!("{} to {}", pair.client.whole(), pair.server.whole()));
    format!("The map of {new} cannot be used beside that of {old}: {why}.")
}
