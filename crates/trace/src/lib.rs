//! The record, the session folder and the filter language.
