//! The diagnostics that gopls published last.

use std::collections::HashMap;
use std::path::PathBuf;

use doctor::Diagnostic;
use protocol::Method;
use serde::Deserialize;
use serde_json::Value;
use trace::finding::Range;

use crate::event::Seen;

/// The diagnostics that gopls published last, of each file that has any.
#[derive(Debug, Default)]
pub struct Published(HashMap<PathBuf, Vec<Diagnostic>>);

impl Published {
    pub(crate) fn apply(&mut self, seen: &Seen) {
        if seen.message.method != Some(Method::TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS) {
            return;
        }
        let params = &seen.body["params"];
        let Some(path) = params["uri"].as_str().and_then(doctor::file_path) else {
            return;
        };
        let diagnostics: Vec<Diagnostic> = of_gopls(params).filter_map(diagnostic).collect();
        if diagnostics.is_empty() {
            self.0.remove(&path);
        } else {
            self.0.insert(path, diagnostics);
        }
    }

    /// Those of a document.
    pub fn of(&self, uri: &str) -> Vec<Diagnostic> {
        let path = doctor::file_path(uri);
        let found = path.and_then(|path| self.0.get(&path));
        found.cloned().unwrap_or_default()
    }
}

/// The diagnostics of a publication that are gopls's own: what goplens found is among them when they leave
/// for the client, and must not become its own evidence.
pub(super) fn of_gopls(params: &Value) -> impl Iterator<Item = &Value> {
    let all = params["diagnostics"].as_array().into_iter().flatten();
    all.filter(|one| one["source"] != "goplens")
}

fn diagnostic(value: &Value) -> Option<Diagnostic> {
    Some(Diagnostic {
        range: Range::deserialize(&value["range"]).ok()?,
        source: value["source"].as_str().unwrap_or_default().to_owned(),
        message: value["message"].as_str()?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_goplens_found_is_no_word_of_gopls_s() {
        let params = json!({ "diagnostics": [
            { "source": "compiler", "message": "undefined: x" },
            { "source": "goplens", "message": "gopls: undefined: x" },
        ] });
        let sources: Vec<&Value> = of_gopls(&params).map(|one| &one["source"]).collect();
        assert_eq!(sources, ["compiler"]);
    }
}
