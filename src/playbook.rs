//! Playbooks: automations as data. They answer with commands a person could give, and never touch the board.

pub mod engine;
pub mod occasion;
pub mod rule;

pub use engine::transact;
pub use rule::{Action, Condition, Playbook, PlaybookId, Playbooks, Scene, Team, Test, Trigger};
