//! What a client calls the files.

use std::collections::BTreeMap;

use serde_json::Value;

/// What a client calls the files, by what gopls calls them: the URIs of the session in which there is
/// one spelling.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// The documents that the client has open, and what it calls them.
    pub(crate) opened: BTreeMap<String, String>,
    /// A folder or file, and the name of it that those were opened by that have another name.
    pub(crate) tree: Option<(String, String)>,
    /// Folders of the server, and what the client calls them.
    pub(crate) maps: Vec<(String, String)>,
}

impl Names {
    /// What the client calls a file, in the answer to what it asks about a document.
    pub(crate) fn of(&self, uri: &str, asked: Option<&str>) -> String {
        if let Some(opened) = self.opened.get(uri) {
            return opened.clone();
        }
        let by_its_other_name = |asked: &str| {
            let opened = self.opened.get(asked);
            opened.is_some_and(|opened| *opened != self.mapped(asked))
        };
        let tree = self.tree.iter();
        let tree = tree.filter(|_| asked.is_some_and(by_its_other_name));
        let uri = moved(uri, tree).unwrap_or_else(|| uri.to_owned());
        self.mapped(&uri)
    }

    /// What the configuration says that the client calls a file.
    fn mapped(&self, uri: &str) -> String {
        let mut maps: Vec<_> = self.maps.iter().collect();
        maps.sort_by_key(|(server, _)| std::cmp::Reverse(server.len()));
        moved(uri, maps).unwrap_or_else(|| uri.to_owned())
    }

    /// What the client gets or sends where gopls alone says this, or is told it.
    pub(crate) fn within(&self, value: &Value, asked: Option<&str>) -> Value {
        match value {
            Value::String(text) => self.within_text(text, asked).into(),
            Value::Array(items) => {
                let items = items.iter().map(|item| self.within(item, asked));
                items.collect()
            }
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| {
                    (self.within_text(name, asked), self.within(value, asked))
                });
                Value::Object(fields.collect())
            }
            other => other.clone(),
        }
    }

    fn within_text(&self, text: &str, asked: Option<&str>) -> String {
        let mut parts = text.split("file://");
        let mut new = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let ends = |letter: char| letter.is_whitespace() || "\"'#?)>]`".contains(letter);
            let (path, rest) = part.split_at(part.find(ends).unwrap_or(part.len()));
            new.push_str(&self.of(&format!("file://{path}"), asked));
            new.push_str(rest);
        }
        new
    }
}

/// A URI below the first of these folders that it is below, where that has its other name.
fn moved<'a>(uri: &str, folders: impl IntoIterator<Item = &'a (String, String)>) -> Option<String> {
    folders.into_iter().find_map(|(from, to)| {
        let rest = uri.strip_prefix(from.as_str())?;
        (rest.is_empty() || rest.starts_with('/')).then(|| format!("{to}{rest}"))
    })
}
