//! The rewriters.
