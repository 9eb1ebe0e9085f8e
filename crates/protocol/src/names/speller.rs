//! Asks what files are to be called, and keeps what has to change.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::RandomState;
use wire::unescape;

use crate::names::changes::Changes;
use crate::names::{Rename, markdown};

/// Asks for the files that JSON strings name, each given by its bytes between the quotes and where
/// in the body they lie, and keeps what comes of it.
pub(super) struct Speller<'b, 'n> {
    names: &'n mut dyn Rename,
    pub(super) changes: Changes,
    /// What became of each URI that was met, as it stands in the body: gopls names one file many times.
    known: HashMap<&'b [u8], Option<Range<usize>>, RandomState>,
    /// The same of the one before, of which nearly all messages have one only.
    last: Option<(&'b [u8], Option<Range<usize>>)>,
}

impl<'b, 'n> Speller<'b, 'n> {
    pub(super) fn new(names: &'n mut dyn Rename) -> Self {
        Self {
            names,
            changes: Changes::default(),
            known: HashMap::default(),
            last: None,
        }
    }

    /// A string in the place of a URI, where a path may stand too: gopls gives one as the target of
    /// the link from a go.mod file to a replaced module (`modLinks` in `internal/server/link.go`).
    pub(super) fn uri(&mut self, raw: &'b [u8], span: Range<usize>) {
        let new = match self.last.take() {
            None => self.ask(raw),
            Some((last, new)) if last == raw => new,
            Some((first, new)) => {
                // All later ones are in there already.
                if self.known.is_empty() {
                    self.known.insert(first, new);
                }
                let known = self.known.get(raw).cloned();
                known.unwrap_or_else(|| {
                    let new = self.ask(raw);
                    self.known.insert(raw, new.clone());
                    new
                })
            }
        };
        if let Some(new) = &new {
            self.changes.put_text(span, new.clone());
        }
        self.last = Some((raw, new));
    }

    /// Where among the changes that is which is to stand in the place of a URI, if anything is.
    fn ask(&mut self, raw: &[u8]) -> Option<Range<usize>> {
        let old = text(raw)?;
        let new = match old.starts_with('/') {
            true => self.names.path(&old),
            false => self.names.uri(&old),
        };
        let new = new.filter(|new| *new != old)?;
        Some(self.changes.text(new))
    }

    /// A path, absolute or not.
    pub(super) fn path(&mut self, raw: &[u8], span: Range<usize>) {
        let Some(old) = text(raw) else { return };
        if let Some(new) = self.names.path(&old)
            && new != old
        {
            self.changes.put(span, new);
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
            self.changes.put(span, format!("{new}{pattern}").into());
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
                self.changes.put(span, markdown::target(&new));
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
