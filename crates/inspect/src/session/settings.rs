//! gopls's settings, as the client gave them.

use std::collections::HashMap;

use protocol::traffic::Kind;
use protocol::{Direction, Method};
use serde_json::Value;

use crate::event::Seen;

/// gopls's settings: those of `initialize`, and above them the answers to `workspace/configuration`, for
/// each folder.
#[derive(Debug, Default)]
pub struct Settings {
    initial: Value,
    /// By the URI of the folder that they are for; empty where they are for all.
    answers: HashMap<String, Value>,
}

impl Settings {
    pub(crate) fn apply(&mut self, seen: &Seen) {
        match (&seen.message.method, seen.message.kind) {
            (Some(Method::INITIALIZE), Kind::Request) => {
                self.initial = seen.body["params"]["initializationOptions"].clone();
            }
            (Some(Method::WORKSPACE_CONFIGURATION), Kind::Response)
                if seen.message.direction == Direction::ClientToServer =>
            {
                self.answer(seen);
            }
            _ => {}
        }
    }

    fn answer(&mut self, seen: &Seen) {
        let asked = seen.message.asked.as_deref().unwrap_or_default();
        let asked: Value = serde_json::from_slice(asked).unwrap_or_default();
        let items = asked["items"].as_array().into_iter().flatten();
        let answers = seen.body["result"].as_array().into_iter().flatten();
        for (item, answer) in items.zip(answers) {
            if item["section"] == "gopls" {
                let scope = item["scopeUri"].as_str().unwrap_or_default();
                self.answers.insert(scope.to_owned(), answer.clone());
            }
        }
    }

    /// A setting by the last part of its name (`buildFlags`), for a folder.
    pub fn get(&self, folder: &str, name: &str) -> Option<&Value> {
        let scoped = [folder, ""].map(|scope| self.answers.get(scope));
        let given = scoped.into_iter().flatten().chain([&self.initial]);
        given.filter_map(|settings| find(settings, name)).next()
    }

    /// What the settings add to the environment of the go command.
    pub fn env(&self, folder: &str) -> Vec<(String, String)> {
        let env = self.get(folder, "env").and_then(Value::as_object);
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        env.into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect()
    }

    /// The build flags of the settings.
    pub fn build_flags(&self, folder: &str) -> Vec<String> {
        let flags = self.get(folder, "buildFlags").and_then(Value::as_array);
        let flags = flags.into_iter().flatten().filter_map(Value::as_str);
        flags.map(str::to_owned).collect()
    }
}

/// gopls goes by the last part of a dotted name (`build.buildFlags`), whatever stands before it
/// (`Options.Set` in internal/settings); clients also send the parts as objects in each other.
fn find<'a>(settings: &'a Value, name: &str) -> Option<&'a Value> {
    let settings = settings.as_object()?;
    let own = settings
        .iter()
        .find(|(key, _)| key.rsplit('.').next() == Some(name));
    let parts = ["build", "ui", "formatting", "diagnostic"];
    own.map(|(_, value)| value).or_else(|| {
        let part = settings
            .iter()
            .filter(|(key, _)| parts.contains(&key.as_str()));
        part.filter_map(|(_, value)| find(value, name)).next()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_setting_is_found_however_its_name_is_written() {
        for written in [
            json!({ "buildFlags": ["-tags=a"] }),
            json!({ "build.buildFlags": ["-tags=a"] }),
            json!({ "build": { "buildFlags": ["-tags=a"] } }),
        ] {
            let settings = Settings {
                initial: written,
                ..Settings::default()
            };
            assert_eq!(settings.build_flags("file:///m"), ["-tags=a"]);
        }
    }

    #[test]
    fn an_answer_for_the_folder_goes_before_all_else() {
        let mut settings = Settings {
            initial: json!({ "env": { "A": "1" }, "buildFlags": ["-x"] }),
            ..Settings::default()
        };
        let answer = json!({ "build.env": { "A": "2", "N": 3 } });
        settings.answers.insert("file:///m".into(), answer);
        let env = settings.env("file:///m");
        assert_eq!(env, [("A".into(), "2".into()), ("N".into(), "3".into())]);
        assert_eq!(settings.env("file:///n"), [("A".into(), "1".into())]);
        assert_eq!(settings.build_flags("file:///m"), ["-x"]);
    }
}
