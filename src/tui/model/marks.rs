//! The accounts that are marked, for work on all of them at once.

use std::collections::HashSet;

use crate::state::AccountId;
use crate::tui::model::columns::Row;

/// The accounts that are marked. They stay marked wherever the person goes, until work on them is done.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    accounts: HashSet<AccountId>,
    range: Option<MarkRange>,
}

/// A range that still follows the focus.
#[derive(Clone, Debug)]
struct MarkRange {
    /// Where it began.
    anchor: AccountId,
    /// What was marked before.
    before: HashSet<AccountId>,
}

impl Marks {
    pub fn contains(&self, id: &AccountId) -> bool {
        self.accounts.contains(id)
    }

    pub fn len(&self) -> usize {
        self.accounts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    pub fn accounts(&self) -> &HashSet<AccountId> {
        &self.accounts
    }

    /// Marks `id`, or takes its mark away.
    pub fn toggle(&mut self, id: &AccountId) {
        if !self.accounts.remove(id) {
            self.accounts.insert(id.clone());
        }
    }

    pub fn mark(&mut self, ids: impl IntoIterator<Item = AccountId>) {
        self.accounts.extend(ids);
    }

    pub fn unmark<'a>(&mut self, ids: impl IntoIterator<Item = &'a AccountId>) {
        for id in ids {
            self.accounts.remove(id);
        }
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Where the range began that follows the focus, if there is one.
    pub fn anchor(&self) -> Option<&AccountId> {
        self.range.as_ref().map(|range| &range.anchor)
    }

    /// Begins a range at `anchor`.
    pub fn begin_range(&mut self, anchor: AccountId) {
        self.range = Some(MarkRange { before: self.accounts.clone(), anchor: anchor.clone() });
        self.accounts.insert(anchor);
    }

    /// Lets the range be `rows`.
    pub fn stretch(&mut self, rows: &[Row]) {
        if let Some(range) = &self.range {
            self.accounts.clone_from(&range.before);
            self.accounts.extend(rows.iter().map(|row| row.id.clone()));
        }
    }

    /// Ends the range. What it marked stays marked.
    pub fn end_range(&mut self) {
        self.range = None;
    }
}
