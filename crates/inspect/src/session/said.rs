//! What gopls says is wrong with the workspace.

use std::collections::BTreeMap;
use std::path::Path;

use protocol::Method;
use serde_json::Value;

use super::published::of_gopls;
use super::views;
use crate::event::Seen;

/// The most characters that are kept of one thing that was said.
const LONGEST: usize = 4096;

/// The most things that are kept.
const MOST: usize = 50;

/// gopls's own words about what is wrong now, by where it said them: what it takes back is forgotten.
#[derive(Debug, Default)]
pub struct Said(BTreeMap<Source, String>);

/// Where it was said, in the order in which it is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    /// In a message to the user, until a load or new settings.
    Message(String),
    /// In a progress that shows an error as long as it lasts.
    Progress(String),
    /// Of the load of a view and a query; the next such load tells anew.
    Load(String),
    /// In the diagnostics of a go.mod or go.work.
    Diagnostics(String),
}

impl Said {
    pub(crate) fn apply(&mut self, seen: &Seen) {
        let params = &seen.body["params"];
        match seen.message.method {
            Some(Method::WINDOW_SHOW_MESSAGE) => self.message(params),
            Some(Method::WINDOW_LOG_MESSAGE) => self.log(params),
            Some(Method::PROGRESS) => self.progress(params),
            Some(Method::TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS) => self.diagnostics(params),
            _ => {}
        }
    }

    /// All of it.
    pub fn all(&self) -> Vec<String> {
        self.0.values().cloned().collect()
    }

    /// Whether gopls says that something is wrong with loading.
    pub fn is_trouble(&self) -> bool {
        self.0
            .iter()
            .any(|(source, text)| !matches!(source, Source::Message(_)) || is_load_error(text))
    }

    fn say(&mut self, source: Source, text: &str) {
        if self.0.len() >= MOST {
            self.0.pop_first();
        }
        self.0.insert(source, text.chars().take(LONGEST).collect());
    }

    fn message(&mut self, params: &Value) {
        let bad = params["type"].as_u64().is_some_and(|level| level <= 2);
        if let (true, Some(text)) = (bad, params["message"].as_str()) {
            self.say(Source::Message(text.to_owned()), text);
        }
    }

    /// `go/packages.Load #2: err: ...` with its view and its query in lines below, without ` err:` where
    /// it succeeded.
    fn log(&mut self, params: &Value) {
        let text = params["message"].as_str().unwrap_or_default();
        if let Some(folder) = views::made_for(text) {
            // What was loaded for another one does not matter any more, nor that this one could not be made.
            self.0.retain(|source, text| match source {
                Source::Load(_) => false,
                Source::Message(_) => is_of_another(text, &folder),
                Source::Progress(_) | Source::Diagnostics(_) => true,
            });
        }
        if !text.contains("go/packages.Load #") {
            return;
        }
        let line = |name| text.lines().find(|line| line.trim().starts_with(name));
        let load = format!("{:?} {:?}", line("view_id="), line("query="));
        let source = Source::Load(load);
        self.0.remove(&source);
        if text.contains(": err: ") {
            self.say(source, text);
        }
    }

    fn progress(&mut self, params: &Value) {
        let value = &params["value"];
        let source = Source::Progress(params["token"].to_string());
        let message = value["message"].as_str().unwrap_or_default();
        match value["kind"].as_str() {
            Some("begin") if value["title"] == "Setting up workspace" => {
                self.0
                    .retain(|source, _| !matches!(source, Source::Message(_)));
            }
            Some("begin") if value["title"] == "Error loading workspace" => {
                self.say(source, message);
            }
            Some("end") if message.contains("Error") => self.say(source, message),
            Some("end") => {
                self.0.remove(&source);
            }
            _ => {}
        }
    }

    fn diagnostics(&mut self, params: &Value) {
        let uri = params["uri"].as_str().unwrap_or_default();
        if !(uri.ends_with("/go.mod") || uri.ends_with("/go.work")) {
            return;
        }
        let source = Source::Diagnostics(uri.to_owned());
        self.0.remove(&source);
        let errors = of_gopls(params).filter(|one| {
            one["severity"]
                .as_u64()
                .is_none_or(|severity| severity == 1)
        });
        let texts: Vec<&str> = errors.filter_map(|one| one["message"].as_str()).collect();
        if !texts.is_empty() {
            self.say(source, &texts.join("\n"));
        }
    }
}

/// Whether a message says only of other folders than this one that no view could be made of them.
fn is_of_another(text: &str, folder: &Path) -> bool {
    let mut named = doctor::without_view(text).peekable();
    named.peek().is_some() && named.all(|other| other != folder)
}

fn is_load_error(text: &str) -> bool {
    text.starts_with("Error loading workspace")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_taken_back_is_forgotten() {
        let mut said = Said::default();
        let publish = |list: Value| json!({ "uri": "file:///m/go.mod", "diagnostics": list });
        said.diagnostics(&publish(json!([{ "severity": 1, "message": "bad" }])));
        assert_eq!(said.all(), ["bad"]);
        assert!(said.is_trouble());
        said.diagnostics(&publish(json!([])));
        assert!(!said.is_trouble());

        let load = |text: &str| json!({ "type": 1, "message": text });
        said.log(&load(
            "go/packages.Load #1: err: no\n\tview_id=\"1\"\n\tquery=[x]\n",
        ));
        assert!(said.is_trouble());
        said.log(&load("go/packages.Load #2\n\tview_id=\"1\"\n\tquery=[y]\n"));
        assert!(said.is_trouble(), "it was another query");
        said.log(&load("go/packages.Load #3\n\tview_id=\"1\"\n\tquery=[x]\n"));
        assert!(!said.is_trouble());

        let progress = |kind: &str, title: &str, message: &str| json!({ "token": 1, "value": { "kind": kind, "title": title, "message": message } });
        said.progress(&progress(
            "begin",
            "Error loading workspace",
            "go.mod is bad",
        ));
        assert_eq!(said.all(), ["go.mod is bad"]);
        said.progress(&progress("end", "", "Done."));
        assert!(!said.is_trouble());
    }

    #[test]
    fn that_a_folder_has_no_view_holds_until_it_has_one() {
        let mut said = Said::default();
        let text = "Error loading workspace folders (expected 2, got 1)\n\
                    failed to load view for file:///w/b: err: go: bad flag";
        said.message(&json!({ "type": 1, "message": text }));
        let made = |folder: &str| {
            let text = format!(
                "Created View (#2)\n\tdirectory={folder}\n\tview_type=\"GoMod\"\n\troot_dir=\"file://{folder}\"\n"
            );
            json!({ "type": 3, "message": text })
        };
        said.log(&made("/w/a"));
        assert!(said.is_trouble());
        said.log(&made("/w/b"));
        assert!(said.all().is_empty());
    }

    #[test]
    fn a_popup_holds_until_the_next_load() {
        let mut said = Said::default();
        said.message(&json!({ "type": 1, "message": "Error loading workspace folders (1)" }));
        said.message(&json!({ "type": 3, "message": "hello" }));
        assert_eq!(said.all().len(), 1);
        assert!(said.is_trouble());
        let value = json!({ "kind": "begin", "title": "Setting up workspace" });
        said.progress(&json!({ "token": 2, "value": value }));
        assert!(said.all().is_empty());
    }
}
