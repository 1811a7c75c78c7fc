//! What reaches outside: the loop, and the terminal it draws on.

mod clipboard;
mod drafts;
mod events;
mod graphemes;
mod hyperlinks;
mod line_terminal;
mod own_file;
mod paths;
mod programs;
pub mod run;
mod surface;
pub mod terminal;
