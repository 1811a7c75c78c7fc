//! A store in memory, for tests and the demo.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Appended, Store, StoreError};
use crate::state::{Entry, Seq};

/// Entries in memory. A clone is the same store, as a second process would see it.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    entries: Arc<Mutex<Vec<Arc<Entry>>>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Arc<Entry>>> {
        // A push is one step, so a panic cannot leave the list half changed.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn read_after(&mut self, seq: Seq) -> Result<Vec<Arc<Entry>>, StoreError> {
        let known = usize::try_from(seq).unwrap_or(usize::MAX);
        Ok(self.entries().get(known..).unwrap_or_default().to_vec())
    }

    fn append(&mut self, entry: &Entry) -> Result<Appended, StoreError> {
        let mut entries = self.entries();
        let next = entries.len() as Seq + 1;
        if entry.seq < next {
            return Ok(Appended::Behind);
        }
        assert_eq!(entry.seq, next, "an entry is numbered after the last one its board has seen");
        entries.push(Arc::new(entry.clone()));
        Ok(Appended::Yes)
    }
}
