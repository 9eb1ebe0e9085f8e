//! Objects with properties that the protocol knows.

use std::ops::Range;

use wire::{Cursor, Fault, unescape};

use crate::Direction;
use crate::conform::path::Path;
use crate::conform::walk::Walk;
use crate::conform::{MOST, What, extras, told};
use crate::types::{Property, Structure};

/// Walks the object that begins here.
pub(super) fn walk(
    walk: &mut Walk<'_>,
    cursor: &mut Cursor<'_>,
    structure: &'static Structure,
    path: &Path<'_>,
    depth: usize,
) -> Result<(), Fault> {
    let told = told::member(structure, cursor, &walk.said)?;
    let start = cursor.at();
    let mut properties = Properties::of(structure);
    let mut strangers = Vec::new();
    cursor.members(|cursor, key| {
        if let Some(property) = properties.met(key) {
            // Go, in which every gopls is written, reads a null as nothing.
            let is_nothing = property.optional && cursor.peek() == Some(b'n');
            if is_nothing && walk.said.direction == Direction::ClientToServer {
                return cursor.value(depth + 1).map(drop);
            }
            let kind = match told {
                Some((name, kind)) if name == property.name => kind,
                _ => property.kind,
            };
            return walk.value(cursor, kind, &path.property(structure, property), depth + 1);
        }
        if let Some(kind) = extras::property(structure, key) {
            return walk.value(cursor, kind, &path.key(key), depth + 1);
        }
        if walk.has_room() && strangers.len() < MOST {
            strangers.push((key, cursor.span(key)));
        } else {
            walk.misfit += 1;
        }
        cursor.value(depth + 1).map(drop)
    })?;
    for (key, span) in strangers {
        stranger(walk, &mut properties, key, span, path);
    }
    for property in properties.missing() {
        walk.found(
            &path.property(structure, property),
            start..cursor.at(),
            1,
            || What::Missing,
        );
    }
    Ok(())
}

/// Notes a key that the protocol does not have. Where it looks like a property that is not there, that
/// one is not missed as well.
fn stranger(
    walk: &mut Walk<'_>,
    properties: &mut Properties,
    key: &[u8],
    span: Range<usize>,
    path: &Path<'_>,
) {
    let of = properties.structure.name;
    let meant = properties.take_like(&unescape(key));
    walk.found(&path.key(key), span, 1, || What::UnknownProperty {
        of,
        meant,
    });
}

/// The properties of a structure, and which of them an object has.
struct Properties {
    structure: &'static Structure,
    /// A bit for each.
    met: u64,
    /// Where the next one is looked for first: peers write them in the order of the protocol.
    next: usize,
}

impl Properties {
    fn of(structure: &'static Structure) -> Self {
        Self {
            structure,
            met: 0,
            next: 0,
        }
    }

    /// The property with this key, which is met now.
    fn met(&mut self, key: &[u8]) -> Option<&'static Property> {
        let place = match self.place(key) {
            Some(place) => place,
            None if memchr::memchr(b'\\', key).is_some() => self.place(unescape(key).as_bytes())?,
            None => return None,
        };
        self.met |= 1 << place;
        self.next = place + 1;
        Some(&self.structure.properties[place])
    }

    fn place(&self, key: &[u8]) -> Option<usize> {
        let (before, after) = self.structure.properties.split_at(self.next);
        let within = |part: &[Property]| part.iter().position(|it| it.name.as_bytes() == key);
        match within(after) {
            Some(place) => Some(self.next + place),
            None => within(before),
        }
    }

    /// Those that have to be there, and are not.
    fn missing(&self) -> impl Iterator<Item = &'static Property> {
        self.absent().filter(|it| !it.optional)
    }

    fn absent(&self) -> impl Iterator<Item = &'static Property> {
        let met = self.met;
        let all = self.structure.properties.iter().enumerate();
        all.filter(move |(place, _)| met & (1 << place) == 0)
            .map(|(_, property)| property)
    }

    /// The property that is not there and most looks like this key. It is there from now on.
    fn take_like(&mut self, key: &str) -> Option<&'static str> {
        let distance = |it: &Property| {
            if it.name.eq_ignore_ascii_case(key) {
                0
            } else {
                strsim::osa_distance(it.name, key)
            }
        };
        let near = self.absent().map(|it| (distance(it), it));
        let likely = near.filter(|(distance, it)| *distance <= 1 + it.name.len() / 6);
        let (_, meant) = likely.min_by_key(|(distance, _)| *distance)?;
        self.met(meant.name.as_bytes()).map(|it| it.name)
    }
}
