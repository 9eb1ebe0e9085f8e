//! `go-newer-than-gopls`, `go-unsupported-by-gopls`, `gopls-needs-newer-go`, `gopls-outdated`,
//! `gopls-checksum-mismatch`: versions that do not fit together; and for the record, which they are.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use protocol::traffic::Kind;
use protocol::{Direction, Method, MethodSet};
use trace::finding::{Code, Finding};

use super::names::is_module_file;
use crate::Inspector;
use crate::event::{Event, Learned, Seen};
use crate::outlet::TakingPart;
use crate::report::{Look, Report};
use crate::session::Session;

/// How long after something that may change a version they are looked at: much comes at once then, and at the
/// start gopls needs the machine more.
const SOON: Duration = Duration::from_secs(1);

/// Has the versions compared when gopls has said its own, and again when settings or modules change.
#[derive(Default)]
pub(crate) struct Versions {
    /// When they are to be looked at.
    due: Option<Instant>,
    /// What was raised, by code and subject, with the URI of its folder.
    raised: BTreeMap<(Code, String), String>,
    /// Those that were reported last.
    reported: Vec<TakingPart>,
}

impl Inspector for Versions {
    fn name(&self) -> &'static str {
        "versions"
    }

    fn interests(&self) -> MethodSet {
        MethodSet::new()
            .with(Method::INITIALIZE)
            .with(Method::WORKSPACE_CONFIGURATION)
            .with(Method::WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
            .with(Method::WORKSPACE_DID_CHANGE_WATCHED_FILES)
            .with(Method::WINDOW_SHOW_MESSAGE)
    }

    fn on_event(&mut self, session: &Session, event: &Event<'_>, report: &mut Report) {
        match event {
            Event::Message(seen) if may_change(seen) => self.due = Some(seen.now + SOON),
            Event::Tick(now) if self.due.is_some_and(|due| due <= *now) => {
                self.due = None;
                look(session, report);
            }
            Event::CheckAgain => look(session, report),
            Event::Learned(Learned::Versions { versions, findings }) => {
                self.take_part(versions, report);
                self.learned(findings, report);
            }
            _ => {}
        }
    }
}

impl Versions {
    fn take_part(&mut self, versions: &[(String, doctor::Versions)], report: &mut Report) {
        let mut all: Vec<TakingPart> = Vec::new();
        for (folder, versions) in versions {
            match all.iter_mut().find(|one| one.versions == *versions) {
                Some(same) => same.folders.push(folder.clone()),
                None => all.push(TakingPart {
                    folders: vec![folder.clone()],
                    versions: versions.clone(),
                }),
            }
        }
        if self.reported != all {
            report.versions(all.clone());
            self.reported = all;
        }
    }

    fn learned(&mut self, findings: &[(String, Finding)], report: &mut Report) {
        let mut found: BTreeMap<_, &(String, Finding)> = BTreeMap::new();
        for one in findings {
            // What is so in all folders is told once, in the first.
            let key = (one.1.code, one.1.subject.clone());
            found.entry(key).or_insert(one);
        }
        for (key, folder) in &self.raised {
            if found.get(key).is_none_or(|(now, _)| now != folder) {
                report.clear(key.0, &key.1, None);
            }
        }
        let folders = found.into_iter().map(|(key, (folder, finding))| {
            report.raise_in(finding.clone(), Some(folder.clone()));
            (key, folder.clone())
        });
        self.raised = folders.collect();
    }
}

/// Whether after this message the versions may be others.
fn may_change(seen: &Seen) -> bool {
    let params = &seen.body["params"];
    match (&seen.message.method, seen.message.direction) {
        (Some(Method::INITIALIZE), _) => seen.message.kind == Kind::Response,
        (
            Some(Method::WORKSPACE_CONFIGURATION | Method::WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS),
            direction,
        ) => direction == Direction::ClientToServer,
        (Some(Method::WORKSPACE_DID_CHANGE_WATCHED_FILES), _) => {
            let changes = params["changes"].as_array();
            changes.into_iter().flatten().any(is_module_file)
        }
        // gopls's own words about the go command are evidence.
        (Some(Method::WINDOW_SHOW_MESSAGE), _) => {
            let text = params["message"].as_str().unwrap_or_default();
            text.starts_with("Found Go version")
        }
        _ => false,
    }
}

fn look(session: &Session, report: &mut Report) {
    let workspaces = session.workspaces();
    if session.peers.gopls.is_some() && !workspaces.is_empty() {
        report.look(Look::Versions(workspaces));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Step;

    fn told(versions: &mut Versions, learned: &Learned) -> Report {
        let mut report = Report::default();
        let event = Event::Learned(learned);
        versions.on_event(&Session::default(), &event, &mut report);
        report
    }

    /// What is told of outdated releases that were found, each in a folder.
    fn steps(versions: &mut Versions, findings: &[(&str, &str)]) -> Vec<String> {
        let finding = |(folder, subject): &(&str, &str)| {
            let found = Finding::new(Code::GoplsOutdated, "A.", "B.").about(*subject);
            ((*folder).to_owned(), found)
        };
        let findings = findings.iter().map(finding).collect();
        let learned = Learned::Versions {
            versions: Vec::new(),
            findings,
        };
        let report = told(versions, &learned);
        let name = |step: &Step| match step {
            Step::Raise(finding, Some(folder)) => format!("raise {} in {folder}", finding.subject),
            Step::Clear(key) => format!("clear {}", key.subject),
            other => format!("{other:?}"),
        };
        report.steps.iter().map(name).collect()
    }

    #[test]
    fn what_is_so_in_two_folders_is_told_once_where_it_is_so() {
        let mut versions = Versions::default();
        let both = [("v", "a"), ("w", "a")];
        assert_eq!(steps(&mut versions, &both), ["raise a in v"]);
        assert_eq!(steps(&mut versions, &both), ["raise a in v"]);
        let moved = ["clear a", "raise a in w"];
        assert_eq!(steps(&mut versions, &both[1..]), moved);
        assert_eq!(steps(&mut versions, &[]), ["clear a"]);
        assert!(steps(&mut versions, &[]).is_empty());
    }

    /// What is reported of the Go that each folder selects, in a line for each step.
    fn reported(versions: &mut Versions, folders: &[(&str, &str)]) -> Vec<String> {
        let of = |(folder, selected): &(&str, &str)| {
            let all = doctor::Versions {
                selected: Some((*selected).to_owned()),
                ..doctor::Versions::default()
            };
            ((*folder).to_owned(), all)
        };
        let learned = Learned::Versions {
            versions: folders.iter().map(of).collect(),
            findings: Vec::new(),
        };
        let name = |one: &TakingPart| {
            let selected = one.versions.selected.as_deref().unwrap_or_default();
            format!("{} {selected}", one.folders.join("+"))
        };
        let line = |step: &Step| match step {
            Step::Versions(all) => all.iter().map(name).collect::<Vec<_>>().join(", "),
            other => format!("{other:?}"),
        };
        let report = told(versions, &learned);
        report.steps.iter().map(line).collect()
    }

    #[test]
    fn versions_are_reported_once_for_all_folders_that_share_them() {
        let mut versions = Versions::default();
        let mut folders = [("v", "go1.26.8"), ("w", "go1.27.3"), ("x", "go1.26.8")];
        let first = reported(&mut versions, &folders);
        assert_eq!(first, ["v+x go1.26.8, w go1.27.3"]);
        assert!(reported(&mut versions, &folders).is_empty());
        folders[2].1 = "go1.27.3";
        let changed = reported(&mut versions, &folders);
        assert_eq!(changed, ["v go1.26.8, w+x go1.27.3"]);
    }
}
