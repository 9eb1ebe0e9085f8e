//! Asks what files are to be called, and keeps what has to change.

use std::borrow::Cow;
use std::ops::Range;

use wire::unescape;

use crate::names::changes::Changes;
use crate::names::{Rename, markdown};

/// Asks for the files that JSON strings name, each given by its bytes between the quotes and where
/// in the body they lie, and keeps what comes of it.
pub(super) struct Speller<'n> {
    names: &'n mut dyn Rename,
    pub(super) changes: Changes,
}

impl<'n> Speller<'n> {
    pub(super) fn new(names: &'n mut dyn Rename) -> Self {
        Self {
            names,
            changes: Changes::default(),
        }
    }

    /// A string in the place of a URI, where a path may stand too: gopls gives one as the target of
    /// the link from a go.mod file to a replaced module (`modLinks` in `internal/server/link.go`).
    pub(super) fn uri(&mut self, raw: &[u8], span: Range<usize>) {
        let Some(old) = text(raw) else { return };
        let new = if old.starts_with('/') {
            self.names.path(&old)
        } else {
            self.names.uri(&old)
        };
        if let Some(new) = new
            && new != old
        {
            self.changes.put(span, &new);
        }
    }

    /// A path, absolute or not.
    pub(super) fn path(&mut self, raw: &[u8], span: Range<usize>) {
        let Some(old) = text(raw) else { return };
        if let Some(new) = self.names.path(&old)
            && new != old
        {
            self.changes.put(span, &new);
        }
    }

    /// A glob pattern. What comes before the first folder or file in it that is not named in full
    /// is a path, where it is absolute.
    pub(super) fn glob(&mut self, raw: &[u8], span: Range<usize>) {
        let Some(old) = text(raw) else { return };
        let end = match old.find(['*', '?', '[', '{']) {
            Some(open) => old[..open].rfind('/').unwrap_or(0),
            None => old.len(),
        };
        let (path, pattern) = old.split_at(end);
        if path.starts_with('/')
            && let Some(new) = self.names.path(path)
            && new != path
        {
            self.changes.put(span, &format!("{new}{pattern}"));
        }
    }

    /// Markdown, of which only the URIs that links lead to are looked at.
    pub(super) fn markdown(&mut self, raw: &[u8], span: Range<usize>) {
        for link in markdown::links(raw) {
            let Some(old) = text(&raw[link.clone()]) else {
                continue;
            };
            if let Some(new) = self.names.uri(&old)
                && new != old
            {
                let span = span.start + link.start..span.start + link.end;
                self.changes.put(span, &markdown::target(&new));
            }
        }
    }
}

/// What a string says; nothing where it is no text at all, for that could not be put back as it
/// was.
fn text(raw: &[u8]) -> Option<Cow<'_, str>> {
    let text = unescape(raw);
    let lost = matches!(text, Cow::Owned(_)) && text.contains(char::REPLACEMENT_CHARACTER);
    (!lost).then_some(text)
}
