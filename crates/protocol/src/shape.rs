//! Where a JSON value holds URIs, to be walked beside it.

use std::num::NonZeroU8;

use crate::table::SHAPES;

/// What a JSON value at one place of a message may look like, as far as it is or holds URIs.
///
/// The shapes are a graph, in which recursive types are cycles. Start with the shape that
/// [`MethodInfo`](crate::MethodInfo) gives, and go with each key and into each array from shape to
/// shape; where there is none, nothing below holds a URI and the whole value can be skipped. Where
/// the protocol leaves a choice of types, one shape stands for them all, so what kind of JSON value
/// is there decides which of these methods to ask:
///
/// - of a string, [`is_uri`](Self::is_uri);
/// - of an array, [`element`](Self::element) for each of its elements;
/// - of an object, [`keys_are_uris`](Self::keys_are_uris) once and [`member`](Self::member) for
///   each of its keys.
///
/// The model does not say what is in `LSPAny`: `data`, the arguments of commands,
/// `initializationOptions`, `registerOptions` (but see
/// [`Registration::options`](crate::Registration::options)) and the like have no shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape(NonZeroU8);

/// A part of a shape. A value matches at most one of them, for no shape has two of a kind, nor
/// both an object and a map.
#[derive(Debug)]
pub(crate) enum Part {
    /// A string is a URI.
    Uri,
    /// The elements of an array have this shape.
    Array(Shape),
    /// These fields of an object have these shapes.
    Object(&'static [(&'static str, Shape)]),
    /// Any fields of an object.
    Map {
        /// The keys are URIs.
        uri_keys: bool,
        /// The values have this shape.
        values: Option<Shape>,
    },
}

impl Shape {
    /// The shape of this number in the table; they start at 1.
    pub(crate) const fn numbered(number: u8) -> Self {
        match NonZeroU8::new(number) {
            Some(number) => Self(number),
            None => panic!("the shapes are numbered from 1"),
        }
    }

    /// Whether the value, if it is a string, is a URI.
    pub fn is_uri(self) -> bool {
        self.parts().iter().any(|part| matches!(part, Part::Uri))
    }

    /// The shape of the elements of the value, if it is an array.
    pub fn element(self) -> Option<Shape> {
        self.parts().iter().find_map(|part| match part {
            Part::Array(element) => Some(*element),
            _ => None,
        })
    }

    /// The shape of the member of the value with this key (without escapes), if it is an object.
    pub fn member(self, key: impl AsRef<[u8]>) -> Option<Shape> {
        let key = key.as_ref();
        self.parts().iter().find_map(|part| match part {
            Part::Object(fields) => fields
                .iter()
                .find(|(name, _)| name.as_bytes() == key)
                .map(|(_, shape)| *shape),
            Part::Map { values, .. } => *values,
            Part::Uri | Part::Array(_) => None,
        })
    }

    /// Whether all the keys of the value, if it is an object, are URIs.
    pub fn keys_are_uris(self) -> bool {
        self.parts()
            .iter()
            .any(|part| matches!(part, Part::Map { uri_keys: true, .. }))
    }

    pub(crate) fn parts(self) -> &'static [Part] {
        SHAPES[usize::from(self.0.get()) - 1]
    }
}

#[cfg(test)]
mod tests;
