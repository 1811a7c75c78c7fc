//! Whether the journal is still the one that was read: looked at before every change, and again and again while a board is
//! open.
//!
//! As long as nothing changed, that costs one metadata call. Where others appended, the last line that was read is read
//! again. Only a file that was changed in place, or is another file, is read as a whole: a copy that was put back is as
//! good as the file that was taken away, and damage is noticed wherever it is. Whatever was wrong, it is over as soon as
//! the file is as it should be.

use std::io::{self, ErrorKind};

use super::{FileStore, Health};
use crate::state::Seq;
use crate::store::StoreError;
use crate::store::disk::{self, DiskFile, Stat};
use crate::store::journal::{self, JournalScan};
use crate::store::mark::Mark;

/// The longest journal that is read as a whole before a change, where it was changed in place: that takes some
/// milliseconds. Of a longer one, the last line is read, and the rest when others' changes are looked for.
const READ_BEFORE_CHANGE: u64 = 8 << 20;

/// How the file was when it was looked at last.
#[derive(Debug, Default)]
pub(super) struct LastLook {
    /// Nothing where it could not be looked at.
    pub(super) stat: Option<Stat>,
    wrong: Option<Wrong>,
    /// Whether only its last line was read since it was changed in place.
    is_unread: bool,
    /// Whether it was damaged since it was last as it should be.
    pub(super) was_damaged: bool,
    /// The file from which everything was last read anew, or was to be.
    pub(super) reread: Option<Stat>,
}

/// What is wrong with a journal that was read before.
#[derive(Debug)]
pub(super) enum Wrong {
    Damaged {
        place: String,
        problem: String,
    },
    /// What stands there was never read.
    Replaced,
}

/// Why it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LookingFor {
    News,
    /// A place to write to; whoever waits for it waits no longer than they must.
    Room,
}

impl LastLook {
    /// It could not be read: what is known of it may be no longer so.
    pub(super) fn forget(&mut self) {
        self.stat = None;
    }

    /// It was written to by us, and nothing else happened to it.
    pub(super) fn is_now(&mut self, stat: Stat) {
        self.stat = Some(stat);
    }

    /// Something is wrong with it until it changes.
    pub(super) fn is_wrong(&mut self, stat: Stat, wrong: Wrong) {
        self.was_damaged |= matches!(wrong, Wrong::Damaged { .. });
        (self.stat, self.wrong) = (Some(stat), Some(wrong));
    }

    fn is_whole(&mut self, stat: Stat) {
        *self = Self { stat: Some(stat), is_unread: self.is_unread, ..Self::default() };
    }
}

impl FileStore {
    /// The journal's size; `None` when there is no journal yet. An error when it is not the one that was read.
    pub(super) fn checked_stat(&mut self, reason: LookingFor) -> Result<Option<Stat>, StoreError> {
        let found = self.stat().inspect_err(|_| self.looked.forget())?;
        if self.mark().offset == 0 {
            // Nothing of it was read yet. An empty file is replaced by a journal with a header.
            if found.map(|stat| stat.identity) != self.journal.as_ref().map(|it| it.identity) {
                self.journal = None;
            }
            if found.is_some() {
                self.attach()?;
            }
            return Ok(found);
        }
        let Some(stat) = found else {
            self.looked.forget();
            return Err(StoreError::Missing { location: self.location() });
        };
        if self.looked.stat != Some(stat) || (self.looked.is_unread && reason == LookingFor::News) {
            self.look(stat, reason).inspect_err(|_| self.looked.forget())?;
        }
        let found_behind = self.progress().damage.take();
        if let Some((line, problem)) = found_behind {
            let (place, problem) = (format!("line {line}"), problem.to_owned());
            self.looked.is_wrong(stat, Wrong::Damaged { place, problem });
        }
        match &self.looked.wrong {
            None => Ok(self.looked.stat),
            Some(Wrong::Damaged { place, problem }) => Err(self.damaged_at(place.clone(), problem)),
            Some(Wrong::Replaced) => Err(StoreError::Replaced { location: self.location() }),
        }
    }

    /// Finds out what is wrong with the file whose metadata is `found`, if anything.
    fn look(&mut self, found: Stat, reason: LookingFor) -> Result<(), StoreError> {
        let is_trusted = |known: &super::OpenJournal| {
            known.identity == found.identity && self.looked.stat.is_some() && self.looked.wrong.is_none()
        };
        let Some(known) = self.journal.as_ref().filter(|known| is_trusted(known)) else {
            return self.look_anew();
        };
        let offset = self.mark().offset;
        let is_in_place = found.length <= offset;
        let is_put_off = is_in_place && reason == LookingFor::Room && offset > READ_BEFORE_CHANGE;
        let is_read_whole = (is_in_place || self.looked.is_unread) && !is_put_off;
        let wrong = if !is_read_whole && self.has_last_line(&*known.file)? {
            None
        } else {
            self.judge(&*known.file)?
        };
        if let Some(wrong) = wrong {
            self.looked.is_wrong(found, wrong);
        } else {
            self.looked.is_unread = is_put_off || (self.looked.is_unread && !is_read_whole);
            self.looked.is_whole(found);
        }
        Ok(())
    }

    /// Opens the file at the journal's path, and takes it for the journal if it holds what was read.
    fn look_anew(&mut self) -> Result<(), StoreError> {
        let (mut found, refused) = self.open_journal()?;
        let stat = found.file.stat().map_err(|error| self.io("read", error))?;
        if let Some(wrong) = self.judge(&*found.file)? {
            self.looked.is_wrong(stat, wrong);
            return Ok(());
        }
        found.version = self.version();
        self.take_journal(found, refused);
        if self.health == Health::Sound {
            // Whoever put it there may not have synced it.
            self.sync()?;
            self.sync_dir()?;
        }
        self.looked.is_unread = false;
        self.looked.is_whole(stat);
        Ok(())
    }

    /// What is wrong with `file` up to the mark, if anything.
    fn judge(&self, file: &dyn DiskFile) -> Result<Option<Wrong>, StoreError> {
        let mark = self.mark();
        let read = |error| self.io("read", error);
        let scan = scan_until(file, mark).map_err(read)?;
        let is_as_long = scan.end as u64 == mark.offset && scan.lines.len() as Seq == mark.seq + 1;
        if is_as_long && scan.damage().is_none() && self.has_last_line(file)? {
            return Ok(None);
        }
        let (scan, _) = journal::scan_through(|from, bytes| file.read_some(from, bytes)).map_err(read)?;
        Ok(Some(match scan.damage() {
            Some((line, problem)) => {
                Wrong::Damaged { place: format!("line {line}"), problem: problem.to_owned() }
            }
            None => Wrong::Replaced,
        }))
    }

    /// Whether the last line that was read stands in `file` where it stood.
    fn has_last_line(&self, file: &dyn DiskFile) -> Result<bool, StoreError> {
        let (mark, start) = {
            let progress = self.progress();
            (progress.mark, progress.last_start)
        };
        let mut line = vec![0; usize::try_from(mark.offset - start).unwrap_or(usize::MAX)];
        match disk::fill(file, start, &mut line) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(false),
            filled => filled.map_err(|error| self.io("read", error))?,
        }
        let is_known = mark.seq == 0 || journal::checksum(&line) == mark.last;
        let is_whole = journal::intact(&line).is_some_and(|json| json.end + 1 == line.len());
        Ok(is_known && is_whole && line.ends_with(b"\n"))
    }
}

/// The whole lines of a journal up to `mark`.
///
/// # Errors
/// When it cannot be read.
pub(super) fn scan_until(file: &dyn DiskFile, mark: Mark) -> io::Result<JournalScan> {
    let (scan, _) = journal::scan_through(|from, bytes| {
        let room = usize::try_from(mark.offset.saturating_sub(from)).unwrap_or(usize::MAX);
        let room = room.min(bytes.len());
        file.read_some(from, &mut bytes[..room])
    })?;
    Ok(scan)
}
