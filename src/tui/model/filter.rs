//! The filter in force: who is to be seen.

pub mod index;

use std::collections::HashSet;
use std::sync::Arc;

use crate::playbook::Playbooks;
use crate::state::{Account, AccountId, Board, Now};
use crate::tui::model::columns::{BoardColumn, Visible};
use crate::tui::model::filter::index::Index;

/// A filter in force.
#[derive(Clone, Debug)]
pub struct Filter {
    /// As typed.
    pub query: String,
    /// What it searches.
    pub index: Index,
    /// Whom alone it lets through, where nothing was typed; `query` then says who they are.
    pub only: Option<AccountSet>,
}

impl Filter {
    /// Whom it lets through.
    pub fn find(&self, everyone: &BoardColumn, board: &Board, now: &Now) -> Visible {
        let Some(only) = &self.only else { return self.index.scores(&self.query).visible() };
        let mut visible = Visible::default();
        for row in everyone.all() {
            if board.get(&row.id).is_some_and(|account| only.matches(account, now)) {
                visible.insert(row.number());
            }
        }
        visible
    }

    pub fn matches(&self, account: &Account, now: &Now) -> bool {
        match &self.only {
            Some(only) => only.matches(account, now),
            None => Index::means(&self.query, account),
        }
    }

    /// What was typed; empty where nothing was.
    pub fn typed(&self) -> &str {
        if self.only.is_some() { "" } else { &self.query }
    }
}

/// Accounts that alone are listed: those behind a number of the forecast, or those a playbook touches.
#[derive(Clone, Debug)]
pub struct AccountSet {
    pub accounts: HashSet<AccountId>,
    /// What keeps them in the list; nothing where they stay whatever becomes of them.
    pub as_long_as: Option<AsLongAs>,
}

/// What keeps an account in a list.
#[derive(Clone, Debug)]
pub enum AsLongAs {
    Snoozed,
    /// It is in one of the segments that the team is about to give up.
    Retired(Arc<Playbooks>),
}

impl AccountSet {
    /// Whether `account` is one of them.
    pub(in crate::tui) fn matches(&self, account: &Account, now: &Now) -> bool {
        self.accounts.contains(&account.id)
            && match &self.as_long_as {
                None => true,
                Some(AsLongAs::Snoozed) => account.is_snoozed(now.at),
                Some(AsLongAs::Retired(playbooks)) => playbooks.team.retired_segment(account).is_some(),
            }
    }
}
