//! Opening a store: the whole journal is verified while a snapshot is read, and then the entries after the snapshot are
//! folded, or all of them.
//!
//! Verifying reads the journal piece by piece. Folding reads the lines it needs once more, a stretch at a time, and
//! verifies them again.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use tracing::info;

use crate::state::board::LazyEntry;
use crate::state::{Board, Entry, Pipeline, Seq};
use crate::store::disk::{Disk, RealDisk};
use crate::store::file::looked::LastLook;
use crate::store::file::places::Places;
use crate::store::file::{FileStore, Health, Progress};
use crate::store::files::StoreFiles;
use crate::store::journal::{self, JournalScan, Tail};
use crate::store::lock::{LockWaiting, Patience};
use crate::store::snapshot::{Mark, Snapshot, SnapshotProblem};
use crate::store::{LateNotices, Opened, StoreError, examine};

/// How many bytes of the journal are folded at a time: enough to keep every core busy.
const STRETCH: usize = 64 << 20;

/// From this many bytes on, what a snapshot covers of the journal is not verified before the board is shown. Less is verified
/// in a few milliseconds.
const WORTH_SKIPPING: u64 = 4 << 20;

impl FileStore {
    /// Opens the store in `dir` and folds what it holds. A directory without one is an empty store, and stays
    /// as it is until something is appended.
    ///
    /// # Errors
    /// When it cannot be read, or is from a newer version. Nothing has been changed then.
    pub fn open(dir: &Path, pipeline: Arc<Pipeline>) -> Result<Opened<Self>, StoreError> {
        Self::open_on(Arc::new(RealDisk), dir, pipeline)
    }

    /// Opens the store in `dir` of `disk`.
    ///
    /// # Errors
    /// See [`FileStore::open`].
    pub fn open_on(
        disk: Arc<dyn Disk>,
        dir: &Path,
        pipeline: Arc<Pipeline>,
    ) -> Result<Opened<Self>, StoreError> {
        Self::open_waiting(disk, dir, pipeline, Arc::new(LockWaiting::default()))
    }

    /// The same, and waits for others who write as `waiting` does.
    ///
    /// # Errors
    /// See [`FileStore::open`].
    pub fn open_waiting(
        disk: Arc<dyn Disk>,
        dir: &Path,
        pipeline: Arc<Pipeline>,
        waiting: Arc<dyn Patience>,
    ) -> Result<Opened<Self>, StoreError> {
        let mut store = Self {
            disk,
            waiting,
            files: StoreFiles::new(dir),
            journal: None,
            lock: None,
            health: Health::Sound,
            progress: Arc::default(),
            looked: LastLook::default(),
            late: LateNotices::default(),
            salvaged: None,
            unconfirmed: None,
        };
        let mut notices = Vec::new();
        let stat = store.stat()?;
        if stat.is_none_or(|stat| stat.length == 0)
            && !examine::traces(&*store.disk, &store.files)?.is_empty()
            && let Some(board) = store.salvage(&pipeline)?
        {
            return Ok(store.opened_damaged(board, notices));
        }
        let Some(stat) = stat else {
            return Ok(Opened::new(store, Board::new(pipeline)));
        };
        store.looked.is_now(stat);
        if stat.length >= WORTH_SKIPPING
            && let Ok(snapshot) = store.load(&store.files.snapshot, &pipeline)
            && let Some(board) = store.fold_after(snapshot)?
        {
            info!(bytes = stat.length, from_snapshot = store.from_snapshot(), "end of the journal read");
            return Ok(store.opened(board, notices));
        }
        let snapshot = store.loader(&store.files.snapshot, &pipeline);
        let (scan, snapshot) = if stat.length < journal::WORTH_THREADS as u64 {
            (store.verify(&mut notices), snapshot())
        } else {
            let (scan, snapshot) = journal::beside(|| store.verify(&mut notices), snapshot);
            (scan, snapshot.unwrap_or(Err(SnapshotProblem::Damaged)))
        };
        let mut scan = scan?;
        // Others may have written more, and a snapshot of it.
        let is_newer = |scan: &JournalScan| {
            snapshot.as_ref().is_ok_and(|snapshot| snapshot.mark.offset > scan.end as u64)
        };
        if is_newer(&scan) {
            scan = store.verify(&mut notices)?;
        }
        let is_damaged = scan.damage().is_some() || is_newer(&scan);
        if is_damaged && let Some(board) = store.salvage(&pipeline)? {
            return Ok(store.opened_damaged(board, notices));
        }
        if let Tail::Damaged(what) = scan.tail {
            // It was, a moment ago.
            return Err(store.damaged(scan.lines.len() + 1, what));
        }
        let (board, notice) = match store.fold(&scan, snapshot, pipeline.clone()) {
            Err(error @ (StoreError::Damaged { .. } | StoreError::Unknown { .. })) => {
                let board = store.salvage(&pipeline)?.ok_or(error)?;
                return Ok(store.opened_damaged(board, notices));
            }
            folded => folded?,
        };
        notices.extend(notice);
        info!(bytes = stat.length, from_snapshot = store.from_snapshot(), "journal read");
        Ok(store.opened(board, notices))
    }

    /// The store with all that it holds.
    fn opened(self, board: Board, notices: Vec<String>) -> Opened<Self> {
        let (refused, lost_marks) = (self.refused(), self.progress().lost_marks);
        Opened { notices, refused, lost_marks, ..Opened::new(self, board) }
    }

    /// Why this user can only read it, as a sentence.
    fn refused(&self) -> Option<String> {
        match self.health {
            Health::ReadOnly(kind) => {
                Some(format!("Nothing can be changed: {}", self.io("write to", kind.into())))
            }
            Health::Sound | Health::Failed | Health::Uncertain => None,
        }
    }

    /// Verifies the whole journal. A torn end is set aside.
    fn verify(&mut self, notices: &mut Vec<String>) -> Result<JournalScan, StoreError> {
        self.attach()?;
        let mut scan = self.scan()?.0;
        // An unfinished end may be a write that is under way: look again while nobody can write. A damaged journal
        // without a lock file has no writer, and no lock file is created for it.
        if scan.tail == Tail::Torn || (scan.tail != Tail::Clean && self.lock_exists()?) {
            if self.health != Health::Sound {
                notices.push("An unfinished change at the end of the journal was ignored: it was never confirmed as saved.".into());
            } else if self.lock_briefly()? {
                let (again, rest) = self.scan()?;
                scan = again;
                let cut =
                    if scan.tail == Tail::Torn { self.set_aside(&rest, scan.end as u64) } else { Ok(None) };
                self.unlock()?;
                match cut {
                    Ok(kept) => notices.extend(kept),
                    Err(error) => {
                        self.health = Health::Failed;
                        notices.push(format!("An unfinished change at the end of the journal was ignored, and the board cannot be changed: {error}"));
                    }
                }
            }
            // Else somebody is writing it: it is not there yet.
        }
        if self.health == Health::Sound && scan.tail == Tail::Clean {
            self.sync()?;
        }
        Ok(scan)
    }

    /// The journal's whole lines, and the bytes after them.
    fn scan(&self) -> Result<(JournalScan, Vec<u8>), StoreError> {
        let journal = self.journal.as_ref().expect("nobody reads before there is a journal");
        let scanned = journal::scan_through(|from, bytes| journal.file.read_some(from, bytes));
        let (mut scan, rest) = scanned.map_err(|error| self.io("read", error))?;
        if let Some((1, problem)) = scan.damage() {
            scan.tail = Tail::Damaged(problem);
        }
        Ok((scan, rest))
    }

    /// Folds the entries of the journal, or those after a snapshot. Answers what people should know of the snapshot, too.
    fn fold(
        &mut self,
        scan: &JournalScan,
        snapshot: Result<Snapshot, SnapshotProblem>,
        pipeline: Arc<Pipeline>,
    ) -> Result<(Board, Option<String>), StoreError> {
        if scan.lines.is_empty() {
            return Ok((Board::new(pipeline), None));
        }
        let mut buffer = LineBuffer::default();
        self.read_lines(scan, 0..1, &mut buffer)?;
        let version = self.read_header(&buffer.bytes[buffer.lines[0].clone()])?;
        let cached = |snapshot: Result<_, _>| self.restore(snapshot?, scan, version);
        let found = cached(snapshot);
        let notice = found.as_ref().err().and_then(|problem| problem.words(&self.files.snapshot));
        let found = found.or_else(|_| cached(self.load(&self.files.previous, &pipeline)));
        let (mut board, covered) = found.unwrap_or_else(|_| (Board::new(pipeline), 0));
        let from_snapshot = board.seq();
        let done = usize::try_from(from_snapshot).map_or(scan.lines.len(), |seq| seq + 1);
        for stretch in journal::pieces(&scan.lines[done..], STRETCH) {
            self.read_lines(scan, done + stretch.start..done + stretch.end, &mut buffer)?;
            let first = board.seq() + 1;
            journal::entries(&buffer.bytes, &buffer.lines, first, version, |entry| board.apply(entry))
                .map_err(|misfit| self.misfit(misfit))?;
        }
        let mark = self.mark_at(scan, scan.lines.len() as Seq - 1).unwrap_or_default();
        let places = Places::of(scan.lines.iter().map(|line| line.end as u64 + 1));
        let last_start = scan.lines.iter().rev().nth(1).map_or(0, |line| line.end as u64 + 1);
        *self.progress() = Progress {
            mark,
            last_start,
            covered,
            from_snapshot,
            lost_marks: scan.lost_marks,
            bad_snapshot: notice.is_some(),
            places,
            ..Progress::default()
        };
        Ok((board, notice))
    }

    /// The board of a snapshot, and how many bytes of the journal it covers; an error if it is of another journal.
    fn restore(
        &self,
        snapshot: Snapshot,
        scan: &JournalScan,
        version: u32,
    ) -> Result<(Board, u64), SnapshotProblem> {
        let (mark, foreign) = (snapshot.mark, SnapshotProblem::Foreign);
        if self.mark_at(scan, mark.seq) != Some(mark) {
            return Err(foreign);
        }
        let mut kept = Vec::with_capacity(snapshot.needs().len());
        for &seq in snapshot.needs() {
            let at = usize::try_from(seq).ok().filter(|_| seq <= mark.seq).ok_or(foreign)?;
            let mut buffer = LineBuffer::default();
            self.read_lines(scan, at..at + 1, &mut buffer).map_err(|_| foreign)?;
            kept.push((seq, LazyEntry::later(move || buffer.entry(seq, version))));
        }
        Ok((snapshot.board(kept), mark.offset))
    }

    /// The mark after entry `seq`; `None` when there is no such entry.
    fn mark_at(&self, scan: &JournalScan, seq: Seq) -> Option<Mark> {
        let at = usize::try_from(seq).ok()?;
        let offset = scan.lines.get(at)?.end as u64 + 1;
        let mut buffer = LineBuffer::default();
        self.read_lines(scan, at..at + 1, &mut buffer).ok()?;
        let last = if seq == 0 { 0 } else { journal::checksum(&buffer.bytes) };
        Some(Mark { seq, offset, last })
    }

    /// Reads the lines in `wanted` once more. There must be at least one.
    fn read_lines(
        &self,
        scan: &JournalScan,
        wanted: Range<usize>,
        buffer: &mut LineBuffer,
    ) -> Result<(), StoreError> {
        let after = |line: usize| scan.lines[line].end + 1;
        let start = wanted.start.checked_sub(1).map_or(0, after);
        buffer.bytes.resize(after(wanted.end - 1) - start, 0);
        self.fill(start as u64, &mut buffer.bytes)?;
        buffer.lines = journal::scan(&buffer.bytes).lines;
        if buffer.lines.len() == wanted.len() {
            Ok(())
        } else {
            Err(self.not_the_same_twice(wanted.start + buffer.lines.len() + 1))
        }
    }
}

/// Lines of the journal, read to be folded.
#[derive(Default)]
struct LineBuffer {
    bytes: Vec<u8>,
    lines: Vec<Range<usize>>,
}

impl LineBuffer {
    /// The only entry in the buffer, which is entry `seq`.
    fn entry(&self, seq: Seq, version: u32) -> Option<Arc<Entry>> {
        let mut found = None;
        journal::entries(&self.bytes, &self.lines, seq, version, |entry| found = Some(entry)).ok()?;
        found
    }
}
