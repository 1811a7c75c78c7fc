//! The words playbooks are written in.

use std::fmt;
use std::sync::Arc;

use chrono::{NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

use super::condition::Condition;
use super::team::Team;
use crate::state::values::signal::SignalKind;
use crate::state::{AlertKind, Board, Command, Refusal, Segment, StageId};

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

impl From<Vec<Playbook>> for Playbooks {
    fn from(all: Vec<Playbook>) -> Self {
        Self { all, team: Team::default() }
    }
}

/// What sets a playbook off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// Something new was learned about an account.
    FactsChanged,
    /// One of these happened.
    Signal(Vec<SignalKind>),
    /// It entered one of these stages.
    StageEntered(Vec<StageId>),
    /// So many days or fewer are left before its next renewal; once per renewal.
    DaysBeforeRenewal(u32),
    /// It has stood in its stage for so many days; once per stay.
    DaysInStage(u32),
    /// Nothing was heard for so many days; once per silence.
    DaysSinceTouch(u32),
    /// The clock says so; once a day, or once a week.
    Clock(Option<Weekday>, NaiveTime),
}

/// What a playbook does.
#[derive(Clone, Debug, PartialEq)]
pub enum Reaction {
    /// Puts the account into a stage, by the rules a person is held to.
    Move(StageId),
    /// Adds it to a segment.
    Join(Segment),
    /// Takes it out of a segment.
    Leave(Segment),
    /// Like `Move`, with the reason that lets a card leave a closed stage.
    MoveBecause(StageId, Arc<str>),
    /// Notes that it entered a stage or bucket, if it never did.
    Stamp(Arc<str>),
    /// Raises the alert that the signal is about.
    Raise(AlertKind),
    /// Closes the alert that the signal is about.
    Close(AlertKind),
    /// Sets a task, once: the playbook's id is the task's.
    Task(NewTask),
    /// Gives it an owner, if it has none.
    Assign(Arc<str>),
}

/// A task as a playbook sets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTask {
    pub title: Arc<str>,
    /// In how many days it is due; nothing when that does not matter.
    pub due_in_days: Option<u32>,
    /// What has to happen for it to be done by itself: any of these.
    pub done_on: Vec<SignalKind>,
}

impl Reaction {
    /// The stage it puts an account into, if it moves any.
    pub fn stage(&self) -> Option<&StageId> {
        match self {
            Self::Move(to) | Self::MoveBecause(to, _) => Some(to),
            Self::Join(_)
            | Self::Leave(_)
            | Self::Stamp(_)
            | Self::Raise(_)
            | Self::Close(_)
            | Self::Task(_)
            | Self::Assign(_) => None,
        }
    }

    /// The signals it can be done for, where it takes what it needs from the signal.
    pub fn answered_by(&self) -> Option<&'static [SignalKind]> {
        match self {
            Self::Raise(AlertKind::FailedPayment) => Some(&[SignalKind::InvoicePaymentFailed]),
            Self::Close(AlertKind::FailedPayment) => {
                Some(&[SignalKind::InvoicePaid, SignalKind::InvoicePaymentFailed])
            }
            Self::Raise(AlertKind::LargeInvoice) | Self::Close(AlertKind::LargeInvoice) => {
                Some(&[SignalKind::InvoiceUpcoming])
            }
            // An alert about a playbook is for the engine to raise, and for people to close.
            Self::Raise(AlertKind::Playbook)
            | Self::Close(AlertKind::Playbook)
            | Self::Move(_)
            | Self::MoveBecause(..)
            | Self::Join(_)
            | Self::Leave(_)
            | Self::Stamp(_)
            | Self::Task(_)
            | Self::Assign(_) => None,
        }
    }
}
