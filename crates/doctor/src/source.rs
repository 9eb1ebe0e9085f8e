//! What stands in a Go file.
