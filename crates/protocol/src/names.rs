//! The names of files in a message, found and changed where they stand.
//!
//! A body is walked once, beside the table of the protocol ([`Shape`](crate::Shape)) and a small
//! one of what that cannot say (`names/table.rs`). A [`Rename`] is asked for each file that is
//! named; what it answers becomes a [`Splice`]. All other bytes stay as they came.
//!
//! Which way a message travels makes no difference: a place that names a file does so both ways, so
//! what was renamed on its way to gopls is found again on its way back.

mod changes;
mod markdown;
mod place;
mod speller;
mod table;

use std::borrow::Cow;
use std::ops::Range;

use wire::{Cursor, Fault, Value, unescape};

use crate::names::place::{More, Place, Told};
use crate::names::speller::Speller;
use crate::traffic::Kind;
use crate::{Method, MethodSet, Splice};

/// Says what files are to be called.
pub trait Rename {
    /// The URI to stand in the place of this one; `None` where it stays. Neither has JSON escapes.
    /// It is asked for whatever stands in the place of a URI: web addresses, and what is no URI at
    /// all.
    fn uri(&mut self, uri: &str) -> Option<Cow<'_, str>>;

    /// The same of a plain path.
    fn path(&mut self, path: &str) -> Option<Cow<'_, str>>;
}

/// The methods of which any message can name files.
pub fn methods() -> MethodSet {
    let kinds = [Kind::Request, Kind::Notification, Kind::Response];
    let all = Method::known().chain([Method::new(table::COMMAND_RESOLVE)]);
    let names = |method: &Method| {
        kinds
            .iter()
            .any(|kind| !Place::of(method, *kind).is_nothing())
    };
    all.filter(names).collect()
}

/// What has to change in a body for all files in it to be called as `names` says, in the order of
/// the spans. The method of a response is its request's. A body that is not JSON stays as it is.
pub fn rename(body: &[u8], method: &Method, kind: Kind, names: &mut dyn Rename) -> Vec<Splice> {
    let place = Place::of(method, kind);
    if place.is_nothing() {
        return Vec::new();
    }
    let part: &[u8] = match kind {
        Kind::Response => b"result",
        Kind::Request | Kind::Notification => b"params",
    };
    let mut cursor = Cursor::new(body);
    let mut walk = Walk(Speller::new(names));
    let walked = cursor.members(|cursor, key| {
        let place = if key == part { place } else { Place::NOTHING };
        walk.value(cursor, place, 1)
    });
    match (walked, cursor.peek()) {
        (Ok(()), None) => walk.0.changes.splices(),
        _ => Vec::new(),
    }
}

/// How many containers deep files are looked for: the walk calls itself for each, and no message of
/// the protocol comes near this.
const DEEPEST: usize = 64;

/// A walk through a body.
struct Walk<'b, 'n>(Speller<'b, 'n>);

impl<'b> Walk<'b, '_> {
    /// Walks the value that begins here, in so many containers.
    fn value(&mut self, cursor: &mut Cursor<'b>, place: Place, depth: usize) -> Result<(), Fault> {
        if place.is_nothing() || depth > DEEPEST {
            return cursor.value(depth).map(drop);
        }
        match cursor.peek() {
            Some(b'{') => self.object(cursor, place, depth),
            Some(b'[') => {
                let place = place.element();
                cursor.elements(|cursor| self.value(cursor, place, depth + 1))
            }
            _ => {
                if let Value::Text(raw) = cursor.value(depth)? {
                    self.text(raw, cursor.span(raw), place);
                }
                Ok(())
            }
        }
    }

    fn object(&mut self, cursor: &mut Cursor<'b>, place: Place, depth: usize) -> Result<(), Fault> {
        if let Some(More::Told(told)) = place.more {
            return self.told(cursor, told, depth);
        }
        cursor.members(|cursor, key| {
            // Nearly no key has an escape, and in none that is known is anything but ASCII.
            let name = match key.contains(&b'\\') {
                true => Cow::Owned(unescape(key).into_owned().into_bytes()),
                false => Cow::Borrowed(key),
            };
            if place.key_is_uri(&name) {
                self.0.uri(key, cursor.span(key));
            }
            self.value(cursor, place.member(&name), depth + 1)
        })
    }

    /// Walks the object that begins here, of which one member tells what another one is, whichever
    /// comes first.
    fn told(&mut self, cursor: &mut Cursor<'b>, told: &Told, depth: usize) -> Result<(), Fault> {
        let mut teller = Cow::Borrowed("");
        let mut values = Vec::new();
        cursor.members(|cursor, key| {
            let name = unescape(key);
            if name == told.what {
                values.push(cursor.clone());
            }
            match cursor.value(depth + 1)? {
                Value::Text(raw) if name == told.by => teller = unescape(raw),
                _ => {}
            }
            Ok(())
        })?;
        let place = (told.is)(&teller);
        values
            .iter_mut()
            .try_for_each(|cursor| self.value(cursor, place, depth + 1))
    }

    /// Asks for the string that was just read, if it names files.
    fn text(&mut self, raw: &'b [u8], span: Range<usize>, place: Place) {
        if place.is_uri() {
            return self.0.uri(raw, span);
        }
        match place.more {
            Some(More::Path) => self.0.path(raw, span),
            Some(More::Glob) => self.0.glob(raw, span),
            Some(More::Markdown) => self.0.markdown(raw, span),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
