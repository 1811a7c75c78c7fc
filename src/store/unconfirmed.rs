//! A change that the disk did not confirm.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::state::{Actor, Entry, Seq};

/// What is noted of a change that the disk did not confirm, so that whoever is asked for the same again knows of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnconfirmedChange {
    pub seq: Seq,
    pub at: DateTime<Utc>,
    pub by: Actor,
    /// The SHA-256 of what was asked for.
    pub asked: String,
}

impl UnconfirmedChange {
    /// Whether `entry` is that change.
    pub fn is(&self, entry: &Entry) -> bool {
        (self.seq, self.at, &self.by) == (entry.seq, entry.at, &entry.by)
    }
}
