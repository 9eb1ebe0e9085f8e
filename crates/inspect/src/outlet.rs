//! What inspection needs of the session that it looks at.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use doctor::Versions;
use protocol::{Method, Side};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use trace::finding::Finding;
use wire::Id;

/// The session, as far as it can be asked and told things. All of it can be called from any thread.
pub trait Outlet: Send + Sync {
    /// The result of a command of gopls's that takes it about a millisecond. `None` where gopls is busy
    /// with the client, fails, or does not answer within `limit`.
    fn ask(&self, command: &str, arguments: Value, limit: Duration) -> Option<Value>;

    /// The requests of both peers that wait for an answer, the oldest first.
    fn waiting(&self) -> Vec<Waiting>;

    /// The process id of gopls; `None` where it works in a daemon, of which its process is only the
    /// messenger.
    fn server(&self) -> Option<u32>;

    /// The gopls that runs.
    fn gopls(&self) -> Option<Chosen>;

    /// From now on a document has these findings and no others.
    fn show(&self, uri: &str, findings: Vec<Finding>);

    /// Something was found for the `first` time, or an earlier finding says something else now.
    fn raised(&self, finding: &Finding, first: bool);

    /// What was found is not so any more.
    fn cleared(&self, finding: &Finding);

    /// A request that failed was looked into: its method, its document, and the codes of what was found.
    fn explained(&self, method: &Method, uri: &str, codes: &[&'static str]);

    /// These versions take part from now on, other ones than before.
    fn versions(&self, all: &[TakingPart]);

    /// Says something of goplens itself to the user.
    fn say(&self, text: &str);

    /// Tells the user what came of something that they asked for.
    fn tell(&self, text: &str);
}

/// The versions that take part in workspace folders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TakingPart {
    /// The URIs of the folders.
    pub folders: Vec<String>,
    /// The versions.
    #[serde(flatten)]
    pub versions: Versions,
}

/// A gopls, and how it was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Its file.
    pub path: PathBuf,
    /// Whether the user named it, so that none was looked for.
    pub is_named: bool,
}

/// A request that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Who asked.
    pub asker: Side,
    /// Under which id.
    pub id: Id,
    /// What.
    pub method: Method,
    /// Since when.
    pub since: Instant,
}
