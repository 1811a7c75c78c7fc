//! What the board remembers of its entries: whose can be taken back or done again, what the clock did lately, and the
//! latest for those who follow.

use std::sync::Arc;

use super::lazy_entry::LazyEntry;
use crate::state::board::{Board, RECENT, UNDO_DEPTH, UndoStack};
use crate::state::event::Entry;
use crate::state::values::actor::{Actor, Seq};

impl Board {
    pub(in crate::state) fn undo_stack(&self, actor: &Actor) -> UndoStack {
        self.undo.get(actor).cloned().unwrap_or_default()
    }

    /// What the clock did lately, latest first.
    pub(in crate::state) fn by_clock(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.clock.iter().rev().filter_map(|seq| self.kept(*seq))
    }

    pub(in crate::state) fn kept(&self, seq: Seq) -> Option<&Arc<Entry>> {
        self.kept.get(&seq)?.entry()
    }

    /// Notes that `entry` was folded in.
    pub(super) fn remember(&mut self, entry: Arc<Entry>) {
        self.seq = entry.seq;
        if entry.is_undoable() {
            let stack = self.undo.entry(entry.by.clone()).or_default();
            if let Some(undone) = entry.undoes {
                // Theirs, or the clock's.
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
