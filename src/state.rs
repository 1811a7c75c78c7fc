//! The board as values: what an onboarding board is, and the rules it keeps.
//!
//! Everything here is pure. Time is an argument, nothing reads a disk, a terminal or a clock, and the same
//! entries always fold into the same [`Board`].

pub mod account;
pub mod alert;
pub mod attention;
pub mod board;
mod calls;
mod care;
pub mod command;
pub mod decide;
pub mod directory;
pub mod event;
pub mod fact;
pub mod facts;
pub mod firings;
pub mod forecast;
pub mod import;
pub mod inbox;
pub mod mine;
pub mod money;
pub mod pipeline;
pub mod record;
pub mod refusal;
mod shared;
pub mod signal;
pub mod task;
pub mod time;
mod undo;
pub mod upcoming;
pub mod when;
pub mod words;

pub use account::{
    Account, AccountId, HistoryItem, Note, Owner, Place, Risk, RiskLevel, Segment, Snooze, Stamp,
};
pub use alert::{Alert, AlertKey, AlertKind, AlertState};
pub use attention::{Attention, Mismatch, Pressing, Reason};
pub use board::{Board, Standing};
pub use command::{AccountFacts, AlertChange, Command, TaskChange};
pub use decide::decide;
pub use directory::Directory;
pub use event::{Actor, Cause, Entry, Event, Seq, Unmatched};
pub use fact::{Fact, FactKey, FactKind, FactValue, Source};
pub use facts::Facts;
pub use forecast::{Forecast, Stand, Weights};
pub use money::{Currency, Money};
pub use pipeline::{Phase, Pipeline, Stage, StageId};
pub use record::AccountRef;
pub use refusal::Refusal;
pub use signal::{Signal, SignalId, What};
pub use task::{Task, TaskId};
pub use time::Now;
pub use undo::known_before;
pub use upcoming::{Upcoming, upcoming};
pub use when::When;
