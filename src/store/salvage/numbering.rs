//! Which number each entry gets, and what refers to it by its former one.

use std::collections::BTreeMap;

use super::Slot;
use crate::state::{Actor, Cause, Change, Entry, Event, Seq};
use crate::store::damage::NewNumber;

/// The numbers of the entries that are kept.
pub(super) struct Numbering {
    /// By the number an entry had: the numbers it and its namesakes get, and who made each.
    numbers: BTreeMap<Seq, Vec<(Seq, Actor)>>,
    /// Whether any number changes.
    has_changes: bool,
    /// The first number that two entries have.
    first_twice: Option<Seq>,
}

impl Numbering {
    pub(super) fn of(slots: &[Slot]) -> Self {
        let mut numbers: BTreeMap<Seq, Vec<(Seq, Actor)>> = BTreeMap::new();
        let mut has_changes = false;
        for (slot, new) in slots.iter().zip(1..) {
            let former = match slot {
                Slot::Kept(it) => {
                    numbers.entry(it.entry.seq).or_default().push((new, it.entry.by.clone()));
                    it.entry.seq
                }
                Slot::Lost(run) => run.first,
            };
            has_changes |= former != new;
        }
        let first_twice = numbers.iter().find(|(_, all)| all.len() > 1).map(|(seq, _)| *seq);
        Self { numbers, has_changes, first_twice }
    }

    /// Whether no two entries up to `seq` had the same number.
    pub(super) fn is_unambiguous_up_to(&self, seq: Seq) -> bool {
        self.first_twice.is_none_or(|first| first > seq)
    }

    /// The numbers that change.
    pub(super) fn renumbered(&self) -> Vec<NewNumber> {
        let all = self.numbers.iter().flat_map(|(former, new)| new.iter().map(|(new, _)| (*former, *new)));
        all.filter(|(from, to)| from != to).map(|(from, to)| NewNumber { from, to }).collect()
    }

    /// `entry` as entry `seq`; `None` where it stays as it is.
    pub(super) fn renumber(&self, entry: &Entry, seq: Seq) -> Option<Entry> {
        if !self.has_changes {
            return None;
        }
        let mut renumbered = Entry { seq, ..entry.clone() };
        let now = |former: &mut Seq| *former = self.now(*former, &entry.by);
        renumbered.undoes.iter_mut().for_each(now);
        renumbered.redoes.iter_mut().for_each(now);
        for event in &mut renumbered.events {
            if let Event::Account { change, .. } = event
                && let Some(Cause::Undo(former) | Cause::Redo(former)) = cause_mut(change)
            {
                now(former);
            }
        }
        (renumbered != *entry).then_some(renumbered)
    }

    /// The number of what was entry `former` for `by`: of several, the one they made, else the last one.
    fn now(&self, former: Seq, by: &Actor) -> Seq {
        let Some(all) = self.numbers.get(&former) else { return former };
        let own = all.iter().rfind(|(_, actor)| actor == by);
        own.or(all.last()).map_or(former, |(new, _)| *new)
    }
}

fn cause_mut(change: &mut Change) -> Option<&mut Cause> {
    match change {
        Change::Moved { cause, .. }
        | Change::SegmentJoined { cause, .. }
        | Change::SegmentLeft { cause, .. } => Some(cause),
        _ => None,
    }
}
