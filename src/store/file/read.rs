//! Reading past entries: the latest ones from the end of the journal, or all of them a stretch at a time.
//!
//! Both stop at the last entry this store has read or written, whatever others write meanwhile, and verify what they
//! read.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use crate::state::{Entry, Seq};
use crate::store::StoreError;
use crate::store::disk::{self, DiskFile};
use crate::store::file::{FileStore, Health};
use crate::store::journal::{self, NO_HEADER, Tail};
use crate::store::snapshot::Mark;

/// How many bytes are read at a time while all entries are read: enough to keep every core busy.
const STRETCH: usize = 8 << 20;

/// How many bytes of the journal's end are read first. They hold more entries than most people ask for.
pub(super) const END: usize = 64 << 10;

impl FileStore {
    /// The entries after `seq`, of which there are some, or more bytes than were read.
    pub(super) fn read_news(&mut self, seq: Seq) -> Result<Vec<Arc<Entry>>, StoreError> {
        let mark = self.mark();
        // Entries that were read before are read again.
        let from = if seq < mark.seq { Mark::default() } else { mark };
        let bytes = self.read(from.offset)?;
        let mut scan = journal::scan(&bytes);
        if let Tail::Damaged(what) = scan.tail {
            let line = if from.offset == 0 { 1 } else { line_of(from.seq + 1) };
            return Err(self.damaged(line + scan.lines.len(), what));
        }
        // An unfinished last line is still being written. A header never is.
        if from.offset == 0 && !bytes.is_empty() {
            if scan.lines.is_empty() {
                return Err(self.damaged(1, NO_HEADER));
            }
            let header = scan.lines.remove(0);
            self.read_header(&bytes[header])?;
        }
        let Some(last) = scan.lines.last() else { return Ok(Vec::new()) };
        if self.health == Health::Sound {
            self.sync()?;
        }
        let mut entries = self.parsed(&bytes, &scan.lines, from.seq + 1)?;
        let reached = from.seq + scan.lines.len() as Seq;
        let start = journal::line_start(&bytes, last);
        let mut progress = self.progress();
        let (offset, last) = (from.offset + scan.end as u64, journal::checksum(&bytes[start..]));
        progress.mark = Mark { seq: reached, offset, last };
        progress.last_start = from.offset + start as u64;
        for (seq, line) in (from.seq + 1..).zip(&scan.lines) {
            progress.places.note(seq, from.offset + line.end as u64 + 1);
        }
        drop(progress);
        entries.retain(|entry| entry.seq > seq);
        Ok(entries)
    }

    /// The latest `count` entries up to entry `last`. Few other entries are read.
    pub(super) fn read_latest(&self, last: Seq, count: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        let mark = self.mark();
        let last = last.min(mark.seq);
        let before = last.saturating_sub(count as Seq);
        match self.around(&(before..last)) {
            (Some((known, start)), end) if end < mark.offset => {
                self.read_between(before..last, known, start..end)
            }
            (start, _) => self.read_from_end(last, count, start),
        }
    }

    /// The last known place before the `wanted` entries, after which entry it lies, and the first known place behind them.
    pub(super) fn around(&self, wanted: &Range<Seq>) -> (Option<(Seq, u64)>, u64) {
        let progress = self.progress();
        let end = progress.places.after(wanted.end).unwrap_or(progress.mark.offset);
        (progress.places.before(wanted.start), end)
    }

    /// The entries in `lines` of `bytes`, the first of which is entry `first`.
    fn parsed(
        &self,
        bytes: &[u8],
        lines: &[Range<usize>],
        first: Seq,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        let mut entries = Vec::with_capacity(lines.len());
        let parsed = journal::entries(bytes, lines, first, self.version(), |entry| entries.push(entry));
        parsed.map_err(|misfit| self.misfit(misfit))?;
        Ok(entries)
    }

    /// The entries after `wanted.start` up to `wanted.end`, which stand in `bytes` after entry `known`.
    fn read_between(
        &self,
        wanted: Range<Seq>,
        known: Seq,
        bytes: Range<u64>,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        let length = usize::try_from(bytes.end - bytes.start).unwrap_or(usize::MAX);
        let bytes = self.exactly(bytes.start, length)?;
        let lines = journal::scan(&bytes).lines;
        let place = |seq: Seq| usize::try_from(seq - known).unwrap_or(usize::MAX);
        let lines = lines.get(place(wanted.start)..place(wanted.end));
        let lines = lines.ok_or_else(|| self.not_the_same_twice(line_of(wanted.start + 1)))?;
        self.parsed(&bytes, lines, wanted.start + 1)
    }

    /// The same from the end on, where entry `known` may stand before them.
    fn read_from_end(
        &self,
        last: Seq,
        count: usize,
        known: Option<(Seq, u64)>,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        let mark = self.mark();
        let end = usize::try_from(mark.offset).unwrap_or(usize::MAX);
        let mut length = END;
        loop {
            if let Some(found) = self.read_near_end(last, count, length)? {
                return Ok(found);
            }
            if let Some((known, start)) = known {
                // One of them is long, and where they begin is known.
                let before = last.saturating_sub(count as Seq);
                return self.read_between(before..last, known, start..mark.offset);
            }
            if length >= end {
                return Err(self.not_the_same_twice(1));
            }
            length *= 2;
        }
    }

    /// The latest `count` entries up to entry `last`, where they and all later ones stand in the last `length` bytes.
    pub(super) fn read_near_end(
        &self,
        last: Seq,
        count: usize,
        length: usize,
    ) -> Result<Option<Vec<Arc<Entry>>>, StoreError> {
        let mark = self.mark();
        let later = usize::try_from(mark.seq.saturating_sub(last)).unwrap_or(usize::MAX);
        let wanted = count.saturating_add(later);
        let count = usize::try_from(mark.seq).map_or(wanted, |seq| wanted.min(seq));
        if count == 0 {
            return Ok(Some(Vec::new()));
        }
        let length = usize::try_from(mark.offset).map_or(length, |end| length.min(end));
        let bytes = self.exactly(mark.offset - length as u64, length)?;
        // The line break before the first wanted line, which may be the one of the header.
        let breaks = bytes.iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n');
        let Some(start) = breaks.map(|(at, _)| at + 1).nth(count) else { return Ok(None) };
        let first = mark.seq + 1 - count as Seq;
        let lines = journal::scan(&bytes[start..]).lines;
        if lines.len() != count {
            return Err(self.not_the_same_twice(line_of(first) + lines.len()));
        }
        let lines = &lines[..count - later.min(count)];
        self.parsed(&bytes[start..], lines, first).map(Some)
    }

    /// Passes every entry up to entry `last` to `take`, oldest first, with one stretch of them in memory at a time.
    pub(super) fn read_each(
        &self,
        last: Seq,
        take: &mut dyn FnMut(Arc<Entry>) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let mark = self.mark();
        let last = last.min(mark.seq);
        let (mut at, mut next, mut stretch) = (0, 1, STRETCH);
        while next <= last {
            let left = usize::try_from(mark.offset.saturating_sub(at)).unwrap_or(usize::MAX);
            let bytes = self.exactly(at, stretch.min(left))?;
            let scan = journal::scan(&bytes);
            if scan.lines.is_empty() {
                let is_all = left <= stretch;
                if is_all || matches!(scan.tail, Tail::Damaged(_)) {
                    return Err(self.not_the_same_twice(line_of(next)));
                }
                // A line longer than the stretch.
                stretch *= 2;
                continue;
            }
            let lines = &scan.lines[usize::from(at == 0)..];
            let mut flow = ControlFlow::Continue(());
            journal::entries(&bytes, lines, next, self.version(), |entry| {
                if flow.is_continue() && entry.seq <= last {
                    flow = take(entry);
                }
            })
            .map_err(|misfit| self.misfit(misfit))?;
            if flow.is_break() {
                break;
            }
            next += lines.len() as Seq;
            at += scan.end as u64;
        }
        Ok(())
    }

    /// Reads `length` bytes from `from` on. They exist, because they were read before.
    fn exactly(&self, from: u64, length: usize) -> Result<Vec<u8>, StoreError> {
        disk::exactly(self.opened_journal(), from, length).map_err(|error| self.io("read", error))
    }

    /// Fills `bytes` with the bytes from `from` on.
    pub(super) fn fill(&self, from: u64, bytes: &mut [u8]) -> Result<(), StoreError> {
        disk::fill(self.opened_journal(), from, bytes).map_err(|error| self.io("read", error))
    }

    pub(super) fn opened_journal(&self) -> &dyn DiskFile {
        &*self.journal.as_ref().expect("nobody reads before there is a journal").file
    }

    pub(super) fn not_the_same_twice(&self, line: usize) -> StoreError {
        self.damaged(line, "it does not read the same twice")
    }

    pub(super) fn version(&self) -> u32 {
        self.journal.as_ref().map_or(journal::VERSION, |journal| journal.version)
    }
}

/// The line of entry `seq`, counted from one.
pub(super) fn line_of(seq: Seq) -> usize {
    usize::try_from(seq).map_or(usize::MAX, |seq| seq + 1)
}
