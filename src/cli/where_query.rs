//! `--where QUERY`: only the accounts that a query means.

use std::collections::HashSet;
use std::sync::Arc;

use clap::Args;

use super::everybody::of_everybody;
use super::{CliError, Context};
use crate::config::Config;
use crate::parallel;
use crate::query::{Query, QueryContext};
use crate::state::query::attention::AttentionRules;
use crate::state::{Account, AccountId, Board};

#[derive(Args, Debug)]
pub(super) struct WhereArgs {
    /// Only accounts that a query means, such as 'stage:1 owner:none'; `gangplank docs queries` has the fields
    #[arg(long = "where", value_name = "QUERY", allow_hyphen_values = true)]
    query: Option<String>,
}

/// The accounts a command is about: everybody, unless a query was given.
pub(super) struct ChosenAccounts(Option<HashSet<AccountId>>);

impl WhereArgs {
    pub(super) fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    pub(super) fn choose(&self, board: &Board, context: &Context) -> Result<ChosenAccounts, CliError> {
        let Some(text) = &self.query else { return Ok(ChosenAccounts(None)) };
        ChosenAccounts::of(text, "--where", board, context)
    }
}

impl ChosenAccounts {
    /// Those whom the query `text` means; `place` is where it was written.
    ///
    /// # Errors
    /// The first mistake in it.
    pub(super) fn of(text: &str, place: &str, board: &Board, context: &Context) -> Result<Self, CliError> {
        let rules = &context.attention_rules();
        let context = query_context(board, &context.config, rules);
        let query = Query::parse(text, &context);
        let query = query.map_err(|error| CliError::usage(format!("{place}: {error}")))?;
        Ok(Self(Some(query.find(&context))))
    }

    /// Keeps only those that `is_wanted`.
    pub(super) fn only(&mut self, is_wanted: impl Fn(&AccountId) -> bool) {
        if let Some(chosen) = &mut self.0 {
            chosen.retain(is_wanted);
        }
    }

    pub(super) fn has(&self, account: &Account) -> bool {
        self.has_id(&account.id)
    }

    /// All of them, in no particular order.
    pub(super) fn all<'a>(&self, board: &'a Board) -> Vec<&'a Arc<Account>> {
        match &self.0 {
            Some(chosen) => chosen.iter().filter_map(|id| board.get(id)).collect(),
            None => board.accounts().collect(),
        }
    }

    /// What `make` makes of each of them, in no particular order. Of everybody, nobody stays in memory.
    pub(super) fn map<T: Send>(
        &self,
        board: &Board,
        make: impl Fn(&Account) -> Option<T> + Send + Sync,
    ) -> Vec<T> {
        if self.is_everybody() {
            return of_everybody(board, make);
        }
        parallel::map(&self.all(board), |account| make(account)).into_iter().flatten().collect()
    }

    pub(super) fn has_id(&self, id: &AccountId) -> bool {
        self.0.as_ref().is_none_or(|chosen| chosen.contains(id))
    }

    /// Whether no query was given.
    pub(super) fn is_everybody(&self) -> bool {
        self.0.is_none()
    }
}

/// Whether the query `text` can be read.
///
/// # Errors
/// The first mistake in it.
pub(super) fn check(text: &str, board: &Board, context: &Context) -> Result<(), String> {
    let rules = &context.attention_rules();
    Query::parse(text, &query_context(board, &context.config, rules))
        .map(|_| ())
        .map_err(|error| error.to_string())
}

/// What a query about `board` is answered with.
pub(super) fn query_context<'a>(
    board: &'a Board,
    config: &'a Config,
    rules: &'a AttentionRules,
) -> QueryContext<'a> {
    QueryContext {
        board,
        now: config.now(),
        me: &config.me,
        rules,
        currency: config.currency,
        retired: &config.playbooks.team.retired_segments,
        marked: None,
    }
}
