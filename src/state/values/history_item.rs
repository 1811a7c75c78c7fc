//! A step of an account through the pipeline.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::actor::{Actor, Cause, Seq};
use super::pipeline::{Pipeline, Stage, StageId};

/// One step of an account through the pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryItem {
    /// The entry that says so.
    pub seq: Seq,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// When it happened, where that is another moment: as on the card, see [`Placement`](super::account::Placement).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
    pub by: Actor,
    /// The stage left; nothing when it came onto the board.
    pub from: Option<StageId>,
    /// The stage entered; nothing when it left the board.
    pub to: Option<StageId>,
    /// What made it so.
    pub cause: Cause,
    /// Why, in a person's words.
    pub reason: Option<Arc<str>>,
}

impl HistoryItem {
    /// When it happened; when it was recorded, as far as nothing else is known.
    pub fn happened(&self) -> DateTime<Utc> {
        self.since.unwrap_or(self.at)
    }

    /// Whether a card that had finished went back to where engagements start, which is no later than `start`.
    pub(super) fn returns(&self, pipeline: &Pipeline, start: usize) -> bool {
        let was_closed =
            self.from.as_ref().and_then(|from| pipeline.stage(from)).is_some_and(Stage::is_closed);
        let to = self.to.as_ref().and_then(|to| pipeline.position(to));
        self.cause != Cause::Import && was_closed && to.is_some_and(|to| to <= start)
    }

    pub(super) fn ends_in(&self, pipeline: &Pipeline) -> bool {
        self.to.as_ref().and_then(|to| pipeline.stage(to)).is_some_and(Stage::is_closed)
    }
}
