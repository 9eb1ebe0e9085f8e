//! The session, as inspection sees it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use inspect::{Outlet, Waiting};
use mend::Board;
use protocol::Method;
use protocol::traffic::{Batch, Event, EventName, Item};
use proxy::{Level, Speaker};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use trace::finding::{Code, Finding, Severity};
use trace::{FindingsLog, Recorder};

use crate::serve::pages;

/// Shows what was found in the editor, and puts it on record.
pub(crate) struct SessionOutlet {
    pub(crate) speaker: Speaker,
    pub(crate) board: Arc<Board>,
    pub(crate) recorder: Option<Recorder>,
    pub(crate) log: Option<FindingsLog>,
    /// The folder of the pages.
    pub(crate) pages: Option<PathBuf>,
    /// The process id of gopls; none where it works in a daemon.
    pub(crate) server: Option<u32>,
    pub(crate) say: UnboundedSender<(Level, String)>,
    /// What was popped up already.
    pub(crate) popped_up: Mutex<BTreeSet<Code>>,
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

    fn show(&self, uri: &str, findings: Vec<Finding>) {
        self.board.show(uri, findings);
        let (board, uri) = (self.board.clone(), uri.to_owned());
        self.speaker.tell_client(move || board.publication(&uri));
    }

    fn raised(&self, finding: &Finding, first: bool) {
        if let Some(folder) = &self.pages
            && let Err(error) = pages::write(folder, finding.code)
        {
            tracing::warn!("the page of {} cannot be written: {error}", finding.code);
        }
        self.record(EventName::Finding, json!(finding));
        if let Some(log) = &self.log
            && let Err(error) = log.found(finding)
        {
            tracing::warn!("findings.jsonl cannot be written: {error}");
        }
        if !first {
            return;
        }
        let line = format!("goplens: {}: {}", finding.code, finding.line());
        self.notify("window/logMessage", finding.severity, &line);
        let mut popped_up = self
            .popped_up
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if finding.code.stops_the_session() && popped_up.insert(finding.code) {
            let text = format!("goplens: {}", finding.line());
            self.notify("window/showMessage", finding.severity, &text);
        }
    }

    fn cleared(&self, finding: &Finding) {
        self.record(EventName::Cleared, json!(finding));
        if let Some(log) = &self.log
            && let Err(error) = log.cleared(finding)
        {
            tracing::warn!("findings.jsonl cannot be written: {error}");
        }
    }

    fn explained(&self, method: &Method, uri: &str, codes: &[&'static str]) {
        let data = json!({ "method": method.as_str(), "uri": uri, "found": codes });
        self.record(EventName::Explained, data);
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
    fn record(&self, name: EventName, data: Value) {
        if let Some(recorder) = &self.recorder {
            recorder.record(Batch {
                time: SystemTime::now(),
                items: vec![Item::Event(Event { name, data })],
            });
        }
    }

    fn notify(&self, method: &'static str, severity: Severity, text: &str) {
        // A hint is a plain log line in the protocol's count.
        let params = json!({ "type": severity as u8, "message": text });
        let body = json!({ "jsonrpc": "2.0", "method": method, "params": params });
        self.speaker
            .tell_client(move || Some(body.to_string().into()));
    }
}
