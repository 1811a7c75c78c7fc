//! Writing an entry at the end of the journal.

use std::borrow::Cow;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, ErrorKind};

use super::looked::{LastLook, LookingFor};
use super::{FileStore, Health};
use crate::state::Seq;
use crate::store::access::access_error;
use crate::store::disk::{DiskFile, OpenMode};
use crate::store::entry_line::EntryLine;
use crate::store::journal::{self, Tail};
use crate::store::snapshot::Mark;
use crate::store::{Appended, StoreError};

/// What is written at once.
#[derive(Clone, Copy)]
pub(super) enum NewLines<'a> {
    Entry(&'a EntryLine<'a>),
    /// Whole lines.
    Whole(&'a [u8]),
}

impl NewLines<'_> {
    /// In bytes.
    fn length(self) -> u64 {
        match self {
            Self::Entry(line) => line.length(),
            Self::Whole(lines) => lines.len() as u64,
        }
    }

    fn append_to(self, file: &mut dyn DiskFile) -> io::Result<()> {
        match self {
            Self::Entry(line) => line.pass(&mut |piece| file.append(piece)),
            Self::Whole(lines) => file.append(lines),
        }
    }

    /// All its bytes, for whoever looks what became of them.
    fn whole(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Entry(line) => line.whole().into(),
            Self::Whole(lines) => (*lines).into(),
        }
    }
}

impl FileStore {
    pub(super) fn append_locked(&mut self, seq: Seq, line: &EntryLine) -> Result<Appended, StoreError> {
        if self.is_behind()? || seq <= self.mark().seq {
            return Ok(Appended::Behind);
        }
        let mark = self.mark();
        assert_eq!(seq, mark.seq + 1, "an entry is numbered after the last one its board has seen");
        if mark.offset == 0 && !self.create()? {
            return Ok(Appended::Behind);
        }
        let start = self.mark().offset;
        let offset = self.write(NewLines::Entry(line))?;
        let mut progress = self.progress();
        progress.mark = Mark { seq, offset, last: line.checksum() };
        progress.last_start = start;
        progress.places.note(seq, offset);
        drop(progress);
        Ok(Appended::Yes)
    }

    /// Creates the directory of a journal that is still to be made.
    pub(super) fn create_dir(&self) -> Result<(), StoreError> {
        let made = self.disk.create_dir(&self.files.dir);
        made.map_err(|source| access_error(&self.files.dir, "create", source))
    }

    /// Creates the journal with its header; false when somebody else did, where locks lock nothing.
    ///
    /// It gets its name once the header is durable. So a journal without a whole header is damaged, and never one that is
    /// still being made.
    pub(super) fn create(&mut self) -> Result<bool, StoreError> {
        if self.journal.as_ref().is_some_and(|journal| journal.file.stat().is_ok_and(|stat| stat.length > 0))
        {
            return Ok(true);
        }
        let header = journal::header();
        // A name of its own: where locks lock nothing, somebody else may be making a journal, too, and give its file the
        // name of the journal while we write.
        let number = RandomState::new().build_hasher().finish();
        let fresh = &self.files.dir.join(format!("journal-{number:016x}.tmp"));
        let write = || -> io::Result<()> {
            let mut file = self.disk.open(fresh, OpenMode::Create)?;
            file.append(&header)?;
            file.sync()
        };
        if let Err(error) = write() {
            let _ = self.disk.remove(fresh);
            if !is_full(&error) {
                return Err(self.io("create", error));
            }
            self.health = Health::Failed;
            return Err(StoreError::Full { location: self.location(), source: error.into() });
        }
        let journal = &self.files.journal;
        let named = match self.disk.rename_to_new(fresh, journal) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                if self.stat()?.is_none_or(|stat| stat.length > 0) {
                    let _ = self.disk.remove(fresh);
                    return Ok(false);
                }
                // There is nothing in it.
                self.disk.rename(fresh, journal)
            }
            named => named,
        };
        named.map_err(|error| self.io("create", error))?;
        self.journal = None;
        // This makes the name durable.
        self.attach()?;
        self.looked = LastLook::default();
        let mut progress = self.progress();
        progress.mark.offset = header.len() as u64;
        progress.places.note(0, header.len() as u64);
        drop(progress);
        Ok(true)
    }

    /// Makes the store fit for writing again, if an earlier write failed or was not allowed.
    pub(super) fn make_writable(&mut self) -> Result<(), StoreError> {
        match self.health {
            Health::Sound => Ok(()),
            // What was written of it was removed, and what was in the way may be gone.
            Health::Failed => {
                self.health = Health::Sound;
                Ok(())
            }
            Health::ReadOnly(_) => {
                self.reopen()?;
                match self.health {
                    Health::ReadOnly(kind) => Err(self.io("write to", kind.into())),
                    _ => Ok(()),
                }
            }
            Health::Uncertain => self.settle_locked(),
        }
    }

    /// Makes certain what the disk holds. The system may take what it could not write for written, and would confirm the
    /// next sync of it: so what nobody confirmed is written once more before it is synced.
    pub(super) fn settle_locked(&mut self) -> Result<(), StoreError> {
        self.reopen()?;
        let known = self.mark().offset;
        let from = self.unsettled_from().map_or(known, |from| from.min(known));
        let Some(journal) = &mut self.journal else { return Ok(()) };
        let settled = journal.file.read(from).and_then(|rest| journal.file.rewrite(from, &rest));
        settled.map_err(|error| self.io("write to", error))?;
        self.sync()?;
        self.sync_dir()?;
        self.health = Health::Sound;
        self.is_settled();
        Ok(())
    }

    /// Opens the journal anew, which must hold what was read.
    fn reopen(&mut self) -> Result<(), StoreError> {
        self.looked.forget();
        if self.mark().offset == 0 {
            self.journal = None;
        }
        self.checked_stat(LookingFor::Room).map(drop)
    }

    /// Writes at the end and syncs it; answers where the journal ends now.
    pub(super) fn write(&mut self, written: NewLines) -> Result<u64, StoreError> {
        let offset = self.mark().offset;
        let end = offset + written.length();
        let location = self.location();
        let journal = &mut self.journal.as_mut().expect("nobody writes before there is a journal").file;
        if let Err(error) = written.append_to(&mut **journal) {
            return Err(self.take_back(offset, &written.whole(), error));
        }
        let confirmed = journal.sync().and_then(|()| journal.stat());
        let stat = confirmed.map_err(|error| {
            self.health = Health::Uncertain;
            StoreError::Unconfirmed { location, source: error.into() }
        })?;
        // Whoever else wrote meanwhile held a lock that locks nothing. All headers are the same, so none is known as ours.
        if stat.length == end {
            self.looked.is_now(stat);
            Ok(end)
        } else if offset > 0 && self.landed(offset, &written.whole())? {
            Ok(end)
        } else {
            Err(self.collided(offset, &written.whole()))
        }
    }

    /// Takes away again what was written of `line`, and says why it was not all of it. Nothing was synced yet, so that is
    /// safe.
    fn take_back(&mut self, offset: u64, line: &[u8], why: io::Error) -> StoreError {
        let journal = &mut self.journal.as_mut().expect("it was written to").file;
        let is_undone = match journal.read(offset) {
            // Where nothing may be written any more, nothing may be cut off either.
            Ok(rest) if rest.is_empty() => true,
            // Where locks lock nothing, what stands there may be what somebody else was told is saved.
            Ok(rest) => line.starts_with(&rest) && journal.cut(offset).is_ok(),
            Err(_) => false,
        };
        if !is_undone {
            self.health = Health::Uncertain;
            return StoreError::Unconfirmed { location: self.location(), source: why.into() };
        }
        self.health = Health::Failed;
        if is_full(&why) {
            StoreError::Full { location: self.location(), source: why.into() }
        } else {
            self.io("write to", why)
        }
    }

    /// Whether `line` stands at `offset`, whatever follows it.
    fn landed(&mut self, offset: u64, line: &[u8]) -> Result<bool, StoreError> {
        let rest = self.read(offset).inspect_err(|_| self.health = Health::Uncertain)?;
        Ok(rest.starts_with(line))
    }

    /// Takes away `line`, which was written behind the line of somebody who wrote at the same time and was told that
    /// theirs is saved. Nobody can have been told so of what follows ours: a second entry of the same number is refused.
    fn collided(&mut self, offset: u64, line: &[u8]) -> StoreError {
        self.health = Health::Failed;
        if let Ok(rest) = self.read(offset)
            && let Some(theirs) = rest.strip_suffix(line)
            && journal::scan(theirs).tail == Tail::Clean
            && let Some(journal) = &mut self.journal
            && journal.file.cut(offset + theirs.len() as u64).is_ok()
        {
            // Unsynced, the disk may keep what is a second entry of one number.
            let _ = self.sync();
        }
        StoreError::Collision { location: self.location() }
    }

    /// Syncs the journal. A failed sync is never repeated: the system may have dropped what it could not write, and would
    /// report success.
    pub(super) fn sync(&mut self) -> Result<(), StoreError> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        journal.file.sync().map_err(|error| {
            self.health = Health::Uncertain;
            self.io("sync", error)
        })
    }

    pub(super) fn sync_dir(&mut self) -> Result<(), StoreError> {
        self.disk.sync_dir(&self.files.dir).map_err(|source| {
            self.health = Health::Uncertain;
            access_error(&self.files.dir, "sync", source)
        })
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge | ErrorKind::WriteZero
    )
}
