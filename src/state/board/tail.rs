//! What a snapshot keeps of a board, and a board made of it again.

use std::sync::Arc;

use imbl::{HashMap, Vector};

use super::super::account::Account;
use super::super::alert::Alert;
use super::super::event::{Actor, Seq, Unmatched};
use super::super::firings::Firings;
use super::super::pipeline::Pipeline;
use super::kept::Kept;
use super::{Board, UndoStack};

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
    /// What playbooks did.
    #[serde(default)]
    pub firings: Firings,
    /// What is left of accounts whose import was taken back.
    #[serde(default)]
    pub forgotten: Vec<Arc<Account>>,
}

impl Board {
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
            firings: tail.firings,
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
            firings: self.firings.clone(),
            forgotten,
        }
    }
}
