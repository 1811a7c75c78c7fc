//! The words playbooks are written in: what sets one off, what must hold, and what it does.

pub mod condition;
pub mod reaction;
pub mod trigger;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::condition::{Bound, Condition, EvalContext, Ternary, Test};
pub use self::reaction::{NewTask, Reaction};
pub use self::trigger::Trigger;
use super::team::Team;
use crate::state::query::attention::{AttentionRules, FinalOutreachTiming, RenewalThresholds};
use crate::state::{Board, Command, Pipeline, Refusal};

/// A playbook's id, unique among playbooks; history and undo name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PlaybookId(pub Arc<str>);

impl fmt::Display for PlaybookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// An automation: when something happens and conditions hold, do something.
#[derive(Clone, Debug, PartialEq)]
pub struct Playbook {
    pub id: PlaybookId,
    /// What people call it; the handbook's title where it has one.
    pub title: Arc<str>,
    /// What sets it off.
    pub on: Trigger,
    /// What must hold. All of it.
    pub when: Vec<Condition>,
    /// What it does, in order.
    pub then: Vec<Reaction>,
    pub origin: Origin,
    /// Whether the team's file switches it off, for everybody.
    pub off_in_file: bool,
}

/// Whose a playbook is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It ships with the program.
    BuiltIn,
    /// The team wrote it, or wrote a built-in one anew.
    Team,
}

impl Playbook {
    /// Whether it may act: neither the team's file nor anybody on `board` switched it off.
    pub fn is_on(&self, board: &Board) -> bool {
        !self.off_in_file && board.is_on(&self.id.0)
    }

    /// Whether it only ever concerns accounts whose onboarding goes on.
    pub fn is_for_open(&self, pipeline: &Pipeline) -> bool {
        self.when.iter().any(|condition| condition.needs_open(pipeline))
    }

    /// The command that switches it on or off.
    ///
    /// # Errors
    /// When it is to be on, and the team's file switches it off.
    pub fn switch(&self, on: bool) -> Result<Command, Refusal> {
        if on && self.off_in_file {
            return Err(Refusal::OffInFile { id: self.id.0.clone() });
        }
        Ok(Command::SwitchPlaybook { playbook: self.id.0.clone(), on })
    }
}

/// The playbooks in force, and what they must know of the team.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Playbooks {
    /// Every playbook, in the order they run in.
    pub all: Vec<Playbook>,
    /// The team.
    pub team: Team,
}

impl Playbooks {
    /// What a person's attention goes by, with the `thresholds` of the settings.
    pub fn attention_rules(&self, thresholds: RenewalThresholds) -> AttentionRules {
        let by_renewal = self.all.iter().filter(|each| matches!(each.on, Trigger::DaysBeforeRenewal(_)));
        let final_outreach = by_renewal.filter_map(|playbook| {
            let to = playbook.then.iter().find_map(Reaction::stage)?;
            let parts: Vec<_> = playbook.when.iter().flat_map(Condition::parts).collect();
            let days = parts.iter().find_map(|part| {
                if let Condition::DaysSinceOutreach(days) = part { Some(*days) } else { None }
            });
            let waits_for_renewal = parts.iter().any(|part| matches!(part, Condition::RenewedSince(_)));
            let timing = match days {
                Some(days) => FinalOutreachTiming::DaysAfterFirst(days),
                None if waits_for_renewal => FinalOutreachTiming::AfterRenewal,
                None => FinalOutreachTiming::Literal,
            };
            Some((to.clone(), timing))
        });
        AttentionRules {
            thresholds,
            specialists: self.team.specialists.as_slice().into(),
            roster: self.team.roster.clone(),
            final_outreach: final_outreach.collect(),
        }
    }
}

impl From<Vec<Playbook>> for Playbooks {
    fn from(all: Vec<Playbook>) -> Self {
        Self { all, team: Team::default() }
    }
}
