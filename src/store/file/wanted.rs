//! Past entries of which not all are wanted. A line as long as an import is read whole only where its beginning is wanted.

use std::ops::Range;
use std::sync::Arc;

use super::FileStore;
use super::about::is_long;
use super::read::END;
use crate::state::{Entry, Seq};
use crate::store::StoreError;
use crate::store::about::beginning;
use crate::store::journal;

impl FileStore {
    /// Those of the latest `count` entries up to entry `last` that are `wanted`; nothing where all are to be read whole.
    pub(super) fn read_latest_wanted(
        &self,
        last: Seq,
        count: usize,
        wanted: &mut dyn FnMut(&Entry) -> bool,
    ) -> Result<Option<Vec<Arc<Entry>>>, StoreError> {
        // Most often all of them are short, and nothing before them has to be passed over.
        if let Some(mut entries) = self.read_near_end(last, count, END)? {
            entries.retain(|entry| wanted(entry));
            return Ok(Some(entries));
        }
        let Some(lines) = self.pass_over(last, count, |_, _| {})? else { return Ok(None) };
        let mut entries = Vec::new();
        for (seq, json) in lines {
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
        Ok(Some(entries))
    }

    /// The entry whose JSON lies at `json`, with its first event alone; `None` where that cannot be told.
    fn beginning(&self, json: &Range<u64>) -> Result<Option<Entry>, StoreError> {
        beginning(json, &|bytes| self.bytes_at(bytes)).map_err(|error| self.io("read", error))
    }
}
