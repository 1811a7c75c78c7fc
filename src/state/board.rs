//! The board: a fold of entries, and queries over it.

mod change;
mod kept;
mod memory;

use std::sync::Arc;

use imbl::{HashMap, HashSet, OrdMap, OrdSet, Vector};

use self::change::change;
pub use self::kept::{Kept, Unread};
use super::account::{Account, AccountId};
use super::alert::{Alert, AlertKey};
use super::event::{Actor, Entry, Event, Seq, Unmatched};
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

/// What a snapshot keeps of a board besides its accounts.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct BoardTail {
    /// The last entry folded in.
    pub seq: Seq,
    /// Per person: undoable entries and redoable ones, latest last.
    pub undo: Vec<(Actor, Vec<Seq>, Vec<Seq>)>,
    /// What the clock did lately, latest last: it goes with what it followed from.
    #[serde(default)]
    pub clock: Vec<Seq>,
    /// The entries those numbers name. Whoever keeps a tail has them already.
    #[serde(skip)]
    pub kept: Vec<(Seq, Kept)>,
    /// Every alert, closed ones too.
    #[serde(default)]
    pub alerts: Vec<Arc<Alert>>,
    /// Signals that wait for somebody to say whose they are.
    #[serde(default)]
    pub unmatched: Vec<Arc<Unmatched>>,
    /// Playbooks that are switched off.
    #[serde(default)]
    pub switched_off: Vec<Arc<str>>,
    /// What is left of accounts whose import was taken back.
    #[serde(default)]
    pub forgotten: Vec<Arc<Account>>,
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
            undo: HashMap::new(),
            clock: Vector::new(),
            kept: OrdMap::new(),
            recent: Vector::new(),
        }
    }

    /// A board as a snapshot remembers it.
    pub fn restore(
        pipeline: Arc<Pipeline>,
        accounts: impl IntoIterator<Item = Account>,
        tail: BoardTail,
    ) -> Self {
        let stack = |(actor, done, undone): (Actor, Vec<Seq>, Vec<Seq>)| {
            (actor, UndoStack { done: done.into_iter().collect(), undone: undone.into_iter().collect() })
        };
        let waiting = tail.unmatched.iter().map(|unmatched| &unmatched.signal.id);
        let mut board = Self {
            pipeline,
            seq: tail.seq,
            signals: waiting.cloned().collect(),
            accounts: HashMap::new(),
            forgotten: tail.forgotten.into_iter().map(|account| (account.id.clone(), account)).collect(),
            alerts: tail.alerts.into_iter().map(|alert| (alert.key.clone(), alert)).collect(),
            unmatched: tail.unmatched.into_iter().map(|it| (it.signal.id.clone(), it)).collect(),
            switched_off: tail.switched_off.into_iter().collect(),
            undo: tail.undo.into_iter().map(stack).collect(),
            clock: tail.clock.into_iter().collect(),
            kept: tail.kept.into_iter().collect(),
            recent: Vector::new(),
        };
        for account in accounts {
            board.seat(Arc::new(account));
        }
        board
    }

    /// Takes in an account as a snapshot remembers it.
    pub(crate) fn seat(&mut self, account: Arc<Account>) {
        for signal in account.signals.iter() {
            self.signals.insert(signal.id.clone());
        }
        self.accounts.insert(account.id.clone(), account);
    }

    /// Takes in an entry that undoing needs, as the journal has it.
    pub(crate) fn keep(&mut self, seq: Seq, entry: Kept) {
        self.kept.insert(seq, entry);
    }

    /// What a snapshot must keep besides the accounts.
    pub fn tail(&self) -> BoardTail {
        let mut undo: Vec<_> = self
            .undo
            .iter()
            .map(|(actor, stack)| {
                (actor.clone(), stack.done.iter().copied().collect(), stack.undone.iter().copied().collect())
            })
            .collect();
        undo.sort();
        let mut forgotten: Vec<_> = self.forgotten.values().cloned().collect();
        forgotten.sort_by(|a, b| a.id.cmp(&b.id));
        BoardTail {
            seq: self.seq,
            undo,
            clock: self.clock.iter().copied().collect(),
            kept: self.kept.iter().map(|(seq, entry)| (*seq, entry.clone())).collect(),
            alerts: self.alerts.values().cloned().collect(),
            unmatched: self.unmatched.values().cloned().collect(),
            switched_off: self.switched_off.iter().cloned().collect(),
            forgotten,
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
