//! What reaches outside: the loop, and the terminal it draws on.

pub mod run;
pub mod terminal;
