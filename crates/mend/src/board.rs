//! What the rewriters have to go by.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::Bytes;
use serde_json::{Value, json};
use trace::finding::{Finding, Range};
use url::Url;

use crate::diagnostic::diagnostic;
use crate::splice;
use crate::takes::Takes;

/// The findings of each document, what gopls published of it last, and what the peers can take. It is
/// shared by the rewriters and by whoever finds things.
#[derive(Default)]
pub struct Board {
    state: Mutex<State>,
    /// The folder that the pages of the findings are in.
    pages: Option<PathBuf>,
    on_check_again: OnceLock<Box<dyn Fn() + Send + Sync>>,
    on_due: OnceLock<Tell>,
}

/// Tells somebody of a document.
type Tell = Box<dyn Fn(&str) + Send + Sync>;

#[derive(Default)]
struct State {
    takes: Takes,
    /// The commands that gopls offers.
    commands: BTreeSet<String>,
    documents: HashMap<String, Document>,
    /// Where nothing is shown any more, and the client is still to be told.
    left: HashSet<String>,
}

/// What is shown in a document.
#[derive(Default)]
struct Document {
    /// Its URI as gopls spells it, else as whoever found something does.
    uri: String,
    /// The array of diagnostics that gopls published last, as it came.
    theirs: Option<String>,
    /// The version that they were about.
    version: Option<i64>,
    /// The findings, by what gopls calls the file that they are about: it may have two names for one that is
    /// open under one name.
    ours: Vec<(String, Vec<Finding>)>,
}

impl Document {
    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.ours.iter().flat_map(|(_, findings)| findings)
    }

    /// Takes away the findings about a file.
    fn take(&mut self, about: &str) -> Vec<Finding> {
        if self.ours.is_empty() {
            return Vec::new();
        }
        let about = key(about);
        let mut taken = Vec::new();
        self.ours.retain_mut(|(other, findings)| {
            let is_it = key(other) == about;
            if is_it {
                taken.append(findings);
            }
            !is_it
        });
        taken
    }

    fn put(&mut self, about: &str, findings: Vec<Finding>) {
        if !findings.is_empty() {
            self.ours.push((about.to_owned(), findings));
        }
    }

    fn shows_nothing(&self) -> bool {
        self.ours.is_empty() && self.theirs.is_none()
    }
}

impl Board {
    /// An empty board. `pages` is the folder that holds `CODE.md` for each finding.
    pub fn new(pages: Option<PathBuf>) -> Self {
        Self {
            pages,
            ..Self::default()
        }
    }

    /// Says whom to tell when the user asks for another look; only the first is told.
    pub fn on_check_again(&self, tell: impl Fn() + Send + Sync + 'static) {
        let _ = self.on_check_again.set(Box::new(tell));
    }

    /// Says whom to tell of documents whose [`publication`](Self::publication) is due; only the first is
    /// told.
    pub fn on_due(&self, tell: impl Fn(&str) + Send + Sync + 'static) {
        let _ = self.on_due.set(Box::new(tell));
    }

    /// What was shown at one document of the file that gopls calls `about` is shown at another from now on:
    /// the client has that file open under this name.
    pub(crate) fn moved(&self, about: &str, from: &str, to: &str) {
        let mut state = self.state();
        let Some(mut document) = state.documents.remove(&key(from)) else {
            return;
        };
        state.left.insert(from.to_owned());
        let own = document.take(about);
        let theirs = document.theirs.take();
        // What is about other files stays, where that is another document.
        let (mut stays, goes) = match key(from) == key(to) {
            true => (Document::default(), document),
            false => (document, Document::default()),
        };
        if !stays.shows_nothing() {
            stays.version = None;
            state.left.remove(from);
            state.documents.insert(key(from), stays);
        }
        let document = state.documents.entry(key(to)).or_insert(goes);
        to.clone_into(&mut document.uri);
        document.theirs = theirs;
        // The other one counts its own versions.
        document.version = None;
        document.take(about);
        document.put(about, own);
        state.left.remove(to);
        drop(state);
        self.are_due([from, to]);
    }

    /// From now on the file that gopls calls `about` has these findings and no others, and they are shown at
    /// the document that the client calls `uri`, beside those of other files.
    pub fn show(&self, about: &str, uri: &str, findings: Vec<Finding>) {
        let mut due = vec![uri.to_owned()];
        let mut state = self.state();
        let State {
            documents, left, ..
        } = &mut *state;
        for (_, document) in documents.iter_mut() {
            // The client may have closed it under that name since.
            if !document.take(about).is_empty() && document.uri != uri {
                due.push(document.uri.clone());
            }
        }
        let document = documents.entry(key(uri)).or_default();
        if document.uri.is_empty() {
            uri.clone_into(&mut document.uri);
        }
        document.put(about, findings);
        left.remove(&document.uri);
        drop(state);
        self.are_due(due.iter().map(String::as_str));
    }

    fn are_due<'a>(&self, uris: impl IntoIterator<Item = &'a str>) {
        if let Some(tell) = self.on_due.get() {
            uris.into_iter().for_each(tell);
        }
    }

    /// The `textDocument/publishDiagnostics` that shows a document as it is: what gopls published last
    /// and the findings. `None` where nothing was ever shown.
    pub fn publication(&self, uri: &str) -> Option<Bytes> {
        let mut state = self.state();
        if state.left.remove(uri) {
            return Some(publication(&format!(
                "{{\"uri\":{},\"diagnostics\":[]}}",
                Value::from(uri)
            )));
        }
        let document = state.documents.get(&key(uri))?;
        let theirs = document.theirs.as_deref().unwrap_or("[]");
        let union = splice::appended(theirs, &self.diagnostics(&state.takes, document));
        let mut params = format!("{{\"uri\":{}", Value::from(document.uri.as_str()));
        // The version belongs to what gopls said; the findings alone are about no version.
        if let (Some(version), true) = (document.version, theirs != "[]") {
            params.push_str(&format!(",\"version\":{version}"));
        }
        params.push_str(&format!(",\"diagnostics\":{union}}}"));
        if document.shows_nothing() {
            state.documents.remove(&key(uri));
        }
        Some(publication(&params))
    }

    /// gopls publishes this array for a document: what is to be shown besides.
    pub(crate) fn published(&self, uri: &str, version: Option<i64>, theirs: &str) -> Vec<Value> {
        let mut state = self.state();
        let State {
            takes, documents, ..
        } = &mut *state;
        let nothing = splice::is_empty(theirs);
        let key = key(uri);
        let document = match (documents.get_mut(&key), nothing) {
            (Some(document), _) => document,
            (None, true) => return Vec::new(),
            (None, false) => documents.entry(key.clone()).or_default(),
        };
        uri.clone_into(&mut document.uri);
        document.theirs = (!nothing).then(|| theirs.to_owned());
        document.version = version;
        if document.ours.is_empty() {
            if nothing {
                documents.remove(&key);
            }
            return Vec::new();
        }
        self.diagnostics(takes, document)
    }

    /// The findings of a document whose lines meet these.
    pub(crate) fn findings_at(&self, uri: &str, range: Range) -> Vec<Finding> {
        let state = self.state();
        let Some(document) = state.documents.get(&key(uri)) else {
            return Vec::new();
        };
        let meets = |finding: &&Finding| {
            let own = finding.range.unwrap_or_default();
            own.start.line <= range.end.line && range.start.line <= own.end.line
        };
        document.findings().filter(meets).cloned().collect()
    }

    /// All findings of a document.
    pub(crate) fn findings(&self, uri: &str) -> Vec<Finding> {
        let state = self.state();
        let document = state.documents.get(&key(uri));
        document.map_or_else(Vec::new, |document| document.findings().cloned().collect())
    }

    /// A finding as a diagnostic that the client can take.
    pub(crate) fn diagnostic(&self, finding: &Finding) -> Value {
        diagnostic(finding, &self.state().takes, self.pages.as_deref())
    }

    pub(crate) fn takes(&self) -> Takes {
        self.state().takes.clone()
    }

    /// Whether gopls offers this command.
    pub(crate) fn is_offered(&self, command: &str) -> bool {
        self.state().commands.contains(command)
    }

    /// The client says what it can take.
    pub(crate) fn greet(&self, params: &Value) {
        self.state().takes = Takes::of(params);
    }

    /// gopls says which commands it offers.
    pub(crate) fn offer(&self, commands: impl IntoIterator<Item = String>) {
        self.state().commands = commands.into_iter().collect();
    }

    /// The user asks for another look.
    pub(crate) fn check_again(&self) {
        if let Some(tell) = self.on_check_again.get() {
            tell();
        }
    }

    fn diagnostics(&self, takes: &Takes, document: &Document) -> Vec<Value> {
        let pages = self.pages.as_deref();
        let ours = document.findings();
        ours.map(|finding| diagnostic(finding, takes, pages))
            .collect()
    }

    /// A panic elsewhere leaves nothing half done here.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn publication(params: &str) -> Bytes {
    let method = "textDocument/publishDiagnostics";
    format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params}}}"#).into()
}

/// What a document is found by: gopls and the client may spell the URI of one file differently.
fn key(uri: &str) -> String {
    let parsed = Url::parse(uri).ok();
    let path = parsed.and_then(|url| url.to_file_path().ok());
    path.map_or_else(|| uri.to_owned(), |path| path.display().to_string())
}

/// An edit of the whole workspace, as the client can take it; `None` where it cannot.
pub(crate) fn workspace_edit(edits: &[trace::finding::FileEdit], takes: &Takes) -> Option<Value> {
    let change =
        |edit: &trace::finding::FileEdit| json!({ "range": edit.range, "newText": edit.text });
    if takes.document_changes {
        let mut changes = Vec::new();
        for edit in edits {
            if edit.create {
                if !takes.create {
                    return None;
                }
                let options = json!({ "ignoreIfExists": true });
                changes.push(json!({ "kind": "create", "uri": edit.uri, "options": options }));
            }
            let document = json!({ "uri": edit.uri, "version": edit.version });
            changes.push(json!({ "textDocument": document, "edits": [change(edit)] }));
        }
        return Some(json!({ "documentChanges": changes }));
    }
    let mut changes = serde_json::Map::new();
    for edit in edits {
        if edit.create {
            return None;
        }
        let list = changes.entry(edit.uri.clone()).or_insert_with(|| json!([]));
        list.as_array_mut()?.push(change(edit));
    }
    Some(json!({ "changes": changes }))
}

#[cfg(test)]
mod tests {
    use trace::finding::{Code, FileEdit, Position};

    use super::*;

    const URI: &str = "file:///m/a%40b.go";

    fn finding() -> Finding {
        Finding::new(Code::ExcludedByBuildTag, "A.", "B.").place(URI, None)
    }

    fn shown(body: Option<Bytes>) -> Value {
        let message: Value = serde_json::from_slice(&body.unwrap()).unwrap();
        assert_eq!(message["method"], "textDocument/publishDiagnostics");
        message["params"].clone()
    }

    #[test]
    fn what_is_shown_is_the_union_and_keeps_gopls_s_bytes_and_version() {
        let board = Board::default();
        assert_eq!(board.publication(URI), None);
        board.show(URI, URI, vec![finding()]);
        let alone = shown(board.publication(URI));
        assert_eq!(alone["diagnostics"][0]["source"], "goplens");
        assert_eq!(alone.get("version"), None);
        // gopls spells it otherwise.
        let ours = board.published("file:///m/a@b.go", Some(3), "[{\"n\":1E5}]");
        assert_eq!(ours[0]["source"], "goplens");
        let both = shown(board.publication(URI));
        assert_eq!(both["uri"], "file:///m/a@b.go");
        assert_eq!(both["version"], 3);
        assert_eq!(both["diagnostics"].as_array().map(Vec::len), Some(2));
        board.show(URI, URI, vec![]);
        let rest = shown(board.publication(URI));
        assert_eq!(rest["diagnostics"].as_array().map(Vec::len), Some(1));
        assert!(board.published(URI, Some(4), "[]").is_empty());
        assert_eq!(board.publication(URI), None);
    }

    #[test]
    fn what_was_shown_is_taken_back() {
        let board = Board::default();
        board.show(URI, URI, vec![finding()]);
        board.show(URI, URI, vec![]);
        assert_eq!(shown(board.publication(URI))["diagnostics"], json!([]));
        assert_eq!(board.publication(URI), None, "and then forgotten");
    }

    #[test]
    fn what_moves_is_shown_at_its_new_name_only() {
        let board = Board::default();
        board.published(URI, Some(3), "[{\"n\":1}]");
        board.moved(URI, URI, "file:///other/a.go");
        assert_eq!(shown(board.publication(URI))["diagnostics"], json!([]));
        let moved = shown(board.publication("file:///other/a.go"));
        assert_eq!(moved["uri"], "file:///other/a.go");
        assert_eq!(moved["diagnostics"][0]["n"], 1);
        assert_eq!(moved.get("version"), None, "it was the other one's");
        assert_eq!(board.publication(URI), None);
        // Another spelling of the same path is another document of the client's.
        board.moved(URI, "file:///other/a.go", "FILE:///other/a.go");
        let left = shown(board.publication("file:///other/a.go"));
        assert_eq!(
            left,
            json!({ "uri": "file:///other/a.go", "diagnostics": [] })
        );
        let moved = shown(board.publication("FILE:///other/a.go"));
        assert_eq!(moved["uri"], "FILE:///other/a.go");
    }

    #[test]
    fn findings_of_two_files_are_shown_at_the_one_document_that_they_lead_to() {
        let board = Board::default();
        let due = std::sync::Arc::new(Mutex::new(Vec::new()));
        let told = due.clone();
        board.on_due(move |uri| told.lock().unwrap().push(uri.to_owned()));
        let (former, other) = ("file:///former/a.go", "file:///other/a.go");
        let find = |code| vec![Finding::new(code, "A.", "B.")];
        let codes = |uri: &str| {
            let params = shown(board.publication(uri));
            let all = params["diagnostics"].as_array().unwrap().iter();
            all.map(|one| one["code"].to_string()).collect::<Vec<_>>()
        };
        board.show(former, former, find(Code::ImportCycle));
        board.show(other, former, find(Code::SymlinkMismatch));
        assert_eq!(codes(former), ["\"import-cycle\"", "\"symlink-mismatch\""]);
        // Of the one nothing is found any more, and the other one gets a document of its own name.
        board.show(former, former, vec![]);
        assert_eq!(codes(former), ["\"symlink-mismatch\""]);
        due.lock().unwrap().clear();
        board.show(other, other, find(Code::SymlinkMismatch));
        assert_eq!(*due.lock().unwrap(), [other, former]);
        assert_eq!((codes(other).len(), codes(former).len()), (1, 0));
        // And it is shown at the first again, beside what was found of that in between.
        board.show(former, former, find(Code::ImportCycle));
        board.moved(other, other, former);
        assert_eq!((codes(other).len(), codes(former).len()), (0, 2));
    }

    #[test]
    fn findings_are_looked_up_by_line() {
        let board = Board::default();
        let range = |line| Range::new(Position::new(line, 4), Position::new(line, 9));
        board.show(URI, URI, vec![finding().place(URI, Some(range(3)))]);
        assert_eq!(board.findings_at(URI, range(3)).len(), 1);
        assert_eq!(board.findings_at(URI, range(2)).len(), 0);
        assert_eq!(board.findings_at("file:///other", range(3)).len(), 0);
    }

    #[test]
    fn an_edit_is_what_the_client_can_take() {
        let edit = FileEdit {
            uri: URI.into(),
            range: Range::default(),
            text: "x".into(),
            version: Some(3),
            create: true,
        };
        let mut takes = Takes::default();
        assert_eq!(workspace_edit(std::slice::from_ref(&edit), &takes), None);
        let plain = FileEdit {
            create: false,
            ..edit.clone()
        };
        let changes = workspace_edit(&[plain], &takes).unwrap();
        assert_eq!(changes["changes"][URI][0]["newText"], "x");
        takes.document_changes = true;
        takes.create = true;
        let changes = workspace_edit(&[edit], &takes).unwrap();
        assert_eq!(changes["documentChanges"][0]["kind"], "create");
        let document = json!({ "uri": URI, "version": 3 });
        assert_eq!(changes["documentChanges"][1]["textDocument"], document);
    }
}
