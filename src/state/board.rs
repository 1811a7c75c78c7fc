//! The board: a fold of entries, and queries over it.

mod change;
mod kept;
mod memory;
mod tail;

use std::sync::Arc;

use imbl::{HashMap, HashSet, OrdMap, OrdSet, Vector};

use self::change::change;
pub use self::kept::{Kept, Unread};
pub use self::tail::BoardTail;
use super::account::{Account, AccountId};
use super::alert::{Alert, AlertKey};
use super::event::{Actor, Entry, Event, Seq, Unmatched};
use super::firings::Firings;
use super::pipeline::{Pipeline, Stage};
use super::refusal::Refusal;
use super::signal::SignalId;

/// How many of one person's changes stay undoable. Enough for a morning; each keeps its entry in memory.
pub const UNDO_DEPTH: usize = 100;

/// How many of the latest entries are kept for those who follow the board: screens that missed a few catch up
/// from these, and rebuild when they missed more.
pub const RECENT: usize = 256;

/// What is true of every account, after any number of entries.
///
/// A value: cloning it copies a few pointers, whatever its size, so that a screen can hold one while the next is made.
#[derive(Clone, Debug)]
pub struct Board {
    pipeline: Arc<Pipeline>,
    seq: Seq,
    accounts: HashMap<AccountId, Arc<Account>>,
    /// What is left of accounts whose import was taken back: their history, for when it is done again.
    forgotten: HashMap<AccountId, Arc<Account>>,
    signals: HashSet<SignalId>,
    alerts: OrdMap<AlertKey, Arc<Alert>>,
    unmatched: OrdMap<SignalId, Arc<Unmatched>>,
    switched_off: OrdSet<Arc<str>>,
    firings: Firings,
    undo: HashMap<Actor, UndoStack>,
    clock: Vector<Seq>,
    kept: OrdMap<Seq, Kept>,
    recent: Vector<Arc<Entry>>,
}

/// One person's way back and forth: numbers of entries, latest last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct UndoStack {
    pub(super) done: Vector<Seq>,
    pub(super) undone: Vector<Seq>,
}

/// Which column an account stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// None: it is off the board.
    Off,
    /// A stage, with its position in the pipeline.
    In(usize, &'a Stage),
    /// A label that no stage answers to.
    Unmapped(&'a str),
}

impl Board {
    /// A board with nothing on it.
    pub fn new(pipeline: Arc<Pipeline>) -> Self {
        Self {
            pipeline,
            seq: 0,
            accounts: HashMap::new(),
            forgotten: HashMap::new(),
            signals: HashSet::new(),
            alerts: OrdMap::new(),
            unmatched: OrdMap::new(),
            switched_off: OrdSet::new(),
            firings: Firings::default(),
            undo: HashMap::new(),
            clock: Vector::new(),
            kept: OrdMap::new(),
            recent: Vector::new(),
        }
    }

    /// The stages in force.
    pub fn pipeline(&self) -> &Arc<Pipeline> {
        &self.pipeline
    }

    /// The number of the last entry.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// The account by its external id.
    ///
    /// # Errors
    /// When nobody by that id is known.
    pub fn account(&self, id: &AccountId) -> Result<&Arc<Account>, Refusal> {
        self.get(id).ok_or_else(|| Refusal::NoSuchAccount(id.clone()))
    }

    /// The account by its external id, if it is known.
    pub fn get(&self, id: &AccountId) -> Option<&Arc<Account>> {
        self.accounts.get(id)
    }

    /// Every account, in no particular order.
    pub fn accounts(&self) -> impl Iterator<Item = &Arc<Account>> {
        self.accounts.values()
    }

    /// How many accounts are known.
    pub fn len(&self) -> usize {
        self.accounts.len()
    }

    /// Whether no account is known.
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// Which column `account` stands in.
    pub fn standing<'a>(&'a self, account: &'a Account) -> Standing<'a> {
        match &account.place {
            None => Standing::Off,
            Some(place) => match self.pipeline.position(&place.stage) {
                Some(position) => Standing::In(position, &self.pipeline.stages()[position]),
                None => Standing::Unmapped(place.stage.as_str()),
            },
        }
    }

    /// The entries after `seq`, oldest first; nothing when they are no longer all kept.
    pub fn entries_since(&self, seq: Seq) -> Option<impl Iterator<Item = &Arc<Entry>>> {
        let behind = usize::try_from(self.seq.checked_sub(seq)?).ok()?;
        let skip = self.recent.len().checked_sub(behind)?;
        Some(self.recent.iter().skip(skip))
    }

    /// What playbooks did.
    pub fn firings(&self) -> &Firings {
        &self.firings
    }

    /// Whether a signal by that id was ever taken in.
    pub fn knows_signal(&self, id: &SignalId) -> bool {
        self.signals.contains(id)
    }

    /// Every alert, closed ones too, by key.
    pub fn alerts(&self) -> impl Iterator<Item = &Arc<Alert>> {
        self.alerts.values()
    }

    /// The alert about an occasion.
    pub fn alert(&self, key: &AlertKey) -> Option<&Arc<Alert>> {
        self.alerts.get(key)
    }

    /// Signals that wait for somebody to say whose they are, by id.
    pub fn unmatched(&self) -> impl Iterator<Item = &Arc<Unmatched>> {
        self.unmatched.values()
    }

    /// The waiting signal by that id.
    pub fn unmatched_signal(&self, id: &SignalId) -> Option<&Arc<Unmatched>> {
        self.unmatched.get(id)
    }

    /// Whether the playbook by that id is on. All are, until somebody switches one off.
    pub fn is_on(&self, playbook: &str) -> bool {
        !self.switched_off.contains(playbook)
    }

    /// The latest entries, newest first.
    pub fn recent(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.recent.iter().rev()
    }

    /// Folds in the next entry. What it says was decided before it was written; nothing is judged here.
    pub fn apply(&mut self, entry: Arc<Entry>) {
        self.firings.take(&entry);
        // Most entries say several things about one account: it is looked up once for all of them.
        let together = |a: &Event, b: &Event| {
            a.stays_within_its_account() && b.stays_within_its_account() && a.account() == b.account()
        };
        for events in entry.events.chunk_by(together) {
            match events {
                [event] => self.apply_event(event, &entry),
                events => {
                    if let Some(account) = events[0].account().and_then(|id| self.accounts.get_mut(id)) {
                        let account = Arc::make_mut(account);
                        for event in events {
                            change(account, event, &entry);
                        }
                    }
                }
            }
        }
        self.remember(entry);
    }

    /// Folds in one event of `entry`, which is still being made.
    pub(crate) fn apply_event(&mut self, event: &Event, entry: &Entry) {
        match event {
            Event::Added { account } => {
                let known = self.forgotten.remove(account).filter(|_| entry.redoes.is_some());
                let new = known.unwrap_or_else(|| Arc::new(Account::new(account.clone())));
                self.accounts.insert(account.clone(), new);
            }
            Event::Removed { account } => {
                let left = self.accounts.remove(account);
                self.forgotten.extend(left.map(|left| (account.clone(), left)));
            }
            Event::Learned { .. }
            | Event::Restored { .. }
            | Event::Moved { .. }
            | Event::Stamped { .. }
            | Event::Unstamped { .. }
            | Event::Engaged { .. }
            | Event::Joined { .. }
            | Event::Left { .. }
            | Event::Owned { .. }
            | Event::Assessed { .. }
            | Event::Noted { .. }
            | Event::Struck { .. }
            | Event::Seen { .. }
            | Event::Called { .. }
            | Event::Tasked { .. }
            | Event::Snoozed { .. }
            | Event::Fired { .. }
            | Event::Unfired { .. } => self.change_account(event, entry),
            Event::Recorded { signal, .. } => {
                self.signals.insert(signal.id.clone());
                self.change_account(event, entry);
            }
            Event::Unrecorded { signal, .. } => {
                self.signals.remove(&signal.id);
                self.change_account(event, entry);
            }
            Event::Alerted { key, to: Some(alert), .. } => {
                self.alerts.insert(key.clone(), Arc::new((**alert).clone()));
            }
            Event::Alerted { key, to: None, .. } => {
                self.alerts.remove(key);
            }
            Event::Unmatched { signal, to: Some(unmatched), .. } => {
                self.signals.insert(signal.clone());
                self.unmatched.insert(signal.clone(), Arc::new((**unmatched).clone()));
            }
            Event::Unmatched { signal, to: None, .. } => {
                self.signals.remove(signal);
                self.unmatched.remove(signal);
            }
            Event::Switched { playbook, to: true, .. } => {
                self.switched_off.remove(playbook);
            }
            Event::Switched { playbook, to: false, .. } => {
                self.switched_off.insert(playbook.clone());
            }
        }
    }

    fn change_account(&mut self, event: &Event, entry: &Entry) {
        if let Some(account) = event.account().and_then(|id| self.accounts.get_mut(id)) {
            change(Arc::make_mut(account), event, entry);
        }
    }
}
