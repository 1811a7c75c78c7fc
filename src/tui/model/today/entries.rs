//! What is known of each account of the day, and how many of a stage press: counted as entries come and go, because a frame
//! may not look at all of them.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::state::query::attention::Reason;
use crate::state::{Account, AccountId, Priority, StageId, TodayGroup};
use crate::tui::model::columns::Row;

/// An account of the day.
#[derive(Clone, Debug)]
pub(super) struct TodayEntry {
    pub(super) row: Row,
    /// The group of the row, which may be pinned where its reasons no longer put it.
    pub(super) group: TodayGroup,
    /// The most urgent first.
    pub(super) reasons: Vec<Reason>,
    /// Whether it was done today, wherever its row is pinned.
    pub(super) is_done: bool,
    /// The stage it stands in.
    stage: Option<StageId>,
}

impl TodayEntry {
    /// What is known of `account`, which has this row in this group. One without reasons was done today.
    pub(super) fn new(account: &Account, row: Row, group: TodayGroup, mut reasons: Vec<Reason>) -> Self {
        // Most have one, and the list kept room for four.
        reasons.shrink_to_fit();
        let stage = account.placement.as_ref().map(|place| place.stage.clone());
        Self { row, group, is_done: reasons.is_empty(), reasons, stage }
    }

    /// The row of `self` where it is, with what is known of the account by `now`.
    pub(super) fn pinned(self, now: Option<Self>) -> Self {
        match now {
            Some(now) => Self { row: self.row, group: self.group, ..now },
            None => Self { reasons: Vec::new(), is_done: false, ..self },
        }
    }

    /// Whether it cannot wait until tomorrow.
    fn presses(&self) -> bool {
        self.reasons.first().is_some_and(|first| first.pressing() < Priority::Later)
    }
}

/// The entries of all accounts.
#[derive(Clone, Debug, Default)]
pub(super) struct TodayEntries {
    by_account: HashMap<AccountId, TodayEntry, RandomState>,
    pressing: HashMap<StageId, usize>,
}

impl TodayEntries {
    /// Those of all accounts that have one.
    pub(super) fn new(entries: Vec<Option<TodayEntry>>) -> Self {
        let count = entries.iter().flatten().count();
        let by_account = HashMap::with_capacity_and_hasher(count, RandomState::default());
        let mut all = Self { by_account, ..Self::default() };
        entries.into_iter().flatten().for_each(|entry| all.insert(entry));
        all
    }

    pub(super) fn get(&self, id: &AccountId) -> Option<&TodayEntry> {
        self.by_account.get(id)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &TodayEntry> {
        self.by_account.values()
    }

    pub(super) fn insert(&mut self, entry: TodayEntry) {
        self.remove(&entry.row.id);
        if let Some(stage) = entry.stage.clone().filter(|_| entry.presses()) {
            *self.pressing.entry(stage).or_default() += 1;
        }
        self.by_account.insert(entry.row.id.clone(), entry);
    }

    pub(super) fn remove(&mut self, id: &AccountId) -> Option<TodayEntry> {
        let entry = self.by_account.remove(id)?;
        if let Some(count) = entry.stage.as_ref().and_then(|stage| self.pressing.get_mut(stage))
            && entry.presses()
        {
            *count -= 1;
        }
        Some(entry)
    }

    /// How many accounts of `stage` cannot wait until tomorrow.
    pub(super) fn pressing_in(&self, stage: &StageId) -> usize {
        self.pressing.get(stage).copied().unwrap_or(0)
    }
}
