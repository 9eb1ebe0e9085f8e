//! The session, as inspection sees it.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use inspect::{Chosen, Outlet, TakingPart, Waiting};
use mend::Board;
use paths::Spellings;
use protocol::Method;
use protocol::traffic::EventName;
use proxy::{Level, Speaker};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use trace::finding::{Code, Finding, Severity};

use crate::serve::pages;
use crate::serve::record::Record;

/// Shows what was found in the editor, and puts it on record.
pub(crate) struct SessionOutlet {
    pub(crate) speaker: Speaker,
    pub(crate) board: Arc<Board>,
    /// What the client calls the files that findings are about: inspection goes by gopls's names.
    pub(crate) spellings: Arc<Spellings>,
    pub(crate) record: Record,
    /// The folder of the pages.
    pub(crate) pages: Option<PathBuf>,
    /// The process id of gopls; none where it works in a daemon.
    pub(crate) server: Option<u32>,
    /// The gopls that runs.
    pub(crate) gopls: Chosen,
    pub(crate) say: UnboundedSender<(Level, String)>,
    /// What was popped up already.
    pub(crate) popped_up: Mutex<BTreeSet<Code>>,
    /// By which name of its file each finding is on record, by what gopls calls that.
    pub(crate) on_record: Mutex<HashMap<(Code, String, String), String>>,
}

impl Outlet for SessionOutlet {
    fn ask(&self, command: &str, arguments: Value, limit: Duration) -> Option<Value> {
        let params = json!({ "command": command, "arguments": arguments });
        let method = Method::WORKSPACE_EXECUTE_COMMAND;
        let body = self.speaker.ask(method, params, limit)?;
        let mut answer: Value = serde_json::from_slice(&body).ok()?;
        answer.get_mut("result").map(Value::take)
    }

    fn waiting(&self) -> Vec<Waiting> {
        let waiting = self.speaker.waiting().into_iter();
        waiting
            .map(|(asker, id, pending)| Waiting {
                asker,
                id,
                method: pending.method,
                since: pending.started,
            })
            .collect()
    }

    fn server(&self) -> Option<u32> {
        self.server
    }

    fn gopls(&self) -> Option<Chosen> {
        Some(self.gopls.clone())
    }

    fn show(&self, uri: &str, findings: Vec<Finding>) {
        let findings = findings.iter().map(|finding| self.for_client(finding));
        self.board
            .show(uri, &self.client_name(uri), findings.collect());
    }

    fn raised(&self, finding: &Finding, first: bool) {
        let was = finding;
        let finding = &self.for_client(finding);
        if let Some((key, uri)) = key(was).zip(finding.uri.clone()) {
            let before = lock(&self.on_record).insert(key, uri.clone());
            if let Some(before) = before.filter(|before| *before != uri) {
                let uri = Some(before);
                self.record.cleared(&Finding {
                    uri,
                    ..finding.clone()
                });
            }
        }
        if let Some(folder) = &self.pages
            && let Err(error) = pages::write(folder, finding.code)
        {
            tracing::warn!("the page of {} cannot be written: {error}", finding.code);
        }
        self.record.found(finding);
        if !first {
            return;
        }
        let line = format!("goplens: {}: {}", finding.code, finding.line());
        self.notify("window/logMessage", finding.severity, &line);
        let mut popped_up = lock(&self.popped_up);
        if finding.code.stops_the_session() && popped_up.insert(finding.code) {
            let text = format!("goplens: {}", finding.line());
            self.notify("window/showMessage", finding.severity, &text);
        }
    }

    fn cleared(&self, finding: &Finding) {
        let mut own = self.for_client(finding);
        // The client may call its file otherwise by now.
        let before = key(finding).and_then(|key| lock(&self.on_record).remove(&key));
        own.uri = before.or(own.uri);
        self.record.cleared(&own);
    }

    fn explained(&self, method: &Method, uri: &str, codes: &[&'static str]) {
        let uri = self.client_name(uri);
        let data = json!({ "method": method.as_str(), "uri": uri, "found": codes });
        self.record.event(EventName::Explained, data);
    }

    fn versions(&self, all: &[TakingPart]) {
        let named = all.iter().map(|one| TakingPart {
            folders: one
                .folders
                .iter()
                .map(|uri| self.client_name(uri))
                .collect(),
            ..one.clone()
        });
        // A path that is not Unicode has no JSON.
        match serde_json::to_value(named.collect::<Vec<_>>()) {
            Ok(workspaces) => {
                self.record
                    .event(EventName::Versions, json!({ "workspaces": workspaces }));
            }
            Err(error) => tracing::warn!("the versions cannot be recorded: {error}"),
        }
    }

    fn say(&self, text: &str) {
        // A session that is over has nobody left to tell.
        let _ = self.say.send((Level::Warning, text.to_owned()));
    }

    fn tell(&self, text: &str) {
        self.notify("window/showMessage", Severity::Info, text);
    }
}

impl SessionOutlet {
    /// What the client calls what gopls calls so.
    fn client_name(&self, uri: &str) -> String {
        // Whoever found something need not write URIs as gopls does.
        let normal = paths::uri::normal(uri);
        let name = self
            .spellings
            .to_client(normal.as_deref().unwrap_or(uri), None);
        name.unwrap_or_else(|| uri.to_owned())
    }

    /// A finding as the client has to get it: with its own names of files.
    fn for_client(&self, finding: &Finding) -> Finding {
        let mut finding = finding.clone();
        if self.spellings.awake() {
            for uri in finding.uris_mut() {
                *uri = self.client_name(uri);
            }
        }
        finding
    }

    fn notify(&self, method: &'static str, severity: Severity, text: &str) {
        // A hint is a plain log line in the protocol's count.
        let params = json!({ "type": severity as u8, "message": text });
        let body = json!({ "jsonrpc": "2.0", "method": method, "params": params });
        self.speaker
            .tell_client(move || Some(body.to_string().into()));
    }
}

/// What a finding that has a place is told from others by.
fn key(finding: &Finding) -> Option<(Code, String, String)> {
    let uri = finding.uri.clone()?;
    Some((finding.code, finding.subject.clone(), uri))
}

/// A panic elsewhere leaves nothing half done here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
