//! kept
fn main() {}
