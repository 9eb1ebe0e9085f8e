//! `symlink-mismatch`, `same-file-open-twice`, `duplicate-folder`: files and folders with two names.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use paths::{Changed, Known, LeftOut, Spellings, Tree};
use protocol::traffic::Kind;
use protocol::{Direction, Method, MethodSet};
use serde_json::Value;
use trace::finding::{Action, Code, Finding, Severity};

use crate::Inspector;
use crate::event::{Event, Seen};
use crate::report::{Look, Report};
use crate::session::Session;

/// How long after something that may change gopls's folders they are looked for: much comes at once then.
const SOON: Duration = Duration::from_millis(100);

/// Learns which folders gopls knows by their spelling, and tells of the files and folders that have another
/// one besides.
pub(crate) struct Names {
    spellings: Arc<Spellings>,
    /// When gopls's folders are to be looked for.
    due: Option<Instant>,
    /// The changes that were looked at last.
    seen: u64,
    /// What was raised, by code and subject.
    raised: BTreeMap<(Code, String), Finding>,
}

impl Names {
    pub(crate) fn new(spellings: Arc<Spellings>) -> Self {
        Self {
            spellings,
            due: None,
            seen: 0,
            raised: BTreeMap::new(),
        }
    }

    fn on_message(&mut self, seen: &Seen, session: &Session, report: &mut Report) {
        let from_client = seen.message.direction == Direction::ClientToServer;
        let params = &seen.body["params"];
        match seen.message.method {
            Some(Method::INITIALIZE) if seen.message.kind == Kind::Request => {
                look(session, report);
            }
            Some(
                Method::WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS | Method::WORKSPACE_CONFIGURATION,
            ) if from_client => self.due = Some(seen.now),
            Some(Method::WINDOW_LOG_MESSAGE) => {
                let text = params["message"].as_str().unwrap_or_default();
                if text.contains("Created View") {
                    self.due = Some(seen.now + SOON);
                }
            }
            Some(Method::WORKSPACE_DID_CHANGE_WATCHED_FILES) => {
                let changes = params["changes"].as_array();
                let changes = changes.into_iter().flatten();
                if !seen.message.made_here {
                    self.spellings
                        .changed(changes.clone().map(changed).collect());
                }
                let (modules, others): (Vec<_>, Vec<_>) =
                    changes.partition(|change| is_module_file(change));
                if !modules.is_empty() {
                    self.due = Some(seen.now + SOON);
                }
                // One look is enough for all that a change of branches makes and removes.
                if others.iter().any(|change| change["type"] != CHANGED) {
                    self.spellings.look_again();
                }
            }
            _ => {}
        }
    }

    fn on_tick(&mut self, now: Instant, session: &Session, report: &mut Report) {
        if self.due.is_some_and(|due| due <= now) {
            self.due = None;
            look(session, report);
        }
        let changes = self.spellings.changes();
        if std::mem::replace(&mut self.seen, changes) == changes {
            return;
        }
        let mut found = BTreeMap::new();
        for finding in self.findings() {
            let key = (finding.code, finding.subject.clone());
            // One document of a folder is enough; where it was told of one, that stays.
            let before = self.raised.get(&key).map(|before| &before.uri);
            if before == Some(&finding.uri) || !found.contains_key(&key) {
                found.insert(key, finding);
            }
        }
        for ((code, subject), before) in &self.raised {
            let now = found.get(&(*code, subject.clone()));
            if now.is_none_or(|now| now.uri != before.uri) {
                report.clear(*code, subject, before.uri.as_deref());
            }
        }
        for (key, finding) in &found {
            if self.raised.get(key) != Some(finding) {
                report.raise(finding.clone());
            }
        }
        self.raised = found;
    }

    fn findings(&self) -> Vec<Finding> {
        let left_out = self.spellings.left_out();
        // The files of a folder that is left out are told of with it.
        let is_told = |client: &str| {
            let mut left_out = left_out.iter();
            left_out.any(|left_out| {
                let rest = client.strip_prefix(&*left_out.folder);
                rest.is_some_and(|rest| rest.starts_with('/'))
            })
        };
        let twice = self.spellings.open_twice();
        // To open it by the other name is no way out where it is open by that, too.
        let is_open_twice = |server: &str| twice.iter().any(|(known, _)| known == server);
        let renamed = self.spellings.renamed().into_iter();
        let renamed = renamed
            .filter(|(client, known)| !is_told(client) && !is_open_twice(&known.server))
            .map(|(client, known)| mismatch(&client, &known));
        let twice = twice
            .iter()
            .map(|(server, names)| open_twice(server, names));
        renamed
            .chain(twice)
            .chain(left_out.iter().map(duplicate_folder))
            .collect()
    }
}

impl Inspector for Names {
    fn name(&self) -> &'static str {
        "names"
    }

    fn interests(&self) -> MethodSet {
        MethodSet::new()
            .with(Method::INITIALIZE)
            .with(Method::WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
            .with(Method::WORKSPACE_CONFIGURATION)
            .with(Method::WORKSPACE_DID_CHANGE_WATCHED_FILES)
            .with(Method::WINDOW_LOG_MESSAGE)
    }

    fn on_event(&mut self, session: &Session, event: &Event<'_>, report: &mut Report) {
        match event {
            Event::Message(seen) => self.on_message(seen, session, report),
            Event::Tick(now) => self.on_tick(*now, session, report),
            Event::CheckAgain => {
                self.spellings.look_again();
                look(session, report);
            }
            Event::Pulse(_) | Event::Learned(_) => {}
        }
    }
}

/// `FileChangeType.Changed` of the protocol: what a link leads to stays the same.
const CHANGED: u64 = 2;

/// A change of a watched file, by the name that gopls got.
fn changed(change: &Value) -> Changed {
    Changed {
        uri: change["uri"].as_str().unwrap_or_default().to_owned(),
        kind: change["type"].as_u64().unwrap_or_default(),
    }
}

/// Whether a change of a watched file may change what modules gopls has.
pub(super) fn is_module_file(change: &Value) -> bool {
    let uri = change["uri"].as_str().unwrap_or_default();
    let names = ["/go.mod", "/go.work"];
    names.iter().any(|name| uri.ends_with(name))
}

/// Looks which folders gopls knows by their spelling.
fn look(session: &Session, report: &mut Report) {
    let workspaces = session.workspaces().into_iter();
    let workspaces: Vec<_> = workspaces.map(|(_, workspace)| workspace).collect();
    if !workspaces.is_empty() {
        let folders = session.folders.all().to_vec();
        report.look(Look::Homes {
            workspaces,
            folders,
        });
    }
}

/// What two names mean where one is mapped to the other.
const MAPPED: &str = "gopls takes the two for different files, and finds nothing across them. goplens says \
                      the one for the other in each message, so that everything works.";

/// What is known of a document that gopls knows by another name.
fn mismatch(client: &str, known: &Known) -> Finding {
    let finding = match &known.tree {
        Some(Tree { client, server }) => Finding::new(
            Code::SymlinkMismatch,
            format!(
                "{} is {} to gopls, which does not follow links.",
                client.display(),
                server.display()
            ),
            MAPPED,
        )
        .severity(Severity::Info)
        .about(format!("{} {}", client.display(), server.display())),
        None if known.unclear.is_empty() => Finding::new(
            Code::SymlinkMismatch,
            format!("This file is {} to gopls, which does not follow links.", shown(&known.server)),
            MAPPED,
        )
        .severity(Severity::Info)
        .about(shown(&known.server)),
        None => Finding::new(
            Code::SymlinkMismatch,
            "This file is in the workspace only by links, and by more than one.",
            "gopls takes each link for a file of its own, which has its own package, and knows this file by \
             none of them.",
        )
        .severity(Severity::Warning)
        .about(shown(client)),
    };
    let mut finding = finding.evidence(format!("the editor has it open as {}", shown(client)));
    for name in &known.unclear {
        finding = finding.evidence(format!("{} is a link to it", name.display()));
    }
    if known.unclear.is_empty() {
        let name = shown(&known.server);
        finding = finding.evidence(format!("it is mapped to {name}, which is the same file"));
    }
    let fix = match known.unclear.first() {
        Some(name) => format!("Open {} instead, or another of the links.", name.display()),
        None => format!("Open {} instead.", shown(&known.server)),
    };
    finding
        .fix("Open it by the name that gopls knows", Action::Hand(fix))
        .place(&*known.server, None)
}

fn open_twice(server: &str, names: &[String]) -> Finding {
    let last = names.last().map_or("", String::as_str);
    let mut finding = Finding::new(
        Code::SameFileOpenTwice,
        format!("{} is open under {} names.", shown(server), names.len()),
        "The editor has a text for each of them, and takes them for different files. gopls has one text of \
         a file: that of the name that was used last.",
    )
    .severity(Severity::Warning)
    .about(shown(server));
    for name in names {
        finding = finding.evidence(format!("it is open as {}", shown(name)));
    }
    finding
        .evidence(format!("{} was used last", shown(last)))
        .fix(
            "Close all but one of them",
            Action::Hand("Save, close the others, and go on in one.".into()),
        )
        .place(server, None)
}

fn duplicate_folder(left_out: &LeftOut) -> Finding {
    let (folder, twin) = (shown(&left_out.folder), shown(&left_out.twin));
    Finding::new(
        Code::DuplicateFolder,
        format!("{folder} and {twin} are one folder, and the editor has both open."),
        "gopls would load the folder a second time and never end. goplens leaves the second one out; its \
         files are known as those of the first.",
    )
    .severity(Severity::Warning)
    .about(&*folder)
    .evidence(format!("the editor has opened {twin} and {folder}"))
    .evidence("both lead to the same folder on disk")
    .fix(
        format!("Remove {folder} from the workspace"),
        Action::Hand("Remove it in the editor; nothing is lost on disk.".into()),
    )
}

/// A URI as people write a file.
fn shown(uri: &str) -> String {
    paths::uri::path(uri).unwrap_or_else(|| uri.to_owned())
}
