//! What `alerts --json` and `today --json` say.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::cli::json::stage;
use crate::prose::follow_ups::alert_text;
use crate::prose::reasons;
use crate::state::{Alert, AlertKind, AlertState, Attention, Board, Money, Now, Reason};

/// An alert of `alerts --json`.
#[derive(Debug, Serialize)]
pub struct AlertJson<'a> {
    pub key: &'a str,
    pub kind: AlertKind,
    pub account: &'a str,
    pub state: &'static str,
    pub assignee: Option<&'a str>,
    pub amount: Option<Money>,
    pub due: Option<NaiveDate>,
    pub attempts: u32,
    pub name: Option<&'a str>,
    pub next_attempt: Option<DateTime<Utc>>,
    pub snoozed_until: Option<DateTime<Utc>>,
    pub opened: DateTime<Utc>,
    pub acknowledged_by: Option<&'a str>,
    pub outcome: Option<&'a str>,
    pub text: String,
}

impl<'a> AlertJson<'a> {
    /// `alert` as it stands at `now`.
    pub fn new(alert: &'a Alert, board: &'a Board, now: &Now) -> Self {
        let (state, snoozed_until, outcome) = match &alert.state {
            AlertState::Snoozed { until } if *until > now.at => ("snoozed", Some(*until), None),
            AlertState::Open | AlertState::Snoozed { .. } => ("open", None, None),
            AlertState::Closed { outcome, .. } => ("closed", None, Some(&**outcome)),
        };
        Self {
            key: alert.key.as_str(),
            kind: alert.kind,
            account: alert.account.as_str(),
            state,
            assignee: alert.assignee.as_deref(),
            amount: alert.amount,
            due: alert.due,
            attempts: alert.attempts,
            name: board.get(&alert.account).map(|account| account.name()),
            next_attempt: alert.next_attempt,
            snoozed_until,
            opened: alert.opened,
            acknowledged_by: alert.acknowledged.as_deref(),
            outcome,
            text: alert_text(alert, now),
        }
    }
}

/// An account of `today --json`.
#[derive(Debug, Serialize)]
pub struct TodayJson<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub stage: Option<&'a str>,
    pub reasons: Vec<ReasonJson<'a>>,
    pub next_renewal: Option<NaiveDate>,
}

impl<'a> TodayJson<'a> {
    /// `row` of the accounts that need a person; nothing for one the board does not know.
    pub fn new(row: &'a Attention, board: &'a Board, now: &Now) -> Option<Self> {
        let account = board.get(&row.account)?;
        Some(Self {
            id: account.id.as_str(),
            name: account.name(),
            stage: stage(account, board),
            reasons: row.reasons.iter().map(|reason| ReasonJson::new(reason, now)).collect(),
            next_renewal: row.next_renewal,
        })
    }
}

/// Why an account needs a person.
#[derive(Debug, Serialize)]
pub struct ReasonJson<'a> {
    pub kind: &'static str,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_by: Option<&'a str>,
}

impl<'a> ReasonJson<'a> {
    fn new(reason: &'a Reason, now: &Now) -> Self {
        Self {
            kind: reason.word(),
            text: reasons::text(reason, now),
            acknowledged_by: reason.acknowledged_by(),
        }
    }
}
