//! Where entries are kept. A store is a list of entries that grows at one end, shared by whoever opens it.
//!
//! Two methods are all a session needs: what did others write, and write this unless somebody was faster. The
//! same loop works against memory, a file, or a database.

mod columnar;
pub mod disk;
pub mod file;
mod format1;
pub mod journal;
pub mod memory;
pub mod migrate;
mod repair;
pub mod snapshot;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::state::{Entry, Seq};

pub use file::{FileStore, Opened, SnapshotWriter, Snapshots};
pub use memory::MemoryStore;
pub use repair::{Repaired, repair, repair_on};

/// Entries, kept for ever and in order.
pub trait Store: Send {
    /// The entries after `seq`, oldest first; none when nothing happened since. Cheap when nothing did.
    ///
    /// # Errors
    /// When the store cannot be read, or what it holds is damaged.
    fn read_after(&mut self, seq: Seq) -> Result<Vec<Arc<Entry>>, StoreError>;

    /// Keeps `entry`, durably, before it returns.
    ///
    /// # Errors
    /// When it could not be kept for certain. Nobody may be told that it was.
    fn append(&mut self, entry: &Entry) -> Result<Appended, StoreError>;
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Appended {
    /// It is kept.
    Yes,
    /// Somebody else wrote first, so its number is taken: read theirs, and decide again. Nothing was written.
    Behind,
}

/// Why a store could not do it, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system refused.
    #[error("cannot {doing} {path}: {source}; see that the file and its directory are yours and the disk is well, then start again", path = path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What we wanted: `read`, `write to`.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A line is not as it was written. Nothing was changed.
    #[error("{path} is damaged at line {line}: {what}; nothing was changed: put a backup back, or run `gangplank repair`, which keeps the damaged file aside and goes on with the lines before it", path = path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Which line, counted from one.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// A line is as it was written, but this version does not understand it.
    #[error("line {line} of {path} is intact but says something this version does not know ({why}): it was written by a newer gangplank, so update this one", path = path.display())]
    Unknown {
        /// Which file.
        path: PathBuf,
        /// Which line, counted from one.
        line: usize,
        /// What it says.
        why: String,
    },
    /// The file is of a format we do not know yet.
    #[error("{path} has format version {found}, and this gangplank knows versions up to {known}: update gangplank", path = path.display())]
    Version {
        /// Which file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The newest we know.
        known: u32,
    },
    /// The journal is no longer the file we have been reading.
    #[error("{path} was replaced or cut short while it was open: close this gangplank and start it again to read what is there now", path = path.display())]
    Replaced {
        /// Which file.
        path: PathBuf,
    },
    /// An earlier write failed, and what the disk holds since is uncertain.
    #[error("an earlier write to {path} failed, so nothing more is written: close this gangplank, see to the disk, and start it again to read what is really there", path = path.display())]
    Poisoned {
        /// Which file.
        path: PathBuf,
    },
    /// No space. The journal is as it was before.
    #[error("no space left to write to {path} ({source}): the change was not kept and the journal is as it was; make room and start again, until then the board can be read but not changed", path = path.display())]
    Full {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An entry would not read back. Written, it would lock everybody out of the journal.
    #[error("the change cannot be written to {path} so that it reads back ({why}); nothing was changed: please report this", path = path.display())]
    Unwritable {
        /// Which file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
}
