//! The checks, in the order in which they are run: what keeps gopls from loading anything at all comes
//! before what keeps it from loading one package.

mod dependency_missing;
mod excluded_by_build_tag;
mod go_flags_invalid;
mod go_mod_invalid;
mod go_mod_needs_newer_go;
mod go_not_found;
mod go_root_invalid;
mod go_work_does_not_list_module;
mod go_work_elsewhere;
mod go_work_missing_directory;
mod go_work_older_than_module;
mod gocache_unusable;
mod gopath_mode;
mod import_cycle;
mod inconsistent_vendoring;
mod no_module;
mod outside_workspace_module;
mod package_clause_mismatch;
mod symbol_declared_by_cgo;
mod syntax_error_hides_symbol;
mod toolchain_not_available;
mod workspace_folder_missing;

use crate::Check;

pub(crate) use dependency_missing::Reason;

/// All checks. A new one is one file and one line.
pub const ALL: &[&dyn Check] = &[
    &workspace_folder_missing::WorkspaceFolderMissing,
    &go_not_found::GoNotFound,
    &go_root_invalid::GoRootInvalid,
    &go_flags_invalid::GoFlagsInvalid,
    &toolchain_not_available::ToolchainNotAvailable,
    &gocache_unusable::GocacheUnusable,
    &go_mod_invalid::GoModInvalid,
    &go_mod_needs_newer_go::GoModNeedsNewerGo,
    &go_work_missing_directory::GoWorkMissingDirectory,
    &go_work_older_than_module::GoWorkOlderThanModule,
    &inconsistent_vendoring::InconsistentVendoring,
    &gopath_mode::GopathMode,
    &no_module::NoModule,
    &go_work_elsewhere::GoWorkElsewhere,
    &go_work_does_not_list_module::GoWorkDoesNotListModule,
    &excluded_by_build_tag::ExcludedByBuildTag,
    &outside_workspace_module::OutsideWorkspaceModule,
    &dependency_missing::DependencyMissing,
    &symbol_declared_by_cgo::SymbolDeclaredByCgo,
    &package_clause_mismatch::PackageClauseMismatch,
    &import_cycle::ImportCycle,
    &syntax_error_hides_symbol::SyntaxErrorHidesSymbol,
];
