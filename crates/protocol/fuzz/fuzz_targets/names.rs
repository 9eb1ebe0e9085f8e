//! Any bytes as a message whose files are renamed, and which is held against the protocol.
#![no_main]

#[path = "../property.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::check(bytes));
