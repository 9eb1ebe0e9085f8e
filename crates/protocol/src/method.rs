//! A method's name, cheap to copy and to compare.

use std::fmt;
use std::sync::Arc;

/// A method's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Method(Arc<str>);

impl Method {
    /// The method of this name, known to the protocol or not.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// Its name, e.g. `textDocument/definition`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
