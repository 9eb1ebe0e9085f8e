//! The checks, in the order in which they are run: what keeps gopls from loading anything at all comes
//! before what keeps it from loading one package.

use crate::Check;

/// All checks. A new one is one file and one line.
pub const ALL: &[&dyn Check] = &[];
