//! The text of a settings file, and what becomes of it when a setting is given a value or taken out.

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstInputValue, CstObject, CstObjectProp, CstRootNode};
use serde_json::{Value, json};

/// What Windows's editors put in front of a text, and what no editor has in it.
pub(crate) const BOM: char = '\u{feff}';

/// The text of a settings file: JSON with comments and trailing commas. All that is not changed stays as it is to
/// the byte, line ends and a byte order mark among it.
pub struct SettingsText {
    root: CstRootNode,
    has_bom: bool,
    /// The object of the outermost one that has the settings; none where that has them itself.
    below: Option<&'static str>,
}

impl SettingsText {
    /// Reads one; a text of white space and comments is one without settings.
    ///
    /// # Errors
    ///
    /// Where it is none: what is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (has_bom, text) = match text.strip_prefix(BOM) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let root = CstRootNode::parse(text, &ParseOptions::default());
        let root = root.map_err(|error| error.to_string())?;
        if root.value().is_some() && root.object_value().is_none() {
            return Err("its outermost value is no object".to_owned());
        }
        Ok(Self {
            root,
            has_bom,
            below: None,
        })
    }

    /// The same of a `.code-workspace`, which has its settings among others.
    pub(super) fn of_workspace(self) -> Self {
        Self {
            below: Some("settings"),
            ..self
        }
    }

    /// What it is by now.
    pub fn text(&self) -> String {
        let text = self.root.to_string();
        match self.has_bom {
            true => format!("{BOM}{text}"),
            false => text,
        }
    }

    /// The value of a setting, by the parts of its name: `["go", "alternateTools", "gopls"]`. Those of the outermost
    /// object can stand in one name there, as `go.alternateTools` mostly does.
    pub fn value(&self, path: &[&str]) -> Option<Value> {
        self.find(path)?.to_serde_value()
    }

    /// Gives a setting a value. `outer` is the name that its object is to have where there is none yet
    /// (`go.alternateTools`), `inner` the name in it (`gopls`). Nothing is done, and `None` given, where something
    /// else than an object stands there, but null, which is none.
    pub fn set(&self, outer: &str, inner: &str, value: &Value) -> Option<()> {
        let above: Vec<&str> = outer.split('.').collect();
        let path = [&above[..], &[inner]].concat();
        if let Some(found) = self.find(&above)
            && found.to_serde_value() == Some(Value::Null)
        {
            found.set_value(input(&json!({ inner: value })));
            return Some(());
        }
        match self.find(&above).or_else(|| self.find(&path)) {
            Some(_) => self.put(&path, value),
            None => self.put(&[outer, inner], value),
        }
    }

    /// Gives a setting a value, by the parts of its name. Of the objects on the way those that are not there are
    /// made. Nothing is done, and `None` given, where something else than an object stands there.
    pub(super) fn put(&self, path: &[&str], value: &Value) -> Option<()> {
        if let Some(found) = self.find(path) {
            found.set_value(input(value));
            return Some(());
        }
        let (last, above) = path.split_last()?;
        self.object(above)?.append(last, input(value));
        Some(())
    }

    fn object(&self, path: &[&str]) -> Option<CstObject> {
        let Some((last, above)) = path.split_last() else {
            let root = self.root.object_value_or_create()?;
            return match self.below {
                Some(below) => root.object_value_or_create(below),
                None => Some(root),
            };
        };
        match self.find(path) {
            Some(found) => found.object_value(),
            None => self.object(above)?.object_value_or_create(last),
        }
    }

    /// Takes a setting out, and the object that it was in where nothing is left in that.
    pub fn remove(&self, path: &[&str]) {
        let Some(found) = self.find(path) else {
            return;
        };
        found.remove();
        if let Some((_, above)) = path.split_last()
            && let Some(object) = self.find(above)
            && object
                .object_value()
                .is_some_and(|object| object.properties().is_empty())
        {
            object.remove();
        }
    }

    /// A setting by the parts of its name, of which those of the outermost object can stand in one name. The last
    /// one counts where a name stands there twice, as it does for VS Code.
    pub(super) fn find(&self, path: &[&str]) -> Option<CstObjectProp> {
        let root = self.root.object_value()?;
        let outermost = match self.below {
            Some(below) => root.object_value(below)?,
            None => root,
        };
        outermost.properties().into_iter().rev().find_map(|member| {
            let name = member.name()?.decoded_value().ok()?;
            let parts: Vec<&str> = name.split('.').collect();
            let rest = path.strip_prefix(&parts[..])?;
            rest.iter()
                .try_fold(member, |member, name| member.object_value()?.get(name))
        })
    }
}

/// A value as an edit takes it.
pub(super) fn input(value: &Value) -> CstInputValue {
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
mod tests {
    use serde_json::json;

    use super::*;

    const PATH: [&str; 3] = ["go", "alternateTools", "gopls"];

    fn set(text: &str) -> Option<String> {
        let settings = SettingsText::parse(text).ok()?;
        settings.set("go.alternateTools", "gopls", &json!("/g"))?;
        assert_eq!(settings.value(&PATH), Some(json!("/g")), "{text}");
        Some(settings.text())
    }

    #[test]
    fn a_setting_gets_a_value_and_all_else_stays() {
        let cases = [
            (
                "{}",
                "{\n  \"go.alternateTools\": {\n    \"gopls\": \"/g\"\n  }\n}",
            ),
            (
                "{\n}\n",
                "{\n  \"go.alternateTools\": {\n    \"gopls\": \"/g\"\n  }\n}\n",
            ),
            (
                "{\n\t\"a\": 1, // one\n}\n",
                "{\n\t\"a\": 1, // one\n\t\"go.alternateTools\": {\n\t\t\"gopls\": \"/g\"\n\t},\n}\n",
            ),
            (
                "{\r\n    \"a\": [1, 2]\r\n}\r\n",
                "{\r\n    \"a\": [1, 2],\r\n    \"go.alternateTools\": {\r\n        \"gopls\": \"/g\"\r\n    }\r\n}\r\n",
            ),
            (
                "\u{feff}{ \"go.alternateTools\": { \"gopls\": \"/old\", /* d */ \"dlv\": \"/d\" } }",
                "\u{feff}{ \"go.alternateTools\": { \"gopls\": \"/g\", /* d */ \"dlv\": \"/d\" } }",
            ),
            (
                "{ \"go\": { \"alternateTools\": { \"gopls\": 1 } } }",
                "{ \"go\": { \"alternateTools\": { \"gopls\": \"/g\" } } }",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(set(text).as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn a_text_without_settings_gets_them() {
        for text in ["", "\n", "// Mine.\n", "\u{feff}", "\r\n"] {
            let made = set(text).unwrap();
            assert!(made.starts_with(text.trim_end()), "{made:?}");
            assert!(made.contains("\"go.alternateTools\""), "{made:?}");
        }
    }

    #[test]
    fn what_is_no_text_of_settings_is_left_alone() {
        for text in ["[]", "{", "3", "{\"go.alternateTools\": 3}"] {
            assert_eq!(set(text), None, "{text}");
        }
    }

    #[test]
    fn a_setting_is_taken_out_with_the_object_that_it_leaves_empty() {
        let taken_out = |text: &str| {
            let settings = SettingsText::parse(text).unwrap();
            settings.remove(&PATH);
            settings.text()
        };
        let made = set("{\n  \"a\": 1, // one\n}\n").unwrap();
        assert_eq!(taken_out(&made), "{\n  \"a\": 1, // one\n}\n");
        let other = "{ \"go.alternateTools\": { \"gopls\": \"/g\", \"dlv\": \"/d\" } }";
        assert_eq!(
            taken_out(other),
            "{ \"go.alternateTools\": { \"dlv\": \"/d\" } }"
        );
        assert_eq!(taken_out("{}"), "{}");
    }
}
