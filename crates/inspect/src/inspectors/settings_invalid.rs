//! `gopls-settings-invalid`: a setting that gopls does not take.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use doctor::Gopls;
use doctor::releases::{self, Feature};
use protocol::{Direction, Method, MethodSet};
use trace::finding::{Action, Code, Finding, Severity};

use crate::Inspector;
use crate::event::Event;
use crate::report::Report;
use crate::session::Session;

/// Reads what gopls says of its settings.
#[derive(Default)]
pub(crate) struct SettingsInvalid {
    /// The settings that were raised.
    raised: BTreeSet<String>,
    /// Those that gopls has not complained of again since it got the settings anew.
    suspect: BTreeSet<String>,
    /// When it would have.
    due: Option<Instant>,
}

/// How soon gopls complains of settings that it gets. All that is cleared before would come back at once.
const SOON: Duration = Duration::from_secs(2);

impl Inspector for SettingsInvalid {
    fn name(&self) -> &'static str {
        "gopls-settings-invalid"
    }

    fn interests(&self) -> MethodSet {
        MethodSet::new()
            .with(Method::WINDOW_SHOW_MESSAGE)
            .with(Method::WINDOW_LOG_MESSAGE)
            .with(Method::WORKSPACE_CONFIGURATION)
    }

    fn on_event(&mut self, session: &Session, event: &Event<'_>, report: &mut Report) {
        let seen = match event {
            Event::Message(seen) => seen,
            Event::Tick(now) if self.due.is_some_and(|due| due <= *now) => {
                self.due = None;
                for setting in std::mem::take(&mut self.suspect) {
                    report.clear(Code::GoplsSettingsInvalid, &setting, None);
                    self.raised.remove(&setting);
                }
                return;
            }
            _ => return,
        };
        match (&seen.message.method, seen.message.direction) {
            // gopls says anew what is wrong with them.
            (Some(Method::WORKSPACE_CONFIGURATION), Direction::ClientToServer) => {
                self.suspect.clone_from(&self.raised);
                self.due = Some(seen.now + SOON);
            }
            (
                Some(Method::WINDOW_SHOW_MESSAGE | Method::WINDOW_LOG_MESSAGE),
                Direction::ServerToClient,
            ) => {
                let text = seen.body["params"]["message"].as_str().unwrap_or_default();
                for (setting, complaint) in complaints(text) {
                    report.raise(finding(session, setting, complaint));
                    self.raised.insert(setting.to_owned());
                    self.suspect.remove(setting);
                }
            }
            _ => {}
        }
    }
}

/// The settings that gopls complains of, and what it says of each:
/// `Invalid settings: setting option "x": unexpected setting; setting option "y": ...`, in older
/// releases one in each message (`invalid settings: ...`, `unexpected gopls setting "x"`).
fn complaints(text: &str) -> Vec<(&str, &str)> {
    let mark = "setting option \"";
    let first = text.find(mark);
    let about_settings = text.get(..first.unwrap_or(text.len()));
    if !about_settings.is_some_and(|start| start.to_lowercase().contains("invalid settings")) {
        return Vec::new();
    }
    let parts = text.split(mark).skip(1);
    parts
        .filter_map(|part| {
            let (setting, rest) = part.split_once("\":")?;
            Some((setting, rest.trim().trim_end_matches(';').trim_end()))
        })
        .collect()
}

fn finding(session: &Session, setting: &str, complaint: &str) -> Finding {
    let gopls = format!("gopls says: setting option \"{setting}\": {complaint}");
    let folder = session.folders.all().first();
    let given = folder.and_then(|folder| session.settings.get(&folder.uri, setting));
    let mut finding = Finding::new(
        Code::GoplsSettingsInvalid,
        format!("gopls does not take the setting {setting}."),
        "It goes on as if the setting were not there, or takes it only as far as it can.",
    )
    .severity(Severity::Warning)
    .about(setting)
    .evidence(gopls);
    if let Some(given) = given {
        finding = finding.evidence(format!("the editor sends {given} for it"));
    }
    if let Some(fact) = elsewhere(session.peers.gopls.as_ref(), setting, complaint) {
        finding = finding.evidence(fact);
    }
    finding.fix(
        format!("Remove or correct {setting} among gopls's settings"),
        Action::Hand("`gopls api-json` lists the settings that this gopls knows.".into()),
    )
}

/// Which other releases have a setting that this one does not know.
fn elsewhere(gopls: Option<&Gopls>, setting: &str, complaint: &str) -> Option<String> {
    if !complaint.contains("unexpected setting") {
        return None;
    }
    let version = &gopls?.version;
    let name = setting.rsplit('.').next().unwrap_or(setting);
    let there = releases::where_instead(Feature::Setting(name), version)?;
    Some(format!("gopls {version} does not have it: {there}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_is_told_with_what_is_wrong() {
        let text = "Invalid settings: setting option \"bogus\": unexpected setting; setting option \
                    \"semanticTokens\": invalid type float64 (want bool)";
        assert_eq!(
            complaints(text),
            [
                ("bogus", "unexpected setting"),
                ("semanticTokens", "invalid type float64 (want bool)")
            ]
        );
        assert!(complaints("see setting option \"x\": y").is_empty());
        assert!(complaints("Loading packages...").is_empty());
    }
}
