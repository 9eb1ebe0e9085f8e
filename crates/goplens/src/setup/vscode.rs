//! The settings of VS Code and its relatives: `go.alternateTools`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use doctor::settings::SettingsText;
use serde_json::Value;
use system::System;

use crate::setup::record::{Changed, Record};

/// The largest settings file that is changed, in bytes.
const LARGEST: u64 = 4 << 20;

/// The setting, as its parts.
const SETTING: [&str; 3] = ["go", "alternateTools", "gopls"];

/// A settings file in which goplens can be set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// What the editor is called.
    pub(super) editor: String,
    /// The file, which need not be there.
    pub(super) path: PathBuf,
}

/// What is in such a file.
pub(super) enum State {
    /// The setting names this program.
    SetTo(String),
    /// The setting is not there.
    NotSet,
    /// The file cannot be read or understood, and why.
    Unusable(String),
}

/// What becomes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Undone {
    /// It is as it was before, to the byte; where it was not there, it is to go.
    Whole(Option<String>),
    /// The user has changed it since, and the setting alone is taken back.
    Setting(String),
    /// It cannot be told what is in it.
    NotNow(String),
    /// The setting was changed since, and is left alone.
    LeftAlone(&'static str),
}

impl Target {
    /// What is in it now.
    pub(super) fn state(&self, system: &dyn System) -> State {
        let text = match self.text(system) {
            Ok(text) => text.unwrap_or_default(),
            Err(error) => return State::Unusable(format!("{error:#}")),
        };
        match SettingsText::parse(&text).map(|settings| settings.value(&SETTING)) {
            Err(why) => State::Unusable(format!("it is no settings file: {why}")),
            Ok(None | Some(Value::Null)) => State::NotSet,
            Ok(Some(value)) => State::SetTo(value.as_str().unwrap_or_default().to_owned()),
        }
    }

    /// What is to be made of it, so that the setting names this program; none where it does already.
    ///
    /// # Errors
    ///
    /// Where it cannot be read or understood.
    pub(super) fn plan(
        &self,
        system: &dyn System,
        program: &Path,
    ) -> anyhow::Result<Option<Changed>> {
        let shown = self.path.display();
        let before = self.text(system)?;
        let text = before.as_deref().unwrap_or("{\n}\n");
        let left = |why: &str| format!("{shown} is left as it is: {why}");
        let settings = SettingsText::parse(text).map_err(|why| {
            anyhow!(left(&format!(
                "it is no settings file that can be changed: {why}"
            )))
        })?;
        let is = program
            .to_str()
            .with_context(|| format!("{} is not Unicode", program.display()))?;
        let was = settings.value(&SETTING);
        if was.as_ref().is_some_and(|was| was == is) {
            return Ok(None);
        }
        let value = Value::from(is);
        settings
            .set("go.alternateTools", "gopls", &value)
            .with_context(|| left("go.alternateTools in it is no object"))?;
        Ok(Some(Changed {
            after: settings.text(),
            before,
            was,
            is: is.to_owned(),
        }))
    }

    fn text(&self, system: &dyn System) -> anyhow::Result<Option<String>> {
        if !system.exists(&self.path) {
            // What it leads to may only not be mounted.
            if system.read_link(&self.path).is_ok() {
                bail!(
                    "{} is left as it is: it is a link that leads nowhere",
                    self.path.display()
                );
            }
            return Ok(None);
        }
        read(system, &self.path).map(Some)
    }
}

/// The text of a settings file.
///
/// # Errors
///
/// Where it cannot be read.
pub(super) fn read(system: &dyn System, path: &Path) -> anyhow::Result<String> {
    let text = system.read_text(path, LARGEST);
    text.with_context(|| format!("{} cannot be read", path.display()))
}

/// Notes what is about to be made of a file. What was there before goplens ever changed it is kept, and so is what
/// the user has changed in between.
pub(super) fn note(record: &mut Record, path: &Path, changed: &Changed) {
    let kept = match record.files.get(path) {
        Some(first) if changed.before.as_ref() == Some(&first.after) => Changed {
            before: first.before.clone(),
            was: first.was.clone(),
            ..changed.clone()
        },
        // The user has changed the file in between, and not the setting.
        Some(first)
            if changed
                .was
                .as_ref()
                .is_some_and(|was| *was == first.is.as_str()) =>
        {
            Changed {
                was: first.was.clone(),
                ..changed.clone()
            }
        }
        _ => changed.clone(),
    };
    record.files.insert(path.to_owned(), kept);
}

/// What is to become of a file that was changed so, and is like this now.
pub(super) fn undo(changed: &Changed, now: Option<&str>) -> Undone {
    let Some(now) = now else {
        return Undone::LeftAlone("it is not there any more");
    };
    if now == changed.after {
        return Undone::Whole(changed.before.clone());
    }
    let settings = match SettingsText::parse(now) {
        Ok(settings) => settings,
        Err(why) => return Undone::NotNow(format!("it is no settings file: {why}")),
    };
    match settings.value(&SETTING) {
        Some(value) if value == changed.is.as_str() => {}
        Some(_) => return Undone::LeftAlone("go.alternateTools names another gopls by now"),
        None => return Undone::LeftAlone("go.alternateTools names no gopls any more"),
    }
    match &changed.was {
        Some(was) => {
            if settings.set("go.alternateTools", "gopls", was).is_none() {
                return Undone::LeftAlone("go.alternateTools is no object any more");
            }
        }
        None => settings.remove(&SETTING),
    }
    Undone::Setting(settings.text())
}

#[cfg(test)]
mod tests {
    use system::Real;

    use super::*;

    fn target(text: Option<&str>) -> (tempfile::TempDir, Target) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        if let Some(text) = text {
            std::fs::write(&path, text).unwrap();
        }
        (
            folder,
            Target {
                editor: "VS Code".to_owned(),
                path,
            },
        )
    }

    fn planned(text: Option<&str>) -> Changed {
        let (_folder, target) = target(text);
        target.plan(&Real, Path::new("/g")).unwrap().unwrap()
    }

    const TEXTS: [Option<&str>; 9] = [
        None,
        Some(""),
        Some("\u{feff}{}"),
        Some("// Mine.\n{\n\t\"a\": 1, // one\n}\n"),
        Some("{\r\n  \"a\": 1\r\n}\r\n"),
        Some("{ \"go.alternateTools\": { \"gopls\": \"/old\" } }"),
        Some("{ \"go.alternateTools\": { \"dlv\": \"/d\", }, }"),
        Some("// Nothing yet.\n"),
        Some("{ \"go.alternateTools\": null }"),
    ];

    #[test]
    fn a_file_is_as_it_was_to_the_byte_when_it_is_taken_back() {
        for text in TEXTS {
            let changed = planned(text);
            assert_eq!(changed.before.as_deref(), text);
            let (_folder, target) = target(Some(&changed.after));
            assert!(matches!(target.state(&Real), State::SetTo(program) if program == "/g"));
            assert_eq!(target.plan(&Real, Path::new("/g")).unwrap(), None);
            let undone = undo(&changed, Some(&changed.after));
            assert_eq!(undone, Undone::Whole(text.map(str::to_owned)), "{text:?}");
        }
    }

    #[test]
    fn what_the_user_has_changed_since_stays() {
        for text in TEXTS {
            let changed = planned(text);
            let settings = SettingsText::parse(&changed.after).unwrap();
            settings.set("own", "value", &Value::from(1)).unwrap();
            let now = settings.text();
            let Undone::Setting(after) = undo(&changed, Some(&now)) else {
                panic!("{text:?}");
            };
            let settings = SettingsText::parse(&after).unwrap();
            assert_eq!(
                settings.value(&["own", "value"]),
                Some(Value::from(1)),
                "{after}"
            );
            assert_eq!(settings.value(&SETTING), changed.was, "{after}");
        }
        let changed = planned(TEXTS[3]);
        assert!(matches!(undo(&changed, Some("{")), Undone::NotNow(_)));
        for now in [
            None,
            Some("{}"),
            Some("{\"go.alternateTools\": {\"gopls\": \"/mine\"}}"),
        ] {
            assert!(
                matches!(undo(&changed, now), Undone::LeftAlone(_)),
                "{now:?}"
            );
        }
    }

    #[test]
    fn set_up_two_times_it_is_taken_back_to_the_first() {
        let first = planned(Some("{}"));
        let mut record = Record::default();
        note(&mut record, Path::new("/s"), &first);
        let (_folder, target) = target(Some(&first.after));
        let second = target.plan(&Real, Path::new("/h")).unwrap().unwrap();
        note(&mut record, Path::new("/s"), &second);
        let kept = &record.files[Path::new("/s")];
        assert_eq!(
            (kept.before.as_deref(), kept.is.as_str()),
            (Some("{}"), "/h")
        );
        assert_eq!(
            undo(kept, Some(&second.after)),
            Undone::Whole(Some("{}".into()))
        );
    }

    #[test]
    fn what_the_setting_was_first_is_not_forgotten() {
        let first = planned(Some("{ \"go.alternateTools\": { \"gopls\": \"/own\" } }"));
        let mut record = Record::default();
        note(&mut record, Path::new("/s"), &first);
        let changed = first.after.replace("{ \"go", "{ \"a\": 1, \"go");
        let (_folder, target) = target(Some(&changed));
        let second = target.plan(&Real, Path::new("/h")).unwrap().unwrap();
        note(&mut record, Path::new("/s"), &second);
        let kept = &record.files[Path::new("/s")];
        assert_eq!(kept.was, Some(Value::from("/own")));
        assert_eq!(kept.before.as_deref(), Some(&*changed));
    }

    #[test]
    fn what_is_no_settings_file_is_an_error_and_stays() {
        let (_folder, target) = target(Some("[]"));
        let error = target.plan(&Real, Path::new("/g")).unwrap_err();
        assert!(format!("{error:#}").contains("left as it is"));
        assert!(matches!(target.state(&Real), State::Unusable(_)));
        let (_folder, target) = self::target(Some("{\n  \"a\": 1\n"));
        let error = target.plan(&Real, Path::new("/g")).unwrap_err();
        assert!(format!("{error:#}").contains("line 1"), "{error:#}");
        let (_folder, target) = self::target(Some("{ \"go.alternateTools\": \"gopls\" }"));
        let error = target.plan(&Real, Path::new("/g")).unwrap_err();
        let why = "go.alternateTools in it is no object";
        assert!(format!("{error:#}").contains(why), "{error:#}");
        let (_folder, target) =
            self::target(Some("{ \"go.alternateTools\": { \"gopls\": null } }"));
        assert!(matches!(target.state(&Real), State::NotSet));
    }
}
