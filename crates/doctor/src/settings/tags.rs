//! The build tags in the settings.

use serde_json::{Value, json};
use system::System;
use trace::finding::{Action, Fix};

use super::{Settings, belong_to};
use crate::Workspace;

/// The setting of gopls's that holds build flags; gopls takes both names.
const FLAGS: [[&str; 2]; 2] = [["gopls", "build.buildFlags"], ["gopls", "buildFlags"]];

/// A fix that makes these, and only these, the build tags that gopls loads the workspace with.
///
/// The Go extension of VS Code hands `go.buildFlags` and `go.buildTags` on to gopls as its
/// `build.buildFlags`, unless that is set itself. Where they are what counts now, they are changed, so
/// that building and testing follow.
pub fn set_tags(system: &dyn System, workspace: &Workspace, title: &str, tags: &[String]) -> Fix {
    let flags = with_tags(&workspace.build_flags, tags);
    let edit = belong_to(system, workspace)
        .then(|| Settings::of_folder(system, &workspace.folder))
        .flatten()
        .and_then(|file| {
            change(&file, workspace, &flags, tags)?;
            file.edit()
        });
    let action = edit.map_or_else(
        || {
            let value = json!(flags);
            Action::Hand(format!("Set gopls's build.buildFlags to {value}."))
        },
        |edit| Action::Edit(vec![edit]),
    );
    Fix {
        title: title.to_owned(),
        action,
    }
}

fn change(file: &Settings, workspace: &Workspace, flags: &[String], tags: &[String]) -> Option<()> {
    if let Some(path) = FLAGS.iter().find(|path| file.find(*path).is_some()) {
        return file.set(path, &json!(flags));
    }
    let now = &workspace.build_flags;
    if let Some(Value::String(written)) = file.value(&["go.buildTags"])
        && now.ends_with(&["-tags".to_owned(), written])
    {
        return file.set(&["go.buildTags"], &json!(tags.join(",")));
    }
    if !now.is_empty() && file.value(&["go.buildFlags"]) == Some(json!(now)) {
        return file.set(&["go.buildFlags"], &json!(flags));
    }
    file.set(&FLAGS[0], &json!(flags))
}

/// Build flags with these tags instead of those that they have. Of several `-tags` the last counts.
fn with_tags(flags: &[String], tags: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut rest = flags.iter();
    while let Some(flag) = rest.next() {
        let name = flag
            .strip_prefix('-')
            .map(|name| name.strip_prefix('-').unwrap_or(name));
        match name {
            Some("tags") => {
                rest.next();
            }
            Some(name) if name.starts_with("tags=") => {}
            _ => kept.push(flag.clone()),
        }
    }
    kept.push(format!("-tags={}", tags.join(",")));
    kept
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::super::tests::{FILE, apply};
    use super::*;

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn after(text: &str, flags: &[&str], tags: &[&str]) -> String {
        let system = MadeUp::default().with_file(FILE, text);
        let mut workspace = Workspace::new("/w");
        workspace.build_flags = owned(flags);
        let fix = set_tags(&system, &workspace, "Set", &owned(tags));
        match fix.action {
            Action::Edit(edits) => apply(text, &edits[0]),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn tags_take_the_place_of_tags() {
        let flags = with_tags(
            &owned(&["-a", "-tags", "x y", "--tags=z", "-v"]),
            &owned(&["b", "c"]),
        );
        assert_eq!(flags, ["-a", "-v", "-tags=b,c"]);
        assert_eq!(with_tags(&[], &owned(&["b"])), ["-tags=b"]);
    }

    #[test]
    fn the_setting_that_counts_is_changed() {
        let text = r#"{"gopls": {"buildFlags": ["-tags=a"]}, "go.buildTags": "z"}"#;
        assert_eq!(
            after(text, &["-tags=a"], &["a", "b"]),
            text.replace("-tags=a", "-tags=a,b")
        );
        let text = r#"{"go.buildTags": "z"}"#;
        assert_eq!(
            after(text, &["-tags", "z"], &["z", "b"]),
            r#"{"go.buildTags": "z,b"}"#
        );
        let text = r#"{"go.buildFlags": ["-v"]}"#;
        assert_eq!(
            after(text, &["-v"], &["b"]),
            r#"{"go.buildFlags": ["-v", "-tags=b"]}"#
        );
        // What counts stands elsewhere, in the user's settings.
        let text = r#"{"go.buildTags": "z"}"#;
        let changed = after(text, &["-tags=y"], &["y", "b"]);
        assert!(changed.contains(r#""go.buildTags": "z""#), "{changed}");
        assert!(
            changed.contains(r#""build.buildFlags": ["-tags=y,b"]"#),
            "{changed}"
        );
    }

    #[test]
    fn without_settings_it_is_said_what_to_set() {
        let fix = set_tags(
            &MadeUp::default(),
            &Workspace::new("/w"),
            "Set it",
            &owned(&["b"]),
        );
        assert_eq!(
            fix.action,
            Action::Hand("Set gopls's build.buildFlags to [\"-tags=b\"].".into())
        );
    }
}
