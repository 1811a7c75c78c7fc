//! Where entries lie in the journal.

use crate::state::Seq;

/// Where some entries end in the journal: every so many, so that a look far back reads no more than it needs to.
#[derive(Debug, Default)]
pub(super) struct Places(Vec<u64>);

/// How many entries lie between two places.
const BETWEEN: u64 = 256;

impl Places {
    /// Of the `ends` of all lines of a journal, of which the first is the header.
    pub(super) fn of(ends: impl Iterator<Item = u64>) -> Self {
        Self(ends.step_by(usize::try_from(BETWEEN).unwrap_or(1)).collect())
    }

    /// As they were written down.
    pub(super) fn known(ends: Vec<u64>) -> Self {
        Self(ends)
    }

    /// Those up to entry `seq`, to be written down.
    pub(super) fn until(&self, seq: Seq) -> Vec<u64> {
        let count = usize::try_from(seq / BETWEEN + 1).unwrap_or(usize::MAX);
        self.0.iter().take(count).copied().collect()
    }

    /// Takes in that entry `seq` ends at `offset`.
    pub(super) fn note(&mut self, seq: Seq, offset: u64) {
        if seq.is_multiple_of(BETWEEN) && self.0.len() as u64 == seq / BETWEEN {
            self.0.push(offset);
        }
    }

    /// The last known entry at or before `seq`, and where it ends; entry 0 is the header.
    pub(super) fn before(&self, seq: Seq) -> Option<(Seq, u64)> {
        let at = usize::try_from(seq / BETWEEN).ok()?;
        Some((seq / BETWEEN * BETWEEN, *self.0.get(at)?))
    }

    /// Where the first known entry at or after `seq` ends.
    pub(super) fn after(&self, seq: Seq) -> Option<u64> {
        self.0.get(usize::try_from(seq.div_ceil(BETWEEN)).ok()?).copied()
    }
}
