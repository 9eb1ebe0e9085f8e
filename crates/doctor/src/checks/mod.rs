//! The checks, in the order in which they are run: what keeps gopls from loading anything at all comes
//! before what keeps it from loading one package.

mod excluded_by_build_tag;
#[cfg(test)]
mod testing;

use crate::Check;

/// All checks. A new one is one file and one line.
pub const ALL: &[&dyn Check] = &[&excluded_by_build_tag::ExcludedByBuildTag];
