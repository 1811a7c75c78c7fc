//! What a team's attention goes by.

use std::sync::Arc;

use super::reason::FinalOutreachTiming;
use crate::state::values::pipeline::StageId;
use crate::state::values::roster::Roster;

/// How near a renewal must be to press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenewalThresholds {
    /// So many days or fewer: outreach is due.
    pub soon: i64,
    /// So many days or fewer: outreach is overdue.
    pub urgent: i64,
}

/// What a team's attention goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttentionRules {
    pub thresholds: RenewalThresholds,
    /// Whose outreach counts; everybody's while none is named.
    pub specialists: Arc<[Arc<str>]>,
    /// The names that people go by.
    pub roster: Roster,
    /// The stages that a near renewal leads to, and what else a card waits for before.
    pub final_outreach: Arc<[(StageId, FinalOutreachTiming)]>,
}

impl AttentionRules {
    /// Those of a team that names no specialists.
    pub fn new(soon: i64, urgent: i64) -> Self {
        Self {
            thresholds: RenewalThresholds { soon, urgent },
            specialists: Arc::default(),
            roster: Roster::default(),
            final_outreach: Arc::default(),
        }
    }
}
