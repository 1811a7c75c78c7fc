//! Entries that undoing may need.

use std::fmt;
use std::sync::{Arc, LazyLock};

use super::super::event::Entry;

/// An entry somebody may take back: at hand, or read when somebody does. Few ever do, and the entry of an import is
/// as long as its file.
#[derive(Clone)]
pub enum Kept {
    /// It is at hand.
    Here(Arc<Entry>),
    /// It is read when it is asked for.
    Later(Arc<Unread>),
}

/// An entry that is read once, when it is asked for.
pub type Unread = LazyLock<Option<Arc<Entry>>, Box<dyn FnOnce() -> Option<Arc<Entry>> + Send>>;

impl Kept {
    /// What `read` answers, once somebody asks.
    pub fn later(read: impl FnOnce() -> Option<Arc<Entry>> + Send + 'static) -> Self {
        Self::Later(Arc::new(LazyLock::new(Box::new(read))))
    }

    /// The entry; nothing when it cannot be read.
    pub fn entry(&self) -> Option<&Arc<Entry>> {
        match self {
            Self::Here(entry) => Some(entry),
            Self::Later(unread) => (**unread).as_ref(),
        }
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entry().fmt(f)
    }
}
