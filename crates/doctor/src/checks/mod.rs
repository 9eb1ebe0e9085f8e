//! The checks, in the order in which they are run: what keeps gopls from loading anything at all comes
//! before what keeps it from loading one package.

mod dependency_missing;
mod excluded_by_build_tag;
mod import_cycle;
mod package_clause_mismatch;
mod symbol_declared_by_cgo;
mod syntax_error_hides_symbol;
#[cfg(test)]
pub(crate) mod testing;

use crate::Check;

/// All checks. A new one is one file and one line.
pub const ALL: &[&dyn Check] = &[
    &excluded_by_build_tag::ExcludedByBuildTag,
    &dependency_missing::DependencyMissing,
    &symbol_declared_by_cgo::SymbolDeclaredByCgo,
    &package_clause_mismatch::PackageClauseMismatch,
    &import_cycle::ImportCycle,
    &syntax_error_hides_symbol::SyntaxErrorHidesSymbol,
];
