//! A module on disk, and a request that failed in it.

use tempfile::TempDir;
use trace::finding::{Position, Range};

use crate::{Diagnostic, Failed, Workspace, file_uri, source};

/// A module in a folder of its own.
pub(crate) struct Module {
    folder: TempDir,
}

impl Module {
    /// With these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let module = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for (name, text) in files {
            module.write(name, text);
        }
        module
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// What stands in a file.
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// The URI of a file.
    pub(crate) fn uri(&self, name: &str) -> Option<String> {
        file_uri(&self.folder.path().join(name))
    }

    /// A request on the first place with these words in a file; gopls published the diagnostics, each
    /// on the first place with its words.
    pub(crate) fn failed(
        &self,
        file: &str,
        words: &str,
        error: Option<&str>,
        diagnostics: &[(&str, &str)],
    ) -> Workspace {
        let text = self.read(file);
        let range = |words: &str| -> Option<Range> {
            let start = text.find(words)?;
            Some(source::range(&text, start..start + words.len()))
        };
        let place = range(words).map_or(Position::new(0, 0), |range| range.start);
        let diagnostics = diagnostics.iter().filter_map(|(words, message)| {
            Some(Diagnostic {
                range: range(words)?,
                source: "compiler".into(),
                message: (*message).into(),
            })
        });
        let mut workspace = Workspace::new(self.folder.path());
        workspace.failed = Some(Failed {
            uri: self.uri(file).unwrap(),
            path: self.folder.path().join(file),
            position: place,
            error: error.map(str::to_owned),
            diagnostics: diagnostics.collect(),
            text: text.clone(),
        });
        workspace
    }
}
