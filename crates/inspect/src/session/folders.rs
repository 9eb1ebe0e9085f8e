//! The workspace folders.

use std::path::{Path, PathBuf};

use protocol::Method;
use protocol::traffic::Kind;
use serde_json::Value;

use crate::event::Seen;

/// A folder that the client has open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// Its URI, in the client's spelling.
    pub uri: String,
    /// Its path.
    pub path: PathBuf,
}

impl Folder {
    pub(crate) fn of(path: &Path) -> Option<Self> {
        Some(Self {
            uri: doctor::file_uri(path)?,
            path: path.to_owned(),
        })
    }
}

/// The folders that the client has open, in its order.
#[derive(Debug, Default)]
pub struct Folders(Vec<Folder>);

impl Folders {
    pub(crate) fn apply(&mut self, seen: &Seen) {
        let params = &seen.body["params"];
        match seen.message.method {
            Some(Method::INITIALIZE) if seen.message.kind == Kind::Request => {
                self.0 = folders(&params["workspaceFolders"]);
                if self.0.is_empty() {
                    self.0.extend(params["rootUri"].as_str().and_then(folder));
                }
            }
            Some(Method::WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS) => {
                let gone = folders(&params["event"]["removed"]);
                self.0.retain(|folder| !gone.contains(folder));
                self.0.extend(folders(&params["event"]["added"]));
            }
            _ => {}
        }
    }

    /// All of them.
    pub fn all(&self) -> &[Folder] {
        &self.0
    }

    /// The innermost folder that a file lies in, else the first.
    pub fn of(&self, path: Option<&Path>) -> Option<&Folder> {
        let holds = |folder: &&Folder| path.is_some_and(|path| path.starts_with(&folder.path));
        let innermost = self.0.iter().filter(holds);
        innermost
            .max_by_key(|folder| folder.path.components().count())
            .or(self.0.first())
    }
}

/// The folders of a list of the protocol's.
pub(super) fn folders(list: &Value) -> Vec<Folder> {
    let uris = list.as_array().into_iter().flatten();
    uris.filter_map(|one| folder(one["uri"].as_str()?))
        .collect()
}

fn folder(uri: &str) -> Option<Folder> {
    Some(Folder {
        uri: uri.to_owned(),
        path: doctor::file_path(uri)?,
    })
}
