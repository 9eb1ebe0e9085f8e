//! What is examined.

use std::borrow::Cow;
use std::path::PathBuf;

use system::System;
use trace::finding::Finding;

use crate::Workspace;
use crate::editor::Settings;

/// What an [`Exam`](crate::Exam) looks at: the workspace and the tools, as the editor and gopls take them.
#[derive(Debug, Default)]
pub struct Patient {
    /// The folders that the editor has open, or would open, each as gopls would see it.
    pub workspaces: Vec<Workspace>,
    /// The gopls that goplens runs; none where it finds none.
    pub gopls: Option<PathBuf>,
    /// Whether the user named it, so that none was looked for.
    pub gopls_is_named: bool,
    /// Why it finds none.
    pub no_gopls: Option<Finding>,
    /// What the editors of this machine have in their settings; in a session it is read when it is asked for.
    pub settings: Settings,
    /// Whether there is a session, with a gopls that has these folders open.
    pub in_session: bool,
}

impl Patient {
    /// The folder that the editor opens first. It is the one that counts where something is asked once for all.
    pub fn first(&self) -> Option<&Workspace> {
        self.workspaces.first()
    }

    /// What the editors that may have these folders open have in their settings: in a session that is one.
    pub(crate) fn settings(&self, system: &dyn System) -> Cow<'_, Settings> {
        match self.first().filter(|_| self.in_session) {
            Some(first) => {
                let folders = self.workspaces.iter().map(|one| one.folder.clone());
                Cow::Owned(Settings::of_client(
                    system,
                    &first.client,
                    folders.collect(),
                ))
            }
            None => Cow::Borrowed(&self.settings),
        }
    }
}
