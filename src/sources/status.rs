//! How a source fares on this machine: when it was read last, and what is wrong.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::failure::SourceFailure;
use super::ignored_counts::IgnoredCounts;
use super::live::SourceKind;
use super::pull::Pulled;
use crate::state::SourceRead;

/// How many rejected events are remembered.
pub(super) const REJECTED: usize = 5;

/// How long a person is reminded of an event that could not be read.
pub(super) const REMINDED: TimeDelta = TimeDelta::days(7);

/// How a source fares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceStatus {
    /// When it was last tried.
    pub tried_at: Option<DateTime<Utc>>,
    /// When it was last read.
    pub read_at: Option<DateTime<Utc>>,
    /// How many readings in a row failed since.
    pub failures: u32,
    /// Not before then is it tried again.
    pub next_at: Option<DateTime<Utc>>,
    /// Why the last one failed.
    pub error: Option<String>,
    /// Whether it stays so until a person does something.
    pub needs_a_person: bool,
    /// How many events were ignored; of a source that is read as a whole each time, in the latest reading.
    pub ignored: IgnoredCounts,
    /// The latest events that could not be read.
    pub rejected: Vec<String>,
    /// When they were read.
    pub rejected_at: Option<DateTime<Utc>>,
    /// Where the next reading goes on, if later than the journal says.
    pub reached: Option<ReachedCursor>,
}

/// How far a source was read without news, which the journal does not have to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReachedCursor {
    /// When the latest reading began that the journal has. Another one, as from a backup, says better where to go on.
    pub after: DateTime<Utc>,
    pub cursor: Arc<str>,
}

impl SourceStatus {
    /// Where the next reading goes on, if the journal has `read`.
    pub fn cursor(&self, read: Option<&SourceRead>) -> Option<Arc<str>> {
        let read = read?;
        let reached = self.reached.as_ref().filter(|reached| reached.after == read.at);
        reached.map(|reached| reached.cursor.clone()).or_else(|| read.cursor.clone())
    }

    /// Takes in that a source of this `kind` was read at `now`.
    pub fn succeeded(
        &mut self,
        kind: &SourceKind,
        pulled: &Pulled,
        now: DateTime<Utc>,
        next_at: DateTime<Utc>,
    ) {
        (self.tried_at, self.read_at, self.next_at) = (Some(now), Some(now), Some(next_at));
        (self.failures, self.error, self.needs_a_person) = (0, None, false);
        let ignored = &pulled.translation.ignored;
        let is_whole = kind.is_read_as_a_whole();
        if is_whole {
            self.ignored.count_anew(ignored);
        } else {
            self.ignored.count_once(ignored);
        }
        let rejected: Vec<&str> = pulled.rejected().collect();
        if is_whole || !rejected.is_empty() {
            self.rejected = rejected.into_iter().rev().take(REJECTED).map(str::to_owned).collect();
            self.rejected_at = Some(now);
        }
    }

    /// The latest events that could not be read, if that is news at `now`.
    pub fn latest_rejected(&self, now: DateTime<Utc>) -> &[String] {
        let is_news = self.rejected_at.is_some_and(|at| now - at < REMINDED);
        if is_news { &self.rejected } else { &[] }
    }

    /// Takes in that it could not be read at `now`.
    pub fn failed(&mut self, why: &SourceFailure, now: DateTime<Utc>, next_at: DateTime<Utc>) {
        (self.tried_at, self.next_at) = (Some(now), Some(next_at));
        self.failures = self.failures.saturating_add(1);
        (self.error, self.needs_a_person) = (Some(why.to_string()), why.needs_a_person());
    }
}

/// How a source fared when it was read last.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceNews {
    pub source: Arc<str>,
    pub status: SourceStatus,
}
