//! The groups of the day's queue, and which of them are folded.

use super::{TodayEntry, TodayQueue};
use crate::state::{AccountId, TodayGroup};
use crate::tui::model::columns::{Row, RowChange, exchange_shown};

/// A group of the day's queue that has rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TodaySection {
    pub group: TodayGroup,
    /// How many rows of it the filter lets through.
    pub count: usize,
    pub is_folded: bool,
}

impl TodaySection {
    /// How many rows of it are to be seen.
    pub fn rows(&self) -> usize {
        if self.is_folded { 0 } else { self.count }
    }
}

impl TodayQueue {
    /// The groups that have rows, in order.
    pub fn sections(&self) -> Vec<TodaySection> {
        let mut rest = self.found_and_done();
        let mut sections = Vec::new();
        for group in TodayGroup::ALL {
            let count = rest.partition_point(|row| self.group_of(&row.id) <= Some(*group));
            if count > 0 {
                sections.push(TodaySection { group: *group, count, is_folded: self.is_folded(*group) });
            }
            rest = &rest[count..];
        }
        sections
    }

    /// The group in which the row of an account stands; nothing where it has none.
    pub fn group_of(&self, id: &AccountId) -> Option<TodayGroup> {
        self.entries.get(id).map(|entry| entry.group)
    }

    /// The groups that are folded, the latest last.
    pub fn folded(&self) -> &[TodayGroup] {
        &self.folded
    }

    /// The group with rows that was folded last.
    pub fn last_folded(&self) -> Option<TodayGroup> {
        let sections = self.sections();
        let has_rows = |group: &&TodayGroup| sections.iter().any(|section| section.group == **group);
        self.folded.iter().rev().find(has_rows).copied()
    }

    pub fn is_folded(&self, group: TodayGroup) -> bool {
        self.folded.contains(&group)
    }

    /// Whether a group is folded of accounts that need a person.
    pub fn hides_waiting(&self) -> bool {
        self.folded.iter().any(|group| *group != TodayGroup::Done)
    }

    /// Folds `groups` and no others. The last one counts as the latest.
    pub fn fold(&mut self, groups: Vec<TodayGroup>) {
        self.folded = groups;
        self.hide_folded();
    }

    /// Unfolds the group that hides the row of an account which needs a person.
    pub fn unfold_for(&mut self, id: &AccountId) {
        let hides = |entry: &&TodayEntry| entry.group != TodayGroup::Done && self.is_folded(entry.group);
        let Some(entry) = self.entries.get(id).filter(hides) else { return };
        if self.found().binary_search(&entry.row).is_ok() {
            let group = entry.group;
            self.folded.retain(|folded| *folded != group);
            self.hide_folded();
        }
    }

    /// Hides the rows of the folded groups anew.
    pub(super) fn hide_folded(&mut self) {
        let is_shown = |row: &&Row| self.group_of(&row.id).is_none_or(|group| !self.is_folded(group));
        let shown = || self.found_and_done().iter().filter(is_shown).cloned().collect();
        self.unfolded = self.hides_waiting().then(shown);
    }

    /// Makes `changes`, which are made to the found rows, to those that are not folded away.
    pub(super) fn follow_folded(&mut self, mut changes: Vec<RowChange>) {
        let Some(mut unfolded) = self.unfolded.take() else { return };
        for change in &mut changes {
            let group = change.new.as_ref().and_then(|row| self.group_of(&row.id));
            change.passes &= group.is_none_or(|group| !self.is_folded(group));
        }
        exchange_shown(&mut unfolded, &changes);
        self.unfolded = Some(unfolded);
    }
}
