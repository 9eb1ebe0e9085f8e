//! A settings file.

use std::path::{Path, PathBuf};

use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use system::System;
use trace::finding::Range;

use super::tree::{Node, Place, Scope};
use crate::source;

/// What a settings file may have in bytes.
const MOST: u64 = 4 << 20;

/// A settings file, or a `.code-workspace`.
#[derive(Clone, Debug)]
pub(super) struct SettingsFile {
    /// Its path.
    pub(super) path: PathBuf,
    /// What is written in it.
    pub(super) raw: Node,
    /// The same with the dotted names in their parts.
    pub(super) root: Node,
}

impl SettingsFile {
    /// Reads one; `None` where it is not there, and why where it cannot be used.
    pub(super) fn read(
        system: &dyn System,
        path: &Path,
        scope: Scope,
    ) -> Option<Result<Self, String>> {
        // Behind a folder that this user may not look into an editor of his finds nothing either.
        if !system.exists(path) {
            return None;
        }
        let text = match system.read_text(path, MOST) {
            Ok(text) => text,
            Err(error) => return Some(Err(format!("{} cannot be read: {error}", path.display()))),
        };
        let parsed = parse_to_ast(&text, &CollectOptions::default(), &ParseOptions::default());
        let value = match parsed {
            Ok(parsed) => parsed.value,
            Err(error) => {
                return Some(Err(format!("{} cannot be parsed: {error}", path.display())));
            }
        };
        let place = Place {
            path: path.to_owned(),
            range: Range::default(),
            scope,
        };
        let at = |range: jsonc_parser::common::Range| source::range(&text, range.start..range.end);
        let raw = match value {
            Some(value) => Node::read(&value, place, &at),
            None => Node::empty(place),
        };
        Some(Ok(Self {
            path: path.to_owned(),
            root: raw.clone().split(),
            raw,
        }))
    }

    /// What is in `settings` of a `.code-workspace`.
    pub(super) fn settings_of_workspace(&self) -> Node {
        let settings = self.raw.get("settings").cloned();
        settings
            .unwrap_or_else(|| Node::empty(self.raw.place.clone()))
            .split()
    }
}
