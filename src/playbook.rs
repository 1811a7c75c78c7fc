//! Playbooks: automations as data. They answer with commands a person could give, and never touch the board.

pub mod bulk;
pub mod engine;
pub mod explain;
pub mod late_signals;
pub mod no_effect;
pub mod reach;
pub mod rule;
pub mod schedule;
pub mod team;
mod transacted;

pub use self::engine::{transact, transact_with};
pub use self::explain::{Conclusion, ConditionReport, Explanation, Verdict, explain};
pub use self::no_effect::{NoEffect, stays};
pub use self::reach::reaches;
pub use self::rule::{
    Bound, Condition, EvalContext, NewTask, Origin, Playbook, PlaybookId, Playbooks, Reaction, Ternary, Test,
    Trigger,
};
pub use self::team::{ExchangeRates, Team};
pub use self::transacted::Transacted;
pub use crate::state::board::playbook_runs::{self, PlaybookRuns};
