//! Where entries are kept. A store is a list of entries that grows at one end, shared by everyone who opens it.
//!
//! A kind of store needs two methods, [`Store::read_after`] and [`Store::append`]; the others have default
//! implementations that a store replaces where it can do better. [`StoreAddress`] says which kind holds a board.

mod about;
mod access;
pub mod backup;
pub mod bookmark;
mod columnar;
pub mod damage;
pub mod disk;
mod entry_line;
mod entry_text;
mod examine;
pub mod file;
mod files;
mod flipped;
mod format1;
pub mod health;
pub mod journal;
mod late;
pub mod lock;
pub mod mark;
pub mod memory;
mod moment;
mod named;
pub mod names;
#[cfg(unix)]
mod permissions;
#[cfg(feature = "team")]
pub mod postgres;
mod repair;
mod salvage;
mod shell;
pub mod snapshot;
mod survey;
pub mod team;
pub mod unconfirmed;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::error::Error;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use strum::IntoStaticStr;

use crate::state::{AccountId, Board, Entry, Pipeline, Seq};

pub use damage::{DamageReport, DamagedPlace, LostEntries};
pub use file::FileStore;
pub use late::LateNotices;
pub use lock::{LockWaiting, Patience};
pub use memory::MemoryStore;
pub use names::StoredNames;
pub use repair::{Repaired, examine_on, repair_on};
pub use shell::shell_word;
pub use team::{StoreChoice, TeamAddress};
pub use unconfirmed::UnconfirmedChange;

/// Entries, kept for ever and in order.
pub trait Store: Send {
    /// The entries after `seq`, oldest first; none when nothing happened since. Cheap when nothing did.
    ///
    /// # Errors
    /// When the store cannot be read, or what it holds is damaged.
    fn read_after(&mut self, seq: Seq) -> Result<Vec<Arc<Entry>>, StoreError>;

    /// The same for whoever only follows along, again and again: it may answer a moment later where asking costs something.
    ///
    /// # Errors
    /// As [`Store::read_after`].
    fn follow_after(&mut self, seq: Seq) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.read_after(seq)
    }

    /// Saves `entry`, durably, before it returns.
    ///
    /// # Errors
    /// When it is not certain that the entry was saved. Nobody may be told that it was.
    fn append(&mut self, entry: &Entry) -> Result<Appended, StoreError>;

    /// Whether entries can be appended, as far as that is known without trying.
    ///
    /// # Errors
    /// What [`Store::append`] would answer.
    fn writable(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Finds out what is stored, where an earlier [`Store::append`] could not tell.
    ///
    /// # Errors
    /// When that still cannot be told.
    fn settle(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Folds everything anew where what was damaged is whole again, but no longer what was read: that board. `None` where
    /// nothing of that kind happened.
    ///
    /// # Errors
    /// As [`Store::read_after`].
    fn reread(&mut self, pipeline: &Arc<Pipeline>) -> Result<Option<Board>, StoreError> {
        let _ = pipeline;
        Ok(None)
    }

    /// What keeps the store from being changed though it can be read, in a sentence, if anything does.
    fn trouble(&self) -> Option<String> {
        None
    }

    /// What is found out about it after it was opened, as people should know it.
    fn late_notices(&self) -> LateNotices {
        LateNotices::default()
    }

    /// Notes that an [`Store::append`] could not tell whether `change` is stored, for every process that uses the store.
    fn note_unconfirmed(&mut self, change: UnconfirmedChange) {
        let _ = change;
    }

    /// What was noted last, by any process, until it is forgotten. Cheap when nothing was.
    fn unconfirmed(&mut self) -> Option<UnconfirmedChange> {
        None
    }

    /// Forgets what was noted.
    fn forget_unconfirmed(&mut self) {}

    /// The latest `count` entries up to entry `last`, or all of those if there are fewer, oldest first.
    ///
    /// # Errors
    /// As [`Store::read_after`].
    fn latest(&mut self, last: Seq, count: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        let mut entries = self.read_after(last.saturating_sub(count as Seq))?;
        entries.retain(|entry| entry.seq <= last);
        Ok(entries)
    }

    /// What the latest `count` entries up to entry `last` changed of the account with these `ids`, oldest first.
    ///
    /// # Errors
    /// As [`Store::read_after`].
    fn latest_about(
        &mut self,
        last: Seq,
        count: usize,
        ids: &BTreeSet<AccountId>,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        Ok(Entry::all_about(&self.latest(last, count)?, ids))
    }

    /// Those of the latest `count` entries up to entry `last` that are `wanted`, oldest first. Of a long entry, `wanted` may see
    /// no more than the first event, and may be asked about an entry twice.
    ///
    /// # Errors
    /// As [`Store::read_after`].
    fn latest_wanted(
        &mut self,
        last: Seq,
        count: usize,
        wanted: &mut dyn FnMut(&Entry) -> bool,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        let mut entries = self.latest(last, count)?;
        entries.retain(|entry| wanted(entry));
        Ok(entries)
    }

    /// Passes every entry up to entry `last` to `take`, oldest first, until `take` breaks.
    ///
    /// # Errors
    /// As [`Store::read_after`].
    fn for_each(
        &mut self,
        last: Seq,
        take: &mut dyn FnMut(Arc<Entry>) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let entries = self.read_after(0)?;
        let _ = entries.into_iter().take_while(|entry| entry.seq <= last).try_for_each(take);
        Ok(())
    }

    /// Verifies what was not read when the store was opened, on any thread; nothing where all of it was. When something is
    /// wrong, later calls say so.
    fn verifier(&self) -> Option<VerifyRest> {
        None
    }

    /// A writer for a snapshot of `board`, if the store keeps snapshots and one is due. Called after every entry, so it
    /// must be cheap. A writer that was handed out counts as a snapshot until as much has been appended again.
    fn due_snapshot(&mut self, board: &Board) -> Option<SnapshotWriter> {
        let _ = board;
        None
    }
}

/// Verifies a part of a store.
pub type VerifyRest = Box<dyn FnOnce() + Send>;

/// The result of appending an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Appended {
    Yes,
    /// Somebody else wrote first, so the entry's number is taken: read their entries and decide again. Nothing was
    /// written.
    Behind,
}

/// Saves one snapshot, on any thread.
pub struct SnapshotWriter(SaveSnapshot);

type SaveSnapshot = Box<dyn FnOnce(&Board) -> Result<bool, StoreError> + Send>;

impl SnapshotWriter {
    pub fn new(save: impl FnOnce(&Board) -> Result<bool, StoreError> + Send + 'static) -> Self {
        Self(Box::new(save))
    }

    /// Saves `board`, which must be the board this writer was made for. False when it is another one, when another process
    /// is saving a snapshot, or when the room that there is should be left for changes.
    ///
    /// # Errors
    /// When it could not be written. Nothing is lost: a snapshot is only a cache.
    pub fn save(self, board: &Board) -> Result<bool, StoreError> {
        self.0(board)
    }
}

/// A store that was opened, and the board in it.
pub struct Opened<S = Box<dyn Store>> {
    pub store: S,
    /// All entries, folded.
    pub board: Board,
    /// What people should know about the state the store was found in, in whole sentences.
    pub notices: Vec<String>,
    /// Why nothing can be changed, as a sentence; nothing where the store can be written to.
    pub read_only: Option<String>,
    /// Why this user can only read it, as a sentence; nothing where they may write.
    pub refused: Option<String>,
    /// How many marks stand in it for entries that a repair could not keep.
    pub lost_marks: u64,
}

impl<S: Store + 'static> Opened<S> {
    /// A store in which nothing is worth a word.
    fn new(store: S, board: Board) -> Self {
        Self { store, board, notices: Vec::new(), read_only: None, refused: None, lost_marks: 0 }
    }

    /// Folds all entries of `store`.
    ///
    /// # Errors
    /// As [`Store::read_after`].
    pub fn replay(mut store: S, pipeline: Arc<Pipeline>) -> Result<Self, StoreError> {
        let mut board = Board::new(pipeline);
        for entry in store.read_after(0)? {
            board.apply(entry);
        }
        Ok(Self::new(store, board))
    }

    fn boxed(self) -> Opened {
        let Self { store, board, notices, read_only, refused, lost_marks } = self;
        Opened { store: Box::new(store), board, notices, read_only, refused, lost_marks }
    }
}

/// What a store is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenedFor {
    /// A board that is shown at once, and hears of news while it is.
    Board,
    /// Reading what there is now.
    Reading,
    /// Changing it, too.
    Changing,
}

/// Which store holds a board, as the settings say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreAddress {
    /// A journal in this directory.
    Directory(PathBuf),
    /// Memory: the entries end with the process.
    Memory,
    /// A database that a team shares.
    Team(Box<TeamAddress>),
}

impl StoreAddress {
    /// Opens the store and folds what it holds.
    ///
    /// # Errors
    /// When it cannot be read, or was written by a newer version.
    pub fn open(&self, pipeline: Arc<Pipeline>) -> Result<Opened, StoreError> {
        self.open_waiting(pipeline, Arc::new(LockWaiting::default()), OpenedFor::Changing)
    }

    /// The same, and waits for others who write as `waiting` does.
    ///
    /// # Errors
    /// See [`StoreAddress::open`].
    pub fn open_waiting(
        &self,
        pipeline: Arc<Pipeline>,
        waiting: Arc<dyn Patience>,
        purpose: OpenedFor,
    ) -> Result<Opened, StoreError> {
        let _ = purpose;
        match self {
            Self::Directory(dir) => {
                FileStore::open_waiting(Arc::new(disk::RealDisk), dir, pipeline, waiting).map(Opened::boxed)
            }
            Self::Memory => Opened::replay(MemoryStore::new(), pipeline).map(Opened::boxed),
            #[cfg(feature = "team")]
            Self::Team(address) => postgres::open(address, pipeline, waiting, purpose),
            #[cfg(not(feature = "team"))]
            Self::Team(_) => Err(StoreError::WithoutTeam),
        }
    }

    /// The name that changes are signed with there, where the store says so and that is known on this machine.
    pub fn known_signature(&self) -> Option<Arc<str>> {
        match self {
            #[cfg(feature = "team")]
            Self::Team(address) => postgres::known_signature(address),
            #[cfg(not(feature = "team"))]
            Self::Team(_) => None,
            Self::Directory(_) | Self::Memory => None,
        }
    }

    /// The same, asked for now, for a moment only.
    pub fn asked_signature(&self, waiting: Arc<dyn Patience>) -> Option<Arc<str>> {
        let _ = &waiting;
        match self {
            #[cfg(feature = "team")]
            Self::Team(address) => postgres::asked_signature(address, waiting),
            #[cfg(not(feature = "team"))]
            Self::Team(_) => None,
            Self::Directory(_) | Self::Memory => None,
        }
    }

    /// The names in the store; `None` when they cannot be read. Nothing is locked or written.
    pub fn names(&self) -> Option<StoredNames> {
        match self {
            Self::Directory(dir) => names::read(&disk::RealDisk, dir),
            Self::Team(address) => names::read(&disk::RealDisk, &address.copy_dir()?),
            Self::Memory => None,
        }
    }

    /// What [`StoreAddress::repair`] would do. Nothing is changed.
    ///
    /// # Errors
    /// When it cannot be read, or was written by a newer version.
    pub fn examine(&self, pipeline: &Arc<Pipeline>) -> Result<Repaired, StoreError> {
        match self {
            Self::Directory(dir) => examine_on(&disk::RealDisk, dir, pipeline),
            Self::Memory | Self::Team(_) => Ok(Repaired::default()),
        }
    }

    /// Repairs the store, where its kind can be damaged. Waits for others who write as `waiting` does.
    ///
    /// # Errors
    /// When it cannot be read or written, or was written by a newer version.
    pub fn repair(&self, pipeline: &Arc<Pipeline>, waiting: &dyn Patience) -> Result<Repaired, StoreError> {
        match self {
            Self::Directory(dir) => repair_on(&disk::RealDisk, dir, pipeline, waiting),
            Self::Memory | Self::Team(_) => Ok(Repaired::default()),
        }
    }
}

/// Why a store failed, and what to do. `location` and `place` are words of the store itself, such as a path and a line.
#[derive(Debug, thiserror::Error, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum StoreError {
    #[error("cannot {action} {location}: {source}; {advice}")]
    Access {
        /// A verb in the infinitive, such as `read` or `write to`.
        action: &'static str,
        location: String,
        source: Box<dyn Error + Send + Sync>,
        advice: Cow<'static, str>,
    },
    /// Somebody else is writing, for longer than was waited.
    #[error(
        "{location} is locked by {holder}, and was not released in time, so nothing was changed: {advice}"
    )]
    Locked { location: String, holder: String, advice: String },
    /// Two programs wrote at the same time. The other one's entry is kept.
    #[error(
        "another program wrote to {location} at the same time, because the lock beside it did not keep the two apart: the change was not saved, and nothing was lost; leave the file `lock` where it is, and keep the directory on a disk of this machine, not on a network drive or in a synced folder"
    )]
    Collision { location: String },
    /// The entry was written, but the disk did not say that it keeps it.
    #[error(
        "the disk did not confirm the change in {location} ({source}): it may be kept or lost, so look before you do it again; once the disk works, the next change finds out"
    )]
    Unconfirmed { location: String, source: Box<dyn Error + Send + Sync> },
    /// The server may have kept the entry, and could not be asked since.
    #[error(
        "{location} did not answer whether it keeps the change ({source}): it may be kept or lost, so look before you do it again; once the server can be reached, the same change asked for again in this program is not made twice"
    )]
    Unanswered { location: String, source: Box<dyn Error + Send + Sync> },
    /// This program cannot open such a store.
    #[error(
        "this gangplank was built without boards of a team: install one that has them with `cargo install --path . --features team`"
    )]
    WithoutTeam,
    /// What is stored differs from what was written. Nothing was changed.
    #[error("{location} is damaged at {place}: {problem}; nothing was changed: {advice}")]
    Damaged { location: String, place: String, problem: String, advice: &'static str },
    /// Nothing is left of what was stored but files that show that there was something.
    #[error(
        "nothing is left of {location} to repair: only {traces} shows that there was a journal; restore a backup, or move these files elsewhere to begin with an empty board"
    )]
    NothingLeft { location: String, traces: String },
    /// There are backups of what was stored, and nothing else is whole.
    #[error(
        "{location} {what}, though there are backups of it, and nothing can be changed: `gangplank restore {latest}` restores the latest; to begin with an empty board instead, move the directory with the backups elsewhere"
    )]
    OnlyBackups {
        location: String,
        /// What became of it, as the rest of a clause.
        what: &'static str,
        latest: String,
    },
    /// What is stored is as it was written, but this version does not understand it.
    #[error(
        "{place} of {location} is intact, but this version cannot read it ({why}): a newer gangplank wrote it, so update this one"
    )]
    Unknown { location: String, place: String, why: String },
    #[error(
        "{location} has format version {found}, and this gangplank knows versions up to {known}: update gangplank"
    )]
    Version { location: String, found: u32, known: u32 },
    /// The store is not where it was.
    #[error(
        "{location} is not there any more: nothing new is shown, and nothing can be changed, until it is put back; if it is lost, close this gangplank and restore a backup with `gangplank restore FILE`"
    )]
    Missing { location: String },
    /// The store is no longer the one that was opened.
    #[error(
        "{location} was replaced or cut short while it was open: close this gangplank and start it again to read what is there now"
    )]
    Replaced { location: String },
    /// An earlier sync failed, and it is uncertain what is stored.
    #[error(
        "the disk did not confirm an earlier change in {location}, so nothing is read until it is known what it keeps: make sure that {location} can be written, and try again, or start gangplank again"
    )]
    Poisoned { location: String },
    /// The store is as it was before.
    #[error(
        "no space is left to write to {location} ({source}): the change was not saved, and nothing else changed; free some space and try again; until then the board can be read but not changed"
    )]
    Full { location: String, source: Box<dyn Error + Send + Sync> },
    /// The entry would not read back. Written, it would lock everybody out of the store.
    #[error(
        "the change cannot be written to {location} in a form that can be read back ({why}); nothing was changed: please report this"
    )]
    Unwritable { location: String, why: String },
}

impl StoreError {
    /// What is wrong for as long as it lasts, and what to do, for whoever has the store open.
    pub fn standing(&self) -> String {
        match self {
            Self::Damaged { location, place, problem, .. } => format!(
                "{location} is damaged at {place} ({problem}), and nothing can be changed: `gangplank doctor` checks it, `gangplank repair` repairs it"
            ),
            Self::Access { action, location, source, .. } => format!(
                "Cannot {action} {location} ({source}): nothing new is shown, and nothing can be changed, until that is over; `gangplank doctor` checks it"
            ),
            Self::Poisoned { location } => format!(
                "The disk did not confirm an earlier change in {location}, and nothing new is shown: once the disk works, the next change finds out what it keeps"
            ),
            error => error.to_string(),
        }
    }

    /// What failed, in one word for the log.
    pub fn kind(&self) -> &'static str {
        self.into()
    }
}
