//! Checklists: what is to be looked at in a stage, and what an account keeps of it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A point's id, unique in a pipeline: `billing-limits`.
pub type PointId = Arc<str>;

/// What is to be looked at in a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checklist {
    pub title: Arc<str>,
    /// In their order. Never empty, and no more than [`Checklist::MOST_POINTS`].
    pub points: Vec<ChecklistPoint>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistPoint {
    pub id: PointId,
    /// What is looked at, in a few words: `Billing limits`.
    pub title: Arc<str>,
    /// What an email calls it, where the title is no word for customers: `A setting that costs you money`.
    pub customer: Option<Arc<str>>,
}

impl ChecklistPoint {
    /// What a customer reads.
    pub fn customer_title(&self) -> &str {
        self.customer.as_ref().unwrap_or(&self.title)
    }
}

/// A point as it stands on an account: ticked, or unticked again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointState {
    /// What it was called then: the pipeline may have it no longer.
    pub title: Arc<str>,
    pub ticked: bool,
    /// When it was ticked or unticked, or its observation was written.
    pub at: DateTime<Utc>,
    pub by: Arc<str>,
    /// What was seen, in a person's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observation: Option<Arc<str>>,
}

impl Checklist {
    /// Each point has a digit that ticks it.
    pub const MOST_POINTS: usize = 9;
}
