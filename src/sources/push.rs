//! What another system is told of the board's accounts: the stage, when each was first entered, the owner, the payment risk,
//! and alerts and tasks.
//!
//! Only what changed since the last time is sent, and never over a change that somebody made there meanwhile: before a
//! value is written, the one that stands there is read and compared with the one that was told last.

mod account;
pub mod mapping;
mod outcome;
mod tasks;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{NaiveDate, SecondsFormat};
use serde_json::{Value, json};

pub use self::account::AccountPush;
use self::mapping::PushMapping;
pub use self::outcome::{PushConflict, PushOutcome};
use self::tasks::is_completed;
use super::live::LiveSource;
use crate::state::{
    Account, AccountId, Alert, AlertState, Board, FactKey, FactValue, Now, PushedFields, RiskLevel,
};

/// What a field of a task begins with among [`PushedFields`].
pub(super) const TASK: &str = "task:";

/// What was about to be written, by the names of fields.
pub type BegunFields = BTreeMap<Arc<str>, Vec<Arc<str>>>;

/// The same by the ids of accounts: whoever is interrupted before the board has noted it knows its own values by this. Losing
/// it means that a person is asked.
pub type BegunPushes = BTreeMap<String, BegunFields>;

/// An account that is to be told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushCandidate {
    pub account: AccountId,
    pub name: String,
    /// Its id there.
    pub remote: String,
    /// What changed since it was told of last.
    pub wanted: PushedFields,
    /// What was told last of these fields.
    pub before: PushedFields,
    /// What day it is.
    pub today: NaiveDate,
}

/// What is to be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PushPlan {
    pub accounts: Vec<PushCandidate>,
    /// How many accounts stand there as the board last told.
    pub unchanged: usize,
    /// How many accounts of the board the system does not know, as far as the board knows.
    pub unknown: usize,
}

/// Plans what `source` is to be told of the accounts on `board`, as `mapping` says. What an interrupted run was about to write,
/// which is `begun`, may stand there, even where the board says again what it had told before.
pub fn plan_push(
    source: &LiveSource,
    mapping: &PushMapping,
    board: &Board,
    begun: &BegunPushes,
    now: &Now,
) -> PushPlan {
    let mut plan = PushPlan::default();
    let Some(provider) = source.kind.provider() else { return plan };
    let key = FactKey::OtherId(provider.word().into());
    for account in board.accounts().filter(|account| account.placement.is_some()) {
        let Some(FactValue::Text(remote)) = account.fact(&key) else {
            plan.unknown += 1;
            continue;
        };
        let told = account.pushed.get(&source.name);
        let before = |field: &Arc<str>| told.and_then(|told| told.get(field)).cloned();
        let mut wanted = wanted(mapping, account, board, told, now);
        let begun = begun.get(account.id.as_str());
        wanted.retain(|field, value| {
            let is_begun = begun.is_some_and(|begun| begun.contains_key(field));
            is_begun || !before(field).is_some_and(|before| is_told(field, &before, value))
        });
        if wanted.is_empty() {
            plan.unchanged += 1;
            continue;
        }
        let before = wanted.keys().filter_map(|field| Some((field.clone(), before(field)?))).collect();
        plan.accounts.push(PushCandidate {
            account: account.id.clone(),
            name: account.name().to_owned(),
            remote: remote.to_string(),
            wanted,
            before,
            today: now.today(),
        });
    }
    // A board has no order of its own, and whoever reads a dry run wants one.
    plan.accounts.sort_by(|one, other| one.account.cmp(&other.account));
    plan
}

/// What should stand there, as JSON texts. What is not known here is left alone there, unless it was told before.
fn wanted(
    mapping: &PushMapping,
    account: &Account,
    board: &Board,
    told: Option<&PushedFields>,
    now: &Now,
) -> PushedFields {
    let mut wanted = PushedFields::new();
    let mut want = |field: &Arc<str>, value: Option<Value>| {
        let was_told = told.is_some_and(|told| told.contains_key(field));
        if value.is_some() || was_told {
            wanted.insert(field.clone(), value.unwrap_or(Value::Null).to_string().into());
        }
    };
    if let Some(field) = &mapping.stage {
        let stage = account.placement.as_ref().map(|place| board.pipeline().label(&place.stage).into());
        want(field, stage);
    }
    if let Some(field) = &mapping.owner {
        want(field, account.owner().map(Value::from));
    }
    if let Some(field) = &mapping.payment_risk {
        let level = account.risk.level;
        want(field, (level != RiskLevel::None).then(|| level.to_string().into()));
    }
    for (stamp, field) in &mapping.entered {
        let at = account.stamps.get(stamp);
        want(field, at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true).into()));
    }
    if mapping.tasks.is_some() {
        let mut here = BTreeSet::new();
        for (id, task) in tasks(account, board, now) {
            let field: Arc<str> = format!("{TASK}{id}").into();
            here.insert(field.clone());
            let is_over = task.get("completedAt").is_some_and(|at| !at.is_null());
            // What was over before anybody there heard of it is no news.
            if !is_over || told.is_some_and(|told| told.contains_key(&field)) {
                want(&field, Some(task));
            }
        }
        // Whoever works there need not do what was undone here.
        let told = told.into_iter().flatten().filter(|(field, _)| field.starts_with(TASK));
        for (field, task) in told.filter(|(field, task)| !here.contains(*field) && !is_completed(task)) {
            let mut task: Value = serde_json::from_str(task).unwrap_or_default();
            task["completedAt"] = json!(now.at.to_rfc3339_opts(SecondsFormat::Secs, true));
            want(field, Some(task));
        }
    }
    wanted
}

/// Whether `told` says of `field` what `wanted` does.
fn is_told(field: &str, told: &Arc<str>, wanted: &Arc<str>) -> bool {
    told == wanted || field.starts_with(TASK) && tasks::is_told(told, wanted)
}

/// The alerts and tasks of `account` as tasks of another system, by our ids.
fn tasks(account: &Account, board: &Board, now: &Now) -> Vec<(String, Value)> {
    let at = |at: Option<chrono::DateTime<chrono::Utc>>| {
        at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
    };
    let alerts = board.alerts_of(&account.id).map(|alert| {
        let over = match &alert.state {
            AlertState::Closed { at, .. } => Some(*at),
            AlertState::Open | AlertState::Snoozed { .. } => None,
        };
        let due = alert.due.unwrap_or_else(|| now.date(alert.opened));
        let task = json!({"name": title(alert), "dueDate": due.to_string(), "completedAt": at(over)});
        (format!("alert:{}", alert.key), task)
    });
    let tasks = account.tasks.iter().map(|(id, task)| {
        let due = task.due.map(|due| due.to_string());
        let task = json!({"name": task.title, "dueDate": due, "completedAt": at(task.done)});
        (format!("task:{}:{id}", account.id), task)
    });
    alerts.chain(tasks).collect()
}

fn title(alert: &Alert) -> String {
    let kind = alert.kind.title();
    match (alert.amount, &alert.text) {
        (Some(amount), _) => format!("{kind} of {amount}"),
        (None, Some(text)) => format!("{kind}: {text}"),
        (None, None) => kind.to_owned(),
    }
}
