//! The settings files of one editor, one above the other.

use std::path::{Path, PathBuf};

use super::tree::{Node, Scope};

/// What VS Code keeps for the whole window: the settings of one folder among several do not count for it.
const OF_THE_WINDOW: [&[&str]; 2] = [&["go", "useLanguageServer"], &["go", "languageServerFlags"]];

/// The settings that one editor would have in a folder.
#[derive(Clone, Debug)]
pub struct Stack {
    /// What the editor is called, and its profile; empty where only the workspace has settings.
    pub editor: String,
    /// The folder that they are for.
    pub folder: PathBuf,
    root: Option<Node>,
}

impl Stack {
    /// Of the trees of its files, the one that counts least first.
    pub(super) fn new(editor: &str, folder: &Path, trees: impl IntoIterator<Item = Node>) -> Self {
        let mut root: Option<Node> = None;
        for mut tree in trees {
            if tree.place.scope == Scope::Folder {
                OF_THE_WINDOW.iter().for_each(|path| tree.remove(path));
            }
            match &mut root {
                Some(root) => root.lay(tree),
                None => root = Some(tree),
            }
        }
        Self {
            editor: editor.to_owned(),
            folder: folder.to_owned(),
            root,
        }
    }

    /// Whose settings they are and for what folder, in words.
    pub fn name(&self) -> String {
        let folder = self.folder.display();
        match self.editor.as_str() {
            "" => format!("the workspace, for {folder}"),
            editor => format!("{editor}, for {folder}"),
        }
    }

    /// A setting by the parts of its name: `["go", "alternateTools", "gopls"]`, `["gopls", "build.env"]`.
    pub fn get(&self, path: &[&str]) -> Option<&Node> {
        path.iter()
            .try_fold(self.root.as_ref()?, |node, name| node.get(name))
    }
}
