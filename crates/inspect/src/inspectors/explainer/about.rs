//! What a change is about.

use std::collections::BTreeSet;

use super::case::Case;

/// Which cases a change may have made good or bad, so that not all are looked into for each.
#[derive(Debug, Default)]
pub(super) struct About {
    /// All of them: a file on disk, a setting, a folder has changed.
    pub(super) all: bool,
    /// Those of which nothing was found yet: gopls has loaded something.
    pub(super) unexplained: bool,
    /// Those of these documents.
    pub(super) documents: BTreeSet<String>,
}

impl About {
    /// Whether a case is among them.
    pub(super) fn is_about(&self, case: &Case) -> bool {
        let is_of = |uri: &String| case.is_in(uri);
        self.all || (self.unexplained && !case.is_explained()) || self.documents.iter().any(is_of)
    }
}
