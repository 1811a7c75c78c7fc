//! Playbooks: automations as data. They answer with commands a person could give, and never touch the board.

pub mod condition;
pub mod engine;
pub mod explain;
pub mod late_signals;
pub mod no_effect;
pub mod rule;
pub mod schedule;
mod summary;
pub mod words;

pub use self::condition::{Bound, Condition, EvalContext, Ternary, Test};
pub use self::engine::transact;
pub use self::explain::{Explanation, Verdict, explain};
pub use self::no_effect::stays;
pub use self::rule::{NewTask, Origin, Playbook, PlaybookId, Playbooks, Reaction, Team, Trigger};
pub use crate::state::board::playbook_runs::{self, PlaybookRuns};
