//! How far a live source was read.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The latest successful reading of a live source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRead {
    /// When the reading began.
    pub at: DateTime<Utc>,
    /// Where the next one goes on, in the source's own terms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<Arc<str>>,
    /// How many signals and accounts were taken from it, in all readings together.
    pub taken: u64,
}
