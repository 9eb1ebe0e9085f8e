//! The inspectors.
