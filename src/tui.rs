//! The screen: a loop that waits, updates and draws, around pure state and pure pictures.

pub mod action;
pub mod app;
pub mod filter;
pub mod keymap;
pub mod layout;
pub mod msg;
pub mod narrow;
pub mod pages;
pub mod queue;
pub mod run;
pub mod shelf;
pub mod terminal;
pub mod theme;
pub mod trail;
pub mod update;
pub mod view;
