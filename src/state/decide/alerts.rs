//! Alerts: raised, changed, closed, and given to the owner of their account.

use chrono::{DateTime, Utc};

use crate::state::board::Board;
use crate::state::command::AlertChange;
use crate::state::event::{Change, Event};
use crate::state::refusal::Refusal;
use crate::state::values::account::Account;
use crate::state::values::actor::Actor;
use crate::state::values::alert::{Alert, AlertKey, AlertState};
use crate::state::values::fact::FactKey;

/// The events of `change` on the alert `key`. Raising an alert that a person closed leaves it closed, unless the payment
/// failed once more; an alert that a signal settled opens again.
pub(super) fn change(
    board: &Board,
    key: &AlertKey,
    change: &AlertChange,
    by: &Actor,
    now: DateTime<Utc>,
) -> Result<Vec<Event>, Refusal> {
    let known = board.alert(key);
    let to = match (change, known) {
        (AlertChange::Raise(alert), None) => (**alert).clone(),
        (AlertChange::Raise(alert), Some(known)) => raised_again(known, alert),
        (_, None) => return Err(Refusal::NoSuchAlert(key.clone())),
        (change, Some(known)) => changed_by_hand(known, change, by, now),
    };
    if known.is_some_and(|known| **known == to) {
        return Ok(Vec::new());
    }
    let from = known.map(|known| Box::new((**known).clone()));
    let account = to.account.clone();
    Ok(vec![Change::AlertChanged { key: key.clone(), from, to: Some(Box::new(to)) }.on(&account)])
}

/// The alert after it is raised again: a later attempt updates it, a late report of an earlier one does not.
fn raised_again(known: &Alert, news: &Alert) -> Alert {
    let known = match known.state {
        AlertState::Closed { settled: true, .. } => &opened_again(known),
        // A person dealt with the attempts until then; one more failed attempt is new.
        AlertState::Closed { settled: false, .. } if news.attempts > known.attempts => &opened_again(known),
        AlertState::Closed { settled: false, .. } => return known.clone(),
        AlertState::Open | AlertState::Snoozed { .. } => known,
    };
    if news.attempts < known.attempts {
        return known.clone();
    }
    Alert {
        amount: news.amount.or(known.amount),
        due: news.due.or(known.due),
        attempts: news.attempts,
        next_attempt: news.next_attempt,
        // What is new is not in anybody's hands yet.
        acknowledged_at: known.acknowledged_at.filter(|_| news.attempts == known.attempts),
        text: news.text.clone().or_else(|| known.text.clone()),
        ..known.clone()
    }
}

/// A reopened alert is acknowledged by nobody: whoever handled it had finished.
fn opened_again(closed: &Alert) -> Alert {
    Alert { state: AlertState::Open, acknowledged: None, acknowledged_at: None, ..closed.clone() }
}

/// Assigns the open alerts of `account` to its new `owner`, but not those that a person assigned by hand.
pub(super) fn follow_owner(board: &Board, account: &Account, owner: Option<&str>) -> Vec<Event> {
    let Some(owner) = owner.or_else(|| account.text(&FactKey::Specialist)) else { return Vec::new() };
    let theirs = board
        .alerts_of(&account.id)
        .filter(|alert| !alert.is_closed() && !alert.handed && alert.assignee.as_deref() != Some(owner));
    let given = theirs.map(|alert| Change::AlertChanged {
        key: alert.key.clone(),
        from: Some(Box::new((**alert).clone())),
        to: Some(Box::new(Alert { assignee: Some(owner.into()), ..(**alert).clone() })),
    });
    given.map(|change| change.on(&account.id)).collect()
}

fn changed_by_hand(known: &Alert, change: &AlertChange, by: &Actor, now: DateTime<Utc>) -> Alert {
    let alert = known.clone();
    match change {
        AlertChange::Acknowledge => {
            Alert { acknowledged: Some(by.clone().into()), acknowledged_at: Some(now), ..alert }
        }
        AlertChange::Snooze { until } if !alert.is_closed() => {
            Alert { state: AlertState::Snoozed { until: *until }, ..alert }
        }
        AlertChange::Close { outcome } if !alert.is_closed() => {
            Alert { state: AlertState::Closed { at: now, outcome: outcome.clone(), settled: false }, ..alert }
        }
        AlertChange::Settle { outcome } if !alert.is_closed() => {
            Alert { state: AlertState::Closed { at: now, outcome: outcome.clone(), settled: true }, ..alert }
        }
        AlertChange::Raise(_)
        | AlertChange::Snooze { .. }
        | AlertChange::Close { .. }
        | AlertChange::Settle { .. } => alert,
        AlertChange::Reopen if alert.is_closed() => opened_again(&alert),
        AlertChange::Reopen => Alert { state: AlertState::Open, ..alert },
        AlertChange::Assign { assignee } => Alert { assignee: assignee.clone(), handed: true, ..alert },
    }
}
