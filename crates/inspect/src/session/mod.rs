//! The session, as far as it was seen on the wire.

pub(crate) mod documents;
mod folders;
mod loads;
mod peers;
mod published;
mod registrations;
mod said;
mod settings;
mod views;

use doctor::{Failed, Workspace};
use protocol::traffic::Message;
use protocol::{Method, MethodSet};

use crate::event::Seen;

pub use documents::{Document, Documents, Mishap};
pub use folders::{Folder, Folders};
pub use loads::Loads;
pub use peers::Peers;
pub use published::Published;
pub use registrations::Registrations;
pub use said::Said;
pub use settings::Settings;
pub use views::Views;

/// What is known of a session. Each part reads the messages that it is about.
#[derive(Debug, Default)]
pub struct Session {
    /// Who takes part, and what they can.
    pub peers: Peers,
    /// The workspace folders.
    pub folders: Folders,
    /// gopls's settings.
    pub settings: Settings,
    /// The open documents.
    pub documents: Documents,
    /// What gopls registered for at the client.
    pub registrations: Registrations,
    /// The views that gopls said it has.
    pub views: Views,
    /// The loads that go on.
    pub loads: Loads,
    /// What gopls said is wrong with the workspace, its own words.
    pub said: Said,
    /// The diagnostics that gopls published last.
    pub published: Published,
}

/// The methods of which the session has to see every message.
pub(crate) fn interests() -> MethodSet {
    [
        Method::INITIALIZE,
        Method::TEXT_DOCUMENT_DID_OPEN,
        Method::TEXT_DOCUMENT_DID_CHANGE,
        Method::TEXT_DOCUMENT_DID_CLOSE,
        Method::TEXT_DOCUMENT_DID_SAVE,
        Method::WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
        Method::WORKSPACE_DID_CHANGE_CONFIGURATION,
        Method::WORKSPACE_DID_CHANGE_WATCHED_FILES,
        Method::WORKSPACE_CONFIGURATION,
        Method::CLIENT_REGISTER_CAPABILITY,
        Method::CLIENT_UNREGISTER_CAPABILITY,
        Method::TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
        Method::PROGRESS,
        Method::WINDOW_LOG_MESSAGE,
        Method::WINDOW_SHOW_MESSAGE,
    ]
    .into_iter()
    .collect()
}

impl Session {
    /// Learns from a message.
    pub(crate) fn apply(&mut self, seen: &Seen) {
        self.peers.apply(seen);
        self.folders.apply(seen);
        self.settings.apply(seen);
        self.documents.apply(seen, self.peers.encoding);
        self.registrations.apply(seen);
        self.views.apply(seen);
        self.loads.apply(seen);
        self.said.apply(seen);
        self.published.apply(seen);
    }

    /// A message passed that could not be looked into.
    pub(crate) fn missed(&mut self, message: &Message) {
        if matches!(
            message.method,
            Some(Method::TEXT_DOCUMENT_DID_OPEN | Method::TEXT_DOCUMENT_DID_CHANGE)
        ) {
            self.documents.lose();
        }
    }

    /// The workspace of each folder, with the folder's URI; without folders that of the first open
    /// document.
    pub(crate) fn workspaces(&self) -> Vec<(String, Workspace)> {
        let folders = self.folders.all().iter();
        let mut uris: Vec<&str> = folders.map(|folder| folder.uri.as_str()).collect();
        if uris.is_empty() {
            uris.extend(self.documents.uris().first());
        }
        let uris = uris.into_iter();
        uris.filter_map(|uri| Some((uri.to_owned(), self.workspace(Some(uri), None)?)))
            .collect()
    }

    /// What the checks look at: the folder of a document, or the first one, with what is known of it.
    pub(crate) fn workspace(&self, uri: Option<&str>, failed: Option<Failed>) -> Option<Workspace> {
        let path = uri.and_then(doctor::file_path);
        let folder = match self.folders.of(path.as_deref()) {
            Some(folder) => folder.clone(),
            // Without folders gopls goes by the file.
            None => Folder::of(path?.parent()?)?,
        };
        let mut workspace = Workspace::new(&folder.path);
        self.peers.client.clone_into(&mut workspace.client);
        let version = &self.peers.client_version;
        workspace.client_version.clone_from(version);
        workspace.gopls.clone_from(&self.peers.gopls);
        workspace.env = self.settings.env(&folder.uri);
        let given = self.settings.build_flags(&folder.uri);
        workspace.build_flags = match self.views.build_flags(&folder.path) {
            // gopls logs them with spaces between, which flags may have inside.
            Some(flags) if flags.join(" ") != given.join(" ") => flags,
            _ => given,
        };
        workspace.said = self.said.all();
        workspace.open = self.documents.go_files();
        workspace.views = self.views.known();
        workspace.failed = failed;
        Some(workspace)
    }
}
