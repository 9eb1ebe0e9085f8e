//! The id of a request, by value.

use std::fmt;

/// The id of a request, by *value*: gopls writes `"a<&>b"` back as `"a\u003c\u0026\u003eb"`, so two
/// spellings of one string are one id, while `1` and `"1"` are two.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Id {
    /// An integer. gopls reads no id outside of 64 bits.
    Number(i64),
    /// A string, decoded.
    Text(Box<str>),
}

impl From<i64> for Id {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// As JSON would spell it: `1` or `"a"`.
impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(formatter, "{number}"),
            Self::Text(text) => write!(formatter, "{text:?}"),
        }
    }
}
