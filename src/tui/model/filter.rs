//! The filter in force: who is to be seen.

pub mod index;

use std::collections::HashSet;
use std::sync::Arc;

use crate::parallel;
use crate::playbook::Playbooks;
use crate::query::{Query, QueryContext};
use crate::state::{Account, AccountId, Now};
use crate::tui::model::columns::{BoardColumns, Row, Visible};
use crate::tui::model::filter::index::Index;

/// A filter in force.
#[derive(Clone, Debug)]
pub struct Filter {
    /// As typed; where nothing was typed, who they are.
    pub text: String,
    pub means: FilterMeaning,
}

/// Whom a filter lets through.
#[derive(Clone, Debug)]
pub enum FilterMeaning {
    /// Those in whom all these words are found.
    Words(String),
    /// Those whom the query means. Its words are found in names, too.
    Query { query: Query, words: String },
    /// These alone: nothing was typed.
    Accounts(AccountSet),
}

impl FilterMeaning {
    pub fn of(query: Query) -> Self {
        match query.only_words() {
            Some(words) => Self::Words(words),
            None => Self::Query { words: query.words(), query },
        }
    }
}

impl Filter {
    /// The words that are all it asks for, for an index to find.
    pub fn only_words(&self) -> Option<&str> {
        if let FilterMeaning::Words(words) = &self.means { Some(words) } else { None }
    }

    /// Whom it lets through, asked one by one; of those who are asleep only where it `asks_all`.
    pub fn find(&self, columns: &BoardColumns, context: &QueryContext<'_>, asks_all: bool) -> Visible {
        let mut visible = Visible::default();
        if let Some(only) = self.accounts() {
            for id in &only.accounts {
                let is_meant =
                    context.board.get(id).is_some_and(|account| only.matches(account, &context.now));
                if let Some(number) = columns.number_of(id).filter(|_| is_meant) {
                    visible.insert(number);
                }
            }
            return visible;
        }
        let board = context.board;
        let rows: Vec<&Row> = columns.list(true).all().iter().collect();
        let is_meant = |row: &&Row| {
            let account = if asks_all { board.get(&row.id) } else { board.get_awake(&row.id) };
            account.is_some_and(|account| self.matches(account, context))
        };
        for (row, _) in rows.iter().zip(parallel::map(&rows, is_meant)).filter(|(_, is_meant)| *is_meant) {
            visible.insert(row.number());
        }
        visible
    }

    pub fn matches(&self, account: &Account, context: &QueryContext<'_>) -> bool {
        match &self.means {
            FilterMeaning::Words(words) => Index::means(words, account, &context.rules.roster),
            FilterMeaning::Query { query, .. } => query.means(account, context),
            FilterMeaning::Accounts(only) => only.matches(account, &context.now),
        }
    }

    /// Whether it asks which accounts are marked.
    pub fn asks_for_marks(&self) -> bool {
        matches!(&self.means, FilterMeaning::Query { query, .. } if query.asks_for_marks())
    }

    /// Whether another minute may change whom it lets through.
    pub fn asks_for_time(&self) -> bool {
        matches!(&self.means, FilterMeaning::Query { query, .. } if query.asks_for_time())
    }

    /// The words of it that are found in names.
    pub fn highlighted(&self) -> &str {
        match &self.means {
            FilterMeaning::Words(words) | FilterMeaning::Query { words, .. } => words,
            FilterMeaning::Accounts(_) => "",
        }
    }

    /// The accounts that alone are listed, where nothing was typed.
    pub fn accounts(&self) -> Option<&AccountSet> {
        if let FilterMeaning::Accounts(only) = &self.means { Some(only) } else { None }
    }

    /// What was typed; empty where nothing was.
    pub fn typed(&self) -> &str {
        if self.accounts().is_some() { "" } else { &self.text }
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
