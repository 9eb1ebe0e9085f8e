//! What gopls would die of.

use std::fmt;

use crate::Id;

/// What is wrong with a body, so wrong that gopls would end with exit code 2 rather than answer.
/// Each was tried on gopls 0.23 or read in its `internal/jsonrpc2/messages.go`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// There is no body.
    Empty,
    /// It begins with a byte order mark.
    ByteOrderMark,
    /// It is not JSON from this offset on.
    Syntax(usize),
    /// It is nested deeper than Go's decoder goes, 10,000 levels.
    TooDeep,
    /// Something follows the value, from this offset on.
    Trailing(usize),
    /// It is a batch, which LSP does not have.
    Batch,
    /// It is neither an object nor a batch.
    NotAnObject,
    /// `jsonrpc` is there and is not "2.0".
    Version,
    /// The id is neither a string nor an integer of 64 bits.
    BadId,
    /// The id of a request is the empty string, which gopls answers with the id 0.
    EmptyId,
    /// The method is not a string.
    BadMethod,
    /// The error is not an object with an integer code and a message.
    BadError,
    /// There is neither a method nor an id.
    Nothing,
}

impl Fault {
    /// JSON-RPC's code for it: -32700 where it is not JSON, -32600 where it is no message.
    pub const fn code(self) -> i64 {
        match self {
            Self::Empty
            | Self::ByteOrderMark
            | Self::Syntax(_)
            | Self::TooDeep
            | Self::Trailing(_) => -32700,
            Self::Batch
            | Self::NotAnObject
            | Self::Version
            | Self::BadId
            | Self::EmptyId
            | Self::BadMethod
            | Self::BadError
            | Self::Nothing => -32600,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("the body is empty"),
            Self::ByteOrderMark => formatter.write_str("the body begins with a byte order mark"),
            Self::Syntax(at) => write!(formatter, "the body is not JSON at byte {at}"),
            Self::TooDeep => formatter.write_str("the body is nested deeper than 10,000 levels"),
            Self::Trailing(at) => write!(formatter, "something follows the message at byte {at}"),
            Self::Batch => formatter.write_str("the body is a batch, which LSP does not have"),
            Self::NotAnObject => formatter.write_str("the body is not an object"),
            Self::Version => formatter.write_str("the field \"jsonrpc\" is not \"2.0\""),
            Self::BadId => {
                formatter.write_str("the id is neither a string nor an integer of 64 bits")
            }
            Self::EmptyId => {
                formatter.write_str("the id is the empty string, which gopls answers with 0")
            }
            Self::BadMethod => formatter.write_str("the method is not a string"),
            Self::BadError => {
                formatter.write_str("the error is not an object with a code and a message")
            }
            Self::Nothing => formatter.write_str("there is neither a method nor an id"),
        }
    }
}

/// What a rejected message would have been, by the fields that were read of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Looks {
    /// A request or a notification: it has a method or parameters.
    Request,
    /// An answer: it has a result or an error.
    Answer,
    /// Neither was read before the fault.
    #[default]
    Unknown,
}

/// A body that gopls must not see, with what could be read of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// What is wrong.
    pub fault: Fault,
    /// The id of the message, where one was read before the fault.
    pub id: Option<Id>,
    /// What the message would have been.
    pub looks: Looks,
}
