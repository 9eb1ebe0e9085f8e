//! Edits of `.vscode/settings.json` that keep its comments and its layout.

mod tags;
mod text;

use std::path::{Path, PathBuf};

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstInputValue, CstObject, CstObjectProp, CstRootNode};
use serde_json::Value;
use system::System;
use trace::finding::{FileEdit, Range};

use crate::{Workspace, file_uri, source};

pub use tags::set_tags;
pub use text::SettingsText;

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
    let file = Settings::read(system, folder)?;
    file.set(path, value)?;
    file.edit()
}

/// A settings file, as it is and as it is to be.
struct Settings {
    path: PathBuf,
    /// `None` where there is no file.
    before: Option<String>,
    root: CstRootNode,
}

impl Settings {
    fn read(system: &dyn System, folder: &Path) -> Option<Self> {
        let path = folder.join(".vscode").join("settings.json");
        let before = if system.exists(&path) {
            Some(system.read_text(&path, MOST).ok()?)
        } else {
            None
        };
        let text = before.as_deref().unwrap_or("{}\n");
        let root = CstRootNode::parse(text, &ParseOptions::default()).ok()?;
        Some(Self { path, before, root })
    }

    fn find(&self, path: &[&str]) -> Option<CstObjectProp> {
        let (last, way) = path.split_last()?;
        let mut object = self.root.object_value()?;
        for key in way {
            object = object.object_value(key)?;
        }
        object.get(last)
    }

    fn value(&self, path: &[&str]) -> Option<Value> {
        self.find(path)?.to_serde_value()
    }

    fn set(&self, path: &[&str], value: &Value) -> Option<()> {
        if let Some(found) = self.find(path) {
            found.set_value(input(value));
            return Some(());
        }
        let (last, way) = path.split_last()?;
        let mut object: CstObject = self.root.object_value_or_create()?;
        for key in way {
            object = object.object_value_or_create(key)?;
        }
        object.append(last, input(value));
        Some(())
    }

    /// What has to be replaced, and no more; `None` where nothing has changed.
    fn edit(&self) -> Option<FileEdit> {
        let (old, new) = (self.before.as_deref().unwrap_or(""), self.root.to_string());
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

fn input(value: &Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(value) => CstInputValue::Bool(*value),
        Value::Number(value) => CstInputValue::Number(value.to_string()),
        Value::String(value) => CstInputValue::String(value.clone()),
        Value::Array(values) => CstInputValue::Array(values.iter().map(input).collect()),
        Value::Object(values) => {
            let values = values
                .iter()
                .map(|(key, value)| (key.clone(), input(value)));
            CstInputValue::Object(values.collect())
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;
    use system::made_up::MadeUp;

    use super::*;

    pub(super) const FILE: &str = "/w/.vscode/settings.json";

    /// A text after an edit of it.
    pub(super) fn apply(text: &str, edit: &FileEdit) -> String {
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
