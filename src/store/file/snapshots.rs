//! Saving snapshots beside the journal.

use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use tracing::info;

use super::{FileStore, Progress};
use crate::state::Board;
use crate::store::access::access_error;
use crate::store::disk::{self, Disk, OpenMode};
use crate::store::files::StoreFiles;
use crate::store::lock;
use crate::store::snapshot::{self, CoveredJournal, Mark};
use crate::store::{LateNotices, SnapshotWriter, StoreError};

/// How many bytes of journal may follow the last snapshot before another is due, at most: some thousand changes, or an import
/// of a few thousand accounts. They are read in a hundredth of a second at every start and at every completion, and snapshots
/// are rare enough to cost next to nothing.
pub const SNAPSHOT_AFTER: u64 = 2 << 20;

/// How long a journal is before it gets its first snapshot: some hundred accounts.
pub const FIRST_SNAPSHOT: u64 = 256 << 10;

/// How many bytes are written at a time.
const PIECE: usize = 256 << 10;

impl FileStore {
    /// Whether so much was appended since the last snapshot that another is due.
    pub fn wants_snapshot(&self) -> bool {
        self.progress().is_due()
    }

    /// A writer for a snapshot of the board as it is after the last entry read or appended.
    pub fn snapshot_writer(&self) -> SnapshotWriter {
        let (disk, files) = (self.disk.clone(), self.files.clone());
        let progress = self.progress.clone();
        let (mark, journal) = {
            let progress = self.progress();
            let (places, last_start) = (progress.places.until(progress.mark.seq), progress.last_start);
            (progress.mark, CoveredJournal { places, last_start, lost_marks: progress.lost_marks })
        };
        SnapshotWriter::new(move |board| save_snapshot(&*disk, &files, &progress, mark, journal, board))
    }
}

impl Progress {
    pub(super) fn is_due(&self) -> bool {
        let is_replaced = self.bad_snapshot && self.mark.seq > 0;
        // As much again as the last one covers: so all of them together take no longer than the journal takes twice.
        let after = self.covered.clamp(FIRST_SNAPSHOT, SNAPSHOT_AFTER);
        is_replaced || self.mark.offset.saturating_sub(self.covered) > after
    }

    /// A snapshot is on its way that covers all of the journal that was read.
    pub(super) fn is_covered(&mut self) {
        (self.covered, self.bad_snapshot) = (self.mark.offset, false);
    }
}

/// Removes a snapshot that turned out to be damaged while it was in use: it is of no more use to anybody.
pub(super) fn discard(disk: &dyn Disk, path: &Path, progress: &Mutex<Progress>, late: &LateNotices) {
    if disk.remove(path).is_ok() {
        late.note(snapshot::discarded_words(path));
    }
    progress.lock().unwrap_or_else(PoisonError::into_inner).bad_snapshot = true;
}

/// Saves `board`, whose last entry must be the one of `mark`. False when it is not, when another process is saving a
/// snapshot, or when there is little room, which is for changes. About as long as the last snapshot is the next one, and
/// the first is no longer than the journal.
fn save_snapshot(
    disk: &dyn Disk,
    files: &StoreFiles,
    progress: &Mutex<Progress>,
    mark: Mark,
    journal: CoveredJournal,
    board: &Board,
) -> Result<bool, StoreError> {
    if board.seq() != mark.seq || mark.seq == 0 {
        return Ok(false);
    }
    let write = || -> io::Result<bool> {
        // A lock of its own: writing takes a while, and appending must not wait for a cache.
        let held = disk.open(&files.snapshot_lock, OpenMode::Lock)?;
        if !held.try_lock()? || !lock::is_at(disk, &files.snapshot_lock, &*held)? {
            return Ok(false);
        }
        // Whoever was killed while writing one left it.
        disk.remove(&files.temporary)?;
        let size = disk.stat(&files.snapshot)?.map_or(mark.offset, |stat| stat.length);
        if !disk::is_spare(size, disk.room(&files.dir)) {
            return Ok(false);
        }
        let put_in_place = || {
            if disk.stat(&files.snapshot)?.is_some() {
                disk.rename(&files.snapshot, &files.previous)?;
            }
            disk.rename(&files.temporary, &files.snapshot)?;
            disk.sync_dir(&files.dir)
        };
        if let Err(error) =
            write_lines(disk, &files.temporary, board, mark, journal).and_then(|()| put_in_place())
        {
            // The room is for changes.
            let _ = disk.remove(&files.temporary);
            return Err(error);
        }
        Ok(true)
    };
    let started = Instant::now();
    let saved = write().map_err(|source| access_error(&files.snapshot, "write to", source))?;
    let milliseconds = started.elapsed().as_millis();
    info!(seq = mark.seq, accounts = board.len(), milliseconds, saved, "snapshot written");
    let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
    progress.covered = progress.covered.max(mark.offset);
    Ok(saved)
}

/// Writes a snapshot of `board` to the file at `path`, durably.
fn write_lines(
    disk: &dyn Disk,
    path: &Path,
    board: &Board,
    mark: Mark,
    journal: CoveredJournal,
) -> io::Result<()> {
    let mut file = disk.open(path, OpenMode::Create)?;
    file.cut(0)?;
    let mut piece = Vec::with_capacity(2 * PIECE);
    snapshot::write(board, mark, journal, &mut |bytes| {
        piece.extend_from_slice(bytes);
        if piece.len() >= PIECE {
            file.append(&piece)?;
            piece.clear();
        }
        Ok(())
    })?;
    file.append(&piece)?;
    file.sync()
}
