//! Follow-ups: tasks and snoozes.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::state::command::TaskChange;
use crate::state::event::{Change, Event};
use crate::state::refusal::Refusal;
use crate::state::values::account::{Account, Snooze};
use crate::state::values::actor::Seq;
use crate::state::values::task::{Task, TaskId};

/// The events of `change` on a task of `account`. Adding a task that exists changes nothing.
pub(super) fn change(
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
    Ok(vec![Change::TaskChanged { task: id, from, to: Some(to) }.on(&account.id)])
}

/// A new task id: `t` and the number of the entry, with a counter when one entry adds several.
fn free_id(account: &Account, next: Seq) -> TaskId {
    let numbered = std::iter::once(format!("t{next}")).chain((2..).map(|n| format!("t{next}.{n}")));
    let mut free = numbered.map(Arc::<str>::from).filter(|id| !account.tasks.contains_key(id));
    free.next().unwrap_or_else(|| "t".into())
}

/// Snoozes `account`, or ends its snooze.
pub(super) fn snooze(account: &Account, until: Option<DateTime<Utc>>) -> Vec<Event> {
    let to = until.map(|until| Snooze { until });
    if account.snooze == to {
        return Vec::new();
    }
    vec![Change::SnoozeChanged { from: account.snooze.clone(), to }.on(&account.id)]
}
