//! Writing an entry at the end of the journal.

use std::io::ErrorKind;

use super::{FileStore, Health, OpenJournal, access_error};
use crate::state::Seq;
use crate::store::disk::OpenMode;
use crate::store::journal;
use crate::store::snapshot::Mark;
use crate::store::{Appended, StoreError};

impl FileStore {
    pub(super) fn append_locked(&mut self, seq: Seq, line: &[u8]) -> Result<Appended, StoreError> {
        if self.is_behind()? || seq <= self.mark().seq {
            return Ok(Appended::Behind);
        }
        let mark = self.mark();
        assert_eq!(seq, mark.seq + 1, "an entry is numbered after the last one its board has seen");
        if mark.offset == 0 {
            self.create()?;
        }
        let offset = self.write(line)?;
        let mut progress = self.progress();
        progress.mark = Mark { seq, offset, last: journal::checksum(line) };
        progress.places.note(seq, offset);
        drop(progress);
        Ok(Appended::Yes)
    }

    /// Creates the journal, or writes the header of an empty one.
    pub(super) fn create(&mut self) -> Result<(), StoreError> {
        if self.journal.is_none() {
            let file = self
                .disk
                .open(&self.files.journal, OpenMode::Create)
                .map_err(|error| self.io("create", error))?;
            let identity = file.stat().map_err(|error| self.io("read", error))?.identity;
            self.journal = Some(OpenJournal { file, identity, version: journal::VERSION });
        }
        // The header goes first and alone, so that a crash can only ever tear one line.
        let offset = self.write(&journal::header())?;
        self.sync_dir()?;
        self.progress().mark.offset = offset;
        Ok(())
    }

    /// Writes `line` at the end and syncs it; answers where the journal ends now.
    pub(super) fn write(&mut self, line: &[u8]) -> Result<u64, StoreError> {
        let offset = self.mark().offset;
        let journal = &mut self.journal.as_mut().expect("nobody writes before there is a journal").file;
        if let Err(error) = journal.append(line) {
            // Part of the line may be there. Nothing was synced yet, so taking it away again is safe.
            let cut = journal.cut(offset);
            self.health = if cut.is_ok() { Health::Failed } else { Health::Uncertain };
            let full = matches!(
                error.kind(),
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::WriteZero
            );
            return Err(match cut {
                Ok(()) if full => StoreError::Full { location: self.location(), source: error.into() },
                Ok(()) | Err(_) => self.io("write to", error),
            });
        }
        self.sync()?;
        Ok(offset + line.len() as u64)
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
