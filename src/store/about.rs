//! What entries changed of one account, without reading the rest of them: the entry of an import is as long as its file.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::entry_text::EntryText;
use super::journal::{self, BadEntry};
use crate::state::{AccountId, Entry, Seq};

/// One account, by the ids that it has and had.
pub(super) struct EntriesAbout<'a> {
    ids: &'a BTreeSet<AccountId>,
    /// The same as they stand in JSON.
    written: Vec<String>,
}

impl<'a> EntriesAbout<'a> {
    pub(super) fn new(ids: &'a BTreeSet<AccountId>) -> Self {
        let written = ids.iter().map(|id| serde_json::Value::from(id.as_str()).to_string()).collect();
        Self { ids, written }
    }

    /// What the entry in `json` changed of the account, if it did.
    ///
    /// # Errors
    /// When it is not entry `expected`, as far as it was read.
    pub(super) fn read(
        &self,
        json: &[u8],
        expected: Seq,
        version: u32,
    ) -> Result<Option<Arc<Entry>>, BadEntry> {
        let about = |entry: Arc<Entry>| entry.about(self.ids).map(Arc::new);
        if version == 1 {
            return journal::entry(json, expected, version).map(about);
        }
        // What is no text is no entry either, and is said as such below.
        let text = str::from_utf8(json).unwrap_or_default();
        if !text.is_empty() && !self.is_named_in(text) {
            return Ok(None);
        }
        let short = self.shortened(text);
        let json = short.as_ref().map_or(json, |short| short.as_bytes());
        journal::entry(json, expected, version).map(about)
    }

    /// The entry without the events that name none of the ids; `None` where it does not read as an entry.
    fn shortened(&self, text: &str) -> Option<String> {
        EntryText::of(text).and_then(|entry| entry.with_events(|event| self.is_named_in(event))).ok()
    }

    fn is_named_in(&self, text: &str) -> bool {
        self.written.iter().any(|id| text.contains(id))
    }
}
