//! Lines that somebody else keeps, taken into a journal that is a copy of theirs.

use super::write::NewLines;
use super::{FileStore, Progress};
use crate::state::Seq;
use crate::store::StoreError;
use crate::store::journal;
use crate::store::snapshot::Mark;

impl FileStore {
    /// Appends what is not in it yet of `bytes`, the whole lines from entry `first` on, all of them with one sync. Others may
    /// have taken in the same meanwhile. Answers the last entry it has now, which is an earlier one where entries are missing
    /// before `first`, and where somebody else holds the lock for longer than a moment.
    ///
    /// Nobody is told of these entries: whoever calls this has them.
    ///
    /// # Errors
    /// When it has other entries, or the disk does not take them.
    pub(in crate::store) fn take_confirmed(&mut self, first: Seq, bytes: &[u8]) -> Result<Seq, StoreError> {
        self.refuse_damaged()?;
        if self.mark().offset == 0 {
            self.create_dir()?;
        }
        if !self.lock_briefly()? {
            return Ok(self.mark().seq);
        }
        let done = self.make_writable().and_then(|()| self.take_confirmed_locked(first, bytes));
        self.unlock()?;
        done
    }

    /// The last entry it has, and the checksum of that entry's line.
    pub(in crate::store) fn last_line(&self) -> (Seq, u32) {
        let mark = self.mark();
        (mark.seq, mark.last)
    }

    fn take_confirmed_locked(&mut self, first: Seq, bytes: &[u8]) -> Result<Seq, StoreError> {
        if self.is_behind()? {
            self.read_news(self.mark().seq)?;
        }
        let known = self.mark();
        if known.seq + 1 < first {
            return Ok(known.seq);
        }
        let lines = journal::scan(bytes).lines;
        let starts: Vec<usize> = lines.iter().map(|line| journal::line_start(bytes, line)).collect();
        let had = usize::try_from(known.seq + 1 - first).unwrap_or(usize::MAX);
        let of_known = had.checked_sub(1).and_then(|at| starts.get(at));
        if of_known.is_some_and(|start| journal::checksum(&bytes[*start..]) != known.last) {
            return Err(StoreError::Replaced { location: self.location() });
        }
        let Some(&from) = starts.get(had) else { return Ok(known.seq) };
        if known.offset == 0 && !self.create()? {
            return Ok(known.seq);
        }
        let begin = self.mark().offset;
        let offset = self.write(NewLines::Whole(&bytes[from..]))?;
        let place = |at: usize| begin + (at - from) as u64;
        let (Some(&last), seq) = (starts.last(), first + lines.len() as Seq - 1) else {
            return Ok(known.seq);
        };
        let mut progress = self.progress();
        let Progress { mark, last_start, places, .. } = &mut *progress;
        for (seq, line) in (known.seq + 1..).zip(&lines[had..]) {
            places.note(seq, place(line.end + 1));
        }
        *last_start = place(last);
        *mark = Mark { seq, offset, last: journal::checksum(&bytes[last..]) };
        Ok(seq)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::state::values::pipeline::StageDraft;
    use crate::state::{Actor, Entry, Phase, Pipeline};
    use crate::store::entry_line::EntryLine;
    use crate::store::{Appended, Store};

    fn entry(seq: Seq, command: &str) -> Entry {
        let (at, by) = ("2024-12-15T09:00:00Z".parse().expect("a time"), Actor::Clock);
        Entry { seq, at, by, command: command.into(), undoes: vec![], redoes: vec![], events: vec![] }
    }

    fn lines(of: std::ops::RangeInclusive<Seq>) -> Vec<u8> {
        of.flat_map(|seq| EntryLine::of(&entry(seq, "note")).expect("it is JSON").whole()).collect()
    }

    fn open(dir: &Path) -> FileStore {
        let stage = StageDraft {
            id: "1".into(),
            label: "1. Open".into(),
            phase: Phase::Open,
            engagement: None,
            quiet_after_days: None,
            awaits: None,
            entered_by: None,
            checklist: None,
            aliases: Vec::new(),
        };
        let pipeline = Pipeline::new(vec![stage], 8).expect("one stage is enough");
        FileStore::open(dir, pipeline.into()).expect("it opens").store
    }

    #[test]
    fn each_line_is_taken_once_whoever_brings_it() {
        let dir = tempfile::tempdir().expect("a directory");
        let (mut a, mut b) = (open(dir.path()), open(dir.path()));
        assert_eq!(a.take_confirmed(1, &lines(1..=300)).expect("it is written"), 300);
        assert_eq!(b.take_confirmed(1, &lines(1..=2)).expect("they are there"), 300);
        assert_eq!(b.take_confirmed(299, &lines(299..=302)).expect("two are new"), 302);
        assert_eq!(a.take_confirmed(302, &lines(302..=302)).expect("it is there"), 302);
        assert_eq!(a.take_confirmed(304, &lines(304..=304)).expect("one is missing"), 302);
        assert_eq!(a.take_confirmed(303, &lines(303..=303)).expect("it is written"), 303);
        // It is a journal like any other, wherever it is read from.
        let read = |store: &mut FileStore, last, count| -> Vec<Seq> {
            store.latest(last, count).expect("it reads").iter().map(|entry| entry.seq).collect()
        };
        assert_eq!(read(&mut a, 303, 2), [302, 303]);
        assert_eq!(read(&mut a, 20, 2), [19, 20]);
        assert_eq!(read(&mut open(dir.path()), 270, 1), [270]);
        assert_eq!(a.append(&entry(304, "note")).expect("it is written"), Appended::Yes);
        assert_eq!(open(dir.path()).read_after(0).expect("it reads").len(), 304);
    }

    #[test]
    fn other_entries_are_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut store = open(dir.path());
        assert_eq!(store.append(&entry(1, "move")).expect("it is written"), Appended::Yes);
        assert!(matches!(store.take_confirmed(1, &lines(1..=2)), Err(StoreError::Replaced { .. })));
        assert_eq!(open(dir.path()).read_after(0).expect("it reads").len(), 1);
    }
}
