//! Tasks: dated follow-ups.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::signal::SignalKind;
use super::time::Now;

/// A task's id, unique on its account.
pub type TaskId = Arc<str>;

/// A dated follow-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub title: Arc<str>,
    /// By which day; nothing when it does not matter.
    pub due: Option<NaiveDate>,
    /// By which moment of that day, where that matters. It asks for a person from the beginning of the day all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
    /// What has to happen for it to be done by itself: any of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub done_on: Vec<SignalKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<DateTime<Utc>>,
}

impl Task {
    /// Whether it asks for a person at `now`.
    pub fn is_due(&self, now: &Now) -> bool {
        self.done.is_none() && self.due.is_some_and(|due| due <= now.today())
    }

    /// Its place among other tasks: what is to be done first, comes first.
    pub fn urgency(&self) -> (NaiveDate, DateTime<Utc>) {
        (self.due.unwrap_or(NaiveDate::MAX), self.at.unwrap_or(DateTime::<Utc>::MAX_UTC))
    }
}
