//! Gangplank.
pub mod state;
