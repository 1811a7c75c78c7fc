//! What a board is made of: plain values with the rules that concern each of them alone.
//!
//! The order of the list is the order in which they build on each other; none looks at a later one.

pub(in crate::state) mod arc_str;

pub mod actor;
pub mod billing_interval;
pub mod money;
pub mod time;
pub mod totals;
pub mod when;

pub mod past_day;

pub mod account_id;
pub mod by_fact;
pub mod checklist;
pub mod fact;
pub mod facts;
pub mod finding;
pub mod pushed;
pub mod refund;
pub mod signal;
pub mod small_map;
pub mod source_read;
pub mod task;

pub mod account;
pub mod account_ref;
pub mod alert;
pub mod history_item;
pub mod occasion;
pub mod pipeline;
pub mod roster;
pub mod subscription;
