//! Who moved the cards, and how much of that a person took back: whether automations can be trusted.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::bounds::Asked;
use super::visits::Traveled;
use crate::state::values::alert::{Alert, AlertKind};
use crate::state::{AccountId, Actor, Cause, StageId};

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
    /// Where the board refused what a playbook wanted to do, as far as an alert says so.
    pub refused: Vec<AccountId>,
}

/// A move against the board's advice, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForcedMove {
    pub account: AccountId,
    pub at: DateTime<Utc>,
    pub by: Actor,
    /// Nothing when it came onto the board.
    pub from: Option<StageId>,
    /// Nothing when it left the board.
    pub to: Option<StageId>,
    /// In the person's words.
    pub reason: Arc<str>,
    /// Whether it was taken back by now.
    pub is_taken_back: bool,
}

/// Who moved the cards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// In the order of the causes; those that neither moved nor wanted anything are left out.
    pub by: Vec<MovesBy>,
    /// The latest first.
    pub forced: Vec<ForcedMove>,
}

pub(super) fn count(asked: &Asked<'_>, all: &[Traveled<'_>], raised: &[&Arc<Alert>]) -> Moves {
    let (mut causes, mut forced) = (BTreeMap::<MoveCause, MovesBy>::new(), Vec::new());
    let new =
        |cause: MoveCause| MovesBy { cause, moved: Vec::new(), taken_back: Vec::new(), refused: Vec::new() };
    for traveled in all {
        let account = traveled.account;
        for item in account.history.iter().filter(|item| asked.holds(item.at)) {
            let Some(cause) = MoveCause::of(&item.cause) else { continue };
            let is_taken_back = traveled.took_back(item);
            if cause == MoveCause::Forced {
                forced.push(ForcedMove {
                    account: account.id.clone(),
                    at: item.at,
                    by: item.by.clone(),
                    from: item.from.clone(),
                    to: item.to.clone(),
                    reason: item.reason.clone().unwrap_or_else(|| "".into()),
                    is_taken_back,
                });
            }
            let moves = causes.entry(cause.clone()).or_insert_with(|| new(cause));
            moves.moved.push(account.id.clone());
            if is_taken_back {
                moves.taken_back.push(account.id.clone());
            }
        }
    }
    for alert in raised {
        if let Some(cause) = refused_playbook(alert).map(MoveCause::Playbook) {
            let moves = causes.entry(cause.clone()).or_insert_with(|| new(cause));
            moves.refused.push(alert.account.clone());
        }
    }
    forced.sort_by(|a, b| (b.at, &a.account).cmp(&(a.at, &b.account)));
    Moves { by: causes.into_values().collect(), forced }
}

/// The playbook that could not do what it should; nothing where the alert is about something else.
fn refused_playbook(alert: &Alert) -> Option<Arc<str>> {
    let of_kind = alert.key.as_str().strip_prefix(AlertKind::Playbook.word())?.strip_prefix(':')?;
    // Of an account that was merged into another one, the key has the old id.
    let whole = of_kind.strip_suffix(alert.account.as_str()).and_then(|rest| rest.strip_suffix(':'));
    whole.or_else(|| of_kind.split_once(':').map(|(id, _)| id)).map(Arc::from)
}
