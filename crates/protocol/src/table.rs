//! The table made from the LSP meta model, and the macros that its generated files are written in.
//!
//! `cargo xtask codegen` writes all that is in the folder `table`, and nothing else is in there.

use crate::Direction::{ClientToServer, ServerToClient};
use crate::shape::Part;
use crate::traffic::Kind;
use crate::{Method, MethodInfo, Registration, Shape};

/// Reads rows of the form
///
/// ```text
/// CONSTANT = "its/name":
///     direction kind since MAJOR MINOR params SHAPE result SHAPE partial SHAPE
///     registers as "another/name" options SHAPE;
/// ```
///
/// in the order of the names, where everything after the kind may be missing: a shape that is not
/// there leads to no URI, and a method registers under its own name unless another one is given.
macro_rules! methods {
    ($(
        $constant:ident = $name:literal:
        $direction:ident $kind:ident
        $(since $major:literal $minor:literal)?
        $(params $params:literal)?
        $(result $result:literal)?
        $(partial $partial:literal)?
        $(registers $(as $registered:literal)? $(options $options:literal)?)?
    ;)+) => {
        /// What is known of each method, in the order of the names.
        pub(crate) static METHODS: [MethodInfo; COUNT] = [$(
            MethodInfo {
                name: $name,
                kind: kind!($kind),
                directions: directions!($direction),
                since: optional!($(($major, $minor))?),
                params: optional!($(Shape::numbered($params))?),
                result: optional!($(Shape::numbered($result))?),
                partial_result: optional!($(Shape::numbered($partial))?),
                registration: optional!($(Registration {
                    method: last!($name $(, $registered)?),
                    options: optional!($(Shape::numbered($options))?),
                })?),
            }
        ),+];

        /// The names, in their order: constant, so that the index of them can be made at build time.
        pub(crate) const NAMES: [&str; COUNT] = [$($name),+];

        /// How many methods there are.
        pub(crate) const COUNT: usize = [$($name),+].len();

        /// The methods of the protocol.
        impl Method {
            $(
                #[doc = concat!("`", $name, "`")]
                pub const $constant: Self = Self::standard($name);
            )+
        }
    };
}

/// Reads rows of the form `NUMBER = part | part;`, numbered from 1. A part is `uri` (a string that
/// is one), `[SHAPE]` (an array), `{ field: SHAPE, field: SHAPE }` (an object), or
/// `{ uri => SHAPE }`, `{ uri => _ }`, `{ _ => SHAPE }` (a map with URIs in keys, values or both).
macro_rules! shapes {
    ($($number:literal = $($part:tt)|+;)+) => {
        /// The parts of each shape; a shape is one more than its place in here.
        pub(crate) static SHAPES: &[&[Part]] = &[$(&[$(part!($part)),+]),+];
    };
}

macro_rules! part {
    (uri) => {
        Part::Uri
    };
    ([$element:literal]) => {
        Part::Array(Shape::numbered($element))
    };
    ({ uri => _ }) => {
        Part::Map { uri_keys: true, values: None }
    };
    ({ uri => $values:literal }) => {
        Part::Map { uri_keys: true, values: Some(Shape::numbered($values)) }
    };
    ({ _ => $values:literal }) => {
        Part::Map { uri_keys: false, values: Some(Shape::numbered($values)) }
    };
    ({ $($field:ident: $shape:literal),+ $(,)? }) => {
        Part::Object(&[$((stringify!($field), Shape::numbered($shape))),+])
    };
}

macro_rules! kind {
    (request) => {
        Kind::Request
    };
    (notification) => {
        Kind::Notification
    };
}

macro_rules! directions {
    (client_to_server) => {
        &[ClientToServer]
    };
    (server_to_client) => {
        &[ServerToClient]
    };
    (both_ways) => {
        &[ClientToServer, ServerToClient]
    };
}

macro_rules! optional {
    () => {
        None
    };
    ($value:expr) => {
        Some($value)
    };
}

macro_rules! last {
    ($value:literal) => {
        $value
    };
    ($_before:literal, $value:literal) => {
        $value
    };
}

mod methods;
mod shapes;

pub(crate) use methods::{COUNT, METHODS, NAMES};
pub(crate) use shapes::SHAPES;
