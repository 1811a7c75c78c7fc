//! Questions about a board and a moment. Nothing here changes anything.

pub mod attention;
mod attention_rules;
pub mod checklists;
pub mod done_today;
pub mod forecast;
pub mod import_outcome;
pub mod lookup;
pub mod ownership;
pub mod reason;
pub mod refunds;
pub mod settled;
pub mod timeline;
pub mod unmatched;
pub mod upcoming;
pub mod workload;
