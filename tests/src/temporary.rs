//! Folders for what a test needs on disk.

use std::env::temp_dir;
use std::fs;

use tempfile::TempDir;

/// A folder whose path has no link in it. The system's own folder for temporary files may be one
/// (macOS's is), and a test that is not about links would meet one by accident.
///
/// # Panics
///
/// Where none can be made.
pub fn temporary_folder(prefix: &str) -> TempDir {
    let above = fs::canonicalize(temp_dir());
    above
        .and_then(|above| TempDir::with_prefix_in(prefix, above))
        .expect("a temporary folder")
}
