//! How a source fares on this machine: when it was read last, and what is wrong.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::failure::SourceFailure;
use super::pull::Pulled;

/// How many kinds of ignored events are remembered.
const KINDS: usize = 40;

/// How many rejected events are remembered.
pub(super) const REJECTED: usize = 5;

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
    /// How many events were ignored, by the name of their type.
    pub ignored: BTreeMap<String, usize>,
    /// The latest events that could not be read.
    pub rejected: Vec<String>,
}

impl SourceStatus {
    /// Takes in that it was read at `now`.
    pub fn succeeded(&mut self, pulled: &Pulled, now: DateTime<Utc>, next_at: DateTime<Utc>) {
        (self.tried_at, self.read_at, self.next_at) = (Some(now), Some(now), Some(next_at));
        (self.failures, self.error, self.needs_a_person) = (0, None, false);
        count_kinds(&mut self.ignored, &pulled.translation.ignored);
        let rejected: Vec<&str> = pulled.rejected().collect();
        if !rejected.is_empty() {
            self.rejected = rejected.into_iter().rev().take(REJECTED).map(str::to_owned).collect();
        }
    }

    /// Takes in that it could not be read at `now`.
    pub fn failed(&mut self, why: &SourceFailure, now: DateTime<Utc>, next_at: DateTime<Utc>) {
        (self.tried_at, self.next_at) = (Some(now), Some(next_at));
        self.failures = self.failures.saturating_add(1);
        (self.error, self.needs_a_person) = (Some(why.to_string()), why.needs_a_person());
    }
}

/// Adds the events that `more` counts by the names of their types.
pub(super) fn count_kinds(known: &mut BTreeMap<String, usize>, more: &BTreeMap<String, usize>) {
    for (kind, count) in more {
        if known.len() < KINDS || known.contains_key(kind) {
            *known.entry(kind.clone()).or_default() += count;
        }
    }
}

/// How a source fared when it was read last.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceNews {
    pub source: Arc<str>,
    pub status: SourceStatus,
}
