//! Looking after accounts: alerts, tasks, snoozes.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::account::{Account, Snooze};
use super::alert::{Alert, AlertKey, AlertState};
use super::board::Board;
use super::command::{AlertChange, TaskChange};
use super::event::{Actor, Event, Seq};
use super::fact::{FactKey, FactValue};
use super::refusal::Refusal;
use super::task::{Task, TaskId};

/// What `change` makes of the alert `key`. One that a person closed stays closed when it is raised again, unless the
/// payment failed once more; one that was settled by what happened opens again.
pub(super) fn alert(
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
        (change, Some(known)) => changed(known, change, by, now),
    };
    if known.is_some_and(|known| **known == to) {
        return Ok(Vec::new());
    }
    let from = known.map(|known| Box::new((**known).clone()));
    Ok(vec![Event::Alerted { account: to.account.clone(), key: key.clone(), from, to: Some(Box::new(to)) }])
}

/// An alert brought up to date: later news wins, news that came late does not.
fn raised_again(known: &Alert, news: &Alert) -> Alert {
    let known = match known.state {
        AlertState::Closed { settled: true, .. } => &opened_again(known),
        // They dealt with what had happened until then; a payment that fails once more is new.
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
        text: news.text.clone().or_else(|| known.text.clone()),
        ..known.clone()
    }
}

/// A closed alert opened again: whoever looked after it was done with it.
fn opened_again(closed: &Alert) -> Alert {
    Alert { state: AlertState::Open, acknowledged: None, ..closed.clone() }
}

/// What a new `owner` of `account` means for its alerts: those that nobody handed to somebody are theirs now.
pub(super) fn follow(board: &Board, account: &Account, owner: Option<&str>) -> Vec<Event> {
    let Some(owner) = owner.or_else(|| account.text(&FactKey::Specialist)) else { return Vec::new() };
    let theirs = board.alerts().filter(|alert| {
        alert.account == account.id
            && !alert.is_closed()
            && !alert.handed
            && alert.assignee.as_deref() != Some(owner)
    });
    theirs
        .map(|alert| Event::Alerted {
            account: account.id.clone(),
            key: alert.key.clone(),
            from: Some(Box::new((**alert).clone())),
            to: Some(Box::new(Alert { assignee: Some(owner.into()), ..(**alert).clone() })),
        })
        .collect()
}

/// The same where `facts` that are learned of `account` name its specialist, and nobody chose an owner here.
pub(super) fn follow_facts(
    board: &Board,
    account: &Account,
    facts: &BTreeMap<FactKey, FactValue>,
) -> Vec<Event> {
    match facts.get(&FactKey::Specialist) {
        Some(FactValue::Text(specialist)) if account.owner.is_none() => {
            follow(board, account, Some(specialist))
        }
        Some(_) | None => Vec::new(),
    }
}

fn changed(known: &Alert, change: &AlertChange, by: &Actor, now: DateTime<Utc>) -> Alert {
    let alert = known.clone();
    match change {
        AlertChange::Acknowledge => Alert { acknowledged: Some(by.clone().into()), ..alert },
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

/// What `change` makes of a task of `account`. One that is there already is not set twice.
pub(super) fn task(
    account: &Account,
    task: Option<&TaskId>,
    change: &TaskChange,
    next: Seq,
    now: DateTime<Utc>,
) -> Result<Vec<Event>, Refusal> {
    let id: TaskId = task.cloned().unwrap_or_else(|| free_id(account, next));
    let from = account.tasks.get(&id).cloned();
    let unknown = || Refusal::NoSuchTask { name: account.name().into(), task: id.clone() };
    let to = match change {
        TaskChange::Add { .. } if from.is_some() => return Ok(Vec::new()),
        TaskChange::Add { title, .. } if title.trim().is_empty() => return Err(Refusal::EmptyTask),
        TaskChange::Add { title, due, done_on } => Task {
            title: title.trim().into(),
            due: due.map(|due| due.date),
            at: due.and_then(|due| due.at),
            done_on: done_on.clone(),
            done: None,
        },
        TaskChange::Done => {
            let known = from.clone().ok_or_else(unknown)?;
            Task { done: known.done.or(Some(now)), ..known }
        }
        TaskChange::Reopen => Task { done: None, ..from.clone().ok_or_else(unknown)? },
    };
    if from.as_ref() == Some(&to) {
        return Ok(Vec::new());
    }
    Ok(vec![Event::Tasked { account: account.id.clone(), task: id, from, to: Some(to) }])
}

/// An id nobody else gave: the number of the entry that sets the task, and a letter where one entry sets several.
fn free_id(account: &Account, next: Seq) -> TaskId {
    let numbered = std::iter::once(format!("t{next}")).chain((2..).map(|n| format!("t{next}.{n}")));
    let mut free = numbered.map(Arc::<str>::from).filter(|id| !account.tasks.contains_key(id));
    free.next().unwrap_or_else(|| "t".into())
}

/// Puts `account` out of sight until then, or back in sight.
pub(super) fn snooze(account: &Account, until: Option<DateTime<Utc>>) -> Vec<Event> {
    let to = until.map(|until| Snooze { until });
    if account.snooze == to {
        return Vec::new();
    }
    vec![Event::Snoozed { account: account.id.clone(), from: account.snooze.clone(), to }]
}
