//! Entries that an undo may need, read from the store only when it does.

use std::fmt;
use std::sync::{Arc, LazyLock};

use crate::state::event::Entry;

/// An entry that may be undone: in memory, or read on demand. Few are ever undone, and the entry of an import is as
/// long as its file.
#[derive(Clone)]
pub enum LazyEntry {
    Ready(Arc<Entry>),
    Deferred(Arc<DeferredEntry>),
}

pub type DeferredEntry = LazyLock<Option<Arc<Entry>>, Box<dyn FnOnce() -> Option<Arc<Entry>> + Send>>;

impl LazyEntry {
    /// An entry that `read` fetches on first use.
    pub fn later(read: impl FnOnce() -> Option<Arc<Entry>> + Send + 'static) -> Self {
        Self::Deferred(Arc::new(LazyLock::new(Box::new(read))))
    }

    /// The entry; `None` when it cannot be read.
    pub fn entry(&self) -> Option<&Arc<Entry>> {
        match self {
            Self::Ready(entry) => Some(entry),
            Self::Deferred(unread) => (**unread).as_ref(),
        }
    }
}

impl fmt::Debug for LazyEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entry().fmt(f)
    }
}
