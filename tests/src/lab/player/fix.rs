//! The fixes of a finding, done as an editor does them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::lab::player::Player;
use crate::lab::player::text::offset;
use crate::lab::shown::Shown;
use crate::lab::stage;

impl Player<'_> {
    /// Does the fix of the finding that was expected last whose title contains this text, and saves
    /// what it changes.
    pub(super) fn fix(&mut self, title: &str) -> Result<(), String> {
        let shown = self.shown.clone().ok_or("no finding was expected yet")?;
        let action = self.action(&shown, title)?;
        if action["edit"].is_object() {
            self.apply(&action["edit"])?;
        }
        if action["command"].is_object() {
            self.execute(&action["command"])?;
        }
        Ok(())
    }

    /// The code action of that title.
    fn action(&mut self, shown: &Shown, title: &str) -> Result<Value, String> {
        let params = json!({
            "textDocument": { "uri": shown.uri },
            "range": shown.range(),
            "context": { "diagnostics": [shown.diagnostic()] },
        });
        let answer = self.session.request("textDocument/codeAction", params);
        let answer = answer.value();
        let actions = answer["result"].as_array().cloned().unwrap_or_default();
        let titled = |action: &&Value| {
            let own = action["title"].as_str().unwrap_or_default();
            own.contains(title)
        };
        let found = actions.iter().find(titled).cloned();
        let found = found.ok_or_else(|| {
            let titles: Vec<_> = actions.iter().map(|action| &action["title"]).collect();
            format!("no fix is called {title:?}; there are {titles:?}")
        })?;
        if found["edit"].is_object() || found["command"].is_object() {
            return Ok(found);
        }
        let resolved = self.session.request("codeAction/resolve", found).value();
        Ok(resolved["result"].clone())
    }

    /// Runs a command, and does what edits gopls asks for on the way.
    fn execute(&mut self, command: &Value) -> Result<(), String> {
        let before = self.edits_asked_for().len();
        let disk = self.stage.files();
        let params = json!({
            "command": command["command"],
            "arguments": command["arguments"],
        });
        let answer = self.session.request("workspace/executeCommand", params);
        if let Some(error) = answer.value().get("error") {
            return Err(format!("{command} fails: {error}"));
        }
        for edit in self.edits_asked_for().iter().skip(before) {
            self.apply(edit)?;
        }
        // What gopls itself has written, the editor hears of like any change.
        let now = self.stage.files();
        for (path, stamp) in &now {
            match disk.get(path) {
                None => self.watched(path, 1),
                Some(before) if before != stamp => self.watched(path, 2),
                Some(_) => {}
            }
        }
        for path in disk.keys().filter(|path| !now.contains_key(*path)) {
            self.watched(path, 3);
        }
        Ok(())
    }

    fn edits_asked_for(&self) -> Vec<Value> {
        let book = self.session.book();
        let asked = book.received_of("workspace/applyEdit");
        asked
            .map(|note| note.value()["params"]["edit"].take())
            .collect()
    }

    /// Applies an edit of the workspace.
    fn apply(&mut self, edit: &Value) -> Result<(), String> {
        let mut changes: BTreeMap<PathBuf, Vec<Value>> = BTreeMap::new();
        let of_documents = edit["documentChanges"].as_array().into_iter().flatten();
        let of_documents = of_documents
            .filter(|change| change["edits"].is_array())
            .map(|change| (change["textDocument"]["uri"].as_str(), &change["edits"]));
        let plain = edit["changes"].as_object().into_iter().flatten();
        let plain = plain.map(|(uri, edits)| (Some(uri.as_str()), edits));
        for (uri, edits) in of_documents.chain(plain) {
            let path = uri.and_then(|uri| self.stage.spelt.path(uri));
            let path = path.ok_or_else(|| format!("{uri:?} is no file"))?;
            let edits = edits.as_array().into_iter().flatten().cloned();
            changes.entry(path).or_default().extend(edits);
        }
        if changes.is_empty() {
            return Err(format!("an edit that changes nothing: {edit}"));
        }
        for (path, edits) in changes {
            self.apply_to(&path, edits)?;
        }
        Ok(())
    }

    /// Applies edits to one file, which is open or not, and saves it.
    fn apply_to(&mut self, path: &Path, edits: Vec<Value>) -> Result<(), String> {
        let open = self.documents.get(path);
        let text = match open {
            Some(document) => document.text.clone(),
            None => fs::read_to_string(path).unwrap_or_default(),
        };
        let mut placed = Vec::new();
        for edit in edits {
            let range = &edit["range"];
            let ends = offset(&text, &range["start"]).zip(offset(&text, &range["end"]));
            let (start, end) = ends.ok_or_else(|| format!("{edit} is outside of the file"))?;
            placed.push((start, end, edit));
        }
        // From the end, so that none moves another.
        placed.sort_by_key(|(start, _, _)| std::cmp::Reverse(*start));
        let mut new = text;
        let mut changes = Vec::new();
        for (start, end, edit) in placed {
            let put = edit["newText"].as_str().unwrap_or_default();
            new.replace_range(start..end, put);
            changes.push(json!({ "range": edit["range"], "text": put }));
        }
        let existed = path.exists();
        stage::put(path, &new).map_err(|error| format!("{}: {error}", path.display()))?;
        if let Some(document) = self.documents.get_mut(path) {
            document.text = new;
            document.version += 1;
            let uri = self.stage.spelt.uri(path);
            let named = json!({ "uri": uri, "version": document.version });
            let changed = json!({ "textDocument": named, "contentChanges": changes });
            self.session.notify("textDocument/didChange", changed);
            let saved = json!({ "textDocument": { "uri": uri } });
            self.session.notify("textDocument/didSave", saved);
        }
        self.watched(path, if existed { 2 } else { 1 });
        if path.ends_with(".vscode/settings.json") {
            self.settings_changed(path)?;
        }
        Ok(())
    }

    /// VS Code's Go extension passes the new settings on at once.
    fn settings_changed(&mut self, path: &Path) -> Result<(), String> {
        let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
        let settings: Value = serde_json::from_str(&text)
            .map_err(|error| format!("{}: {error}: {text}", path.display()))?;
        self.session.configure(settings["gopls"].clone());
        Ok(())
    }
}
