//! Gangplank.
pub mod cli;
pub mod config;
pub mod demo;
pub mod intake;
pub mod playbook;
pub mod session;
pub mod state;
pub mod store;
pub mod text;
pub mod tui;
