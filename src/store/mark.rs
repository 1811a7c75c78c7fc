//! Places in a journal.

use serde::{Deserialize, Serialize};

use crate::state::Seq;

/// A place between two entries of a journal, and which journal it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The last entry before it; 0 when there is none.
    pub seq: Seq,
    /// The byte after that entry's line.
    pub offset: u64,
    /// The checksum of that line, by which a snapshot of another journal is recognised.
    pub last: u32,
}
