//! Everything the screen knows.

pub mod account_journal;
pub mod account_page;
pub mod activity;
pub mod answers;
pub mod app;
pub mod badges;
pub mod board_names;
pub mod bulk;
pub mod checklist;
pub mod choices;
pub mod columns;
pub mod completion;
pub mod emails;
pub mod filter;
pub mod focus;
pub mod hints;
pub mod marks;
pub mod msg;
pub mod picker;
pub mod programs;
pub mod prompt;
pub mod screens;
pub mod status;
pub mod tabs;
pub mod today;
pub mod which_key;
