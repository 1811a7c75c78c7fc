//! Gangplank.
pub mod state;
pub mod text;
