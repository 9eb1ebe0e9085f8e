//! The types of all that messages hold, from the LSP meta model, and the macros that the generated
//! files are written in.
//!
//! `cargo xtask codegen` writes all that is in the folder `types`, and nothing else is in there.

use crate::method::same;
use crate::table::{COUNT, NAMES};

/// A type of the protocol.
#[derive(Debug)]
pub(crate) enum Type {
    /// Takes everything.
    Any,
    /// `null`.
    Null,
    /// `true` and `false`.
    Boolean,
    /// An integer of 32 bits.
    Integer,
    /// An integer of 31 bits and no sign.
    UnsignedInteger,
    /// Any number.
    Decimal,
    /// Any string.
    Text,
    /// A string that is a URI.
    Uri,
    /// One string only.
    Literal(&'static str),
    /// A set of strings or numbers.
    Enumeration(Enumeration),
    /// An array of any length.
    Array(&'static Type),
    /// An array of this length.
    Tuple(&'static [&'static Type]),
    /// An object with keys that say something themselves.
    Map(&'static Type),
    /// An object with these properties.
    Structure(Structure),
    /// Any of these.
    Union(&'static [&'static Type]),
}

/// A set of values of the same kind.
#[derive(Debug)]
pub(crate) struct Enumeration {
    /// What the protocol calls it.
    pub(crate) name: &'static str,
    /// Whether other values of the same kind are right too.
    pub(crate) open: bool,
    /// The values.
    pub(crate) values: Values,
}

/// The values of an enumeration.
#[derive(Debug)]
pub(crate) enum Values {
    Texts(&'static [&'static str]),
    Numbers(&'static [u32]),
}

/// A kind of object.
#[derive(Debug)]
pub(crate) struct Structure {
    /// What the protocol calls it; empty where it has no name.
    pub(crate) name: &'static str,
    /// All its properties, at most 64.
    pub(crate) properties: &'static [Property],
}

/// A property of a structure.
#[derive(Debug)]
pub(crate) struct Property {
    /// Its key.
    pub(crate) name: &'static str,
    /// Whether it may be missing.
    pub(crate) optional: bool,
    /// The version that brought it, e.g. `(3, 16)`. The model does not say it of most of those that
    /// came with their structure.
    pub(crate) since: Option<(u8, u8)>,
    /// What it holds.
    pub(crate) kind: &'static Type,
}

/// The types of what the messages of a method hold.
#[derive(Debug)]
pub(crate) struct MessageTypes {
    /// The params, if it has any.
    pub(crate) params: Option<&'static Type>,
    /// The result; a notification has none.
    pub(crate) result: Option<&'static Type>,
    /// The value of a `$/progress` with a part of the result.
    pub(crate) partial_result: Option<&'static Type>,
    /// The data of an error.
    pub(crate) error_data: Option<&'static Type>,
    /// The options with which a server registers for it.
    pub(crate) registration_options: Option<&'static Type>,
}

/// Reads a type other than a name, of the form
///
/// - `[TYPE]`, an array, or `(TYPE, TYPE)`, an array of that length;
/// - `{ string => TYPE }`, a map, or `{ key: TYPE, key?: TYPE since MAJOR MINOR }`, a structure;
/// - `"text"`, which is that text only;
/// - `TYPE | TYPE`, any of them.
///
/// In front of it stands what it is called.
macro_rules! value {
    ($name:expr; [$($element:tt)|+]) => {
        Type::Array(kind!($($element)|+))
    };
    ($name:expr; ($($item:tt),*)) => {
        Type::Tuple(&[$(kind!($item)),*])
    };
    ($name:expr; { $_key:ident => $($held:tt)|+ }) => {
        Type::Map(kind!($($held)|+))
    };
    // What begins with an `@` never comes: it is there for the question mark to be counted by.
    ($name:expr; { $(
        $key:ident $(? $(@ $never:tt)?)?: $($held:tt)|+ $(since $major:literal $minor:literal)?
    ),* $(,)? }) => {
        Type::Structure(Structure {
            name: $name,
            properties: &[$(
                Property {
                    name: stringify!($key),
                    optional: is_there!($(? $(@ $never)?)?),
                    since: optional!($(($major, $minor))?),
                    kind: kind!($($held)|+),
                }
            ),*],
        })
    };
    ($name:expr; $text:literal) => {
        Type::Literal($text)
    };
    ($name:expr; $($alternative:tt)|+) => {
        Type::Union(&[$(kind!($alternative)),+])
    };
}

/// Reads a type: a name, or what [`value!`] reads.
macro_rules! kind {
    ($name:ident) => {
        named!($name)
    };
    ($($part:tt)|+) => {
        &value!(""; $($part)|+)
    };
}

/// Reads the name of a type.
macro_rules! named {
    (any) => {
        &Type::Any
    };
    (null) => {
        &Type::Null
    };
    (boolean) => {
        &Type::Boolean
    };
    (integer) => {
        &Type::Integer
    };
    (uinteger) => {
        &Type::UnsignedInteger
    };
    (decimal) => {
        &Type::Decimal
    };
    (string) => {
        &Type::Text
    };
    (URI) => {
        &Type::Uri
    };
    (DocumentUri) => {
        &Type::Uri
    };
    ($name:ident) => {
        &$name
    };
}

macro_rules! is_there {
    () => {
        false
    };
    (?) => {
        true
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

/// Reads rows of the form `NAME = TYPE;`.
macro_rules! types {
    ($($name:ident = $($part:tt)|+;)+) => {$(
        pub(crate) static $name: Type = value!(stringify!($name); $($part)|+);
    )+};
}

/// Reads rows of the form `closed NAME = "value", "value";`.
macro_rules! strings {
    ($($openness:ident $name:ident = $($value:literal),+;)+) => {$(
        pub(crate) static $name: Type = Type::Enumeration(Enumeration {
            name: stringify!($name),
            open: is_open!($openness),
            values: Values::Texts(&[$($value),+]),
        });
    )+};
}

/// Reads rows of the form `closed NAME = Its 1, Values 2;`.
macro_rules! numbers {
    ($($openness:ident $name:ident = $($_member:ident $value:literal),+;)+) => {$(
        pub(crate) static $name: Type = Type::Enumeration(Enumeration {
            name: stringify!($name),
            open: is_open!($openness),
            values: Values::Numbers(&[$($value),+]),
        });
    )+};
}

macro_rules! is_open {
    (open) => {
        true
    };
    (closed) => {
        false
    };
}

/// Reads rows of the form
///
/// ```text
/// "its/name":
///     params TYPE
///     result TYPE
///     partial TYPE
///     error TYPE
///     options TYPE;
/// ```
///
/// in the order of the names, where everything after the colon may be missing.
macro_rules! messages {
    ($(
        $name:literal:
        $(params $($params:tt)|+)?
        $(result $($result:tt)|+)?
        $(partial $($partial:tt)|+)?
        $(error $($error:tt)|+)?
        $(options $($options:tt)|+)?
    ;)+) => {
        /// What the messages of each method hold, in the order of the names.
        pub(crate) static MESSAGES: [MessageTypes; COUNT] = [$(
            MessageTypes {
                params: optional!($(kind!($($params)|+))?),
                result: optional!($(kind!($($result)|+))?),
                partial_result: optional!($(kind!($($partial)|+))?),
                error_data: optional!($(kind!($($error)|+))?),
                registration_options: optional!($(kind!($($options)|+))?),
            }
        ),+];

        const _: () = assert!(are_methods(&[$($name),+]), "the methods are in another order");
    };
}

/// Whether these are all methods of the table, in its order.
const fn are_methods(names: &[&str]) -> bool {
    let mut place = 0;
    while place < names.len() {
        if !same(names[place].as_bytes(), NAMES[place].as_bytes()) {
            return false;
        }
        place += 1;
    }
    true
}

#[expect(
    non_upper_case_globals,
    reason = "types are called as the protocol calls them"
)]
mod enumerations;
mod messages;
#[expect(
    non_upper_case_globals,
    reason = "types are called as the protocol calls them"
)]
pub(crate) mod structures;

pub(crate) use enumerations::*;
pub(crate) use messages::MESSAGES;
use structures::*;
pub(crate) use {is_there, kind, named, optional, types, value};
