//! A workspace folder that is not there.

use std::io::ErrorKind;

use system::{EntryKind, System};
use trace::finding::{Action, Code, Finding};

use crate::{Check, Workspace};

/// Finds an opened folder that was deleted or is a file.
pub(super) struct WorkspaceFolderMissing;

impl Check for WorkspaceFolderMissing {
    fn code(&self) -> Code {
        Code::WorkspaceFolderMissing
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let folder = &workspace.folder;
        if folder.as_os_str().is_empty() {
            return Vec::new();
        }
        let shown = folder.display();
        let (title, evidence) = match system.kind(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => (
                format!("The workspace folder {shown} is not there."),
                match folder
                    .ancestors()
                    .skip(1)
                    .find(|above| system.exists(above))
                {
                    Some(above) => format!(
                        "the nearest folder above that is there: {}",
                        above.display()
                    ),
                    None => format!("{shown}: {error}"),
                },
            ),
            Err(error) if error.kind() == ErrorKind::NotADirectory => (
                format!("The workspace folder {shown} is not there."),
                format!("{shown}: {error}"),
            ),
            Ok(EntryKind::File | EntryKind::Other) => (
                format!("The workspace folder {shown} is a file."),
                format!("{shown} is there and is no folder"),
            ),
            Ok(EntryKind::Folder) | Err(_) => return Vec::new(),
        };
        let mut finding = Finding::new(
            Code::WorkspaceFolderMissing,
            title,
            "gopls runs the go command in that folder, cannot, and makes no view for it.",
        )
        .about(shown.to_string())
        .evidence(evidence)
        .fix(
            "Open a folder that is there",
            Action::Hand(
                "Remove this one from the workspace in the editor, or bring it back and reload."
                    .to_owned(),
            ),
        );
        if let Some(said) = workspace.gopls_said("failed to load view") {
            finding = finding.evidence(format!("gopls said: {}", said.trim()));
        }
        vec![workspace.at_failed(finding)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, found, is_silent, is_whole};

    #[test]
    fn a_folder_that_was_deleted_is_told_from_a_file() {
        let module = Module::new(&[("a.go", "package a\n")]);
        let mut workspace = module.workspace();
        is_silent(&WorkspaceFolderMissing, &workspace);

        workspace.folder = module.path("gone");
        let finding = found(&WorkspaceFolderMissing, &workspace);
        let shown = module.path("gone").display().to_string();
        is_whole(&finding, Code::WorkspaceFolderMissing, &shown);
        assert!(finding.title.ends_with("is not there."));

        workspace.folder = module.path("a.go");
        let finding = found(&WorkspaceFolderMissing, &workspace);
        assert!(finding.title.ends_with("is a file."));

        workspace.folder = module.path("a.go/below");
        let finding = found(&WorkspaceFolderMissing, &workspace);
        assert!(finding.title.ends_with("is not there."));
    }

    #[test]
    fn without_a_folder_nothing_is_missing() {
        is_silent(&WorkspaceFolderMissing, &Workspace::default());
    }
}
