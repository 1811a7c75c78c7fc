//! Places in a journal.

use serde::{Deserialize, Serialize};

use super::disk::{self, DiskFile};
use super::journal;
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

impl Mark {
    /// Whether a line from `start` to it in `journal` says that it is its line. It may be as long as a file that was
    /// imported, so it is not read: its checksum is verified with the rest.
    pub(super) fn is_in(&self, journal: &dyn DiskFile, start: u64) -> bool {
        let before = |place: u64, length| disk::exactly(journal, place.checked_sub(1)?, length).ok();
        let (begin, end) = (before(start, 1 + journal::CHECKSUM), before(self.offset, 1));
        let is_line = |begin: Vec<u8>| begin[0] == b'\n' && journal::checksum(&begin[1..]) == self.last;
        begin.is_some_and(is_line) && end.is_some_and(|end| end == b"\n")
    }
}
