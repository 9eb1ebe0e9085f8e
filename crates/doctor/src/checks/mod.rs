//! The checks, in the order in which they are run: what keeps gopls from loading anything at all comes
//! before what keeps it from loading one package.

mod cache_owner_mismatch;
pub(crate) mod dependency_missing;
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
mod gomodcache_not_writable;
pub(crate) mod gopath_leftovers;
mod gopath_mode;
mod import_cycle;
mod inconsistent_vendoring;
mod no_module;
mod outside_workspace_module;
mod package_clause_mismatch;
mod path_breaks_tools;
mod symbol_declared_by_cgo;
mod symlink_mismatch;
mod syntax_error_hides_symbol;
mod tmp_not_writable;
mod toolchain_not_available;
mod workspace_folder_missing;

use crate::Check;

pub(crate) use dependency_missing::Reason;
pub(crate) use go_not_found::usual as usual_go;
pub(crate) use toolchain_not_available::Asked;

/// All checks. A new one is one file and one line.
pub const ALL: &[&dyn Check] = &[
    &workspace_folder_missing::WorkspaceFolderMissing,
    &go_not_found::GoNotFound,
    &go_root_invalid::GoRootInvalid,
    &go_flags_invalid::GoFlagsInvalid,
    &path_breaks_tools::PathBreaksTools,
    &toolchain_not_available::ToolchainNotAvailable,
    &cache_owner_mismatch::CacheOwnerMismatch,
    &gocache_unusable::GocacheUnusable,
    &tmp_not_writable::TmpNotWritable,
    &gomodcache_not_writable::GomodcacheNotWritable,
    &go_mod_invalid::GoModInvalid,
    &go_mod_needs_newer_go::GoModNeedsNewerGo,
    &go_work_missing_directory::GoWorkMissingDirectory,
    &go_work_older_than_module::GoWorkOlderThanModule,
    &inconsistent_vendoring::InconsistentVendoring,
    &gopath_mode::GopathMode,
    &gopath_leftovers::GopathLeftovers,
    &no_module::NoModule,
    &symlink_mismatch::SymlinkMismatch,
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
