//! Who moved the cards, and how much of that a person took back: whether automations can be trusted.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::InsightsQuestion;
use super::visits::Traveled;
use crate::state::{AccountId, Cause};

/// What made a card move.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MoveCause {
    Hand,
    /// Against the board's advice, with a reason.
    Forced,
    Import,
    /// An automation, by its id.
    Playbook(Arc<str>),
}

impl MoveCause {
    fn of(cause: &Cause) -> Option<Self> {
        match cause {
            Cause::Hand => Some(Self::Hand),
            Cause::Forced => Some(Self::Forced),
            Cause::Import => Some(Self::Import),
            Cause::Playbook(id) => Some(Self::Playbook(id.clone())),
            // What takes back, and does again, is no move of its own.
            Cause::Undo(_) | Cause::Redo(_) => None,
        }
    }
}

/// The moves of one cause in the window. One entry a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovesBy {
    pub cause: MoveCause,
    pub moved: Vec<AccountId>,
    /// Of these, those that were taken back by now.
    pub taken_back: Vec<AccountId>,
}

/// In the order of the causes; those that moved nothing are left out.
pub(super) fn count(question: &InsightsQuestion<'_>, all: &[Traveled<'_>]) -> Vec<MovesBy> {
    let InsightsQuestion { now, window, .. } = question;
    let mut causes: BTreeMap<MoveCause, MovesBy> = BTreeMap::new();
    for Traveled { account, steps, .. } in all {
        for item in account.history.iter().filter(|item| window.holds(item.at, now)) {
            let Some(cause) = MoveCause::of(&item.cause) else { continue };
            let moves = causes.entry(cause.clone()).or_insert_with(|| MovesBy {
                cause,
                moved: Vec::new(),
                taken_back: Vec::new(),
            });
            moves.moved.push(account.id.clone());
            if !steps.iter().any(|step| std::ptr::eq(*step, item)) {
                moves.taken_back.push(account.id.clone());
            }
        }
    }
    causes.into_values().collect()
}
