//! The store of a team: a board in a `PostgreSQL` database, shared by everybody who may log in there.
//!
//! An entry is appended by one statement, which answers nothing where somebody else was first. What a connection loses is
//! asked again: an entry has a token of its own, by which it is known where its answer was lost. The lines are those of a
//! journal, byte for byte.

mod administration;
mod connection;
mod copied;
mod copy;
mod database;
mod failure;
mod hurried;
mod listening;
mod membership;
mod moving;
mod password;
mod reader;
mod tls;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::info;

use self::failure::{FailureCause, TeamFailure, only_reader};
use super::entry_line::EntryLine;
use super::lock::Patience;
use super::team::{TeamAddress, TeamMember, TeamRole};
use super::{Appended, Opened, OpenedFor, Store, StoreError, UnconfirmedChange, journal};
use crate::state::{Actor, Board, Entry, Pipeline, Seq};

pub use self::copied::CopiedStore;
pub use self::copy::Pushed;
pub use self::database::TeamDatabase;
pub use self::failure::TABLES;

/// How often it is looked whether others changed something.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The same while the server cannot be reached.
const TRY_EVERY: Duration = Duration::from_secs(2);

/// Opens the board at `address` for that `purpose`: with a copy of it, where copies are kept.
///
/// # Errors
/// When it can be read neither there nor from a copy.
pub(super) fn open(
    address: &TeamAddress,
    pipeline: Arc<Pipeline>,
    patience: Arc<dyn Patience>,
    purpose: OpenedFor,
) -> Result<Opened, StoreError> {
    match address.copy_dir() {
        Some(dir) => {
            CopiedStore::open(address.clone(), &dir, &pipeline, &patience, purpose).map(Opened::boxed)
        }
        None => PostgresStore::open(address.clone(), pipeline, patience).map(Opened::boxed),
    }
}

/// The name that the login of `address` signs changes of the board with, if that is known here.
pub(super) fn known_signature(address: &TeamAddress) -> Option<Arc<str>> {
    membership::known_signature(address)
}

/// Asks for it, for a moment, and remembers it; nothing where the server does not say.
pub(super) fn asked_signature(address: &TeamAddress, patience: Arc<dyn Patience>) -> Option<Arc<str>> {
    membership::asked_signature(address, patience)
}

/// A board in a database.
pub struct PostgresStore {
    database: TeamDatabase,
    /// The version of the journal's format.
    format: u32,
    me: TeamMember,
    /// When it was last looked whether there is something new, and what was wrong then.
    looked: Option<(Instant, Option<TeamFailure>)>,
    /// The change of which it is not known whether it is kept.
    unconfirmed: Option<UnconfirmedChange>,
}

impl PostgresStore {
    /// Opens the board at `address`, and folds what it holds.
    ///
    /// # Errors
    /// When the server cannot be reached, the login is no member, or a newer version wrote it.
    pub fn open(
        address: TeamAddress,
        pipeline: Arc<Pipeline>,
        patience: Arc<dyn Patience>,
    ) -> Result<Opened<Self>, StoreError> {
        let mut database = TeamDatabase::new(address, patience);
        let status = database.status()?;
        let mut store = Self::of(database, status.format, status.me);
        let mut board = Board::new(pipeline);
        store.each_after(0, &mut |entry| {
            board.apply(entry);
            ControlFlow::Continue(())
        })?;
        info!(entries = board.seq(), "board read from a database");
        let refused = store.refused();
        Ok(Opened { refused, ..Opened::new(store, board) })
    }

    /// The board in `database`, on which the login is `me`.
    fn of(database: TeamDatabase, format: u32, me: TeamMember) -> Self {
        Self { database, format, me, looked: None, unconfirmed: None }
    }

    /// Passes all entries after `seq` to `take`, some at a time.
    fn each_after(
        &mut self,
        mut seq: Seq,
        take: &mut dyn FnMut(Arc<Entry>) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        loop {
            let mut flow = ControlFlow::Continue(());
            let found = self.database.lines_after(seq.into(), true).and_then(|found| {
                database::entries(&found, seq, self.format, |entry| {
                    if flow.is_continue() {
                        flow = take(entry);
                    }
                })?;
                Ok(found)
            });
            let found = found.map_err(|failure| self.error(failure, "read"))?;
            seq += found.lines.len() as Seq;
            if flow.is_break() || seq >= found.seq {
                return Ok(());
            }
        }
    }

    /// Saves `entry`, and answers its line, too.
    fn send(&mut self, entry: &Entry) -> Result<(Appended, Vec<u8>), StoreError> {
        let location = self.database.address.to_string();
        let line = EntryLine::of(entry)
            .map_err(|error| StoreError::Unwritable { location: location.clone(), why: error.to_string() })?
            .whole();
        if let Some(cause) = self.objection(Some(entry)) {
            return Err(self.error(TeamFailure::Refused(cause), "write to"));
        }
        let json = journal::intact(&line).expect("a line just framed is intact");
        let json = std::str::from_utf8(&line[json]).expect("JSON is UTF-8");
        let started = Instant::now();
        let done = self.database.append(entry.seq, json);
        let (seq, microseconds) = (entry.seq, started.elapsed().as_micros());
        info!(seq, bytes = line.len(), microseconds, is_done = matches!(done, Ok(true)), "entry sent");
        match done {
            Ok(true) => Ok((Appended::Yes, line)),
            Ok(false) => Ok((Appended::Behind, line)),
            Err(TeamFailure::Unanswered(cause)) => {
                Err(StoreError::Unanswered { location, source: cause.why.into() })
            }
            Err(failure) => Err(self.error(failure, "write to")),
        }
    }

    fn error(&self, failure: TeamFailure, action: &'static str) -> StoreError {
        failure.into_error(&self.database.address, action)
    }

    /// That this login only reads, where it does.
    fn refused(&self) -> Option<String> {
        let FailureCause { why, advice, .. } = self.objection(None)?;
        Some(format!("You only read this board: {why}; {advice}"))
    }

    /// Why this login may not append `entry`, if it may not. The server says no, too.
    fn objection(&self, entry: Option<&Entry>) -> Option<FailureCause> {
        let TeamMember { login, signs_as, role } = &self.me;
        if *role == TeamRole::Reader {
            return Some(only_reader(login, &self.database.address.board));
        }
        let Actor::Person(name) = &entry?.by else { return None };
        (name != signs_as).then(|| {
            FailureCause::new(
                format!("{login} signs as {signs_as} there, and this change is signed by {name}"),
                format!("set me = \"{signs_as}\" in config.toml; nothing was changed"),
            )
        })
    }
}

impl Store for PostgresStore {
    fn read_after(&mut self, seq: Seq) -> Result<Vec<Arc<Entry>>, StoreError> {
        let mut entries = Vec::new();
        self.each_after(seq, &mut |entry| {
            entries.push(entry);
            ControlFlow::Continue(())
        })?;
        Ok(entries)
    }

    fn follow_after(&mut self, seq: Seq) -> Result<Vec<Arc<Entry>>, StoreError> {
        if let Some((at, wrong)) = &self.looked {
            let pause = if wrong.is_some() { TRY_EVERY } else { LOOK_EVERY };
            if at.elapsed() < pause {
                let wrong = wrong.clone();
                return wrong.map_or(Ok(Vec::new()), |failure| Err(self.error(failure, "read")));
            }
        }
        let mut entries = Vec::new();
        let found = self
            .database
            .lines_after(seq.into(), false)
            .and_then(|found| database::entries(&found, seq, self.format, |entry| entries.push(entry)));
        self.looked = Some((Instant::now(), found.as_ref().err().cloned()));
        found.map(|()| entries).map_err(|failure| self.error(failure, "read"))
    }

    fn append(&mut self, entry: &Entry) -> Result<Appended, StoreError> {
        Ok(self.send(entry)?.0)
    }

    fn writable(&self) -> Result<(), StoreError> {
        match self.objection(None) {
            Some(cause) => Err(self.error(TeamFailure::Refused(cause), "write to")),
            None => Ok(()),
        }
    }

    fn note_unconfirmed(&mut self, change: UnconfirmedChange) {
        self.unconfirmed = Some(change);
    }

    fn unconfirmed(&mut self) -> Option<UnconfirmedChange> {
        self.unconfirmed.clone()
    }

    fn forget_unconfirmed(&mut self) {
        self.unconfirmed = None;
    }

    fn latest(&mut self, last: Seq, count: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        let mut entries = Vec::new();
        self.each_after(last.saturating_sub(count as Seq), &mut |entry| {
            if entry.seq > last {
                return ControlFlow::Break(());
            }
            entries.push(entry);
            ControlFlow::Continue(())
        })?;
        Ok(entries)
    }

    fn for_each(
        &mut self,
        last: Seq,
        take: &mut dyn FnMut(Arc<Entry>) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.each_after(0, &mut |entry| if entry.seq > last { ControlFlow::Break(()) } else { take(entry) })
    }
}
