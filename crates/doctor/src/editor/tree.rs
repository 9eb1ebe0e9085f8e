//! Settings as a tree, each with the place where it is written.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jsonc_parser::ast;
use serde_json::Value;
use trace::finding::{Finding, Range};

use crate::file_uri;

/// Whose settings a file has, the one that counts least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The user's.
    User,
    /// The machine's that a remote editor works on.
    Machine,
    /// The workspace's.
    Workspace,
    /// Those of one folder in a workspace of several.
    Folder,
}

/// Where a setting is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// Where in it, its name and its value.
    pub range: Range,
    /// Whose it is.
    pub scope: Scope,
}

impl Place {
    /// The finding at this place.
    pub fn at(&self, finding: Finding) -> Finding {
        match file_uri(&self.path) {
            Some(uri) => finding.place(uri, Some(self.range)),
            None => finding,
        }
    }
}

/// A setting, or an object with settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it is written; of an object that several files have parts of, where the nearest has its own.
    pub place: Place,
    content: Content,
}

#[derive(Clone, Debug, PartialEq)]
enum Content {
    Object(BTreeMap<String, Node>),
    Other(Value),
}

impl Node {
    /// What is written in a file. `at` gives the range of bytes as lines and columns.
    pub(super) fn read(
        value: &ast::Value<'_>,
        place: Place,
        at: &dyn Fn(jsonc_parser::common::Range) -> Range,
    ) -> Self {
        let content = match value {
            ast::Value::Object(object) => {
                let members = object.properties.iter().map(|member| {
                    let place = Place {
                        range: at(member.range),
                        ..place.clone()
                    };
                    let name = member.name.as_str().to_owned();
                    (name, Self::read(&member.value, place, at))
                });
                Content::Object(members.collect())
            }
            other => Content::Other(Value::from(other.clone())),
        };
        Self { place, content }
    }

    /// An object with nothing in it.
    pub(super) fn empty(place: Place) -> Self {
        Self {
            place,
            content: Content::Object(BTreeMap::new()),
        }
    }

    /// The same with each dotted name in its parts, as VS Code has those of the outermost object, and those
    /// alone: `"a.b": 1` is `"a": {"b": 1}`.
    pub(super) fn split(self) -> Self {
        let mut root = Self::empty(self.place.clone());
        if let Content::Object(members) = self.content {
            for (name, node) in members {
                let parts: Vec<&str> = name.split('.').collect();
                root.put(&parts, node);
            }
        }
        root
    }

    fn put(&mut self, path: &[&str], node: Self) {
        let (Content::Object(members), Some((first, rest))) =
            (&mut self.content, path.split_first())
        else {
            return;
        };
        match members.get_mut(*first) {
            Some(there) if rest.is_empty() => there.lay(node),
            Some(there) => there.put(rest, node),
            None if rest.is_empty() => {
                members.insert((*first).to_owned(), node);
            }
            None => {
                let mut between = Self::empty(node.place.clone());
                between.put(rest, node);
                members.insert((*first).to_owned(), between);
            }
        }
    }

    /// Lays another tree above this one: objects are merged, of all else the upper one counts.
    pub(super) fn lay(&mut self, upper: Self) {
        match (&mut self.content, upper.content) {
            (Content::Object(lower), Content::Object(members)) => {
                self.place = upper.place;
                for (name, node) in members {
                    match lower.get_mut(&name) {
                        Some(there) => there.lay(node),
                        None => {
                            lower.insert(name, node);
                        }
                    }
                }
            }
            (_, content) => {
                *self = Self {
                    place: upper.place,
                    content,
                }
            }
        }
    }

    /// Takes a setting away.
    pub(super) fn remove(&mut self, path: &[&str]) {
        let Some((last, way)) = path.split_last() else {
            return;
        };
        let mut node = self;
        for name in way {
            let Content::Object(members) = &mut node.content else {
                return;
            };
            let Some(next) = members.get_mut(*name) else {
                return;
            };
            node = next;
        }
        if let Content::Object(members) = &mut node.content {
            members.remove(*last);
        }
    }

    /// What has this name in an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match &self.content {
            Content::Object(members) => members.get(name),
            Content::Other(_) => None,
        }
    }

    /// What an object has, in the order of the names.
    pub fn members(&self) -> impl Iterator<Item = (&String, &Self)> {
        let members = match &self.content {
            Content::Object(members) => Some(members),
            Content::Other(_) => None,
        };
        members.into_iter().flatten()
    }

    /// Its value.
    pub fn value(&self) -> Value {
        match &self.content {
            Content::Object(members) => {
                let members = members.iter();
                Value::Object(
                    members
                        .map(|(name, node)| (name.clone(), node.value()))
                        .collect(),
                )
            }
            Content::Other(value) => value.clone(),
        }
    }

    /// Its value, the file and the line, in words, under this name.
    pub fn evidence(&self, name: &str) -> String {
        let (value, path) = (self.value(), self.place.path.display());
        let line = self.place.range.start.line + 1;
        format!("{name} is {value} in {path}:{line}")
    }

    /// Its value, where it is a text with anything in it.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Other(Value::String(text)) => Some(text)
                .filter(|text| !text.is_empty())
                .map(String::as_str),
            _ => None,
        }
    }
}
