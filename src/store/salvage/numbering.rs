//! Which number each entry gets, and what refers to it by its former one.

use std::collections::BTreeMap;

use super::Slot;
use crate::state::{Actor, Cause, Change, Entry, Event, Seq};
use crate::store::damage::NewNumber;

/// The numbers of the entries that are kept.
pub(super) struct Numbering {
    /// By the number an entry had: the numbers it and its namesakes get, and who made each.
    numbers: BTreeMap<Seq, Vec<(Seq, Actor)>>,
    /// The first number that changes.
    first: Option<Seq>,
    /// The first number that two entries have.
    first_twice: Option<Seq>,
}

impl Numbering {
    pub(super) fn of(slots: &[Slot]) -> Self {
        let mut numbers: BTreeMap<Seq, Vec<(Seq, Actor)>> = BTreeMap::new();
        let mut first = None;
        for (slot, new) in slots.iter().zip(1..) {
            let former = match slot {
                Slot::Kept(it) => {
                    numbers.entry(it.entry.seq).or_default().push((new, it.entry.by.clone()));
                    it.entry.seq
                }
                Slot::Lost(run) => run.first,
            };
            if former != new {
                first = first.or(Some(former.min(new)));
            }
        }
        let first_twice = numbers.iter().find(|(_, all)| all.len() > 1).map(|(seq, _)| *seq);
        Self { numbers, first, first_twice }
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
        let first = self.first?;
        let refers = |to: &Seq| *to >= first;
        let causes = entry.events.iter().filter_map(Event::change).filter_map(cause);
        let named = causes.filter_map(|cause| match cause {
            Cause::Undo(seq) | Cause::Redo(seq) => Some(seq),
            _ => None,
        });
        let stays = seq == entry.seq && !entry.undoes.iter().chain(&entry.redoes).chain(named).any(refers);
        if stays {
            return None;
        }
        let mut entry = entry.clone();
        let now = |former: &mut Seq| *former = self.now(*former, &entry.by);
        entry.undoes.iter_mut().for_each(now);
        entry.redoes.iter_mut().for_each(now);
        let causes = entry.events.iter_mut().filter_map(|event| match event {
            Event::Account { change, .. } => cause_mut(change),
            _ => None,
        });
        for cause in causes {
            if let Cause::Undo(former) | Cause::Redo(former) = cause {
                now(former);
            }
        }
        entry.seq = seq;
        Some(entry)
    }

    /// The number of what was entry `former` for `by`: of several, the one they made, else the last one.
    fn now(&self, former: Seq, by: &Actor) -> Seq {
        let Some(all) = self.numbers.get(&former) else { return former };
        let own = all.iter().rfind(|(_, actor)| actor == by);
        own.or(all.last()).map_or(former, |(new, _)| *new)
    }
}

fn cause(change: &Change) -> Option<&Cause> {
    match change {
        Change::Moved { cause, .. }
        | Change::SegmentJoined { cause, .. }
        | Change::SegmentLeft { cause, .. } => Some(cause),
        _ => None,
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
