//! Past entries of which not all are wanted. A line as long as an import is read whole only where its beginning is wanted.

use std::ops::Range;
use std::sync::Arc;

use super::FileStore;
use super::about::is_long;
use crate::state::{Entry, Seq};
use crate::store::StoreError;
use crate::store::about::beginning;
use crate::store::journal;

impl FileStore {
    /// Those of the latest `count` entries up to entry `last` that are `wanted`.
    pub(super) fn read_latest_wanted(
        &self,
        last: Seq,
        count: usize,
        wanted: &mut dyn FnMut(&Entry) -> bool,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        let last = last.min(self.mark().seq);
        let range = last.saturating_sub(count as Seq)..last;
        let (Some((known, start)), end) = self.around(&range) else {
            let mut entries = self.read_latest(last, count)?;
            entries.retain(|entry| wanted(entry));
            return Ok(entries);
        };
        let mut entries = Vec::new();
        let lines = self.pass_over(&range, known, start..end, |_, _| {})?;
        for (seq, json) in (range.start + 1..).zip(lines) {
            let is_passed = is_long(&json) && self.beginning(&json)?.is_some_and(|begun| !wanted(&begun));
            if is_passed {
                continue;
            }
            let bytes = self.bytes_at(json).map_err(|error| self.io("read", error))?;
            let entry = journal::entry(&bytes, seq, self.version()).map_err(|misfit| self.misfit(misfit))?;
            if wanted(&entry) {
                entries.push(entry);
            }
        }
        Ok(entries)
    }

    /// The entry whose JSON lies at `json`, with its first event alone; `None` where that cannot be told.
    fn beginning(&self, json: &Range<u64>) -> Result<Option<Entry>, StoreError> {
        beginning(json, &|bytes| self.bytes_at(bytes)).map_err(|error| self.io("read", error))
    }
}
