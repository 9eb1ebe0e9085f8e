//! What is examined.

use std::path::PathBuf;

use crate::Workspace;

/// What an [`Exam`](crate::Exam) looks at: the workspace and the tools, as the editor and gopls take them.
#[derive(Debug, Default)]
pub struct Patient {
    /// The folders that the editor has open, or would open, each as gopls would see it.
    pub workspaces: Vec<Workspace>,
    /// The gopls that goplens runs; none where it finds none.
    pub gopls: Option<PathBuf>,
    /// Whether there is a session, with a gopls that has these folders open.
    pub in_session: bool,
}

impl Patient {
    /// The folder that the editor opens first. It is the one that counts where something is asked once for all.
    pub fn first(&self) -> Option<&Workspace> {
        self.workspaces.first()
    }
}
