//! Edits of VS Code's settings files that keep their comments and their layout.

mod tags;
mod text;

use std::path::{Path, PathBuf};

use serde_json::Value;
use system::System;
use trace::finding::{Action, FileEdit, Finding, Range};

use crate::editor::is_workspace_file;
use crate::{Workspace, file_uri, source};

pub use tags::set_tags;
pub(crate) use text::BOM;
pub use text::SettingsText;
use text::input;

/// What a settings file may have in bytes.
const MOST: u64 = 1 << 20;

/// Whether a fix should be an edit of VS Code's settings: the client is VS Code or one of its
/// relatives, or the folder has settings of theirs.
pub fn belong_to(system: &dyn System, workspace: &Workspace) -> bool {
    let relatives = [
        "Visual Studio Code",
        "Code - OSS",
        "VSCodium",
        "Cursor",
        "Windsurf",
        // As it calls itself; the workbench is VS Code's.
        "code-server",
    ];
    relatives
        .iter()
        .any(|name| workspace.client.starts_with(name))
        || system.exists(&workspace.folder.join(".vscode"))
}

/// An edit that gives a setting a value; `path` is the keys that lead to it, such as
/// `["gopls", "build.buildFlags"]`. gopls takes no objects nested further. The file is made where it is
/// not there. `None` where it is there and cannot be read, or has something else on the way.
pub fn edit(system: &dyn System, folder: &Path, path: &[&str], value: &Value) -> Option<FileEdit> {
    let file = Settings::of_folder(system, folder)?;
    file.text.put(path, value)?;
    file.edit()
}

/// An edit that gives a setting of this file another value; `path` is the parts of its name, as VS Code has
/// them (`["go", "alternateTools", "gopls"]`). `None` where the file does not have it.
pub(crate) fn change(
    system: &dyn System,
    file: &Path,
    path: &[&str],
    value: &Value,
) -> Option<FileEdit> {
    let file = Settings::read(system, file)?;
    file.text.find(path)?.set_value(input(value));
    file.edit()
}

/// An edit that takes a setting out of this file.
pub(crate) fn remove(system: &dyn System, file: &Path, path: &[&str]) -> Option<FileEdit> {
    let file = Settings::read(system, file)?;
    file.text.find(path)?.remove();
    file.edit()
}

/// The finding with a fix that gives a setting of this file another value, or takes it away: an edit, and
/// words where the file cannot be edited.
pub(crate) fn offer(
    system: &dyn System,
    finding: Finding,
    title: &str,
    file: &Path,
    path: &[&str],
    value: Option<&Value>,
) -> Finding {
    let edit = match value {
        Some(value) => change(system, file, path, value),
        None => remove(system, file, path),
    };
    let action = match edit {
        Some(edit) => Action::Edit(vec![edit]),
        None => Action::Hand(format!("{} stands in {}.", path.join("."), file.display())),
    };
    finding.fix(title, action)
}

/// A settings file, as it is and as it is to be.
struct Settings {
    path: PathBuf,
    /// `None` where there is no file.
    before: Option<String>,
    text: SettingsText,
}

impl Settings {
    fn of_folder(system: &dyn System, folder: &Path) -> Option<Self> {
        Self::read(system, &folder.join(".vscode").join("settings.json"))
    }

    fn read(system: &dyn System, path: &Path) -> Option<Self> {
        let path = path.to_owned();
        let before = if system.exists(&path) {
            Some(system.read_text(&path, MOST).ok()?)
        } else {
            None
        };
        let text = SettingsText::parse(before.as_deref().unwrap_or("{}\n")).ok()?;
        let text = match is_workspace_file(&path) {
            true => text.of_workspace(),
            false => text,
        };
        Some(Self { path, before, text })
    }

    /// What has to be replaced, and no more; `None` where nothing has changed.
    fn edit(&self) -> Option<FileEdit> {
        let (old, new) = (self.before.as_deref().unwrap_or(""), self.text.text());
        let start = common(old.chars(), new.chars());
        let end = common(old[start..].chars().rev(), new[start..].chars().rev());
        if old == new {
            return None;
        }
        Some(FileEdit {
            uri: file_uri(&self.path)?,
            range: match self.before {
                Some(_) => source::range(old, start..old.len() - end),
                None => Range::default(),
            },
            text: new[start..new.len() - end].to_owned(),
            version: None,
            create: self.before.is_none(),
        })
    }
}

/// How many bytes are the same at the start of both.
fn common(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    one.zip(other)
        .take_while(|(one, other)| one == other)
        .map(|(character, _)| character.len_utf8())
        .sum()
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;
    use system::made_up::MadeUp;

    use super::*;

    pub(super) const FILE: &str = "/w/.vscode/settings.json";

    /// A text after an edit of it.
    pub(crate) fn apply(text: &str, edit: &FileEdit) -> String {
        let start = source::offset(text, edit.range.start).unwrap();
        let end = source::offset(text, edit.range.end).unwrap();
        format!("{}{}{}", &text[..start], edit.text, &text[end..])
    }

    fn after(text: &str, path: &[&str], value: &Value) -> Option<String> {
        let system = MadeUp::default().with_file(FILE, text);
        let edit = edit(&system, "/w".as_ref(), path, value)?;
        assert!(!edit.create);
        assert_eq!(edit.uri, "file:///w/.vscode/settings.json");
        Some(apply(text, &edit))
    }

    #[test]
    fn a_setting_is_added_or_changed_and_all_else_stays() {
        let text = "{\n\t// Mine: é.\n\t\"a\": 1, /* b */\n\t\"gopls\": {\n\t\t\"build.buildFlags\": [\"-x\"], // here\n\t},\n}\n";
        let path = ["gopls", "build.buildFlags"];
        assert_eq!(
            after(text, &path, &json!(["-tags=é"])).unwrap(),
            text.replace("\"-x\"", "\"-tags=é\"")
        );
        let other = after(text, &["gopls", "build.env"], &json!({"A": "b"})).unwrap();
        assert!(other.contains("// Mine: é.") && other.contains("// here"));
        assert!(
            other.contains("\"build.env\": {\n\t\t\t\"A\": \"b\",\n\t\t}"),
            "{other}"
        );
        assert_eq!(after(text, &["a"], &json!(1)), None);
    }

    #[test]
    fn what_is_not_there_is_made() {
        let made = after("", &["gopls", "b"], &json!(true)).unwrap();
        assert_eq!(made, "{\n  \"gopls\": {\n    \"b\": true\n  }\n}\n");
        let system = MadeUp::default();
        let edit = edit(&system, "/w".as_ref(), &["a"], &json!("b")).unwrap();
        assert!(edit.create);
        assert_eq!(edit.text, "{\n  \"a\": \"b\"\n}\n");
    }

    #[test]
    fn a_setting_of_any_file_is_changed_or_removed_where_it_stands() {
        let text = "{\n  // a\n  \"go\": {\"gopath\": \"/g\"}, // b\n  \"go.alternateTools\": {\n    \"gopls\": \"/x\", // c\n    \"dlv\": \"/y\",\n  },\n}\n";
        let file = Path::new("/u/settings.json");
        let system = MadeUp::default().with_file("/u/settings.json", text);
        let gopls = ["go", "alternateTools", "gopls"];
        let changed = change(&system, file, &gopls, &json!("/z")).unwrap();
        assert_eq!(apply(text, &changed), text.replace("/x", "/z"));
        let removed = apply(text, &remove(&system, file, &gopls).unwrap());
        assert!(!removed.contains("gopls") && removed.contains("\"dlv\": \"/y\""));
        assert!(
            removed.contains("// a") && removed.contains("// b"),
            "{removed}"
        );
        let inner = remove(&system, file, &["go", "gopath"]).unwrap();
        assert_eq!(apply(text, &inner), text.replace("\"gopath\": \"/g\"", ""));
        assert_eq!(remove(&system, file, &["go", "goroot"]), None);

        let text = r#"{"folders": [], "settings": {"go.gopath": "/g"}}"#;
        let file = Path::new("/u/x.code-workspace");
        let system = MadeUp::default().with_file("/u/x.code-workspace", text);
        let edit = change(&system, file, &["go", "gopath"], &json!("/h")).unwrap();
        assert_eq!(apply(text, &edit), text.replace("/g", "/h"));
    }

    #[test]
    fn a_byte_order_mark_stays() {
        let text = "\u{feff}{\n  \"gopls\": {\"b\": true}\n}\n";
        assert_eq!(
            after(text, &["gopls", "b"], &json!(false)).unwrap(),
            text.replace("true", "false")
        );
    }

    #[test]
    fn what_cannot_be_understood_is_left_alone() {
        for text in ["[]", "{", "{\"gopls\": 3}", "\"é"] {
            assert_eq!(after(text, &["gopls", "b"], &json!(true)), None, "{text}");
        }
    }

    #[test]
    fn it_is_known_whose_settings_count() {
        let of = |client: &str| Workspace {
            client: client.into(),
            ..Workspace::new("/w")
        };
        let bare = MadeUp::default();
        assert!(belong_to(&bare, &of("Visual Studio Code - Insiders")));
        assert!(belong_to(&bare, &of("code-server")));
        assert!(!belong_to(&bare, &of("Neovim")));
        assert!(belong_to(&bare.with_file(FILE, "{}"), &of("Neovim")));
    }
}
