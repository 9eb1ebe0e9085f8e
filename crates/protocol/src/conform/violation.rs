//! What does not fit, in words.

use std::fmt;
use std::ops::Range;

use crate::conform::described::{Kinds, Listed};
use crate::conform::scalar;
use crate::traffic::Kind;
use crate::types::Type;
use crate::{Direction, Method, Side};

/// Something in a message that is not as the protocol has it. Displays as one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which part of the message it is in.
    pub part: Part,
    /// Where in that part: `capabilities.general.positionEncodings[0]`. Empty where it is about all
    /// of it.
    pub path: String,
    /// The bytes of the body that are wrong: a value, a key that should not be there, or an object
    /// that lacks something.
    pub span: Range<usize>,
    /// The version that brought what stands there, e.g. `(3, 16)`, where the protocol says it.
    pub since: Option<(u8, u8)>,
    /// What is wrong.
    pub what: What,
}

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The message itself.
    Message,
    /// The params of a request or a notification.
    Params,
    /// The result of a response.
    Result,
    /// The error of a response.
    Error,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Neither the protocol nor gopls has this method.
    UnknownMethod(Method),
    /// The method travels the other way only.
    WrongDirection(Method, Direction),
    /// The message is of one kind, and the method is for the other one.
    WrongKind {
        /// The method.
        method: Method,
        /// What the message is.
        is: Kind,
        /// What the protocol has.
        belongs: Kind,
    },
    /// The protocol has no such property there.
    UnknownProperty {
        /// The object's type; empty where it has no name.
        of: &'static str,
        /// A property that it might have had, by its spelling.
        meant: Option<&'static str>,
    },
    /// A property that has to be there is not.
    Missing,
    /// The value is of another type.
    WrongType {
        /// What it is.
        is: String,
        /// What the protocol has.
        expected: Expected,
    },
    /// The value is of the right type, and not one of those that the protocol knows.
    UnknownValue {
        /// What it is, as JSON.
        is: String,
        /// What the protocol has.
        expected: Expected,
    },
}

/// What the protocol has at a place.
#[derive(Clone, Copy)]
pub struct Expected(pub(super) &'static Type);

impl Expected {
    /// Whether a string, a number, a boolean or `null` could stand there, given as JSON.
    pub fn takes(self, scalar: &[u8]) -> bool {
        scalar::takes(self.0, scalar)
    }
}

impl PartialEq for Expected {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Expected {}

impl fmt::Debug for Expected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Expected({self})")
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Kinds(self.0).fmt(formatter)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::UnknownMethod(method) => {
                return write!(formatter, "`{method}` is no method of the protocol");
            }
            What::WrongDirection(method, direction) => {
                let (from, right) = match direction.sender() {
                    Side::Client => ("client", "server"),
                    Side::Server => ("server", "client"),
                };
                return write!(
                    formatter,
                    "`{method}` came from the {from}, where the protocol has it from the {right}"
                );
            }
            What::WrongKind {
                method,
                is,
                belongs,
            } => {
                let (is, belongs) = (is.as_str(), belongs.as_str());
                return write!(
                    formatter,
                    "`{method}` came as a {is}, where the protocol has a {belongs}"
                );
            }
            _ => {}
        }
        match (self.part, self.path.as_str()) {
            (Part::Params, "") => formatter.write_str("`params`")?,
            (Part::Result, "") => formatter.write_str("`result`")?,
            (Part::Error, "") => formatter.write_str("`error`")?,
            (_, path) => write!(formatter, "`{path}`")?,
        }
        match &self.what {
            What::UnknownProperty { of: "", meant } => {
                formatter.write_str(" is not in the protocol")?;
                meant_instead(formatter, *meant)
            }
            What::UnknownProperty { of, meant } => {
                write!(formatter, " is not in the protocol's {of}")?;
                meant_instead(formatter, *meant)
            }
            What::Missing => formatter.write_str(" is missing, where the protocol requires it"),
            What::WrongType { is, expected } => {
                write!(formatter, " is {is}, where the protocol has {expected}")
            }
            What::UnknownValue { is, expected } => {
                write!(
                    formatter,
                    " is {is}, where the protocol has {}",
                    Listed(expected.0)
                )
            }
            What::UnknownMethod(_) | What::WrongDirection(..) | What::WrongKind { .. } => Ok(()),
        }
    }
}

fn meant_instead(formatter: &mut fmt::Formatter<'_>, meant: Option<&str>) -> fmt::Result {
    match meant {
        Some(meant) => write!(formatter, ", which has `{meant}`"),
        None => Ok(()),
    }
}
