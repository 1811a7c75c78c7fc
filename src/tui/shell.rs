//! What reaches outside: the loop, and the terminal it draws on.

mod clipboard;
mod events;
mod graphemes;
pub mod run;
pub mod terminal;
