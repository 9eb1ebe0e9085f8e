//! The settings of the folder that somebody is in, which in an editor count more than the user's own.

use std::path::Path;

use system::System;

use crate::setup::vscode::{State, Target};

/// Where VS Code keeps them, below the folder.
const FILE: &str = ".vscode/settings.json";

/// Whether a settings file is that of a workspace.
pub(super) fn is_settings(path: &Path) -> bool {
    path.ends_with(FILE)
}

/// Those of this folder, where they name a gopls: what the user's own name is passed over then.
pub(super) fn target(system: &dyn System, folder: &Path) -> Option<Target> {
    let target = Target {
        editor: "This folder".to_owned(),
        path: folder.join(FILE),
    };
    matches!(target.state(system), State::SetTo(_)).then_some(target)
}
