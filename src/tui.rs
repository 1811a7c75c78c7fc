//! The board on a terminal.

pub mod action;
pub mod keymap;
pub mod terminal;
pub mod theme;
