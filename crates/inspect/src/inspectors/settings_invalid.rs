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
                for complaint in complaints(text) {
                    report.raise(finding(session, complaint));
                    self.raised.insert(complaint.setting.to_owned());
                    self.suspect.remove(complaint.setting);
                }
            }
            _ => {}
        }
    }
}

/// What gopls has against a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Complaint<'a> {
    /// The setting, as gopls names it.
    setting: &'a str,
    /// All that it says of it.
    words: &'a str,
}

/// What gopls complains of in one message: `Invalid settings: ...; ...`, with a part for each setting.
fn complaints(text: &str) -> Vec<Complaint<'_>> {
    let mark = "invalid settings: ";
    let lower = text.to_ascii_lowercase();
    let parts = lower.find(mark).map(|at| &text[at + mark.len()..]);
    let parts = parts.into_iter().flat_map(|parts| parts.split("; "));
    let complaint = |words| {
        let setting = named(words)?;
        Some(Complaint { setting, words })
    };
    parts.filter_map(complaint).collect()
}

/// The setting that a part is about. The words were measured in 0.12 to 0.24: `setting option "x": ...` since
/// 0.19, without the quotes in 0.16, `parsing setting "x": ...`, `unexpected gopls setting "x"` and `gopls
/// setting "x" is deprecated` before.
fn named(words: &str) -> Option<&str> {
    let heads = [
        "setting option ",
        "parsing setting ",
        "unexpected gopls setting ",
        "gopls setting ",
    ];
    let rest = heads.iter().find_map(|head| words.strip_prefix(head))?;
    match rest.strip_prefix('"') {
        Some(quoted) => Some(quoted.split_once('"')?.0),
        None => Some(rest.split_once(": ")?.0),
    }
}

fn finding(session: &Session, complaint: Complaint<'_>) -> Finding {
    let Complaint { setting, words } = complaint;
    let folder = session.folders.all().first();
    let given = folder.and_then(|folder| session.settings.get(&folder.uri, setting));
    let mut finding = Finding::new(
        Code::GoplsSettingsInvalid,
        format!("gopls does not take the setting {setting}."),
        "It goes on as if the setting were not there, or takes it only as far as it can.",
    )
    .severity(Severity::Warning)
    .about(setting)
    .evidence(format!("gopls says: {words}"));
    if let Some(given) = given {
        finding = finding.evidence(format!("the editor sends {given} for it"));
    }
    if let Some(fact) = elsewhere(session.peers.gopls.as_ref(), complaint) {
        finding = finding.evidence(fact);
    }
    finding.fix(
        format!("Remove or correct {setting} among gopls's settings"),
        Action::Hand("`gopls api-json` lists the settings that this gopls knows.".into()),
    )
}

/// Which other releases have a setting that this one does not know, or knows no more.
fn elsewhere(gopls: Option<&Gopls>, complaint: Complaint<'_>) -> Option<String> {
    let unknown = ["unexpected", "is deprecated"];
    if !unknown.iter().any(|word| complaint.words.contains(word)) {
        return None;
    }
    let version = &gopls?.version;
    let name = complaint.setting.rsplit('.').next()?;
    let there = releases::where_instead(Feature::Setting(name), version)?;
    Some(format!("gopls {version} does not have it: {there}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(&str, &str)> {
        let all = complaints(text).into_iter();
        all.map(|one| (one.setting, one.words)).collect()
    }

    #[test]
    fn each_setting_is_told_with_what_is_wrong() {
        let text = "Invalid settings: setting option \"bogus\": unexpected setting; setting option \
                    \"semanticTokens\": invalid type float64 (want bool)";
        assert_eq!(
            told(text),
            [
                ("bogus", "setting option \"bogus\": unexpected setting"),
                (
                    "semanticTokens",
                    "setting option \"semanticTokens\": invalid type float64 (want bool)"
                )
            ]
        );
        assert!(told("see setting option \"x\": y").is_empty());
        assert!(told("Loading packages...").is_empty());
    }

    #[test]
    fn older_releases_are_understood() {
        let settings = |text| -> Vec<&str> {
            let all = told(text).into_iter();
            all.map(|(setting, _)| setting).collect()
        };
        // Of 0.16.
        let text = "Invalid settings: setting option allowImplicitNetworkAccess: gopls setting \
                    \"allowImplicitNetworkAccess\" is deprecated.\nPlease comment on \
                    https://go.dev/issue/66861 if this impacts your workflow.; setting option \
                    ui.bogus: unexpected setting";
        assert_eq!(settings(text), ["allowImplicitNetworkAccess", "ui.bogus"]);
        // Of 0.15.
        let text = "Invalid settings: parsing setting \"semanticTokens\": invalid type float64, expect \
                    bool; unexpected gopls setting \"bogus\"; gopls setting \
                    \"allowModfileModifications\" is deprecated.\nPlease comment on \
                    https://go.dev/issue/65546 if this impacts your workflow.; gopls setting \
                    \"memoryMode\" is deprecated";
        let expected = [
            "semanticTokens",
            "bogus",
            "allowModfileModifications",
            "memoryMode",
        ];
        assert_eq!(settings(text), expected);
    }

    #[test]
    fn it_is_said_which_release_has_a_setting() {
        let said = |gopls: &str, text| {
            let gopls = Gopls::read(gopls);
            elsewhere(Some(&gopls), complaints(text)[0])
        };
        let unknown = "Invalid settings: setting option ui.newGoFileHeader: unexpected setting";
        let came = "gopls v0.16.2 does not have it: it came between 0.20.0 and 0.23.0";
        assert_eq!(said("v0.16.2", unknown).as_deref(), Some(came));
        assert_eq!(said("v0.24.0", unknown), None);
        let wrong = "Invalid settings: setting option newGoFileHeader: invalid type int";
        assert_eq!(said("v0.16.2", wrong), None);
    }
}
