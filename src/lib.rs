//! Gangplank.
pub mod config;
pub mod state;
pub mod text;
pub mod tui;
