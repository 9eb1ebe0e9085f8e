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
    on_moved: OnceLock<Tell>,
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
    ours: Vec<Finding>,
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
    pub fn on_moved(&self, tell: impl Fn(&str) + Send + Sync + 'static) {
        let _ = self.on_moved.set(Box::new(tell));
    }

    /// What was shown at one document is shown at another from now on: the client has the same file open
    /// under that name.
    pub(crate) fn moved(&self, from: &str, to: &str) {
        let mut state = self.state();
        let Some(mut document) = state.documents.remove(&key(from)) else {
            return;
        };
        to.clone_into(&mut document.uri);
        // The other one counts its own versions.
        document.version = None;
        state.documents.insert(key(to), document);
        state.left.remove(to);
        state.left.insert(from.to_owned());
        drop(state);
        if let Some(tell) = self.on_moved.get() {
            tell(from);
            tell(to);
        }
    }

    /// From now on a document has these findings and no others. They are seen when
    /// [`publication`](Self::publication) is sent, or gopls publishes.
    pub fn show(&self, uri: &str, findings: Vec<Finding>) {
        let mut state = self.state();
        let document = state.documents.entry(key(uri)).or_default();
        if document.uri.is_empty() {
            uri.clone_into(&mut document.uri);
        }
        document.ours = findings;
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
        if document.ours.is_empty() && document.theirs.is_none() {
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
        document.ours.iter().filter(meets).cloned().collect()
    }

    /// All findings of a document.
    pub(crate) fn findings(&self, uri: &str) -> Vec<Finding> {
        let state = self.state();
        let document = state.documents.get(&key(uri));
        document.map_or_else(Vec::new, |document| document.ours.clone())
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
        let ours = document.ours.iter();
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
        board.show(URI, vec![finding()]);
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
        board.show(URI, vec![]);
        let rest = shown(board.publication(URI));
        assert_eq!(rest["diagnostics"].as_array().map(Vec::len), Some(1));
        assert!(board.published(URI, Some(4), "[]").is_empty());
        assert_eq!(board.publication(URI), None);
    }

    #[test]
    fn what_was_shown_is_taken_back() {
        let board = Board::default();
        board.show(URI, vec![finding()]);
        board.show(URI, vec![]);
        assert_eq!(shown(board.publication(URI))["diagnostics"], json!([]));
        assert_eq!(board.publication(URI), None, "and then forgotten");
    }

    #[test]
    fn what_moves_is_shown_at_its_new_name_only() {
        let board = Board::default();
        board.published(URI, Some(3), "[{\"n\":1}]");
        board.moved(URI, "file:///other/a.go");
        assert_eq!(shown(board.publication(URI))["diagnostics"], json!([]));
        let moved = shown(board.publication("file:///other/a.go"));
        assert_eq!(moved["uri"], "file:///other/a.go");
        assert_eq!(moved["diagnostics"][0]["n"], 1);
        assert_eq!(moved.get("version"), None, "it was the other one's");
        assert_eq!(board.publication(URI), None);
        // Another spelling of the same path is another document of the client's.
        board.moved("file:///other/a.go", "FILE:///other/a.go");
        let left = shown(board.publication("file:///other/a.go"));
        assert_eq!(
            left,
            json!({ "uri": "file:///other/a.go", "diagnostics": [] })
        );
        let moved = shown(board.publication("FILE:///other/a.go"));
        assert_eq!(moved["uri"], "FILE:///other/a.go");
    }

    #[test]
    fn findings_are_looked_up_by_line() {
        let board = Board::default();
        let range = |line| Range::new(Position::new(line, 4), Position::new(line, 9));
        board.show(URI, vec![finding().place(URI, Some(range(3)))]);
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
