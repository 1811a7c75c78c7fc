//! The board of a team with a copy of it on this machine: read at once at the start, readable without the server, and never
//! more than the server has confirmed.
//!
//! The copy is a cache. Whatever is wrong with it, it is set aside and pulled anew, and a machine that cannot keep one works
//! without. Several processes share it: whoever comes second finds there what is new.

mod aside;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tracing::{info, warn};

use self::aside::{OTHER_BOARD, damaged_words, set_aside};
use super::PostgresStore;
use super::copy::PullFailure;
use super::database::{self, LastEntry, StoredLines, TeamDatabase, token};
use super::failure::TeamFailure;
use super::hurried::{BRIEFLY, Hurried};
use super::membership::KnownMembership;
use super::reader::{BoardNews, BoardReader};
use crate::state::{AccountId, Board, Entry, Pipeline, Seq};
use crate::store::disk::{Disk, RealDisk};
use crate::store::files::StoreFiles;
use crate::store::journal;
use crate::store::lock::Patience;
use crate::store::team::{TeamAddress, TeamStatus};
use crate::store::{
    Appended, FileStore, LateNotices, Opened, OpenedFor, SnapshotWriter, Store, StoreError, UnconfirmedChange,
};

/// How long the thread beside a board waits for an answer.
const ANSWER: Duration = Duration::from_secs(10);

/// A board in a database, and its copy.
pub struct CopiedStore {
    server: PostgresStore,
    /// Nothing where none can be kept.
    copy: Option<FileStore>,
    files: StoreFiles,
    patience: Arc<dyn Patience>,
    /// What the server said last of the login.
    known: KnownMembership,
    /// The last entry that was read or appended.
    last: LastEntry,
    /// Why the server cannot be reached.
    away: Option<TeamFailure>,
    /// What is wrong with the board on the server, until it answers again.
    wrong: Option<TeamFailure>,
    /// Reads for a board that is open; nothing where nobody follows along.
    reader: Option<BoardReader>,
    /// Whether the server turned out to have another board.
    is_other: bool,
    late: LateNotices,
}

impl CopiedStore {
    /// Opens the board at `address` with its copy in `dir`, and what the server has beyond that, unless that is to come later.
    ///
    /// # Errors
    /// When there is no copy and the server cannot be reached, when the login is no member, or a newer version wrote it.
    pub fn open(
        address: TeamAddress,
        dir: &Path,
        pipeline: &Arc<Pipeline>,
        patience: &Arc<dyn Patience>,
        purpose: OpenedFor,
    ) -> Result<Opened<Self>, StoreError> {
        let files = StoreFiles::new(dir);
        let known = KnownMembership::read(dir, &address.login);
        let found = known.zip(RealDisk.stat(&files.journal).ok().flatten());
        let Some((known, stat)) = found else {
            return Self::join(TeamDatabase::new(address, patience.clone()), files, pipeline, patience);
        };
        let read = FileStore::open_waiting(Arc::new(RealDisk), dir, pipeline.clone(), patience.clone());
        let damage = match &read {
            Ok(read) => read.read_only.clone(),
            Err(error) => Some(error.to_string()),
        };
        let mut away = None;
        if let Some(why) = damage {
            warn!(why, "copy cannot be used");
            let mut database = TeamDatabase::new(address.clone(), patience.clone());
            match database.try_status() {
                Err(failure) if failure.is_passing() && read.is_ok() => away = Some(failure),
                Err(failure) => return Err(failure.into_error(&address, "open")),
                Ok(_) => {
                    let said = set_aside(&files, Some(stat), &**patience);
                    let mut joined = Self::join(database, files, pipeline, patience)?;
                    joined.notices.extend(said.map(|aside| damaged_words(&aside)));
                    return Ok(joined);
                }
            }
        }
        let Opened { store: copy, mut board, lost_marks, .. } = read?;
        let waiting: Arc<dyn Patience> = match purpose {
            OpenedFor::Reading => Arc::new(Hurried(patience.clone(), BRIEFLY)),
            OpenedFor::Changing | OpenedFor::Board => patience.clone(),
        };
        let database = TeamDatabase::new(address, waiting);
        let mut store = Self::of(database, Some(copy), files, patience.clone(), known);
        store.away = away;
        if purpose == OpenedFor::Board {
            // It may ask a person, who will be looking at the board in a moment.
            store.server.database.find_password();
        } else if store.away.is_none() {
            match store.catch_up(&mut board) {
                Ok(()) => {}
                Err(TeamFailure::Other) => {
                    let said = set_aside(&store.files, Some(stat), &**patience);
                    let Self { server, files, .. } = store;
                    let mut joined = Self::join(server.database, files, pipeline, patience)?;
                    joined.notices.extend(said.map(|_| OTHER_BOARD.to_owned()));
                    return Ok(joined);
                }
                Err(failure) if failure.is_passing() => store.away = Some(failure),
                Err(failure) => return Err(store.server.error(failure, "open")),
            }
        }
        let mut opened = store.opened(board);
        opened.lost_marks = lost_marks;
        if purpose == OpenedFor::Reading {
            opened.notices.extend(opened.store.away_words());
        }
        Ok(opened)
    }

    /// Reads the whole board from the server, and keeps a copy of it where it can.
    fn join(
        mut database: TeamDatabase,
        files: StoreFiles,
        pipeline: &Arc<Pipeline>,
        patience: &Arc<dyn Patience>,
    ) -> Result<Opened<Self>, StoreError> {
        let status = database.status()?;
        let known = KnownMembership::now(&status);
        known.write(&files.dir, None);
        let is_there = matches!(RealDisk.stat(&files.journal), Ok(Some(_)));
        let pulled = if status.seq == 0 || is_there {
            Ok(0)
        } else {
            database.write_journal(&files.dir, status.format, &mut |done, all| patience.count(done, all))
        };
        let open =
            || FileStore::open_waiting(Arc::new(RealDisk), &files.dir, pipeline.clone(), patience.clone());
        let copy = match pulled {
            Ok(_) | Err(PullFailure::Taken) => open(),
            Err(PullFailure::Disk(error)) => Err(error),
            Err(PullFailure::Server(failure)) => return Err(failure.into_error(&database.address, "read")),
        };
        let (copy, mut board, lost_marks, why) = match copy {
            Ok(Opened { store, board, read_only: None, lost_marks, .. }) => {
                (Some(store), board, lost_marks, None)
            }
            Ok(Opened { read_only, .. }) => (None, Board::new(pipeline.clone()), 0, read_only),
            Err(error) => (None, Board::new(pipeline.clone()), 0, Some(error.to_string())),
        };
        let mut store = Self::of(database, copy, files, patience.clone(), known);
        store.catch_up(&mut board).map_err(|failure| store.server.error(failure, "read"))?;
        let is_first = status.seq > 0 && !is_there;
        if is_first
            && let Some(writer) = store.due_snapshot(&board)
            && let Err(error) = writer.save(&board)
        {
            warn!(%error, "no snapshot of the copy");
        }
        let mut opened = store.opened(board);
        opened.lost_marks = lost_marks;
        let no_copy = |why| format!("No copy of the board can be kept on this machine: {why}");
        opened.notices.extend(why.map(no_copy));
        Ok(opened)
    }

    fn of(
        database: TeamDatabase,
        copy: Option<FileStore>,
        files: StoreFiles,
        patience: Arc<dyn Patience>,
        known: KnownMembership,
    ) -> Self {
        let last = copy.as_ref().map_or_else(LastEntry::default, last_entry);
        let server = PostgresStore::of(database, known.format, known.me.clone());
        let (away, wrong, reader, is_other) = (None, None, None, false);
        let late = LateNotices::default();
        Self { server, copy, files, patience, known, last, away, wrong, reader, is_other, late }
    }

    fn opened(self, board: Board) -> Opened<Self> {
        info!(entries = board.seq(), is_away = self.away.is_some(), "board of a team read");
        let refused = self.server.refused();
        Opened { refused, ..Opened::new(self, board) }
    }

    /// Folds in what the server has beyond `board`.
    fn catch_up(&mut self, board: &mut Board) -> Result<(), TeamFailure> {
        let status = self.server.database.try_status_after(self.last)?;
        self.is_reached(&status);
        while board.seq() < status.seq {
            let found = self.server.database.lines_after(self.last, true)?;
            database::entries(&found, board.seq(), self.server.format, |entry| board.apply(entry))?;
            self.take_in(self.last.seq + 1, &found);
        }
        Ok(())
    }

    /// The server answered that just now.
    fn is_reached(&mut self, status: &TeamStatus) {
        let now = KnownMembership::now(status);
        now.write(&self.files.dir, Some(&self.known));
        (self.server.me, self.server.format) = (now.me.clone(), now.format);
        if (&now.me, now.format) != (&self.known.me, self.known.format) || now.is_newer(&self.known) {
            self.known = now;
        }
        (self.away, self.wrong) = (None, None);
    }

    /// Takes in what the server has from entry `first` on.
    fn take_in(&mut self, first: Seq, found: &StoredLines) {
        if found.lines.is_empty() {
            return;
        }
        let last = found.last_after((first - 1).into());
        if last.seq > self.last.seq {
            self.last = last;
            if let Some(reader) = &self.reader {
                reader.knows(last);
            }
        }
        self.copy_lines(first, &found.bytes);
    }

    /// Appends to the copy what is not in it yet of these lines.
    fn copy_lines(&mut self, first: Seq, bytes: &[u8]) {
        let Some(copy) = &mut self.copy else { return };
        match copy.take_confirmed(first, bytes) {
            Ok(reached) if reached + 1 < first => self.fill_gap(first - 1),
            Ok(_) => {}
            Err(error) => self.give_up(&error),
        }
    }

    /// Reads what could not be copied before, up to entry `until`.
    fn fill_gap(&mut self, until: Seq) {
        while let Some(last) = self.copy.as_ref().map(last_entry).filter(|last| last.seq < until) {
            let Ok(found) = self.server.database.lines_after(last, false) else { return };
            let Some(copy) = &mut self.copy else { return };
            match copy.take_confirmed(last.seq + 1, &found.bytes) {
                Ok(reached) if reached == last.seq => return,
                Ok(_) => {}
                Err(error) => return self.give_up(&error),
            }
        }
    }

    /// Does without the copy, where it is not the one that was opened: the next start looks after it.
    fn give_up(&mut self, error: &StoreError) {
        warn!(kind = error.kind(), "copy not written");
        let is_passing =
            matches!(error, StoreError::Access { .. } | StoreError::Full { .. } | StoreError::Locked { .. });
        if !is_passing {
            self.copy = None;
        }
    }

    /// What `read` answers of the copy, which must have entry `last`; nothing where it has not, or is damaged.
    fn of_copy<T>(
        &mut self,
        last: Seq,
        read: impl FnOnce(&mut FileStore) -> Result<T, StoreError>,
    ) -> Option<T> {
        let copy = self.copy.as_mut()?;
        if copy.last_line().0 < last {
            return None;
        }
        let found = read(copy);
        let is_damaged = copy.damage().is_some() || matches!(found, Err(StoreError::Damaged { .. }));
        match found {
            Ok(found) if !is_damaged => return Some(found),
            Err(error) => self.give_up(&error),
            Ok(_) => {}
        }
        if is_damaged {
            self.copy = None;
            let said = set_aside(&self.files, None, &*self.patience);
            if let Some(aside) = said {
                self.late.note(damaged_words(&aside));
            }
        }
        None
    }

    /// Since when the server is not reached, and what that means.
    fn away_words(&self) -> Option<String> {
        let failure = self.away.as_ref()?;
        let zone = self.server.database.address.zone;
        let since = self.known.reached.with_timezone(&zone).format("%Y-%m-%d %H:%M");
        Some(format!(
            "The team's server was last reached at {since} ({}): the board is as it was then, and nothing can be changed until \
             the server is back.",
            failure.why()
        ))
    }

    /// That the server cannot be reached, where that is known. Whoever has the board open hears at once when it can.
    fn is_there(&self, action: &'static str) -> Result<(), StoreError> {
        let Some(failure) = &self.away else { return Ok(()) };
        if let Some(reader) = &self.reader {
            reader.look();
        }
        Err(self.server.error(failure.clone(), action))
    }

    /// The same for whoever follows along: where nobody does, it is asked again.
    fn is_waited_for(&self, action: &'static str) -> Result<(), StoreError> {
        if self.reader.is_some() { self.is_there(action) } else { Ok(()) }
    }

    /// Takes in `news` for a board that has all entries up to the last of `entries`, or else up to entry `seq`.
    fn hear(&mut self, news: BoardNews, seq: Seq, entries: &mut Vec<Arc<Entry>>) -> Result<(), TeamFailure> {
        match news {
            BoardNews::Status(status) => self.is_reached(&status),
            BoardNews::Lines { after, found } => {
                let seq = entries.last().map_or(seq, |entry| entry.seq);
                database::entries(&found, after, self.server.format, |entry| {
                    if entry.seq > seq {
                        entries.push(entry);
                    }
                })?;
                self.take_in(after + 1, &found);
            }
            BoardNews::Failed(failure) if failure.is_passing() => self.away = Some(failure),
            BoardNews::Failed(failure) => return Err(failure),
        }
        Ok(())
    }
}

impl Store for CopiedStore {
    fn read_after(&mut self, mut seq: Seq) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.is_waited_for("read")?;
        let mut entries = Vec::new();
        loop {
            let last = if seq == self.last.seq { self.last } else { seq.into() };
            let found = self.server.database.lines_after(last, true).and_then(|found| {
                database::entries(&found, seq, self.server.format, |entry| entries.push(entry))?;
                Ok(found)
            });
            let found = found.inspect_err(|failure| self.is_other = matches!(failure, TeamFailure::Other));
            let found = found.map_err(|failure| self.server.error(failure, "read"))?;
            self.take_in(seq + 1, &found);
            seq += found.lines.len() as Seq;
            if seq >= found.seq {
                return Ok(entries);
            }
        }
    }

    fn follow_after(&mut self, seq: Seq) -> Result<Vec<Arc<Entry>>, StoreError> {
        if self.reader.is_none() {
            let patience = Arc::new(Hurried(self.patience.clone(), ANSWER));
            self.reader = Some(BoardReader::start(self.server.database.beside(patience), self.last));
        }
        let mut entries = Vec::new();
        while let Some(news) = self.reader.as_ref().and_then(BoardReader::next) {
            if let Err(failure) = self.hear(news, seq, &mut entries) {
                self.is_other = matches!(failure, TeamFailure::Other);
                self.wrong = Some(failure);
            }
        }
        match &self.wrong {
            Some(failure) if entries.is_empty() => Err(self.server.error(failure.clone(), "read")),
            _ => Ok(entries),
        }
    }

    fn append(&mut self, entry: &Entry) -> Result<Appended, StoreError> {
        self.is_waited_for("write to")?;
        let (appended, line) = self.server.send(entry)?;
        if appended == Appended::Yes {
            self.last = LastEntry { seq: entry.seq, checksum: Some(journal::checksum(&line)) };
            match &self.reader {
                Some(reader) => {
                    reader.knows(self.last);
                    reader.has_written();
                }
                // They look by themselves, too.
                None => drop(self.server.database.notify(&token())),
            }
            self.copy_lines(entry.seq, &line);
        }
        Ok(appended)
    }

    fn writable(&self) -> Result<(), StoreError> {
        self.server.writable().and_then(|()| self.is_there("write to"))
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        self.copy.as_mut().map_or(Ok(()), Store::settle)
    }

    fn reread(&mut self, pipeline: &Arc<Pipeline>) -> Result<Option<Board>, StoreError> {
        if !std::mem::take(&mut self.is_other) {
            return Ok(None);
        }
        self.copy = None;
        set_aside(&self.files, None, &*self.patience);
        let database = TeamDatabase::new(self.server.database.address.clone(), self.patience.clone());
        let opened = Self::join(database, self.files.clone(), pipeline, &self.patience.clone())?;
        *self = opened.store;
        Ok(Some(opened.board))
    }

    fn trouble(&self) -> Option<String> {
        self.away_words()
    }

    fn late_notices(&self) -> LateNotices {
        self.late.clone()
    }

    fn note_unconfirmed(&mut self, change: UnconfirmedChange) {
        match &mut self.copy {
            Some(copy) => copy.note_unconfirmed(change),
            None => self.server.note_unconfirmed(change),
        }
    }

    fn unconfirmed(&mut self) -> Option<UnconfirmedChange> {
        match &mut self.copy {
            Some(copy) => copy.unconfirmed(),
            None => self.server.unconfirmed(),
        }
    }

    fn forget_unconfirmed(&mut self) {
        match &mut self.copy {
            Some(copy) => copy.forget_unconfirmed(),
            None => self.server.forget_unconfirmed(),
        }
    }

    fn latest(&mut self, last: Seq, count: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        let found = self.of_copy(last, |copy| copy.latest(last, count));
        found.map_or_else(|| self.server.latest(last, count), Ok)
    }

    fn latest_about(
        &mut self,
        last: Seq,
        count: usize,
        ids: &BTreeSet<AccountId>,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        let found = self.of_copy(last, |copy| copy.latest_about(last, count, ids));
        found.map_or_else(|| self.server.latest_about(last, count, ids), Ok)
    }

    fn latest_wanted(
        &mut self,
        last: Seq,
        count: usize,
        wanted: &mut dyn FnMut(&Entry) -> bool,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        let found = self.of_copy(last, |copy| copy.latest_wanted(last, count, wanted));
        found.map_or_else(|| self.server.latest_wanted(last, count, wanted), Ok)
    }

    fn for_each(
        &mut self,
        last: Seq,
        take: &mut dyn FnMut(Arc<Entry>) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        // What is left of a damaged one is not passed on as if it were all.
        let is_whole = self.of_copy(last, FileStore::salvage_unverified).is_some();
        if is_whole && let Some(copy) = &mut self.copy {
            return copy.for_each(last, take);
        }
        self.server.for_each(last, take)
    }

    fn due_snapshot(&mut self, board: &Board) -> Option<SnapshotWriter> {
        self.copy.as_mut()?.due_snapshot(board)
    }
}

fn last_entry(copy: &FileStore) -> LastEntry {
    let (seq, checksum) = copy.last_line();
    LastEntry { seq, checksum: (seq > 0).then_some(checksum) }
}
