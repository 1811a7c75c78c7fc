//! The filter in force: who is to be seen.

pub mod index;

use std::collections::HashSet;
use std::sync::Arc;

use crate::parallel;
use crate::playbook::Playbooks;
use crate::query::{Query, QueryContext};
use crate::state::{Account, AccountId, Now};
use crate::tui::model::columns::{BoardColumn, Row, Visible};
use crate::tui::model::filter::index::Index;

/// A filter in force.
#[derive(Clone, Debug)]
pub struct Filter {
    /// As typed.
    pub query: String,
    /// Its words, where it is made of words alone.
    pub words: String,
    /// What was typed, where it asks for more than words.
    pub fields: Option<Query>,
    /// What it searches.
    pub index: Index,
    /// Whom alone it lets through, where nothing was typed; `query` then says who they are.
    pub only: Option<AccountSet>,
}

impl Filter {
    /// Whom it lets through.
    pub fn find(&self, everyone: &BoardColumn, context: &QueryContext<'_>) -> Visible {
        if self.only.is_none() && self.fields.is_none() {
            return self.index.scores(&self.words).visible();
        }
        let rows: Vec<&Row> = everyone.all().iter().collect();
        let is_meant =
            |row: &&Row| context.board.get(&row.id).is_some_and(|account| self.matches(account, context));
        let mut visible = Visible::default();
        for (row, _) in rows.iter().zip(parallel::map(&rows, is_meant)).filter(|(_, is_meant)| *is_meant) {
            visible.insert(row.number());
        }
        visible
    }

    pub fn matches(&self, account: &Account, context: &QueryContext<'_>) -> bool {
        match (&self.only, &self.fields) {
            (Some(only), _) => only.matches(account, &context.now),
            (None, Some(query)) => query.means(account, context),
            (None, None) => Index::means(&self.words, account),
        }
    }

    /// The words of it that are found in names.
    pub fn highlighted(&self) -> String {
        match (&self.only, &self.fields) {
            (Some(_), _) => String::new(),
            (None, Some(query)) => query.words(),
            (None, None) => self.words.clone(),
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
