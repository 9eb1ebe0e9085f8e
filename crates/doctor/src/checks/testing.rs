//! A request that failed in a module on disk, and what gopls had published about the file.

use trace::finding::{Position, Range};

use crate::testing::Module;
use crate::{Diagnostic, Failed, Workspace, file_uri, source};

impl Module {
    /// The URI of a file.
    pub(crate) fn uri(&self, name: &str) -> Option<String> {
        file_uri(&self.path(name))
    }

    /// A request on the first place with these words in a file; gopls published the diagnostics, each
    /// on the first place with its words. The client has no settings that goplens could edit.
    pub(crate) fn failed(
        &self,
        file: &str,
        words: &str,
        error: Option<&str>,
        diagnostics: &[(&str, &str)],
    ) -> Workspace {
        let path = self.path(file);
        let text = std::fs::read_to_string(&path).unwrap();
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
        let mut workspace = self.workspace();
        workspace.client.clear();
        workspace.failed = Some(Failed {
            uri: file_uri(&path).unwrap(),
            position: place,
            error: error.map(str::to_owned),
            answer: None,
            diagnostics: diagnostics.collect(),
            text: text.clone(),
            path,
        });
        workspace
    }
}
