//! Which entries can be undone or redone and by whom, the latest entries by the clock, and the latest of all.

use std::sync::Arc;

use super::lazy_entry::LazyEntry;
use crate::state::board::{Board, RECENT, UNDO_DEPTH, UndoStack};
use crate::state::event::Entry;
use crate::state::values::actor::{Actor, Seq};

impl Board {
    pub(in crate::state) fn undo_stack(&self, actor: &Actor) -> UndoStack {
        self.undo.get(actor).cloned().unwrap_or_default()
    }

    /// The latest entries by the clock, latest first.
    pub(in crate::state) fn clock_entries(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.clock.iter().rev().filter_map(|seq| self.undo_entry(*seq))
    }

    pub(in crate::state) fn undo_entry(&self, seq: Seq) -> Option<&Arc<Entry>> {
        self.kept.get(&seq)?.entry()
    }

    /// Updates the stacks after `entry` was applied.
    pub(super) fn log_for_undo(&mut self, entry: Arc<Entry>) {
        self.seq = entry.seq;
        if entry.is_undoable() {
            let stack = self.undo.entry(entry.by.clone()).or_default();
            if let Some(undone) = entry.undoes {
                // It undid an entry of their own, or one of the clock's.
                if stack.done.back() == Some(&undone) {
                    stack.done.pop_back();
                } else {
                    self.clock.retain(|seq| *seq != undone);
                }
                self.kept.remove(&undone);
                stack.undone.push_back(entry.seq);
            } else {
                if entry.redoes.is_some() {
                    if let Some(undone) = stack.undone.pop_back() {
                        self.kept.remove(&undone);
                    }
                } else {
                    for undone in std::mem::take(&mut stack.undone) {
                        self.kept.remove(&undone);
                    }
                }
                stack.done.push_back(entry.seq);
                if stack.done.len() > UNDO_DEPTH
                    && let Some(oldest) = stack.done.pop_front()
                {
                    self.kept.remove(&oldest);
                }
            }
            self.kept.insert(entry.seq, LazyEntry::Ready(entry.clone()));
        }
        if entry.by == Actor::Clock {
            self.clock.push_back(entry.seq);
            self.kept.insert(entry.seq, LazyEntry::Ready(entry.clone()));
            if self.clock.len() > UNDO_DEPTH
                && let Some(oldest) = self.clock.pop_front()
            {
                self.kept.remove(&oldest);
            }
        }
        self.recent.push_back(entry);
        if self.recent.len() > RECENT {
            self.recent.pop_front();
        }
    }
}
