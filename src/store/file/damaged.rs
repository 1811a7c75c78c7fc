//! A store with a damaged journal: all that is whole is read, and nothing is written.

use std::sync::Arc;

use tracing::error;

use super::FileStore;
use crate::state::{Board, Entry, Pipeline};
use crate::store::disk::Stat;
use crate::store::examine::{self, Examined};
use crate::store::{DamageReport, Opened, StoreError};

/// The entries of a damaged journal.
pub(super) struct SalvagedJournal {
    pub(super) entries: Vec<Arc<Entry>>,
    report: DamageReport,
    /// Whether no entry is whole.
    is_nothing_left: bool,
    /// The file that was read.
    stat: Option<Stat>,
}

impl FileStore {
    /// Reads all that is whole; `None` when nothing is damaged.
    pub(super) fn salvage(&mut self, pipeline: &Arc<Pipeline>) -> Result<Option<Board>, StoreError> {
        let stat = self.stat()?;
        let examined = match examine::examine(&*self.disk, &self.files, pipeline)? {
            examined if examined.is_damaged() => examined,
            _ => return Ok(None),
        };
        let is_nothing_left = examined.is_nothing_left();
        let Examined { salvage, .. } = examined;
        error!(
            places = salvage.report.places.len(),
            kept = salvage.report.kept,
            lost = salvage.report.lost.len(),
            "journal is damaged"
        );
        let entries = salvage.entries.into_iter().map(|it| it.entry).collect();
        self.salvaged = Some(SalvagedJournal { entries, report: salvage.report, is_nothing_left, stat });
        Ok(Some(salvage.board))
    }

    /// The store with what was salvaged.
    pub(super) fn opened_damaged(self, board: Board, notices: Vec<String>) -> Opened<Self> {
        Opened { notices, read_only: self.read_only_words(), ..Opened::new(self, board) }
    }

    /// What whoever reads a damaged journal should know.
    pub(super) fn read_only_words(&self) -> Option<String> {
        let salvaged = self.salvaged.as_ref()?;
        let error = self.only_backups();
        Some(
            error
                .map_or_else(|| examine::read_only(&self.files, &salvaged.report), |error| error.to_string()),
        )
    }

    /// The damage that was found when the store was opened.
    pub fn damage(&self) -> Option<&DamageReport> {
        self.salvaged.as_ref().map(|it| &it.report)
    }

    /// What was salvaged, as long as the file is the one it came from; `None` where the journal is whole.
    pub(super) fn salvaged(&self) -> Result<Option<&[Arc<Entry>]>, StoreError> {
        let Some(salvaged) = &self.salvaged else { return Ok(None) };
        match self.stat()? {
            found if found == salvaged.stat => Ok(Some(&salvaged.entries)),
            Some(_) => Err(StoreError::Replaced { location: self.location() }),
            None => Err(StoreError::Missing { location: self.location() }),
        }
    }

    /// What `read` finds in the journal; nothing where only what was salvaged of it can be read, also where that turns out now.
    pub(super) fn unless_salvaged<T>(
        &mut self,
        read: impl FnOnce(&Self) -> Result<Option<T>, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        if self.salvaged()?.is_some() {
            return Ok(None);
        }
        match read(self) {
            Err(StoreError::Damaged { .. }) if self.salvage_unverified()? => Ok(None),
            read => read,
        }
    }

    /// What is wrong where the journal is damaged that was opened, in short.
    pub(super) fn salvaged_words(&self) -> Option<String> {
        let salvaged = self.salvaged.as_ref()?;
        let error = self.only_backups();
        Some(
            error.map_or_else(|| examine::standing(&self.files, &salvaged.report), |error| error.to_string()),
        )
    }

    /// The error where nothing is whole but backups.
    fn only_backups(&self) -> Option<StoreError> {
        self.salvaged.as_ref().filter(|it| it.is_nothing_left)?;
        examine::only_backups(&*self.disk, &self.files)
    }

    /// Reads everything anew where a damaged journal was repaired since, or another one was put in its place. What
    /// somebody sees who read a whole journal is not replaced by what is left of a damaged one.
    pub(super) fn reread_repaired(&mut self, pipeline: &Arc<Pipeline>) -> Result<Option<Board>, StoreError> {
        let found = self.stat()?;
        let was_damaged = self.salvaged.is_some() || self.looked.was_damaged;
        if !was_damaged || found.is_none() || self.looked.reread == found {
            return Ok(None);
        }
        self.looked.reread = found;
        let (disk, waiting) = (self.disk.clone(), self.waiting.clone());
        let opened = Self::open_waiting(disk, &self.files.dir.clone(), pipeline.clone(), waiting)?;
        if opened.read_only.is_some() && self.salvaged.is_none() {
            return Ok(None);
        }
        *self = opened.store;
        Ok(Some(opened.board))
    }

    /// Refuses to change a damaged journal.
    pub(super) fn refuse_damaged(&self) -> Result<(), StoreError> {
        let Some(salvaged) = &self.salvaged else { return Ok(()) };
        self.salvaged()?;
        Err(self.only_backups().unwrap_or_else(|| examine::damaged(&self.files, &salvaged.report)))
    }
}
