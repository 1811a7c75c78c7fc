//! The store people use: one journal in the data directory, shared by every process that opens it.
//!
//! The journal only grows. A writer holds the lock on a file beside it, has read all entries that others wrote, and
//! returns after its line is synced. A reader syncs the journal before it shows what it read, because the writer may
//! have died before it could. A snapshot beside the journal saves a start from replaying all of it.

mod about;
#[cfg(feature = "team")]
mod confirmed;
mod damaged;
mod lock;
mod looked;
mod open;
mod places;
mod read;
mod snapshots;
mod tail;
mod unconfirmed;
mod wanted;
mod write;

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tracing::info;

use self::damaged::SalvagedJournal;
use self::looked::{LastLook, LookingFor, Wrong};
use self::places::Places;
use self::tail::UnverifiedPart;
use self::unconfirmed::KnownUnconfirmed;
use super::disk::{self, Disk, DiskFile, OpenMode, Stat};
use super::entry_line::EntryLine;
use super::files::StoreFiles;
use super::journal::{self, BadEntry, NO_HEADER, Tail};
use super::lock::Patience;
use super::snapshot::Mark;
use super::unconfirmed::UnconfirmedChange;
use super::{Appended, LateNotices, SnapshotWriter, Store, StoreError, VerifyRest, examine};
use crate::state::{AccountId, Board, Entry, Pipeline, Seq};

pub use self::snapshots::{FIRST_SNAPSHOT, SNAPSHOT_AFTER};
use super::access::access_error;

/// A journal in a directory.
pub struct FileStore {
    disk: Arc<dyn Disk>,
    waiting: Arc<dyn Patience>,
    files: StoreFiles,
    journal: Option<OpenJournal>,
    lock: Option<Box<dyn DiskFile>>,
    health: Health,
    progress: Arc<Mutex<Progress>>,
    looked: LastLook,
    late: LateNotices,
    /// What is read instead of the journal where that is damaged.
    salvaged: Option<SalvagedJournal>,
    unconfirmed: Option<KnownUnconfirmed>,
}

struct OpenJournal {
    file: Box<dyn DiskFile>,
    identity: u64,
    version: u32,
}

/// What the store may still do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    /// Read and write.
    Sound,
    /// Only read: the system does not allow writing.
    ReadOnly(ErrorKind),
    /// Read, and try to write again: a write failed, and its rest was removed.
    Failed,
    /// Neither, until [`FileStore::settle_locked`]: it is uncertain what the disk holds.
    Uncertain,
}

#[derive(Debug, Default)]
struct Progress {
    /// How far the journal has been read or written.
    mark: Mark,
    /// Where the last line before it begins.
    last_start: u64,
    /// How much of it the last snapshot covers.
    covered: u64,
    /// The last entry that came from a snapshot when the store was opened.
    from_snapshot: Seq,
    /// How many marks stand in the journal for entries that a repair could not keep.
    lost_marks: u64,
    /// Whether the snapshot cannot be trusted, so that another is due.
    bad_snapshot: bool,
    places: Places,
    /// Up to where the journal was not read, because a snapshot covers it.
    unverified: Option<UnverifiedPart>,
    /// What is wrong with the part of the journal that a snapshot covers, once it was looked at.
    damage: Option<(usize, &'static str)>,
}

impl FileStore {
    /// The last entry that came from a snapshot when the store was opened; 0 when all entries were replayed.
    pub fn from_snapshot(&self) -> Seq {
        self.progress().from_snapshot
    }

    /// Whether others wrote entries that are not read yet. A line that a dead writer left unfinished is set aside.
    fn is_behind(&mut self) -> Result<bool, StoreError> {
        let Some(stat) = self.checked_stat(LookingFor::Room)? else { return Ok(false) };
        let mark = self.mark();
        if stat.length == mark.offset {
            return Ok(false);
        }
        let rest = self.read(mark.offset)?;
        let scan = journal::scan(&rest);
        let header = usize::from(mark.offset == 0);
        if scan.lines.len() > header {
            return Ok(true);
        }
        if header == 1 && scan.lines.is_empty() && !rest.is_empty() {
            return Err(self.damaged(1, NO_HEADER));
        }
        if let Some(header) = scan.lines.first() {
            // Whoever created the journal died before its first entry.
            self.read_header(&rest[header.clone()])?;
            self.progress().mark.offset = scan.end as u64;
        }
        match scan.tail {
            Tail::Clean => {}
            Tail::Torn => {
                self.set_aside(&rest[scan.end..], mark.offset + scan.end as u64)?;
            }
            Tail::Damaged(what) => {
                let line = usize::try_from(mark.seq).unwrap_or(usize::MAX) + 2 - header + scan.lines.len();
                return Err(self.damaged(line, what));
            }
        }
        Ok(false)
    }

    /// Copies `bytes`, the end of the journal from `offset` on, to a file of their own, and cuts them off.
    fn set_aside(&mut self, bytes: &[u8], offset: u64) -> Result<Option<String>, StoreError> {
        let path = self.files.dir.join(format!("torn-{offset}-{:08x}", crc32c::crc32c(bytes)));
        let keep = || {
            disk::put(&*self.disk, &path, bytes)?;
            self.disk.sync_dir(&self.files.dir)
        };
        keep().map_err(|source| access_error(&path, "write to", source))?;
        let journal = &mut self.journal.as_mut().expect("what was read is open").file;
        journal.cut(offset).map_err(|error| self.io("cut", error))?;
        self.sync()?;
        let (count, name) = (bytes.len(), path.display());
        Ok(Some(format!(
            "The journal ended in an unfinished change of {count} bytes, which was never confirmed as saved; it was moved to {name}."
        )))
    }

    /// Opens the journal unless it is open already; for reading only, where writing is not allowed.
    fn attach(&mut self) -> Result<(), StoreError> {
        if self.journal.is_some() {
            return Ok(());
        }
        let (journal, refused) = self.open_journal()?;
        self.take_journal(journal, refused);
        // The process that created it may have died before the name was durable.
        if self.health == Health::Sound { self.sync_dir() } else { Ok(()) }
    }

    /// Works with `journal` from now on, to which writing was `refused`, or was not.
    fn take_journal(&mut self, journal: OpenJournal, refused: Option<ErrorKind>) {
        self.health = match (self.health, refused) {
            (Health::Uncertain, _) => Health::Uncertain,
            (_, Some(kind)) => Health::ReadOnly(kind),
            (Health::ReadOnly(_), None) => Health::Sound,
            (health @ (Health::Sound | Health::Failed), None) => health,
        };
        self.journal = Some(journal);
    }

    /// The file at the journal's path, and why it can only be read, if so.
    fn open_journal(&self) -> Result<(OpenJournal, Option<ErrorKind>), StoreError> {
        let (path, mut refused) = (&self.files.journal, None);
        let file = match self.disk.open(path, OpenMode::Append) {
            Err(error)
                if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) =>
            {
                refused = Some(error.kind());
                self.disk.open(path, OpenMode::Read)
            }
            opened => opened,
        };
        let file = file.map_err(|error| self.io("open", error))?;
        let identity = file.stat().map_err(|error| self.io("read", error))?.identity;
        Ok((OpenJournal { file, identity, version: journal::VERSION }, refused))
    }

    /// Checks the journal's first line and remembers its version.
    fn read_header(&mut self, json: &[u8]) -> Result<u32, StoreError> {
        let header: Option<journal::JournalHeader> = serde_json::from_slice(json).ok();
        let Some(header) = header.filter(|header| header.format == journal::FORMAT) else {
            return Err(self.damaged(1, NO_HEADER));
        };
        let (found, known) = (header.version, journal::VERSION);
        if found == 0 || found > known {
            return Err(StoreError::Version { location: self.location(), found, known });
        }
        if let Some(journal) = &mut self.journal {
            journal.version = found;
        }
        Ok(found)
    }

    fn read(&self, from: u64) -> Result<Vec<u8>, StoreError> {
        let journal = self.journal.as_ref().expect("nobody reads before there is a journal");
        journal.file.read(from).map_err(|error| self.io("read", error))
    }

    fn stat(&self) -> Result<Option<Stat>, StoreError> {
        self.disk.stat(&self.files.journal).map_err(|error| self.io("read", error))
    }

    fn mark(&self) -> Mark {
        self.progress().mark
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        // Three numbers, each set in one step: a panic cannot leave them half changed.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn location(&self) -> String {
        self.files.journal.display().to_string()
    }

    fn io(&self, action: &'static str, source: io::Error) -> StoreError {
        access_error(&self.files.journal, action, source)
    }

    fn damaged(&self, line: usize, problem: &str) -> StoreError {
        self.damaged_at(format!("line {line}"), problem)
    }

    fn damaged_at(&self, place: String, problem: &str) -> StoreError {
        let (location, problem) = (self.location(), problem.into());
        StoreError::Damaged { location, place, problem, advice: examine::ADVICE }
    }

    fn misfit(&self, misfit: BadEntry) -> StoreError {
        match misfit {
            BadEntry::Order { line, expected, found } => {
                self.damaged(line, &format!("entry {expected} belongs there, and entry {found} stands there"))
            }
            BadEntry::Unknown { line, why } => {
                StoreError::Unknown { location: self.location(), place: format!("line {line}"), why }
            }
        }
    }
}

impl Store for FileStore {
    fn read_after(&mut self, seq: Seq) -> Result<Vec<Arc<Entry>>, StoreError> {
        if self.health == Health::Uncertain {
            return Err(StoreError::Poisoned { location: self.location() });
        }
        if let Some(salvaged) = self.salvaged()? {
            return Ok(salvaged.iter().filter(|entry| entry.seq > seq).cloned().collect());
        }
        let Some(stat) = self.checked_stat(LookingFor::News)? else { return Ok(Vec::new()) };
        let mark = self.mark();
        if stat.length == mark.offset && seq >= mark.seq {
            return Ok(Vec::new());
        }
        self.read_news(seq).inspect_err(|error| match error {
            StoreError::Damaged { place, problem, .. } => {
                let wrong = Wrong::Damaged { place: place.clone(), problem: problem.clone() };
                self.looked.is_wrong(stat, wrong);
            }
            // The open file may have become stale.
            StoreError::Access { .. } => self.looked.forget(),
            _ => {}
        })
    }

    fn append(&mut self, entry: &Entry) -> Result<Appended, StoreError> {
        self.refuse_damaged()?;
        let line = EntryLine::of(entry)
            .map_err(|error| StoreError::Unwritable { location: self.location(), why: error.to_string() })?;
        if self.mark().offset == 0 {
            self.create_dir()?;
        } else if self.stat()?.is_none() {
            // Nothing is put where it is to be put back.
            return Err(StoreError::Missing { location: self.location() });
        }
        let started = Instant::now();
        self.lock()?;
        let done = self.make_writable().and_then(|()| self.append_locked(entry.seq, &line));
        self.unlock()?;
        if let Ok(appended) = &done {
            let microseconds = started.elapsed().as_micros();
            info!(seq = entry.seq, bytes = line.length(), microseconds, ?appended, "entry appended");
        }
        done
    }

    fn writable(&self) -> Result<(), StoreError> {
        self.refuse_damaged()?;
        match self.health {
            Health::ReadOnly(kind) => Err(self.io("write to", kind.into())),
            Health::Sound | Health::Failed | Health::Uncertain => Ok(()),
        }
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        self.settle_unconfirmed()
    }

    fn note_unconfirmed(&mut self, change: UnconfirmedChange) {
        self.note_unconfirmed_line(change);
    }

    fn unconfirmed(&mut self) -> Option<UnconfirmedChange> {
        self.find_unconfirmed()
    }

    fn forget_unconfirmed(&mut self) {
        self.forget_unconfirmed_line();
    }

    fn latest(&mut self, last: Seq, count: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        if let Some(salvaged) = self.salvaged()? {
            let until = usize::try_from(last).map_or(salvaged.len(), |last| last.min(salvaged.len()));
            return Ok(salvaged[until.saturating_sub(count)..until].to_vec());
        }
        match self.read_latest(last, count) {
            Err(StoreError::Damaged { .. }) if self.salvage_unverified()? => self.latest(last, count),
            read => read,
        }
    }

    fn latest_about(
        &mut self,
        last: Seq,
        count: usize,
        ids: &BTreeSet<AccountId>,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        match self.unless_salvaged(|store| store.read_latest_about(last, count, ids))? {
            Some(about) => Ok(about),
            None => Ok(Entry::all_about(&self.latest(last, count)?, ids)),
        }
    }

    fn latest_wanted(
        &mut self,
        last: Seq,
        count: usize,
        wanted: &mut dyn FnMut(&Entry) -> bool,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        if let Some(found) = self.unless_salvaged(|store| store.read_latest_wanted(last, count, wanted))? {
            return Ok(found);
        }
        let mut entries = self.latest(last, count)?;
        entries.retain(|entry| wanted(entry));
        Ok(entries)
    }

    fn for_each(
        &mut self,
        last: Seq,
        take: &mut dyn FnMut(Arc<Entry>) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.salvage_unverified()?;
        if let Some(salvaged) = self.salvaged()? {
            let _ = salvaged.iter().take_while(|entry| entry.seq <= last).cloned().try_for_each(take);
            return Ok(());
        }
        self.read_each(last, take)
    }

    fn reread(&mut self, pipeline: &Arc<Pipeline>) -> Result<Option<Board>, StoreError> {
        self.reread_repaired(pipeline)
    }

    fn trouble(&self) -> Option<String> {
        self.salvaged_words()
    }

    fn late_notices(&self) -> LateNotices {
        self.late.clone()
    }

    fn verifier(&self) -> Option<VerifyRest> {
        self.rest_verifier()
    }

    fn due_snapshot(&mut self, board: &Board) -> Option<SnapshotWriter> {
        {
            let mut progress = self.progress();
            if !progress.is_due() || progress.mark.seq != board.seq() {
                return None;
            }
            progress.is_covered();
        }
        Some(self.snapshot_writer())
    }
}
