//! The client's workspace folders, of which no two should be one on disk.

use std::path::PathBuf;

use crate::Spellings;
use crate::names::misread;
use crate::spellings::server_path;

/// The folders, in the client's order.
#[derive(Debug, Default)]
pub(crate) struct Folders(Vec<Folder>);

#[derive(Debug)]
struct Folder {
    /// As the client spells it.
    uri: String,
    /// As gopls gets it, by which alone gopls removes it.
    server: String,
    /// Its path as gopls spells it, if it is on disk.
    path: Option<PathBuf>,
    /// Where it really is; none where the disk did not say.
    real: Option<PathBuf>,
    /// The folder that is the same one on disk, because of which gopls does not get this one.
    twin: Option<String>,
}

/// A folder that gopls does not get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// It, as the client spells it.
    pub folder: String,
    /// The one that is the same on disk.
    pub twin: String,
}

impl Folders {
    /// Those that gopls has.
    fn held(&self) -> impl Iterator<Item = &Folder> {
        self.0.iter().filter(|folder| folder.twin.is_none())
    }

    /// The paths of those that gopls has.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        let paths = self.held().filter_map(|folder| folder.path.clone());
        paths.collect()
    }

    fn left_out(&self) -> Vec<LeftOut> {
        let left_out = self.0.iter().filter_map(|folder| {
            Some(LeftOut {
                folder: folder.uri.clone(),
                twin: folder.twin.clone()?,
            })
        });
        // One that comes a second time, as with vim-go, gopls would pass over anyway: nobody misses it.
        left_out.filter(|one| one.folder != one.twin).collect()
    }

    fn add(&mut self, mut folder: Folder) {
        let is_twin = |other: &&Folder| folder.real.is_some() && other.real == folder.real;
        folder.twin = self.held().find(is_twin).map(|twin| twin.uri.clone());
        self.0.push(folder);
    }

    /// Takes a folder away, which the client may have spelt otherwise when it added it: whether gopls had it,
    /// and the one that it gets instead, if there is any.
    fn remove(&mut self, uri: &str, server: &str) -> (bool, Option<&Folder>) {
        let mut places = self.0.iter();
        let exactly = places.position(|folder| folder.uri == uri);
        let place = exactly.or_else(|| self.0.iter().position(|folder| folder.server == server));
        let Some(place) = place else {
            return (true, None);
        };
        let removed = self.0.remove(place);
        self.0.retain(|folder| folder.uri != removed.uri);
        if removed.twin.is_some() {
            return (false, None);
        }
        let is_twin = |folder: &Folder| folder.twin.as_ref() == Some(&removed.uri);
        let Some(heir) = self.0.iter().position(is_twin) else {
            return (true, None);
        };
        let name = self.0[heir].uri.clone();
        for twin in self.0.iter_mut().filter(|folder| is_twin(folder)) {
            twin.twin = (twin.uri != name).then(|| name.clone());
        }
        (true, Some(&self.0[heir]))
    }
}

/// The workspace folders of a session.
impl Spellings {
    /// `initialize` names these folders: the places of those that gopls should not get.
    pub fn begin_with(&self, folders: &[String]) -> Vec<usize> {
        self.configure(folders);
        let mut all = Folders::default();
        for uri in folders {
            all.add(self.folder(uri));
        }
        let places = all.0.iter().enumerate();
        let left_out = places.filter(|(_, folder)| folder.twin.is_some());
        let left_out = left_out.map(|(place, _)| place).collect();
        self.begin(all);
        left_out
    }

    /// A folder is added: the one that is the same on disk, because of which gopls should not get it.
    pub fn add_folder(&self, uri: &str) -> Option<String> {
        let folder = self.folder(uri);
        let mut state = self.state();
        state.folders.add(folder);
        self.note(&state);
        state.folders.0.last()?.twin.clone()
    }

    /// Folders are removed: whether gopls has to hear of each, and the folders that it should get instead,
    /// which it did not get because of these.
    pub fn remove_folders(&self, uris: &[String]) -> (Vec<bool>, Vec<String>) {
        let mut state = self.state();
        let mut gone = Vec::new();
        let mut heirs: Vec<(String, String)> = Vec::new();
        for uri in uris {
            if misread(uri) {
                self.wake();
            }
            let server = state.folder_to_server(uri).unwrap_or_else(|| uri.clone());
            let (had, heir) = state.folders.remove(uri, &server);
            // A folder that gopls did not get for the sake of one that goes may go too.
            let is_heir = |(_, other): &(String, String)| *other == server;
            gone.push(had && !heirs.iter().any(is_heir));
            heirs.retain(|heir| !is_heir(heir));
            heirs.extend(heir.map(|heir| (heir.uri.clone(), heir.server.clone())));
        }
        self.note(&state);
        (gone, heirs.into_iter().map(|(uri, _)| uri).collect())
    }

    /// The folders that gopls did not get.
    pub fn left_out(&self) -> Vec<LeftOut> {
        self.state().folders.left_out()
    }

    fn folder(&self, uri: &str) -> Folder {
        let maps = self.state().maps.clone();
        let path = server_path(&maps, uri).map(PathBuf::from);
        if misread(uri) {
            self.wake();
        }
        Folder {
            uri: uri.to_owned(),
            server: self.folder_to_server(uri).unwrap_or_else(|| uri.to_owned()),
            real: path.as_ref().and_then(|path| self.real(path.clone())),
            path,
            twin: None,
        }
    }
}
