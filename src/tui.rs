//! The screen: a loop that waits, updates and draws, around pure state and pure pictures.
//!
//! Every room looks only at those above it in this list: [`input`] says which key means what, and [`theme`] what looks
//! how; [`model`] is everything the screen knows; [`layout`] says where each part of it lies, and [`canvas`] fills its
//! cells, where [`chart`] says what charts look like in cells; [`screens`] has what can be laid over the board, such as the forecast; [`update`] changes the model and
//! [`view`] draws it, and these two never name each other; [`plain`] says in words what changed, for who does not see it; [`shell`] is the loop and the terminal, the only part that
//! reaches outside.

pub mod canvas;
pub mod chart;
pub mod input;
pub mod layout;
pub mod model;
pub mod named_keys;
pub mod plain;
pub mod screens;
pub mod shell;
pub mod theme;
pub mod title;
pub mod update;
pub mod view;
