//! Playbooks: automations as data. They answer with commands a person could give, and never touch the board.

mod answer;
pub mod condition;
pub mod engine;
pub mod explain;
pub mod late;
pub mod occasion;
pub mod rule;
pub mod stay;
pub mod words;

pub use crate::state::firings::{self, Firings};
pub use condition::{Bound, Condition, Scene, Test, Truth};
pub use engine::transact;
pub use explain::{Explanation, Verdict, explain};
pub use rule::{Action, NewTask, Origin, Playbook, PlaybookId, Playbooks, Team, Trigger};
pub use stay::stays;
