//! Why something failed.

use system::System;
use trace::finding::Finding;

use crate::{ALL, Workspace};

/// What is wrong, by the first check that finds anything: what keeps gopls from loading a workspace
/// makes all that comes behind it look broken too, and would only hide the cause.
pub fn explain(system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
    ALL.iter()
        .map(|check| check.run(system, workspace))
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// What takes longer and says more of something that [`explain`] found: the finding that is to take its
/// place.
pub fn look_closer(system: &dyn System, workspace: &Workspace, found: &Finding) -> Option<Finding> {
    let check = ALL.iter().find(|check| check.code() == found.code)?;
    check.look_closer(system, workspace, found)
}
