//! `gopls-settings-invalid`: a setting that gopls does not take.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use doctor::RefusedSetting;
use protocol::{Direction, Method, MethodSet};
use trace::finding::{Action, Code, Finding};

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
                for refused in RefusedSetting::all(text) {
                    report.raise(finding(session, refused));
                    self.raised.insert(refused.setting.to_owned());
                    self.suspect.remove(refused.setting);
                }
            }
            _ => {}
        }
    }
}

fn finding(session: &Session, refused: RefusedSetting<'_>) -> Finding {
    let setting = refused.setting;
    let folder = session.folders.all().first();
    let given = folder.and_then(|folder| session.settings.get(&folder.uri, setting));
    let gopls = session.peers.gopls.as_ref();
    let given = given.map(|given| format!("the editor sends {given} for it"));
    refused.finding(gopls, given).fix(
        format!("Remove or correct {setting} among gopls's settings"),
        Action::Hand("`gopls api-json` lists the settings that this gopls knows.".into()),
    )
}
