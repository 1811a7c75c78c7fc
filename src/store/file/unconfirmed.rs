//! What is noted beside the journal of a change that the disk did not confirm.

use serde::{Deserialize, Serialize};

use super::{FileStore, Health};
use crate::store::StoreError;
use crate::store::disk::{self, OpenMode};
use crate::store::unconfirmed::UnconfirmedChange;

/// A change that the disk did not confirm, and where its line begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct UnconfirmedLine {
    #[serde(flatten)]
    change: UnconfirmedChange,
    offset: u64,
}

/// What this process knows of it.
pub(super) struct KnownUnconfirmed {
    line: UnconfirmedLine,
    /// Whether other processes find it, too. The disk that did not confirm the change may not have taken this either.
    is_noted: bool,
    /// Whether it is known what the disk keeps of it.
    is_settled: bool,
}

impl FileStore {
    pub(super) fn note_unconfirmed_line(&mut self, change: UnconfirmedChange) {
        let line = UnconfirmedLine { change, offset: self.mark().offset };
        let path = &self.files.unconfirmed;
        // Others of the same system read it even where the disk does not keep it.
        let _ = serde_json::to_vec(&line).map(|json| disk::put(&*self.disk, path, &json));
        let is_noted = matches!(self.disk.stat(path), Ok(Some(_)));
        self.unconfirmed = Some(KnownUnconfirmed { line, is_noted, is_settled: false });
    }

    /// The change that the disk did not confirm, unless it was found out about it since.
    pub(super) fn find_unconfirmed(&mut self) -> Option<UnconfirmedChange> {
        let known = self.unconfirmed.take();
        let noted = match self.disk.stat(&self.files.unconfirmed) {
            Ok(Some(_)) => self.noted_line(),
            Ok(None) | Err(_) => None,
        };
        self.unconfirmed = match (noted, known) {
            (Some(line), Some(known)) if known.line == line => Some(known),
            (Some(line), _) => Some(KnownUnconfirmed { line, is_noted: true, is_settled: false }),
            (None, known) => known.filter(|known| !known.is_noted),
        };
        self.unconfirmed.as_ref().map(|known| known.line.change.clone())
    }

    fn noted_line(&self) -> Option<UnconfirmedLine> {
        let file = self.disk.open(&self.files.unconfirmed, OpenMode::Read).ok()?;
        serde_json::from_slice(&file.read(0).ok()?).ok()
    }

    pub(super) fn forget_unconfirmed_line(&mut self) {
        self.unconfirmed = None;
        let _ = self.disk.remove(&self.files.unconfirmed);
    }

    /// From where on the system may take for written what the disk does not have: another process may have been told.
    pub(super) fn unsettled_from(&self) -> Option<u64> {
        self.unconfirmed.as_ref().filter(|known| !known.is_settled).map(|known| known.line.offset)
    }

    /// Makes certain what the disk holds, where that is not known. The lock is held.
    pub(super) fn settle_unconfirmed(&mut self) -> Result<(), StoreError> {
        let is_known = self.health != Health::Uncertain && self.unsettled_from().is_none();
        // Where nothing can be written, nothing can be found out.
        if is_known || self.salvaged.is_some() || matches!(self.health, Health::ReadOnly(_)) {
            return Ok(());
        }
        self.lock()?;
        let settled = self.settle_locked();
        self.unlock()?;
        settled
    }

    pub(super) fn is_settled(&mut self) {
        if let Some(known) = &mut self.unconfirmed {
            known.is_settled = true;
        }
    }
}
