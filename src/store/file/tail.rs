//! Opening a store by its snapshot and the end of its journal. What the snapshot covers is verified later, or never by a
//! program that runs for a moment.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::error;

use super::looked::scan_until;
use super::places::Places;
use super::snapshots::discard;
use super::{FileStore, Health, Progress};
use crate::state::board::LazyEntry;
use crate::state::{Board, Entry, Pipeline, Seq};
use crate::store::disk::{self, Disk, DiskFile, OpenMode};
use crate::store::files::StoreFiles;
use crate::store::journal::{self, JournalHeader, Tail};
use crate::store::snapshot::{self, Mark, Snapshot, SnapshotProblem};
use crate::store::{LateNotices, StoreError, VerifyRest, examine};

/// More than the header is long.
const HEADER: usize = 256;

impl FileStore {
    /// Reads the snapshot at `path`.
    pub(super) fn load(&self, path: &Path, pipeline: &Arc<Pipeline>) -> Result<Snapshot, SnapshotProblem> {
        self.loader(path, pipeline)()
    }

    /// The same, on any thread.
    pub(super) fn loader(
        &self,
        path: &Path,
        pipeline: &Arc<Pipeline>,
    ) -> impl FnOnce() -> Result<Snapshot, SnapshotProblem> + Send + use<> {
        let (disk, files) = (self.disk.clone(), self.files.clone());
        let (path, pipeline) = (path.to_owned(), pipeline.clone());
        let (progress, late) = (self.progress.clone(), self.late.clone());
        move || {
            let file = disk.open(&path, OpenMode::Read).map_err(|_| SnapshotProblem::Missing)?;
            let file: Mutex<Box<dyn DiskFile>> = Mutex::new(file);
            let of = pipeline.clone();
            let rebuild = move |mark: Mark| {
                discard(&*disk, &path, &progress, &late);
                let replayed = replay(&*disk, &files.journal, of.clone(), mark);
                replayed.or_else(|| salvaged(&*disk, &files, &of, &late))
            };
            snapshot::open(Arc::new(file), pipeline, Box::new(rebuild))
        }
    }

    /// The board of `snapshot` and of the entries after it; `None` when it does not belong to the journal, or the journal's
    /// end needs a closer look.
    pub(super) fn fold_after(&mut self, snapshot: Snapshot) -> Result<Option<Board>, StoreError> {
        let mark = snapshot.mark;
        self.attach()?;
        let journal = &self.journal.as_ref().expect("it was just opened").file;
        let last_start = snapshot.journal.last_start;
        let version = header(&**journal).filter(|_| mark.is_in(&**journal, last_start));
        let Some(version) = version else { return Ok(None) };
        self.read_header(&version)?;
        let bytes = self.read(mark.offset)?;
        let scan = journal::scan(&bytes);
        if scan.tail != Tail::Clean {
            return Ok(None);
        }
        if self.health == Health::Sound {
            self.sync()?;
        }

        let lost_marks = snapshot.journal.lost_marks;
        let mut places = Places::known(snapshot.journal.places.clone());
        for (seq, line) in (mark.seq + 1..).zip(&scan.lines) {
            places.note(seq, mark.offset + line.end as u64 + 1);
        }
        let past = PastEntries {
            disk: self.disk.clone(),
            journal: self.files.journal.clone(),
            places: Places::known(snapshot.journal.places.clone()),
            mark,
            version: self.version(),
        };
        let past = Arc::new(past);
        let needs = snapshot.needs().to_vec();
        let kept = needs.into_iter().map(|seq| {
            let past = past.clone();
            (seq, LazyEntry::later(move || past.entry(seq)))
        });
        let mut board = snapshot.board(kept);
        let mut entries = Vec::with_capacity(scan.lines.len());
        let read =
            journal::entries(&bytes, &scan.lines, mark.seq + 1, self.version(), |entry| entries.push(entry));
        if read.is_err() {
            return Ok(None);
        }
        board.apply_all(entries);
        let (reached, last_start) = scan.lines.last().map_or((mark, last_start), |last| {
            let line = journal::line_start(&bytes, last);
            let last = journal::checksum(&bytes[line..]);
            (
                Mark { seq: board.seq(), offset: mark.offset + scan.end as u64, last },
                mark.offset + line as u64,
            )
        });
        *self.progress() = Progress {
            mark: reached,
            last_start,
            covered: mark.offset,
            from_snapshot: mark.seq,
            lost_marks,
            places,
            unverified: Some(UnverifiedPart { mark, pipeline: board.pipeline().clone() }),
            ..Progress::default()
        };
        Ok(Some(board))
    }

    /// Reads all that is whole where the part that was not read turns out to be damaged; false when it is whole.
    pub(in crate::store) fn salvage_unverified(&mut self) -> Result<bool, StoreError> {
        let Some(UnverifiedPart { mark, pipeline }) = self.progress().unverified.take() else {
            return Ok(false);
        };
        if damage_before(&*self.disk, &self.files.journal, mark).is_none() {
            return Ok(false);
        }
        let is_damaged = self.salvage(&pipeline)?.is_some();
        self.read_only_words().into_iter().for_each(|words| self.late.note_damage(words));
        Ok(is_damaged)
    }

    /// Verifies what was not read when it was opened: of a long journal the part that a snapshot covers, and of a snapshot
    /// those who sleep.
    pub(super) fn rest_verifier(&self) -> Option<VerifyRest> {
        let (unverified, from_snapshot) = {
            let progress = self.progress();
            (progress.unverified.as_ref().map(|part| part.mark), progress.from_snapshot)
        };
        if from_snapshot == 0 {
            return None;
        }
        let (disk, files) = (self.disk.clone(), self.files.clone());
        let (progress, late) = (self.progress.clone(), self.late.clone());
        Some(Box::new(move || {
            let file = disk.open(&files.snapshot, OpenMode::Read).map(Mutex::new);
            if file.is_ok_and(|file| snapshot::check(&file).is_err_and(|it| it == SnapshotProblem::Damaged)) {
                error!("snapshot is damaged");
                discard(&*disk, &files.snapshot, &progress, &late);
            }
            let Some(mark) = unverified else { return };
            let path = &files.journal;
            let Some(damage) = damage_before(&*disk, path, mark) else { return };
            error!(line = damage.0, "journal is damaged");
            progress.lock().unwrap_or_else(PoisonError::into_inner).damage = Some(damage);
        }))
    }
}

/// The part of a journal that was not read when it was opened, because a snapshot covers it.
#[derive(Debug)]
pub(super) struct UnverifiedPart {
    mark: Mark,
    /// By which the board is folded again.
    pipeline: Arc<Pipeline>,
}

/// Past entries, read when an undo asks for them.
struct PastEntries {
    disk: Arc<dyn Disk>,
    journal: PathBuf,
    places: Places,
    mark: Mark,
    version: u32,
}

impl PastEntries {
    /// Entry `seq`; `None` when it cannot be read any more.
    fn entry(&self, seq: Seq) -> Option<Arc<Entry>> {
        let (known, start) = self.places.before(seq.checked_sub(1)?).unwrap_or((0, 0));
        let end = self.places.after(seq).unwrap_or(self.mark.offset);
        let journal = self.disk.open(&self.journal, OpenMode::Read).ok()?;
        let bytes = disk::exactly(&*journal, start, usize::try_from(end.checked_sub(start)?).ok()?).ok()?;
        let lines = journal::scan(&bytes).lines;
        // From the beginning on, the first line is the header.
        let at = usize::try_from(seq - known).ok()?.checked_sub(usize::from(start > 0))?;
        let mut found = None;
        journal::entries(&bytes, lines.get(at..=at)?, seq, self.version, |entry| found = Some(entry)).ok()?;
        found
    }
}

/// The board of all entries of the journal up to `mark`; `None` when they cannot all be read.
fn replay(disk: &dyn Disk, path: &Path, pipeline: Arc<Pipeline>, mark: Mark) -> Option<Board> {
    let journal = disk.open(path, OpenMode::Read).ok()?;
    let bytes = disk::exactly(&*journal, 0, usize::try_from(mark.offset).ok()?).ok()?;
    let scan = journal::scan(&bytes);
    let (header, lines) = scan.lines.split_first()?;
    let header: JournalHeader = serde_json::from_slice(&bytes[header.clone()]).ok()?;
    if scan.tail != Tail::Clean || lines.len() as Seq != mark.seq {
        return None;
    }
    let mut board = Board::new(pipeline);
    journal::entries(&bytes, lines, 1, header.version, |entry| board.apply(entry)).ok()?;
    Some(board)
}

/// The board of all that is whole of a damaged journal.
fn salvaged(
    disk: &dyn Disk,
    files: &StoreFiles,
    pipeline: &Arc<Pipeline>,
    late: &LateNotices,
) -> Option<Board> {
    let examined = examine::examine(disk, files, pipeline).ok()?;
    late.note_damage(examine::read_only(files, &examined.salvage.report));
    Some(examined.salvage.board)
}

/// The first damaged line before `mark`, and what is wrong with it.
fn damage_before(disk: &dyn Disk, path: &Path, mark: Mark) -> Option<(usize, &'static str)> {
    // A journal that cannot be read is noticed by whoever follows it.
    let journal = disk.open(path, OpenMode::Read).ok()?;
    let scan = scan_until(&*journal, mark).ok()?;
    let is_short = scan.lines.len() as Seq != mark.seq + 1;
    scan.damage().or_else(|| is_short.then_some((scan.lines.len() + 1, journal::BAD_CHECKSUM)))
}

/// The JSON of the first line.
fn header(journal: &dyn DiskFile) -> Option<Vec<u8>> {
    let mut bytes = [0; HEADER];
    let read = journal.read_some(0, &mut bytes).ok()?;
    Some(bytes[..read][journal::intact(&bytes[..read])?].to_vec())
}
