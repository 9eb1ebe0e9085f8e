//! The open documents, and the files on disk.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::lab::case::LATER;
use crate::lab::player::text::{line_and_unit, only, position};
use crate::lab::player::{Document, Player};
use crate::lab::stage;
use crate::lab::verb::{Edit, How, Spot};

impl Player<'_> {
    pub(super) fn open(&mut self, file: &str) -> Result<(), String> {
        let path = self.stage.path(file)?;
        // An editor also brings back what was open in a folder that has gone.
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => match self.case.text(file) {
                Some(text) => text.to_owned(),
                None => return Err(format!("{}: {error}", path.display())),
            },
        };
        let document = json!({
            "uri": self.stage.spelt.uri(&path),
            "languageId": language(&path),
            "version": 1,
            "text": text,
        });
        self.session
            .notify("textDocument/didOpen", json!({ "textDocument": document }));
        self.documents.insert(path, Document { version: 1, text });
        Ok(())
    }

    pub(super) fn close(&mut self, file: &str) -> Result<(), String> {
        let path = self.stage.path(file)?;
        self.documents
            .remove(&path)
            .ok_or_else(|| format!("{file} is not open"))?;
        self.session.notify(
            "textDocument/didClose",
            json!({ "textDocument": { "uri": self.stage.spelt.uri(&path) } }),
        );
        Ok(())
    }

    /// Tells of folders that are open now, or not any more.
    pub(super) fn change_folders(
        &mut self,
        opened: Option<&str>,
        closed: Option<&str>,
    ) -> Result<(), String> {
        let listed = |folder: Option<&str>| -> Result<Vec<Value>, String> {
            let uris = folder.into_iter().map(|folder| self.stage.uri(folder));
            uris.map(|uri| Ok(json!({ "uri": uri?, "name": folder })))
                .collect()
        };
        let event = json!({ "added": listed(opened)?, "removed": listed(closed)? });
        self.session.notify(
            "workspace/didChangeWorkspaceFolders",
            json!({ "event": event }),
        );
        Ok(())
    }

    fn document(&mut self, file: &str) -> Result<(PathBuf, &mut Document), String> {
        let path = self.stage.path(file)?;
        let document = self.documents.get_mut(&path);
        let document = document.ok_or_else(|| format!("{file} is not open"))?;
        Ok((path, document))
    }

    pub(super) fn edit(&mut self, file: &str, edit: &Edit, how: How) -> Result<(), String> {
        let (path, document) = self.document(file)?;
        let at = only(&document.text, &edit.old)?;
        let end = at + edit.old.len();
        let range = json!({
            "start": position(&document.text, at),
            "end": position(&document.text, end),
        });
        document.text.replace_range(at..end, &edit.new);
        let times = match how {
            How::Never => 0,
            How::Twice => 2,
            How::Well | How::WithVersion(_) => 1,
        };
        let change = json!({ "range": range, "text": edit.new });
        for _ in 0..times {
            let (_, document) = self.document(file)?;
            document.version = match how {
                How::WithVersion(version) => version.into(),
                _ => document.version + 1,
            };
            let version = document.version;
            self.change(&path, version, &change);
        }
        Ok(())
    }

    pub(super) fn edit_outside(&mut self, file: &str) -> Result<(), String> {
        let (path, document) = self.document(file)?;
        document.version += 1;
        let version = document.version;
        let line = document.text.lines().count() + 100;
        let place = json!({ "line": line, "character": 0 });
        let change = json!({ "range": { "start": place, "end": place }, "text": "// Far out.\n" });
        self.change(&path, version, &change);
        Ok(())
    }

    fn change(&mut self, path: &Path, version: i64, change: &Value) {
        self.session.notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": self.stage.spelt.uri(path), "version": version },
                "contentChanges": [change],
            }),
        );
    }

    pub(super) fn save(&mut self, file: &str) -> Result<(), String> {
        let (path, document) = self.document(file)?;
        let text = document.text.clone();
        let new = self.stage.write(file, &text)?;
        self.session.notify(
            "textDocument/didSave",
            json!({ "textDocument": { "uri": self.stage.spelt.uri(&path) } }),
        );
        self.watched(&path, if new { 1 } else { 2 });
        Ok(())
    }

    pub(super) fn write(&mut self, file: &str) -> Result<(), String> {
        let later = format!("{LATER}{file}");
        let text = self.case.text(&later);
        let text = text.ok_or_else(|| format!("the case has no file {later}"))?;
        let new = self.stage.write(file, text)?;
        let path = self.stage.path(file)?;
        self.watched(&path, if new { 1 } else { 2 });
        Ok(())
    }

    pub(super) fn delete(&mut self, file: &str) -> Result<(), String> {
        let path = self.stage.path(file)?;
        stage::remove(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        self.watched(&path, 3);
        Ok(())
    }

    /// Tells of a file on disk: 1 it is new, 2 it has changed, 3 it has gone.
    pub(super) fn watched(&mut self, path: &Path, kind: u8) {
        let change = json!({ "uri": self.stage.spelt.uri(path), "type": kind });
        self.session.notify(
            "workspace/didChangeWatchedFiles",
            json!({ "changes": [change] }),
        );
    }

    /// A place in a file, from 0, as the editor has the file.
    pub(super) fn position(&self, file: &str, spot: &Spot) -> Result<(usize, usize), String> {
        let needle = match spot {
            Spot::At(line, column) => {
                let from_zero = |number: u32| number.saturating_sub(1) as usize;
                return Ok((from_zero(*line), from_zero(*column)));
            }
            Spot::Needle(needle) => needle,
        };
        let path = self.stage.path(file)?;
        let text = match self.documents.get(&path) {
            Some(document) => document.text.clone(),
            None => {
                fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?
            }
        };
        let (before, behind) = needle.split_once('^').unwrap_or(("", needle));
        let at = only(&text, &format!("{before}{behind}"))? + before.len();
        Ok(line_and_unit(&text, at))
    }
}

/// The language of a file, by its name.
fn language(path: &Path) -> &'static str {
    let name = path.file_name().unwrap_or_default();
    match name.to_str() {
        Some("go.mod") => "go.mod",
        Some("go.work") => "go.work",
        Some("go.sum") => "go.sum",
        _ => "go",
    }
}
