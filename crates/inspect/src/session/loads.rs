//! The loads of workspaces that go on.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use protocol::Method;

use crate::event::Seen;

/// How long a load counts as one that goes on. Where a folder and a link to it are both open, the second
/// one's progress never ends.
const BELIEVED: Duration = Duration::from_secs(30);

/// The loads that gopls said have begun and has not said have ended, by their progress tokens.
#[derive(Debug, Default)]
pub struct Loads(HashMap<String, Instant>);

impl Loads {
    pub(crate) fn apply(&mut self, seen: &Seen) {
        if seen.message.method != Some(Method::PROGRESS) {
            return;
        }
        let params = &seen.body["params"];
        let token = params["token"].to_string();
        match params["value"]["kind"].as_str() {
            Some("begin") if params["value"]["title"] == "Setting up workspace" => {
                self.0.insert(token, seen.now);
            }
            Some("end") => {
                self.0.remove(&token);
            }
            _ => {}
        }
    }

    /// Whether a load goes on.
    pub fn go_on(&self, now: Instant) -> bool {
        let young = |begun: &Instant| now.saturating_duration_since(*begun) < BELIEVED;
        self.0.values().any(young)
    }

    /// Whether a load has begun and was never said to have ended.
    pub fn any_unended(&self) -> bool {
        !self.0.is_empty()
    }
}
