//! What is examined, where no editor is open.

use std::path::Path;
use std::time::Duration;

use doctor::{Gopls, Patient, Workspace};
use system::{Call, System};

use crate::config::Config;
use crate::find;

/// How long gopls may take to say its version.
const VERSION_LIMIT: Duration = Duration::from_secs(5);

/// The workspace that an editor would have with this folder open.
pub(super) fn of(system: &dyn System, folder: &Path) -> Patient {
    let (config, _) = Config::load(system);
    let gopls = find::gopls(system, config.gopls.as_deref()).ok();
    let mut workspace = Workspace::new(folder);
    workspace.gopls = gopls.as_deref().and_then(|gopls| version(system, gopls));
    Patient {
        workspaces: vec![workspace],
        gopls,
        in_session: false,
    }
}

/// What a gopls says of itself.
fn version(system: &dyn System, gopls: &Path) -> Option<Gopls> {
    let call = Call::new(gopls)
        .args(["version", "-json"])
        .limit(VERSION_LIMIT);
    let output = system.run(&call).ok().filter(|output| output.success)?;
    Some(Gopls::read(output.stdout.trim()))
}
