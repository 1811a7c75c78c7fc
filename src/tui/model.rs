//! Everything the screen knows.

pub mod app;
pub mod columns;
pub mod filter;
pub mod history;
pub mod msg;
pub mod screens;
pub mod today;
