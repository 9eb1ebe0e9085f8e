//! Where in a message a value stands.

use std::fmt;

use wire::unescape;

use crate::types::{Property, Structure};

/// How much of a key is shown at most, in characters.
const KEY_SHOWN: usize = 80;

/// The way to a value. Each step lies on the stack of who goes it, so that it costs nothing as long
/// as nothing is wrong.
pub(super) struct Path<'p> {
    up: Option<&'p Path<'p>>,
    step: Step<'p>,
}

enum Step<'p> {
    /// The params, the result or the error.
    Start,
    /// To a property that the protocol knows.
    Property(&'static Structure, &'static Property),
    /// To any member of an object.
    Key(&'p [u8]),
    /// To an element of an array.
    Index(usize),
}

impl<'p> Path<'p> {
    pub(super) const START: Path<'static> = Path {
        up: None,
        step: Step::Start,
    };

    pub(super) fn property(
        &'p self,
        structure: &'static Structure,
        property: &'static Property,
    ) -> Self {
        self.and(Step::Property(structure, property))
    }

    pub(super) fn key(&'p self, key: &'p [u8]) -> Self {
        self.and(Step::Key(key))
    }

    pub(super) fn index(&'p self, index: usize) -> Self {
        self.and(Step::Index(index))
    }

    fn and(&'p self, step: Step<'p>) -> Self {
        Self {
            up: Some(self),
            step,
        }
    }

    /// The property that was stepped to last, with its structure.
    pub(super) fn last_property(&self) -> Option<(&'static Structure, &'static Property)> {
        match self.step {
            Step::Property(structure, property) => Some((structure, property)),
            _ => None,
        }
    }

    /// The version that brought what stands here: that of the newest property on the way.
    pub(super) fn since(&self) -> Option<(u8, u8)> {
        let here = self.last_property().and_then(|(_, it)| it.since);
        here.max(self.up.and_then(Path::since))
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(up) = self.up else {
            return Ok(());
        };
        up.fmt(formatter)?;
        let dot = if up.up.is_some() { "." } else { "" };
        match self.step {
            Step::Start => Ok(()),
            Step::Property(_, property) => write!(formatter, "{dot}{}", property.name),
            Step::Index(index) => write!(formatter, "[{index}]"),
            Step::Key(key) => {
                let key = unescape(key);
                let plain = |it: char| it.is_ascii_alphanumeric() || "_$-".contains(it);
                let shown: String = key.chars().take(KEY_SHOWN).collect();
                if !key.is_empty() && key == shown && key.chars().all(plain) {
                    write!(formatter, "{dot}{key}")
                } else {
                    let rest = if key == shown { "" } else { "…" };
                    write!(formatter, "[{:?}]", shown + rest)
                }
            }
        }
    }
}
