//! From a key to its meaning.

pub mod action;
pub mod chord;
pub mod escape;
pub mod key_sequence;
pub mod keymap;
pub mod own_commands;
pub mod spelled;
pub mod text_field;
