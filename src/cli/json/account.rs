//! What `show --json` says.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::cli::json::{AccountJson, AlertJson, FactJson, HistoryJson, ValueJson};
use crate::prose::signals;
use crate::state::values::signal::CallOutcome;
use crate::state::{Account, Board, FactKey, Note, Now, Signal};

/// The account of `show --json`.
#[derive(Debug, Serialize)]
pub struct AccountDetailsJson<'a> {
    #[serde(flatten)]
    pub account: AccountJson<'a>,
    pub facts: BTreeMap<&'a FactKey, FactJson<'a>>,
    pub history: Vec<HistoryJson<'a>>,
    pub notes: &'a [Note],
    /// Since when the customer engages.
    pub engaged: Option<DateTime<Utc>>,
    pub risk_reason: Option<&'a str>,
    pub signals: Vec<SignalJson<'a>>,
    pub calls: Vec<CallJson<'a>>,
    pub tasks: Vec<TaskJson<'a>>,
    pub alerts: Vec<AlertJson<'a>>,
    pub snoozed_until: Option<DateTime<Utc>>,
}

/// Something that happened.
#[derive(Debug, Serialize)]
pub struct SignalJson<'a> {
    pub id: &'a str,
    pub signal: &'static str,
    pub at: DateTime<Utc>,
    pub by: Option<&'a str>,
    pub source: &'a str,
    pub text: &'static str,
}

impl<'a> SignalJson<'a> {
    fn new(signal: &'a Signal) -> Self {
        Self {
            id: signal.id.as_str(),
            signal: signal.what.kind().word(),
            at: signal.at,
            by: signal.by.as_deref(),
            source: &signal.source,
            text: signals::title(&signal.what),
        }
    }
}

/// A call.
#[derive(Debug, Serialize)]
pub struct CallJson<'a> {
    pub id: &'a str,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub outcome: Option<CallOutcome>,
}

/// A task.
#[derive(Debug, Serialize)]
pub struct TaskJson<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub due: Option<NaiveDate>,
    /// The moment of that day, where one was said.
    pub due_at: Option<DateTime<Utc>>,
    pub done: Option<DateTime<Utc>>,
}

impl<'a> AccountDetailsJson<'a> {
    /// `account` as it stands on `board` at `now`, with all that is known of it.
    pub fn new(account: &'a Account, board: &'a Board, now: &Now) -> Self {
        let facts = account.facts.iter().map(|(key, fact)| {
            (key, FactJson { value: ValueJson(&fact.value), source: &fact.source, at: fact.at })
        });
        let calls = account.calls.iter().map(|(id, call)| CallJson {
            id,
            starts_at: call.starts_at,
            ends_at: call.ends_at,
            outcome: call.outcome,
        });
        let tasks = account.tasks.iter().map(|(id, task)| TaskJson {
            id,
            title: &task.title,
            due: task.due,
            due_at: task.at,
            done: task.done,
        });
        let alerts = board.alerts_of(&account.id);
        Self {
            account: AccountJson::new(account, board, now),
            facts: facts.collect(),
            history: account.history.iter().map(HistoryJson::new).collect(),
            notes: &account.notes,
            engaged: account.engaged,
            risk_reason: account.risk.reason.as_deref(),
            signals: account.signals.iter().map(SignalJson::new).collect(),
            calls: calls.collect(),
            tasks: tasks.collect(),
            alerts: alerts.map(|alert| AlertJson::new(alert, board, now)).collect(),
            snoozed_until: account.snooze.as_ref().map(|snooze| snooze.until).filter(|until| *until > now.at),
        }
    }
}
