//! Entries that undoing may need.

use std::fmt;
use std::sync::{Arc, LazyLock};

use crate::state::event::Entry;

/// An entry somebody may take back: at hand, or read when somebody does. Few ever do, and the entry of an import is
/// as long as its file.
#[derive(Clone)]
pub enum LazyEntry {
    /// It is at hand.
    Ready(Arc<Entry>),
    /// It is read when it is asked for.
    Deferred(Arc<DeferredEntry>),
}

/// An entry that is read once, when it is asked for.
pub type DeferredEntry = LazyLock<Option<Arc<Entry>>, Box<dyn FnOnce() -> Option<Arc<Entry>> + Send>>;

impl LazyEntry {
    /// What `read` answers, once somebody asks.
    pub fn later(read: impl FnOnce() -> Option<Arc<Entry>> + Send + 'static) -> Self {
        Self::Deferred(Arc::new(LazyLock::new(Box::new(read))))
    }

    /// The entry; nothing when it cannot be read.
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
