//! Gangplank.

fn main() {}
