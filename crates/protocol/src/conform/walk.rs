//! The walk through a part of a message, beside its type.

use std::ops::Range;

use wire::{Cursor, Fault};

use crate::conform::path::Path;
use crate::conform::scalar::{self, Fit};
use crate::conform::{Expected, MOST, Part, Said, Violation, What, choice, extras, structure};
use crate::types::Type;

/// How many containers deep a message is looked at: the walk calls itself for each, and no message of
/// the protocol comes near this.
const DEEPEST: usize = 64;

/// A walk, and what was found on it.
pub(super) struct Walk<'s> {
    /// What is looked at.
    pub(super) said: Said<'s>,
    /// Whether it is told what does not fit, or only seen that something does not.
    telling: bool,
    part: Part,
    found: Vec<Violation>,
    /// How far from fitting it is; 0 where nothing was found.
    pub(super) misfit: usize,
}

/// How much worse the wrong one of the texts is that tell one kind of object from another.
const WRONG_LITERAL: usize = 16;

impl<'s> Walk<'s> {
    /// One that tells what it finds.
    pub(super) fn telling(said: Said<'s>) -> Self {
        Self {
            said,
            telling: true,
            part: Part::Message,
            found: Vec::new(),
            misfit: 0,
        }
    }

    /// One like this that starts anew, and only sees whether something does not fit.
    pub(super) fn trying(&self) -> Self {
        Self {
            telling: false,
            ..self.again()
        }
    }

    /// One like this that starts anew.
    pub(super) fn again(&self) -> Self {
        Self {
            said: self.said,
            telling: self.telling,
            part: self.part,
            found: Vec::new(),
            misfit: 0,
        }
    }

    /// Whether it tells what it finds.
    pub(super) fn is_telling(&self) -> bool {
        self.telling
    }

    /// Takes what another one found.
    pub(super) fn take(&mut self, other: Self) {
        self.misfit += other.misfit;
        let room = MOST - self.found.len().min(MOST);
        self.found.extend(other.found.into_iter().take(room));
    }

    /// What was found, in the order in which it stands in the message.
    pub(super) fn violations(mut self) -> Vec<Violation> {
        self.found.sort_by_key(|it| it.span.start);
        self.found
    }

    /// Walks the params, the result or the error that begins here. Where the protocol has none, there
    /// may be nothing in it.
    pub(super) fn part(
        &mut self,
        cursor: &mut Cursor<'_>,
        part: Part,
        kind: Option<&'static Type>,
    ) -> Result<(), Fault> {
        self.part = part;
        self.value(cursor, kind.unwrap_or(extras::NOTHING), &Path::START, 1)
    }

    /// Notes that a part is missing.
    pub(super) fn missing_part(&mut self, part: Part, span: Range<usize>) {
        self.part = part;
        self.found(&Path::START, span, 1, || What::Missing);
    }

    /// Walks the value that begins here, in so many containers.
    pub(super) fn value(
        &mut self,
        cursor: &mut Cursor<'_>,
        kind: &'static Type,
        path: &Path<'_>,
        depth: usize,
    ) -> Result<(), Fault> {
        self.alternative(cursor, kind, kind, path, depth)
    }

    /// Walks the value that begins here as one of the alternatives of a type.
    pub(super) fn alternative(
        &mut self,
        cursor: &mut Cursor<'_>,
        kind: &'static Type,
        all: &'static Type,
        path: &Path<'_>,
        depth: usize,
    ) -> Result<(), Fault> {
        let seen = !self.telling && self.misfit > 0;
        if seen || depth > DEEPEST {
            return cursor.value(depth).map(drop);
        }
        match (kind, cursor.peek()) {
            (Type::Structure(structure), Some(b'{')) => {
                structure::walk(self, cursor, structure, path, depth)
            }
            (Type::Map(values), Some(b'{')) => {
                cursor.members(|cursor, key| self.value(cursor, values, &path.key(key), depth + 1))
            }
            (Type::Array(element), Some(b'[')) => {
                let mut index = 0;
                cursor.elements(|cursor| {
                    let path = path.index(index);
                    index += 1;
                    self.value(cursor, element, &path, depth + 1)
                })
            }
            (Type::Tuple(items), Some(b'[')) => self.tuple(cursor, kind, items, path, depth),
            (Type::Union(alternatives), _) => {
                choice::walk(self, cursor, kind, alternatives, path, depth)
            }
            _ => self.scalar(cursor, kind, all, path, depth),
        }
    }

    fn tuple(
        &mut self,
        cursor: &mut Cursor<'_>,
        kind: &'static Type,
        items: &'static [&'static Type],
        path: &Path<'_>,
        depth: usize,
    ) -> Result<(), Fault> {
        let start = cursor.at();
        let mut index = 0;
        cursor.elements(|cursor| {
            let path = path.index(index);
            let item = items.get(index).copied().unwrap_or(&Type::Any);
            index += 1;
            self.value(cursor, item, &path, depth + 1)
        })?;
        if index != items.len() {
            self.found(path, start..cursor.at(), 1, || What::WrongType {
                is: format!("an array of {index}"),
                expected: Expected(kind),
            });
        }
        Ok(())
    }

    pub(super) fn scalar(
        &mut self,
        cursor: &mut Cursor<'_>,
        kind: &'static Type,
        all: &'static Type,
        path: &Path<'_>,
        depth: usize,
    ) -> Result<(), Fault> {
        let mut before = cursor.clone();
        let value = cursor.value(depth)?;
        let fit = scalar::fit(kind, value);
        if fit == Fit::Right {
            return Ok(());
        }
        let span = before.at()..cursor.at();
        let property = path.last_property();
        if let Some(other) = property.and_then(|(of, it)| extras::other_kind(of, it)) {
            let mut trial = self.trying();
            trial.value(&mut before, other, &Path::START, depth)?;
            if trial.misfit == 0 {
                return Ok(());
            }
        }
        let json = &self.said.body[span.clone()];
        let (misfit, expected) = match kind {
            Type::Literal(_) => (WRONG_LITERAL, Expected(kind)),
            _ if fit == Fit::Unknown => (1, Expected(kind)),
            _ => (1, Expected(all)),
        };
        self.found(path, span, misfit, || match fit {
            Fit::Unknown => What::UnknownValue {
                is: scalar::shown(json),
                expected,
            },
            _ => What::WrongType {
                is: scalar::described(value, all),
                expected,
            },
        });
        Ok(())
    }

    /// Notes that something does not fit.
    pub(super) fn found(
        &mut self,
        path: &Path<'_>,
        span: Range<usize>,
        misfit: usize,
        what: impl FnOnce() -> What,
    ) {
        self.misfit += misfit;
        if self.telling && self.found.len() < MOST {
            self.found.push(Violation {
                part: self.part,
                path: path.to_string(),
                span,
                since: path.since(),
                what: what(),
            });
        }
    }
}
