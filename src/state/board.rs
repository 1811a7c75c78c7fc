//! The board: a fold of entries, and queries over it.

mod apply;
pub mod archive;
mod difference;
mod lazy_entry;
mod merged;
pub mod playbook_runs;
mod shared_map;
mod snapshot;
mod undo_log;

use std::collections::BTreeSet;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet, Vector};

use self::archive::Sleepers;
pub use self::lazy_entry::{DeferredEntry, LazyEntry};
use self::merged::MergedAccount;
use self::playbook_runs::PlaybookRuns;
use self::shared_map::SharedMap;
pub use self::snapshot::BoardMeta;
pub use self::undo_log::Undone;
use super::event::{Entry, UnmatchedSignal};
use super::refusal::Refusal;
use super::values::account::{Account, AccountId};
use super::values::account_ref::AccountRef;
use super::values::alert::{Alert, AlertKey};
use super::values::pipeline::{Pipeline, Stage};
use super::values::signal::{Signal, SignalKey};
use super::values::source_read::SourceRead;
use super::values::time::Now;
use crate::state::values::actor::{Actor, Seq};

/// How many changes of one person can be undone. Enough for a morning; each keeps its entry in memory.
pub const UNDO_DEPTH: usize = 100;

/// How many of the latest entries are kept for screens that follow the board: one that missed fewer catches up from
/// these, one that missed more rebuilds.
pub const RECENT: usize = 256;

/// Which fold this is. Raise it whenever the same entries fold into another board, or a board keeps something it did not
/// keep before: a snapshot that another fold has made is not used. A test compares the fold of a journal that never
/// changes, and says when.
pub const FOLD_VERSION: u32 = 19;

/// The state of every account after a number of entries: a fold of the journal.
///
/// A board is a value. Cloning one copies a few pointers, whatever its size, so a screen can hold one while the next is
/// being made.
#[derive(Clone, Debug)]
pub struct Board {
    pipeline: Arc<Pipeline>,
    seq: Seq,
    /// Those who are awake.
    accounts: SharedMap<AccountId, Arc<Account>>,
    /// The others.
    sleepers: Sleepers,
    /// Accounts whose import was undone, kept for a redo.
    forgotten: SharedMap<AccountId, Arc<Account>>,
    /// Accounts that were merged into others, by the ids they had.
    merged: OrdMap<AccountId, Arc<MergedAccount>>,
    /// Every signal of those who are awake, with the account that has it unless it waits for one.
    signals: SharedMap<SignalKey, Option<AccountId>>,
    /// The alerts of those who are awake.
    alerts: OrdMap<AlertKey, Arc<Alert>>,
    alerts_by_account: SharedMap<AccountId, OrdSet<AlertKey>>,
    unmatched: OrdMap<SignalKey, Arc<UnmatchedSignal>>,
    switched_off: OrdSet<Arc<str>>,
    /// How far each live source was read, by its name.
    sources: OrdMap<Arc<str>, SourceRead>,
    /// The signals that somebody took back. No source records them again.
    taken_back: OrdSet<SignalKey>,
    playbook_runs: PlaybookRuns,
    undo: SharedMap<Actor, UndoStack>,
    /// The entries that are undone.
    undone: OrdMap<Seq, Undone>,
    /// What each redo redid.
    redone: OrdMap<Seq, Arc<[Seq]>>,
    clock: Vector<Seq>,
    kept: OrdMap<Seq, LazyEntry>,
    recent: Vector<Arc<Entry>>,
}

/// What one person can undo and redo: numbers of entries, latest last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct UndoStack {
    pub(super) done: Vector<Seq>,
    pub(super) undone: Vector<Seq>,
}

/// Which column an account stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position<'a> {
    OffBoard,
    /// A stage, with its position in the pipeline.
    InStage(usize, &'a Stage),
    /// A label that names no stage.
    Unmapped(&'a str),
}

impl Board {
    pub fn new(pipeline: Arc<Pipeline>) -> Self {
        Self {
            pipeline,
            seq: 0,
            accounts: SharedMap::default(),
            sleepers: Sleepers::default(),
            forgotten: SharedMap::default(),
            merged: OrdMap::new(),
            signals: SharedMap::default(),
            alerts: OrdMap::new(),
            alerts_by_account: SharedMap::default(),
            unmatched: OrdMap::new(),
            switched_off: OrdSet::new(),
            sources: OrdMap::new(),
            taken_back: OrdSet::new(),
            playbook_runs: PlaybookRuns::default(),
            undo: SharedMap::default(),
            undone: OrdMap::new(),
            redone: OrdMap::new(),
            clock: Vector::new(),
            kept: OrdMap::new(),
            recent: Vector::new(),
        }
    }

    pub fn pipeline(&self) -> &Arc<Pipeline> {
        &self.pipeline
    }

    /// The number of the last entry.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// The account by its external id, or by an id that was merged into it.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn account(&self, id: &AccountId) -> Result<&Arc<Account>, Refusal> {
        self.find(id).ok_or_else(|| Refusal::NoSuchAccount(id.clone()))
    }

    pub fn get(&self, id: &AccountId) -> Option<&Arc<Account>> {
        self.accounts.get(id).or_else(|| self.sleepers.get(id).map(|it| &it.account))
    }

    /// Every account that `named` could mean, by id. Never a guess: several are several.
    pub fn candidates(&self, named: &AccountRef) -> Vec<AccountId> {
        if let AccountRef::Id(id) = named {
            return self.find(id).map(|account| account.id.clone()).into_iter().collect();
        }
        let meant = self.meant(named);
        let merged = self.merged().filter(|(account, _)| account.is_meant_by(named)).map(|(_, into)| into);
        let found: BTreeSet<&AccountId> = meant.chain(merged).collect();
        found.into_iter().cloned().collect()
    }

    /// Every account, in no particular order. Whoever slept is in memory afterwards: [`Board::awake`] may be enough, and
    /// [`Board::asleep_in`] takes less.
    pub fn accounts(&self) -> impl Iterator<Item = &Arc<Account>> {
        self.accounts.values().chain(self.sleepers.all().map(|it| &it.account))
    }

    pub fn len(&self) -> usize {
        self.accounts.len() + self.sleepers.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Which column `account` stands in.
    pub fn position_of<'a>(&'a self, account: &'a Account) -> Position<'a> {
        match &account.placement {
            None => Position::OffBoard,
            Some(place) => match self.pipeline.position(&place.stage) {
                Some(position) => Position::InStage(position, &self.pipeline.stages()[position]),
                None => Position::Unmapped(place.stage.as_str()),
            },
        }
    }

    /// The stage `account` stands in; `None` off the board and under a label that names no stage.
    pub fn stage_of(&self, account: &Account) -> Option<&Stage> {
        self.pipeline.stage(&account.placement.as_ref()?.stage)
    }

    /// Whether `account` stands on the board, and its onboarding is not over.
    pub fn is_open(&self, account: &Account) -> bool {
        match self.position_of(account) {
            Position::OffBoard => false,
            Position::Unmapped(_) => true,
            Position::InStage(_, stage) => !stage.is_closed(),
        }
    }

    /// Whether `account` stands where the first outreach leads, or further on.
    pub fn is_started(&self, account: &Account) -> bool {
        matches!(self.position_of(account), Position::InStage(position, _) if Some(position) >= self.pipeline.start())
    }

    /// The entries after `seq`, oldest first; `None` when some are no longer kept.
    pub fn entries_since(&self, seq: Seq) -> Option<impl Iterator<Item = &Arc<Entry>>> {
        let behind = usize::try_from(self.seq.checked_sub(seq)?).ok()?;
        let skip = self.recent.len().checked_sub(behind)?;
        Some(self.recent.iter().skip(skip))
    }

    pub fn playbook_runs(&self) -> &PlaybookRuns {
        &self.playbook_runs
    }

    /// Whether this signal was recorded, or waits for an account.
    pub fn knows_signal(&self, key: &SignalKey) -> bool {
        self.signals.contains_key(key) || self.sleeper_with(key).is_some()
    }

    /// The signal that was recorded or waits under this key, and the account that has it.
    pub fn signal(&self, key: &SignalKey) -> Option<(&Signal, Option<&Account>)> {
        let awake = self.signals.get(key).map(Option::as_ref);
        match awake.or_else(|| self.sleeper_with(key).map(Some))? {
            Some(account) => {
                let account = self.find(account)?;
                let signal = account.signals.iter().find(|signal| signal.key() == *key)?;
                Some((signal, Some(account)))
            }
            None => Some((&self.unmatched.get(key)?.signal, None)),
        }
    }

    /// Every alert, closed ones too, in no particular order. See [`Board::accounts`].
    pub fn alerts(&self) -> impl Iterator<Item = &Arc<Alert>> {
        self.alerts.values().chain(self.asleep_alerts())
    }

    /// The alerts of those who are asleep. See [`Board::accounts`].
    pub fn asleep_alerts(&self) -> impl Iterator<Item = &Arc<Alert>> {
        self.sleepers.all().flat_map(|it| &it.alerts)
    }

    /// The alerts of those who are awake, by key; every alert that is not closed is among them.
    pub fn awake_alerts(&self) -> impl Iterator<Item = &Arc<Alert>> {
        self.alerts.values()
    }

    /// The alerts of one account, closed ones too, by key.
    pub fn alerts_of(&self, account: &AccountId) -> impl Iterator<Item = &Arc<Alert>> {
        let keys = self.alerts_by_account.get(account).into_iter().flatten();
        let asleep = self.sleeper(account).into_iter().flat_map(|it| &it.alerts);
        keys.filter_map(|key| self.alerts.get(key)).chain(asleep)
    }

    /// The alerts of one account that are open at `now`, by key.
    pub fn open_alerts_of(&self, account: &AccountId, now: &Now) -> Vec<&Alert> {
        self.alerts_of(account).map(|alert| &**alert).filter(|alert| alert.is_open(now.at)).collect()
    }

    /// The alert about an occasion.
    pub fn alert(&self, key: &AlertKey) -> Option<&Arc<Alert>> {
        self.alerts.get(key).or_else(|| self.sleeping_alert(key))
    }

    /// The unmatched signals, by id.
    pub fn unmatched(&self) -> impl Iterator<Item = &Arc<UnmatchedSignal>> {
        self.unmatched.values()
    }

    pub fn unmatched_signal(&self, key: &SignalKey) -> Option<&Arc<UnmatchedSignal>> {
        self.unmatched.get(key)
    }

    /// Whether a playbook is on. Playbooks are on until they are switched off.
    pub fn is_on(&self, playbook: &str) -> bool {
        !self.switched_off.contains(playbook)
    }

    /// How far a live source was read; nothing where it never was.
    pub fn source_read(&self, source: &str) -> Option<&SourceRead> {
        self.sources.get(source)
    }

    /// Whether somebody took back the recording of this signal.
    pub fn was_taken_back(&self, key: &SignalKey) -> bool {
        self.taken_back.contains(key)
    }

    /// The latest entries, newest first.
    pub fn recent(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.recent.iter().rev()
    }
}
