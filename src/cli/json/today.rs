//! Whom `today` lists.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{ReasonJson, stage};
use crate::prose::entries;
use crate::state::{Account, Attention, Board, DoneChange, Now};

/// An account of `today --json`.
#[derive(Debug, Serialize)]
pub struct TodayJson<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub stage: Option<&'a str>,
    pub reasons: Vec<ReasonJson<'a>>,
    pub next_renewal: Option<NaiveDate>,
    pub group: &'static str,
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
            group: row.group().word(),
        })
    }
}

/// An account of `today --done --json`.
#[derive(Debug, Serialize)]
pub struct DoneJson<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub stage: Option<&'a str>,
    /// The number of the entry that did it.
    pub entry: u64,
    pub at: DateTime<Utc>,
    pub text: String,
}

impl<'a> DoneJson<'a> {
    /// `account`, which `change` did.
    pub fn new(account: &'a Account, change: &DoneChange, board: &'a Board, now: &Now) -> Self {
        Self {
            id: account.id.as_str(),
            name: account.name(),
            stage: stage(account, board),
            entry: change.seq(),
            at: change.entry.at,
            text: entries::done(change, &account.id, board, now),
        }
    }
}
