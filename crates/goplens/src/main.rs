//! goplens.
fn main() {}
