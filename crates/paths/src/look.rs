//! Looking by which name gopls knows a file, off the path of the messages.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::document::Known;
use crate::place::Place;
use crate::spellings::{Changed, Renaming, State, server_path};
use crate::worker::Job;
use crate::{Spellings, Use, uri};

/// How long a document waits that is opened by a name of which not enough is known. A disk that is well answers
/// in a tenth of a millisecond. gopls then answers by no other name what the client asks at once, and is told
/// of none: it loads what it is told, and never quite forgets it.
const MOMENT: Duration = Duration::from_millis(50);

/// What a look that may not take long has found.
pub(crate) struct Glance {
    pub(crate) place: Place,
    /// Whether a longer one would find the same.
    pub(crate) whole: bool,
}

impl Spellings {
    /// The client opens a document. Where gopls turns out to know it by another name than seemed so at first,
    /// that is told later.
    pub fn open(&self, client: &str) -> Use {
        let (known, sure) = self.known(client);
        let mut state = self.state();
        let server = known.server.clone();
        let shown = state.shown(&server);
        state.put(client, known);
        self.note(&state);
        let used = state.used(server, shown);
        drop(state);
        if !sure {
            let _ = self.jobs.send(Job::Document(client.to_owned()));
        }
        used
    }

    /// Files have changed that gopls was told of by these names. Those that it does not know by them are
    /// looked up.
    pub fn changed(&self, mut changes: Vec<Changed>) {
        let state = self.state();
        let Some(homes) = &state.homes else { return };
        changes.retain(|change| {
            let path = uri::path(&change.uri);
            path.is_some_and(|path| homes.around(Path::new(&path)).is_none())
        });
        drop(state);
        if !changes.is_empty() {
            let _ = self.jobs.send(Job::Changes(changes));
        }
    }

    /// What gopls is to call an open document after a look at the disk, where that is something else.
    pub(crate) fn looked_up(
        &self,
        client: String,
        place: impl FnOnce(&Path) -> Place,
    ) -> Option<Renaming> {
        let (maps, before) = {
            let state = self.state();
            (state.maps.clone(), state.documents.get(&client)?.clone())
        };
        let path = server_path(&maps, &client)?;
        let known = known_as(&client, &path, place(Path::new(&path)));
        (known != before).then_some(Renaming { client, known })
    }

    /// The changes that gopls has to hear of by other names.
    pub(crate) fn renamed_changes(
        &self,
        changes: Vec<Changed>,
        mut place: impl FnMut(&Path) -> Place,
    ) -> Vec<Changed> {
        let renamed = changes.into_iter().filter_map(|Changed { uri, kind }| {
            let path = uri::path(&uri)?;
            let Place::Other { path, tree } = place(Path::new(&path)) else {
                return None;
            };
            let mut state = self.state();
            state.add(tree.as_ref());
            self.note(&state);
            let uri = uri::uri(path.to_str()?);
            Some(Changed { uri, kind })
        });
        renamed.collect()
    }

    /// What gopls is to call a document that is being opened, and whether that is sure.
    fn known(&self, client: &str) -> (Known, bool) {
        let state = self.state();
        let Some(path) = server_path(&state.maps, client) else {
            let known = Known {
                server: client.into(),
                linked: false,
                tree: None,
                unclear: Vec::new(),
            };
            return (known, true);
        };
        let expected = state.expected(Path::new(&path));
        drop(state);
        let (place, sure) = match expected {
            Some(place) => (place, false),
            None => self.glance(PathBuf::from(&path)),
        };
        (known_as(client, &path, place), sure)
    }

    /// By which name gopls knows a file, as far as the disk says so at once, and whether it does. Else it keeps
    /// its own for now.
    fn glance(&self, path: PathBuf) -> (Place, bool) {
        match self.ask(MOMENT, |answer| Job::Glance(path, answer)) {
            Some(Glance { place, whole }) => (place, whole),
            None => (Place::Own, false),
        }
    }
}

impl State {
    /// By which name gopls knows a file, as it seems without a look at the disk. `None` where that is not enough
    /// to tell.
    fn expected(&self, path: &Path) -> Option<Place> {
        let Some(homes) = &self.homes else {
            // Of gopls's folders nothing is known yet, and then it is looked at again.
            return Some(Place::Own);
        };
        if let Some(tree) = self.trees.around(&uri::uri(path.to_str()?)) {
            let path = tree.server.join(path.strip_prefix(&tree.client).ok()?);
            let tree = Some(tree);
            return Some(Place::Other { path, tree });
        }
        if homes.around(path).is_some() {
            // Another module may begin on the way, behind a link even.
            return None;
        }
        let (name, tree) = homes.likely_name_of(path)?;
        let tree = Some(tree);
        Some(Place::Other { path: name, tree })
    }
}

/// By what gopls knows what the client calls so, which is at `path`, when it is known by this name.
pub(crate) fn known_as(client: &str, path: &str, place: Place) -> Known {
    let linked = matches!(place, Place::Other { .. });
    let (path, tree, unclear) = match place {
        Place::Own => (Some(path.to_owned()), None, Vec::new()),
        Place::Other { path, tree } => (path.to_str().map(str::to_owned), tree, Vec::new()),
        Place::Unclear(names) => (Some(path.to_owned()), None, names),
    };
    Known {
        server: path.map_or_else(|| client.into(), |path| uri::uri(&path).into()),
        linked,
        tree,
        unclear,
    }
}
