//! Which entries can be undone or redone and by whom, which are undone, the latest entries by the clock, and the latest
//! of all.

use std::sync::Arc;

use imbl::Vector;
use serde::{Deserialize, Serialize};

use super::lazy_entry::LazyEntry;
use crate::state::board::{Board, RECENT, UNDO_DEPTH, UndoStack};
use crate::state::event::Entry;
use crate::state::values::actor::{Actor, Seq};

/// Which entry undid an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    pub by: Seq,
    /// Who made the undone entry, where it was among those they could undo: a redo gives it back to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    author: Option<Actor>,
}

impl Board {
    /// The latest entry by `actor` that they may undo.
    pub fn latest_of(&self, actor: &Actor) -> Option<Seq> {
        self.undo.get(actor)?.done.back().copied()
    }

    /// The latest undo by `actor` that they may redo.
    pub fn latest_undo_of(&self, actor: &Actor) -> Option<Seq> {
        self.undo.get(actor)?.undone.back().copied()
    }

    /// How entry `seq` was undone; nothing where it was not, or was redone.
    pub fn undone(&self, seq: Seq) -> Option<&Undone> {
        self.undone.get(&seq)
    }

    /// The entries that entry `seq` undid and that nobody redid, oldest first.
    pub fn undone_by_entry(&self, seq: Seq) -> impl Iterator<Item = Seq> {
        // An undo takes back what was before it.
        self.undone.range(..seq).filter(move |(_, undone)| undone.by == seq).map(|(seq, _)| *seq)
    }

    /// The entries that entry `seq` redid, oldest first; none where it redid nothing.
    pub fn redone_by(&self, seq: Seq) -> Arc<[Seq]> {
        self.redone.get(&seq).cloned().unwrap_or_default()
    }

    /// The latest entries by the clock, latest first.
    pub(in crate::state) fn clock_entries(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.clock.iter().rev().filter_map(|seq| self.undo_entry(*seq))
    }

    pub(in crate::state) fn undo_entry(&self, seq: Seq) -> Option<&Arc<Entry>> {
        self.kept.get(&seq)?.entry()
    }

    /// The board with `entry` at hand, which is one of its own.
    #[must_use]
    pub fn with_entry(&self, entry: Arc<Entry>) -> Self {
        let mut board = self.clone();
        board.insert_lazy_entry(entry.seq, LazyEntry::Ready(entry));
        board
    }

    /// Updates the stacks after `entry` was applied.
    pub(super) fn log_for_undo(&mut self, entry: Arc<Entry>) {
        self.seq = entry.seq;
        for seq in &entry.undoes {
            // Older journals name the redo where what it redid is undone once more.
            let originals = self.redone_by(*seq);
            let originals = if originals.is_empty() { vec![*seq] } else { originals.to_vec() };
            for original in originals {
                self.mark_undone(original, entry.seq);
            }
        }
        for seq in &entry.redoes {
            self.mark_redone(*seq, entry.seq);
        }
        if entry.is_undoable() {
            self.stack(&entry);
        }
        if entry.by == Actor::Clock {
            self.clock.push_back(entry.seq);
            self.kept.insert(entry.seq, LazyEntry::Ready(entry.clone()));
            self.cut_clock();
        }
        self.recent.push_back(entry);
        if self.recent.len() > RECENT {
            self.recent.pop_front();
        }
    }

    fn stack(&mut self, entry: &Arc<Entry>) {
        let stack = self.undo.entry(entry.by.clone()).or_default();
        let mut dropped = Vector::new();
        if !entry.undoes.is_empty() {
            stack.undone.push_back(entry.seq);
            if stack.undone.len() > UNDO_DEPTH {
                dropped.extend(stack.undone.pop_front());
            }
        } else if entry.redoes.is_empty() {
            dropped = std::mem::take(&mut stack.undone);
            stack.done.push_back(entry.seq);
        } else {
            return;
        }
        for undo in dropped {
            let originals: Vec<Seq> = self.undone_by_entry(undo).collect();
            for seq in originals.into_iter().chain([undo]) {
                self.kept.remove(&seq);
            }
        }
        self.kept.insert(entry.seq, LazyEntry::Ready(entry.clone()));
        self.cut_done(&entry.by);
    }

    /// Takes entry `seq`, which entry `by` undid, from those that can be undone.
    fn mark_undone(&mut self, seq: Seq, by: Seq) {
        let is_its = |(_, stack): &(&Actor, &UndoStack)| stack.done.contains(&seq);
        let mut author = self.undo.iter().find(is_its).map(|(actor, _)| actor.clone());
        if let Some(stack) = author.as_ref().and_then(|author| self.undo.get_mut(author)) {
            stack.done.retain(|done| *done != seq);
        } else if self.clock.contains(&seq) {
            self.clock.retain(|done| *done != seq);
            author = Some(Actor::Clock);
        }
        self.undone.insert(seq, Undone { by, author });
    }

    /// Gives the entries that `undo` undid, and entry `by` redid, back to those who made them.
    fn mark_redone(&mut self, undo: Seq, by: Seq) {
        let redone: Arc<[Seq]> = self.undone_by_entry(undo).collect();
        for seq in redone.iter() {
            let Some(undone) = self.undone.remove(seq) else { continue };
            let Some(author) = undone.author else { continue };
            if author == Actor::Clock {
                insert_in_order(&mut self.clock, *seq);
                self.cut_clock();
            } else {
                insert_in_order(&mut self.undo.entry(author.clone()).or_default().done, *seq);
                self.cut_done(&author);
            }
        }
        let actors: Vec<Actor> = self.undo.keys().cloned().collect();
        for actor in actors {
            if let Some(stack) = self.undo.get_mut(&actor).filter(|stack| stack.undone.contains(&undo)) {
                stack.undone.retain(|seq| *seq != undo);
            }
        }
        self.kept.remove(&undo);
        self.redone.insert(by, redone);
    }

    fn cut_done(&mut self, actor: &Actor) {
        let Some(stack) = self.undo.get_mut(actor).filter(|stack| stack.done.len() > UNDO_DEPTH) else {
            return;
        };
        if let Some(oldest) = stack.done.pop_front() {
            self.kept.remove(&oldest);
        }
    }

    fn cut_clock(&mut self) {
        if self.clock.len() > UNDO_DEPTH
            && let Some(oldest) = self.clock.pop_front()
        {
            self.kept.remove(&oldest);
        }
    }
}

fn insert_in_order(seqs: &mut Vector<Seq>, seq: Seq) {
    let place = seqs.iter().rposition(|known| *known < seq).map_or(0, |place| place + 1);
    seqs.insert(place, seq);
}
