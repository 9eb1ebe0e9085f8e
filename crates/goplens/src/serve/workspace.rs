//! What the configuration says for a workspace, read when the client says which workspace it is.

use std::sync::Arc;

use arc_swap::ArcSwap;
use inspect::Feed;
use paths::{Spellings, uri};
use proxy::{Level, Thresholds};
use system::Real;
use tokio::sync::mpsc::UnboundedSender;
use trace::finding::{Action, Code, Finding, Severity};

use crate::config::maps::BadMap;
use crate::config::{self, Config};

/// What a workspace's configuration sets.
pub(crate) struct Workspace {
    pub(crate) config: Config,
    pub(crate) thresholds: Arc<ArcSwap<Thresholds>>,
    pub(crate) spellings: Arc<Spellings>,
    pub(crate) feed: Feed,
    pub(crate) say: UnboundedSender<(Level, String)>,
}

impl Workspace {
    /// The client has named its workspace folders, of which this is the first. A disk can be slow, so this
    /// is not called on the thread that carries the messages.
    pub(crate) fn load(&self, folder: Option<&str>) {
        let started_in = std::env::current_dir().unwrap_or_default();
        let folder = folder
            .and_then(uri::path)
            .map(|path| self.config.folder(&Real, path, started_in));
        let (maps, bad) = self.config.maps(&Real, folder.as_ref());
        self.spellings.set_maps(maps);
        for bad in bad {
            self.feed.found(finding(&bad));
        }
        let Some(folder) = folder else { return };
        let mut own = (**self.thresholds.load()).clone();
        let problem = config::apply_workspace(&Real, &folder.here, &mut own);
        self.thresholds.store(Arc::new(own));
        if let Some(problem) = problem {
            // A session that is over has nobody left to tell.
            let _ = self.say.send((Level::Warning, problem));
        }
    }
}

fn finding(bad: &BadMap) -> Finding {
    let BadMap {
        file,
        range,
        map: (client, server),
        reason,
    } = bad;
    let finding = Finding::new(
        Code::PathMapInvalid,
        format!("The path map from {client} to {server} is not used."),
        "A map must lead from each file to one file and back: with this one goplens could not tell for \
         every name that gopls says what the editor calls it.",
    )
    .severity(Severity::Warning)
    .about(format!("{client} {server}"))
    .evidence(format!("{} says client = {client:?}, server = {server:?}", file.display()))
    .evidence(reason.clone())
    .fix(
        "Correct the map or take it out",
        Action::Hand(format!("Edit {} and start gopls again.", file.display())),
    );
    match file.to_str() {
        Some(file) => finding.place(uri::uri(file), Some(*range)),
        None => finding,
    }
}
