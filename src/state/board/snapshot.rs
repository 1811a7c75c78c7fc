//! A board for a snapshot, and from one.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::lazy_entry::LazyEntry;
use super::merged::MergedAccount;
use super::playbook_runs::PlaybookRuns;
use crate::state::board::{Board, UndoStack, Undone};
use crate::state::event::UnmatchedSignal;
use crate::state::values::account::Account;
use crate::state::values::actor::{Actor, Seq};
use crate::state::values::alert::Alert;
use crate::state::values::pipeline::Pipeline;
use crate::state::values::signal::SignalKey;
use crate::state::values::source_read::SourceRead;

/// What a snapshot keeps besides the accounts.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct BoardMeta {
    pub seq: Seq,
    /// Per person: undoable entries and redoable ones, latest last.
    pub undo: Vec<(Actor, Vec<Seq>, Vec<Seq>)>,
    /// The entries that are undone.
    #[serde(default)]
    pub undone: Vec<(Seq, Undone)>,
    /// What each redo redid.
    #[serde(default)]
    pub redone: Vec<(Seq, Vec<Seq>)>,
    /// The latest entries by the clock, latest last: an undo takes those back that followed from it.
    #[serde(default)]
    pub clock: Vec<Seq>,
    /// The entries with those numbers. They are in the journal, so a snapshot leaves them out.
    #[serde(skip)]
    pub kept: Vec<(Seq, LazyEntry)>,
    #[serde(default)]
    pub alerts: Vec<Arc<Alert>>,
    #[serde(default)]
    pub unmatched: Vec<Arc<UnmatchedSignal>>,
    #[serde(default)]
    pub switched_off: Vec<Arc<str>>,
    /// How far each live source was read.
    #[serde(default)]
    pub sources: Vec<(Arc<str>, SourceRead)>,
    /// The signals that somebody took back.
    #[serde(default)]
    pub taken_back: Vec<SignalKey>,
    #[serde(default)]
    pub playbook_runs: PlaybookRuns,
    /// Accounts whose import was undone, kept for a redo.
    #[serde(default)]
    pub forgotten: Vec<Arc<Account>>,
    #[serde(default)]
    pub merged: Vec<Arc<MergedAccount>>,
}

impl BoardMeta {
    /// The entries that an undo or a redo may need.
    pub fn needs(&self) -> Vec<Seq> {
        let stacks = self.undo.iter();
        let mut needs: Vec<Seq> =
            stacks.flat_map(|(_, done, undone)| done.iter().chain(undone)).copied().collect();
        let redoable: BTreeSet<Seq> = self.undo.iter().flat_map(|(_, _, undone)| undone).copied().collect();
        let originals = self.undone.iter().filter(|(_, undone)| redoable.contains(&undone.by));
        needs.extend(originals.map(|(seq, _)| *seq));
        needs.extend(&self.clock);
        needs
    }
}

impl Board {
    /// The board of a snapshot.
    pub fn restore(
        pipeline: Arc<Pipeline>,
        accounts: impl IntoIterator<Item = Account>,
        meta: BoardMeta,
    ) -> Self {
        let stack = |(actor, done, undone): (Actor, Vec<Seq>, Vec<Seq>)| {
            (actor, UndoStack { done: done.into_iter().collect(), undone: undone.into_iter().collect() })
        };
        let waiting = meta.unmatched.iter().map(|unmatched| (unmatched.signal.key(), None));
        let mut board = Self {
            seq: meta.seq,
            signals: waiting.collect(),
            forgotten: meta.forgotten.into_iter().map(|account| (account.id.clone(), account)).collect(),
            merged: meta.merged.into_iter().map(|it| (it.account.id.clone(), it)).collect(),
            unmatched: meta.unmatched.into_iter().map(|it| (it.signal.key(), it)).collect(),
            switched_off: meta.switched_off.into_iter().collect(),
            sources: meta.sources.into_iter().collect(),
            taken_back: meta.taken_back.into_iter().collect(),
            playbook_runs: meta.playbook_runs,
            undo: meta.undo.into_iter().map(stack).collect(),
            undone: meta.undone.into_iter().collect(),
            redone: meta.redone.into_iter().map(|(seq, redone)| (seq, Arc::from(redone))).collect(),
            clock: meta.clock.into_iter().collect(),
            kept: meta.kept.into_iter().collect(),
            ..Self::new(pipeline)
        };
        for alert in meta.alerts {
            board.insert_alert(alert);
        }
        for account in accounts {
            board.insert_account(Arc::new(account));
        }
        board
    }

    /// Adds an account from a snapshot.
    pub(crate) fn insert_account(&mut self, account: Arc<Account>) {
        self.wake(&account.id);
        for signal in account.signals.iter() {
            self.signals.insert(signal.key(), Some(account.id.clone()));
        }
        self.accounts.insert(account.id.clone(), account);
    }

    /// Adds an entry that an undo may need.
    pub(crate) fn insert_lazy_entry(&mut self, seq: Seq, entry: LazyEntry) {
        self.kept.insert(seq, entry);
    }

    pub fn meta(&self) -> BoardMeta {
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
        BoardMeta {
            seq: self.seq,
            undo,
            undone: self.undone.iter().map(|(seq, undone)| (*seq, undone.clone())).collect(),
            redone: self.redone.iter().map(|(seq, redone)| (*seq, redone.to_vec())).collect(),
            clock: self.clock.iter().copied().collect(),
            kept: self.kept.iter().map(|(seq, entry)| (*seq, entry.clone())).collect(),
            alerts: self.alerts.values().cloned().collect(),
            unmatched: self.unmatched.values().cloned().collect(),
            switched_off: self.switched_off.iter().cloned().collect(),
            sources: self.sources.iter().map(|(name, read)| (name.clone(), read.clone())).collect(),
            taken_back: self.taken_back.iter().cloned().collect(),
            playbook_runs: self.playbook_runs.clone(),
            forgotten,
            merged: self.merged.values().cloned().collect(),
        }
    }
}
